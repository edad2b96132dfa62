"""Keeps the published rate limits without hitting them: token buckets, in one process or shared over Redis."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chatdesk.desk.channel import Limit

log = structlog.get_logger()


class Pacer(Protocol):
    async def take(self, limits: Sequence[Limit]) -> float:
        """Take one token of each and return 0; or take none and return the seconds to wait."""
        ...

    async def pause(self, name: str, seconds: float) -> None:
        """The service asked to wait (`Retry-After`): no token of this limit for so long."""
        ...


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float  # monotonic seconds; in the future while the bucket is paused


class LocalPacer:
    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    async def take(self, limits: Sequence[Limit]) -> float:
        now = time.monotonic()
        waits = [self._wait(limit, now) for limit in limits]
        longest = max(waits, default=0.0)
        if longest <= 0:
            for limit in limits:
                self._buckets[limit.name].level -= 1
        return max(0.0, longest)

    def _wait(self, limit: Limit, now: float) -> float:
        bucket = self._buckets.setdefault(limit.name, _Bucket(limit.burst, now))
        if now > bucket.at:
            bucket.level = min(limit.burst, bucket.level + (now - bucket.at) * limit.per_second)
            bucket.at = now
        paused = max(0.0, bucket.at - now)
        return paused + max(0.0, (1 - bucket.level) / limit.per_second)

    async def pause(self, name: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        bucket = self._buckets.setdefault(name, _Bucket(0, until))
        bucket.level, bucket.at = min(bucket.level, 1), max(bucket.at, until)


# KEYS: one per limit. ARGV: per limit per_second, burst. The server's own clock, so that processes agree.
_TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
local longest, levels = 0, {}
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local b = redis.call('HMGET', key, 'level', 'at')
  local level, at = tonumber(b[1] or burst), tonumber(b[2] or now)
  local paused = 0
  if now > at then level = math.min(burst, level + (now - at) * rate); at = now else paused = at - now end
  levels[i] = {level, at}
  longest = math.max(longest, paused + math.max(0, (1 - level) / rate))
end
if longest > 0 then return tostring(longest) end
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  redis.call('HSET', key, 'level', tostring(levels[i][1] - 1), 'at', tostring(levels[i][2]))
  redis.call('PEXPIRE', key, math.ceil(1000 * burst / rate) + 60000)
end
return '0'
"""
_PAUSE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
redis.call('HSET', KEYS[1], 'level', '1', 'at', tostring(now + tonumber(ARGV[1])))
redis.call('PEXPIRE', KEYS[1], math.ceil(1000 * ARGV[1]) + 60000)
return '0'
"""


class RedisPacer:
    """The same buckets for all replicas of a desk. While Redis is away each keeps the pace for itself."""

    def __init__(self, redis: Redis) -> None:
        self._alone = LocalPacer()
        self._take: Any = redis.register_script(_TAKE)
        self._pause: Any = redis.register_script(_PAUSE)

    async def take(self, limits: Sequence[Limit]) -> float:
        if not limits:
            return 0.0
        keys = [f"chatdesk:pace:{limit.name}" for limit in limits]
        numbers = [n for limit in limits for n in (limit.per_second, limit.burst)]
        try:
            return float(await self._take(keys=keys, args=numbers))
        except RedisError as fault:
            log.warning("pace.alone", why=str(fault))
            return await self._alone.take(limits)

    async def pause(self, name: str, seconds: float) -> None:
        await self._alone.pause(name, seconds)
        try:
            await self._pause(keys=[f"chatdesk:pace:{name}"], args=[seconds])
        except RedisError as fault:
            log.warning("pace.alone", why=str(fault))
