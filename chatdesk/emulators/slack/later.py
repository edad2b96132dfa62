"""What Slack does a little later than it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Later:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def at(self, due: float, act: Callable[[], None]) -> None:
        """`due` in seconds since the epoch."""
        task = asyncio.get_running_loop().create_task(self._wait(due, act))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait(self, due: float, act: Callable[[], None]) -> None:
        await asyncio.sleep(max(0.0, due - time.time()))
        act()

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
