"""The emulators' memory as a JSON file, so that a demo goes on where it stopped."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEBOUNCE = 0.2  # seconds between the first change and the write that holds it


class StateFile:
    """Writes what `collect` returns soon after a `touch`; a reader finds the old file or the new one, whole."""

    def __init__(self, path: Path, collect: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._collect = collect
        self._written = b""
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Future[None] | None = None

    def load(self) -> dict[str, Any] | None:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"{self._path} holds no state of the emulators: {error}") from error
        if not isinstance(found, dict) or not found.keys() >= {"telegram", "slack"}:
            raise ValueError(f"{self._path} holds no state of the emulators: it has other contents")
        return found

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_changes())

    def touch(self) -> None:
        self._dirty.set()

    async def stop(self) -> None:
        """Write what is there at the end, whether or not somebody told of a change."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if self._writing:
            await self._writing  # its thread goes on although the task was cancelled
        self._write(self._encoded())

    async def _write_changes(self) -> None:
        while True:
            await self._dirty.wait()
            await asyncio.sleep(DEBOUNCE)
            self._dirty.clear()
            self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, self._encoded()))
            await asyncio.shield(self._writing)

    def _encoded(self) -> bytes:
        return json.dumps(self._collect(), ensure_ascii=False).encode()

    def _write(self, content: bytes) -> None:
        if content == self._written:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".tmp")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._written = content
