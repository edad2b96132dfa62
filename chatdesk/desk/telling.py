"""Tells users of bulletins, and of their end: some at each look, each in a transaction of its own.

One process does it.
"""

from __future__ import annotations

import asyncio

import structlog

from chatdesk.bulletins.rules import OVER, TELL
from chatdesk.bulletins.store import to_end, to_tell
from chatdesk.desk.desk import Desk
from chatdesk.desk.work import Wake
from chatdesk.storage.database import is_outage

log = structlog.get_logger()
EVERY = 3.0  # seconds between looks
AT_ONCE = 50  # conversations at each


async def run(desk: Desk) -> None:
    """Until cancelled. A look that fails is logged, and the next one comes."""
    duty = desk.duty("telling")
    while True:
        try:
            if await duty.take():
                while await duty.held():
                    await look(desk)
                    await asyncio.sleep(EVERY)
        except Exception as fault:
            log.warning("telling.failed", why=str(fault), exc_info=not is_outage(fault))
        finally:
            await duty.release()
        await asyncio.sleep(EVERY)


async def look(desk: Desk) -> None:
    now = desk.clock.now()
    async with desk.database.read() as c:
        found = [(TELL, one) for one in await to_tell(c, now, AT_ONCE)]
        found += [(OVER, one) for one in await to_end(c, now, AT_ONCE)]
    for kind, (bulletin, at) in found:
        await desk.wake(Wake(f"{kind}{bulletin}", at=at))
