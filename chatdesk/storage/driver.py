"""The database driver's own connection under a transaction, for the few statements that every message needs.

SQLAlchemy makes our SQL, opens connections and keeps them; its execute costs more than the work itself (a statement
by key, measured: 64-92 µs on SQLite where the driver takes 5, 110-200 on PostgreSQL where it takes 16). So the hot
statements, compiled once (statement.py, rows.py), run here, in the same transaction as all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.storage import inline_sqlite

Row = Sequence[Any]


class Driver(Protocol):
    async def begin(self) -> None: ...
    async def commit(self) -> None: ...
    async def roll_back(self) -> None: ...

    async def run(self, sql: str, values: Row = ()) -> Sequence[Row]:
        """One statement; the rows that it returns."""


class SqliteDriver:
    def __init__(self, connection: inline_sqlite.Connection) -> None:
        self._native = connection.native
        self.begin, self.commit, self.roll_back = connection.begin, connection.commit, connection.rollback

    async def run(self, sql: str, values: Row = ()) -> Sequence[Row]:
        return self._native.execute(sql, values).fetchall()

    def run_many(self, sql: str, rows: Sequence[Row]) -> None:
        """The statement once for each row."""
        self._native.executemany(sql, rows)


class PostgresDriver:
    def __init__(self, native: asyncpg.Connection) -> None:
        self._native = native

    async def begin(self) -> None:
        await self._native.execute("BEGIN")

    async def commit(self) -> None:
        await self._native.execute("COMMIT")

    async def roll_back(self) -> None:
        await self._native.execute("ROLLBACK")

    async def run(self, sql: str, values: Row = ()) -> Sequence[Row]:
        found: list[Row] = await self._native.fetch(sql, *values)
        return found


def driver_of(c: AsyncConnection) -> Driver:
    """Of a connection that writes."""
    assert c.sync_connection is not None
    found: Driver = c.sync_connection.info["driver"]
    return found
