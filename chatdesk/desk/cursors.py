"""How far a channel has read, or a board has been said: what was seen before a stop, so that it goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.storage.database import Database
from chatdesk.storage.rows import Write, upserted
from chatdesk.storage.schema import cursors


async def read(database: Database, name: str) -> str | None:
    async with database.read() as c:
        return (await c.execute(select(cursors.c.value).where(cursors.c.name == name))).scalar_one_or_none()


async def write(database: Database, name: str, value: str) -> None:
    async with database.begin() as c:
        moved = await c.execute(cursors.update().where(cursors.c.name == name).values(value=value))
        if not moved.rowcount:
            await c.execute(cursors.insert().values(name=name, value=value))


async def of(c: AsyncConnection, names: Sequence[str]) -> dict[str, str]:
    """Those of the names that have a value."""
    return {r.name: r.value for r in await c.execute(select(cursors).where(cursors.c.name.in_(names)))}


async def hold_boards(c: AsyncConnection) -> None:
    """Boards are said and words removed from them by one transaction at a time: what is gone is not said again."""
    boards = select(cursors.c.name).where(cursors.c.name.startswith("board:")).order_by(cursors.c.name)
    await c.execute(boards.with_for_update())


def moved(values: Mapping[str, str]) -> Write:
    return upserted(cursors, [{"name": name, "value": value} for name, value in values.items()], key="name")
