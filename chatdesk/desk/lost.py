"""A card or a board that was deleted on the channel's side: it is said again, and its thread goes on under the new one.

The key of the card leads to the new message from then on. The old one is remembered under a key of its own, so that
what somebody still writes in the old thread is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.ticket import card_key
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
        await _wake(c, key, number, now)
    await write(c, cursors.moved({LOST: f"{key} {native}"}))
    log.warning("message.lost", key=key, channel=channel, room=room, native=native)
    return str(key)


def base_of(key: str) -> str:
    """The key that the message had until it was lost."""
    return key.split(WAS, 1)[0]


async def _wake(c: AsyncConnection, key: str, number: int, now: datetime) -> None:
    """Nobody misses the card that the ticket left when it moved to another group."""
    found = select(tickets.c.area_id, tickets.c.moved_seq).where(tickets.c.number == number)
    row = (await c.execute(found)).one()
    if key == card_key(number, row.moved_seq):
        await wake(c, CARD_LOST, {number: row.area_id}, now)


async def wake(c: AsyncConnection, name: str, which: Mapping[int, str], now: datetime) -> None:
    """Wake these tickets as soon as this is committed; their areas by their numbers."""
    rows = [
        {"key": f"t{number}:{name}", "ticket": number, "area_id": area, "name": name, "due": now}
        for number, area in which.items()
    ]
    await c.execute(delete(timers).where(timers.c.key.in_([row["key"] for row in rows])))
    await write(c, inserted(timers, [row | {"channel": "", "room": ""} for row in rows]))
