"""Files by their content: fetched once from the channel they came by, kept under their SHA-256, streamed, never whole
in memory. A row says where a file came from and what it holds; two that are the same are kept once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from sqlalchemy import delete, select

from chatdesk.core.errors import Rejected
from chatdesk.core.messages import File
from chatdesk.desk.clock import Clock
from chatdesk.storage.database import Database
from chatdesk.storage.rows import insert_once
from chatdesk.storage.schema import files

GONE = "gone:"  # what the source of a file begins with that is to be thrown away


class Source(Protocol):
    """A channel from which files come."""

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        """The file's content in pieces. Fails as TryLater or Rejected."""
        ...


class Files:
    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._locks: dict[str, asyncio.Lock] = {}
        self.sources: Mapping[str, Source] = {}  # by channel; known once there are channels

    async def path_of(self, file: File) -> Path:
        """Where its content lies on this machine; fetched now when the desk has not got it yet."""
        lock = self._locks.setdefault(file.source, asyncio.Lock())
        try:
            async with lock:
                return await self._known(file) or await self._fetched(file)
        finally:
            if not lock.locked():
                self._locks.pop(file.source, None)

    async def _known(self, file: File) -> Path | None:
        async with self._database.read() as c:
            found = await c.execute(select(files.c.sha256).where(files.c.source == file.source))
        sha256 = found.scalar_one_or_none()
        path = self._place(sha256) if sha256 else None
        return path if path and path.exists() else None

    async def _fetched(self, file: File) -> Path:
        channel, _, rest = file.source.partition(":")
        if channel not in self.sources:
            raise Rejected(f"the file {file.name} cannot be fetched: nothing is known of where it came from.")
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f"{uuid4().hex}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with beside.open("wb") as made:
                async for piece in self.sources[channel].fetch(rest):
                    digest.update(piece)
                    size += len(piece)
                    await asyncio.to_thread(made.write, piece)
                await asyncio.to_thread(_settle, made.fileno())
            path = self._place(digest.hexdigest())
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        row = {
            "source": file.source,
            "sha256": digest.hexdigest(),
            "size": size,
            "name": file.name,
            "type": file.type,
            "at": self._clock.now(),
        }
        async with self._database.begin() as c:
            await insert_once(c, files, [row], returning="source")
        return path

    async def sweep(self) -> None:
        """Throw away what nobody may see any more, unless the same content also came from elsewhere."""
        async with self._database.begin() as c:
            dead = files.c.source.startswith(GONE, autoescape=True)
            contents = set((await c.execute(select(files.c.sha256).where(dead))).scalars())
            if not contents:
                return
            alive = select(files.c.sha256).where(files.c.sha256.in_(contents), ~dead)
            kept = set((await c.execute(alive)).scalars())
            for sha256 in contents - kept:
                self._place(sha256).unlink(missing_ok=True)
            await c.execute(delete(files).where(dead))

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _settle(descriptor: int) -> None:
    os.fsync(descriptor)
