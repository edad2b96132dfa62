"""How far a channel has read: what it has seen before a stop, so that it can ask for what came after."""

from __future__ import annotations

from sqlalchemy import select

from chatdesk.storage.database import Database
from chatdesk.storage.schema import cursors


async def read(database: Database, name: str) -> str | None:
    async with database.read() as c:
        return (await c.execute(select(cursors.c.value).where(cursors.c.name == name))).scalar_one_or_none()


async def write(database: Database, name: str, value: str) -> None:
    async with database.begin() as c:
        moved = await c.execute(cursors.update().where(cursors.c.name == name).values(value=value))
        if not moved.rowcount:
            await c.execute(cursors.insert().values(name=name, value=value))
