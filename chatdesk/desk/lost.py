"""A card or a board that was deleted on the channel's side: it is said again, and its thread goes on under the new one.

The key of the card leads to the new message from then on. The old one is remembered under a key of its own, so that
what somebody still writes in the old thread is heard.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.timers import CARD_LOST
from chatdesk.core.messages import ticket_in
from chatdesk.desk import cursors
from chatdesk.storage.rows import inserted, write
from chatdesk.storage.schema import links, tickets, timers

log = structlog.get_logger()
LOST = "lost"  # the cursor that tells all processes that what they remember of our messages is no longer true
SAID_AGAIN = ("card:", "board:")
WAS = ":was:"


async def lose(c: AsyncConnection, channel: str, room: str, native: str, now: datetime) -> str | None:
    """The message is there no more: its key leads nowhere until it is said again. None when it is none of these."""
    here = (links.c.channel == channel, links.c.room == room, links.c.native == native)
    key = (await c.execute(select(links.c.key).where(*here))).scalar_one_or_none()
    if key is None or not key.startswith(SAID_AGAIN) or WAS in key:
        return None
    await c.execute(update(links).where(*here).values(key=f"{key}{WAS}{native}", part=0))
    number = ticket_in(key)
    if number is not None:
        await _wake(c, number, now)
    await write(c, cursors.moved({LOST: f"{key} {native}"}))
    log.warning("message.lost", key=key, channel=channel, room=room, native=native)
    return str(key)


async def _wake(c: AsyncConnection, number: int, now: datetime) -> None:
    area = (await c.execute(select(tickets.c.area_id).where(tickets.c.number == number))).scalar_one()
    row = {"key": f"t{number}:{CARD_LOST}", "ticket": number, "area_id": area, "name": CARD_LOST, "due": now}
    await c.execute(delete(timers).where(timers.c.key == row["key"]))
    await write(c, inserted(timers, [row | {"channel": "", "room": ""}]))
