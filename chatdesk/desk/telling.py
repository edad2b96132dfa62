"""Tells users of bulletins, and of their end: some at each look, each in a transaction of its own.

One process does it.
"""

from __future__ import annotations

from functools import partial

from chatdesk.bulletins.rules import OVER, TELL
from chatdesk.bulletins.store import to_end, to_tell
from chatdesk.desk.desk import Desk
from chatdesk.desk.duties import kept
from chatdesk.desk.work import Wake

EVERY = 3.0  # seconds between looks
AT_ONCE = 50  # conversations at each


async def run(desk: Desk) -> None:
    """Until cancelled."""
    await kept(desk, "telling", EVERY, lambda: partial(look, desk))


async def look(desk: Desk) -> None:
    now = desk.clock.now()
    async with desk.database.read() as c:
        found = [(TELL, one) for one in await to_tell(c, now, AT_ONCE)]
        found += [(OVER, one) for one in await to_end(c, now, AT_ONCE)]
    for kind, (bulletin, at) in found:
        await desk.wake(Wake(f"{kind}{bulletin}", at=at))
