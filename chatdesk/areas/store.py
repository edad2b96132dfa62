"""Areas and groups as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.directory import Directory
from chatdesk.storage.schema import areas, groups


async def save_directory(c: AsyncConnection, directory: Directory) -> None:
    """Write what is configured; nothing is removed, since tickets refer to it."""
    await _put(c, areas, [{"id": a.id, "name": a.name} for a in directory.areas])
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
    await _put(c, groups, rows)


async def _put(c: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    kind = sqlite if c.dialect.name == "sqlite" else postgresql
    insert = kind.insert(table)
    changed = {name: insert.excluded[name] for name in rows[0] if name != "id"}
    await c.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changed), rows)
