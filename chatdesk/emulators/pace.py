"""The published rate limits, as token buckets that a test can run faster or turn off."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Pace:
    """`factor` 1 = the published limits, 100 = a hundred times faster, 0 = no limits."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def wait(self, key: tuple[str, ...], per_second: float, burst: float) -> float:
        """Take one token and return 0, or take none and return the seconds until there is one."""
        if not self.factor:
            return 0.0
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        rate = per_second * self.factor
        bucket.level = min(burst, bucket.level + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.level >= 1:
            bucket.level -= 1
            return 0.0
        return (1 - bucket.level) / rate

    def give_back(self, key: tuple[str, ...]) -> None:
        """Return a token that was taken for a call which another limit then refused."""
        if key in self._buckets:
            self._buckets[key].level += 1
