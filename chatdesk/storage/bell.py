"""Wake-ups between the parts of a desk: in one process, or over Redis between several. Never the truth.

A ring that is lost costs only the time until the next look.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()
TOPIC = "chatdesk:bell"


class Bell(Protocol):
    def ring(self) -> None: ...
    async def wait(self, seconds: float) -> None: ...
    async def close(self) -> None: ...


class LocalBell:
    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Until rung, at most `seconds`."""
        if not self._rung.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._rung.wait()
        self._rung.clear()

    async def close(self) -> None:
        return None


class RedisBell(LocalBell):
    """Rings here and, at most once per loop turn, in every other process."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis
        self._own = f"{id(self)}"
        self._publishing: asyncio.Task[None] | None = None
        self._listening = asyncio.create_task(self._listen())

    def ring(self) -> None:
        super().ring()
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        with suppress(RedisError):
            await self._redis.publish(TOPIC, self._own)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as heard:
                    await heard.subscribe(TOPIC)
                    async for message in heard.listen():
                        if message["type"] == "message":
                            super().ring()
            except RedisError as fault:
                log.warning("bell.lost", why=str(fault))
                await asyncio.sleep(1)

    async def close(self) -> None:
        for task in (self._listening, self._publishing):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
