"""A driver for the one connection that writes to SQLite: statements run where they are called.

aiosqlite hands every execute, fetch and close to a thread and back, which takes several times as long as the
statement itself (a message needs about twenty statements of some microseconds each). Here only what
really waits goes to a thread: BEGIN IMMEDIATE when another process has the lock, and COMMIT, for the disk.
It speaks as much of aiosqlite's interface as SQLAlchemy's dialect asks for. Readers, whose queries may be long,
stay with aiosqlite.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self

BEGIN = "BEGIN IMMEDIATE"


class Cursor:
    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.native.cursor()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        self._cursor.execute(sql, parameters)
        return self

    async def executemany(self, sql: str, rows: Sequence[Any]) -> Self:
        self._cursor.executemany(sql, rows)
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection:
    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self.native = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in pragmas:
            self.native.execute(f"PRAGMA {pragma}")
        self._busy_timeout: int = self.native.execute("PRAGMA busy_timeout").fetchone()[0]  # milliseconds
        self._connection: sqlite3.Connection | None = self.native  # the name that SQLAlchemy looks at
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="sqlite")

    def __await__(self) -> Generator[Any, None, Connection]:
        return self
        yield

    async def in_thread(self, do: Callable[[], Any]) -> None:
        """Run what may wait. A cancelled caller leaves only after it has ended, so that nothing runs twice at once."""
        done = asyncio.get_running_loop().run_in_executor(self._waiting, do)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            while not done.done():
                with suppress(asyncio.CancelledError):  # however often
                    await asyncio.wait([done])
            raise

    async def begin(self) -> None:
        """Mostly nobody else writes; only when somebody does is there a thread to wait in."""
        self.native.execute("PRAGMA busy_timeout=0")
        try:
            self.native.execute(BEGIN)
            return
        except sqlite3.OperationalError:
            pass
        finally:
            self.native.execute(f"PRAGMA busy_timeout={self._busy_timeout}")
        await self.in_thread(lambda: self.native.execute(BEGIN))

    def cursor(self) -> Cursor:
        return Cursor(self)

    async def create_function(self, *args: Any, **options: Any) -> None:
        self.native.create_function(*args, **options)

    async def commit(self) -> None:
        await self.in_thread(self.native.commit)

    async def rollback(self) -> None:
        """Also asked for by the pool, after each use."""
        if self.native.in_transaction:
            await self.in_thread(self.native.rollback)

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._connection is not None:
            self._connection = None
            self._waiting.shutdown()
            self.native.close()
