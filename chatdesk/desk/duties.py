"""What one process of the desk does for all, every few seconds: it takes the duty, and keeps it as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chatdesk.desk.desk import Desk
from chatdesk.storage.database import is_outage

log = structlog.get_logger()
Look = Callable[[], Awaitable[object]]


async def kept(desk: Desk, name: str, every: float, begin: Callable[[], Look]) -> None:
    """Until cancelled. A look that fails is logged, and the next one comes.

    `begin` makes what looks, anew whenever the duty is taken: what another process did meanwhile it cannot remember.
    """
    duty = desk.duty(name)
    while True:
        try:
            if await duty.take():
                look = begin()
                while await duty.held():
                    await look()
                    await asyncio.sleep(every)
        except Exception as fault:
            log.warning(f"{name}.failed", why=str(fault), exc_info=not is_outage(fault))
        finally:
            await duty.release()
        await asyncio.sleep(every)
