"""What every command needs: settings or a clear refusal, and a loop that ends politely."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

from chatdesk import logs
from chatdesk.settings import Settings, WrongSettings, load


def refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(2)


def settings() -> Settings:
    try:
        found = load()
    except WrongSettings as fault:
        refuse(str(fault))
    logs.configure(found.log_level)
    return found


async def until_told_to_stop(stop: asyncio.Event | None = None) -> None:
    """Until SIGINT or SIGTERM, or until `stop` is set."""
    stop = stop or asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()


def run(job: Coroutine[Any, Any, None]) -> None:
    asyncio.run(job)
