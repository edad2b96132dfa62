"""Areas and groups as rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.directory import Directory
from chatdesk.core.language import best
from chatdesk.core.messages import Address
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import areas, groups

NOWHERE = ""  # the channel of a group that the desk has no more


async def homes_of(c: AsyncConnection) -> dict[str, Address]:
    """Where the cards of each group stand, by the group's id; empty before the desk was first started."""
    return {row.id: Address(row.home_channel, row.home_room) for row in await c.execute(select(groups))}


async def save_directory(c: AsyncConnection, directory: Directory) -> None:
    """Write what is configured; nothing is removed, since tickets refer to it.

    Every home is given up first: groups may have changed theirs with each other, or left them to others.
    """
    await c.execute(update(groups).values(home_channel=NOWHERE, home_room=groups.c.id))
    await _save(c, directory, {g.id: g.home for g in directory.groups})


async def save_areas(c: AsyncConnection, directory: Directory) -> None:
    """The same before it is known where the homes are: those of groups that are new are nowhere as yet."""
    known = await homes_of(c)
    await _save(c, directory, {g.id: known.get(g.id, Address(NOWHERE, g.id)) for g in directory.groups})


async def _save(c: AsyncConnection, directory: Directory, homes: Mapping[str, Address]) -> None:
    rows = [
        {
            "id": g.id,
            "area_id": g.area,
            "name": g.name,
            "home_channel": homes[g.id].channel,
            "home_room": homes[g.id].room,
            "answer_within": best(g.answer_within, "en"),
        }
        for g in directory.groups
    ]
    named = [{"id": a.id, "name": a.name} for a in directory.areas]
    await write(c, upserted(areas, named, key="id"), upserted(groups, rows, key="id"))
