"""Areas and groups as rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.directory import Directory
from chatdesk.core.language import best
from chatdesk.core.messages import Address
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import areas, groups, tickets

NOWHERE = ""  # the channel of a group that the desk has no more


async def homes_of(c: AsyncConnection) -> dict[str, Address]:
    """Where the cards of each group stand, by the group's id; empty before the desk was first started."""
    return {row.id: Address(row.home_channel, row.home_room) for row in await c.execute(select(groups))}


async def save_directory(c: AsyncConnection, directory: Directory) -> None:
    """Write what is configured; nothing is removed, since tickets refer to it.

    Every home is given up first: groups may have changed theirs with each other, or left them to others.
    """
    await c.execute(update(groups).values(home_channel=NOWHERE, home_room=groups.c.id))
    rows = [
        {
            "id": g.id,
            "area_id": g.area,
            "name": g.name,
            "home_channel": g.home.channel,
            "home_room": g.home.room,
            "answer_within": best(g.answer_within, "en"),
        }
        for g in directory.groups
    ]
    named = [{"id": a.id, "name": a.name} for a in directory.areas]
    await write(c, upserted(areas, named, key="id"), upserted(groups, rows, key="id"))


async def left_behind(c: AsyncConnection, directory: Directory, over: Sequence[str]) -> dict[str, list[int]]:
    """Tickets that are not over (whose state is none of `over`), by groups that the desk does not have any more."""
    wanted = select(tickets.c.group_id, tickets.c.number).where(
        tickets.c.group_id.not_in([g.id for g in directory.groups]), tickets.c.state.not_in(over)
    )
    found: dict[str, list[int]] = {}
    for row in await c.execute(wanted.order_by(tickets.c.number)):
        found.setdefault(row.group_id, []).append(row.number)
    return found
