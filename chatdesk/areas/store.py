"""Areas and groups as rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.directory import Directory
from chatdesk.core.messages import Address
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import areas, groups


async def home_of(c: AsyncConnection, group: str) -> Address | None:
    """Where the group's cards stand; None before the desk was first started."""
    row = (await c.execute(select(groups).where(groups.c.id == group))).one_or_none()
    return Address(row.home_channel, row.home_room) if row else None


async def save_directory(c: AsyncConnection, directory: Directory) -> None:
    """Write what is configured; nothing is removed, since tickets refer to it."""
    rows = [
        {
            "id": g.id,
            "area_id": g.area,
            "name": g.name,
            "home_channel": g.home.channel,
            "home_room": g.home.room,
            "answer_within": g.answer_within,
        }
        for g in directory.groups
    ]
    named = [{"id": a.id, "name": a.name} for a in directory.areas]
    await write(c, upserted(areas, named, key="id"), upserted(groups, rows, key="id"))
