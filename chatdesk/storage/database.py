"""Engines for SQLite and PostgreSQL, and the few things that the two say differently.

SQLite (trials with eight tasks that read, then write, one row): the driver's default loses updates without
a word, a plain BEGIN fails with "database is locked"; BEGIN IMMEDIATE loses nothing. So every
transaction of the writing engine begins IMMEDIATE, and one connection writes; readers have their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Dialect, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import DateTime, TypeDecorator

from chatdesk.storage import inline_sqlite
from chatdesk.storage.driver import Driver, PostgresDriver, SqliteDriver, driver_of

BUSY_TIMEOUT = 10_000  # milliseconds
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT}", "foreign_keys=ON")
# What the desk writes it finds by a key or by a partial index made for it. Statistics of tables whose rows come and go
# within a second say otherwise now and then, and a queue is then read through from one end to the other.
BY_INDEX = {"enable_seqscan": "off", "enable_bitmapscan": "off"}
# Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback (deadlock,
# serialization), out of resources, stopped or starting by its operator.
AWAY_STATES = ("08", "40", "53", "57P")
AWAY_FAULTS = (
    *(OperationalError, InterfaceError, PoolTimeout, OSError, sqlite3.OperationalError),
    # asyncpg calls it internal when a connection breaks between two steps of one statement.
    *(asyncpg.InterfaceError, asyncpg.InternalClientError),
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC on both databases; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value if value.tzinfo is UTC else value.astimezone(UTC)


def async_url(url: str) -> str:
    """`sqlite:///x` and `postgresql://x` mean their asynchronous drivers."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    name = drivers.get(parsed.drivername, parsed.drivername)
    return parsed.set(drivername=name).render_as_string(hide_password=False)


class Database:
    """`begin()` is a writing transaction, `read()` one that only looks."""

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        parsed = make_url(self.url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            path = parsed.database or ":memory:"
            inline = {"async_creator_fn": lambda *_, **__: inline_sqlite.Connection(path, PRAGMAS)}
            self._writer = create_async_engine(self.url, pool_size=1, max_overflow=0, connect_args=inline)
            self._reader = create_async_engine(self.url, pool_size=4)
            _begin_with(self._reader, "BEGIN")
            _set_pragmas(self._reader)
        else:
            self._reader = create_async_engine(self.url, pool_size=4, max_overflow=4)
            settings = {"server_settings": BY_INDEX}
            self._writer = create_async_engine(
                self.url, pool_size=4, max_overflow=4, isolation_level="AUTOCOMMIT", connect_args=settings
            )  # begin() says BEGIN itself
            for engine in (self._reader, self._writer):
                _leave_dead_connections(engine)
        _keep_driver(self._writer)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._writer.connect() as connection:
            driver = driver_of(connection)
            try:
                await driver.begin()
                yield connection
                await driver.commit()
            except BaseException:
                await _roll_back(connection, driver)
                raise

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def session(self) -> AsyncConnection:
        """A connection of its own, for a lock that lives as long as it does."""
        return await self._reader.connect()

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _set_pragmas(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_with(engine: AsyncEngine, begin: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _keep_driver(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        native = connection.driver_connection
        inline = isinstance(native, inline_sqlite.Connection)
        record.info["driver"] = SqliteDriver(native) if inline else PostgresDriver(native)


def _leave_dead_connections(engine: AsyncEngine) -> None:
    """asyncpg knows when its server has gone; asking the server before each use would cost a round trip."""

    @event.listens_for(engine.sync_engine, "checkout")
    def taken(connection: Any, record: Any, proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError


async def _roll_back(connection: AsyncConnection, driver: Driver) -> None:
    """A connection that cannot even do this is thrown away; what led to it is what matters."""
    try:
        await driver.roll_back()
    except BaseException as fault:
        with suppress(Exception):
            await connection.invalidate()
        if not isinstance(fault, Exception):
            raise


def is_outage(fault: BaseException) -> bool:
    """The database is away or locked: nothing is wrong with what was to be written, so it may be tried again."""
    cause = getattr(getattr(fault, "orig", None), "__cause__", None)
    if isinstance(fault, ValueError) or isinstance(cause, ValueError):
        return False  # a value that no database takes: asyncpg's DataError is an InterfaceError too
    if isinstance(fault, AWAY_FAULTS):
        return True
    state = str(getattr(getattr(fault, "orig", fault), "sqlstate", None) or "")
    return state.startswith(AWAY_STATES) or (isinstance(fault, DBAPIError) and fault.connection_invalidated)


async def next_numbers(connection: AsyncConnection, name: str, count: int) -> list[int]:
    """`count` fresh numbers of a sequence; gaps are allowed. PostgreSQL's own sequence does not make writers wait."""
    if connection.dialect.name == "sqlite":
        grown = "UPDATE counters SET value = value + :count WHERE name = :name RETURNING value"
        last: int = (await connection.execute(text(grown), {"name": name, "count": count})).scalar_one()
        return list(range(last - count + 1, last + 1))
    drawn = text(f"SELECT nextval('{name}') FROM generate_series(1, :count)")  # noqa: S608 - our own name
    return list((await connection.execute(drawn, {"count": count})).scalars())
