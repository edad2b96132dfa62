"""Locks that a dead process cannot keep: the operating system's on SQLite, the session's on PostgreSQL."""

from __future__ import annotations

import fcntl
import zlib
from typing import IO

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.storage.database import Database


class Lock:
    """One holder among all processes of a desk, or many when all of them take it `shared`."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._file: IO[str] | None = None
        self._session: AsyncConnection | None = None

    async def take(self, shared: bool = False) -> bool:
        """Whether it is ours now; never waits."""
        if self._database.is_sqlite:
            return self._take_file(shared)
        session = await self._database.session()
        function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        ours = (await session.execute(text(f"SELECT {function}(:key)"), {"key": self._key})).scalar_one()
        await session.commit()
        if not ours:
            await session.close()
            return False
        self._session = session
        return True

    @property
    def _key(self) -> int:
        return zlib.crc32(self._name.encode())

    def _take_file(self, shared: bool) -> bool:
        path = make_url(self._database.url).database
        if not path or path == ":memory:":
            return True
        file = open(f"{path}.{self._name}.lock", "a")  # noqa: SIM115 - held as long as the lock
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    async def held(self) -> bool:
        """Whether it still is ours: PostgreSQL gives it to another when our session breaks."""
        if self._session is None:
            return self._file is not None or self._database.is_sqlite
        try:
            await self._session.execute(text("SELECT 1"))
            await self._session.commit()
        except (SQLAlchemyError, OSError):
            return False
        return True

    async def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
        if self._session:
            await self._session.invalidate()  # the session ends, and its locks with it
            await self._session.close()
            self._session = None
