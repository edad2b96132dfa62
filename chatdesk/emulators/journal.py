"""What was asked of an emulator and what it answered, in order: the proof that tests read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Entry:
    """One call of the service's API. `done` tells whether the act took place, whatever was answered."""

    n: int
    at: float  # seconds since the epoch
    method: str
    arguments: Mapping[str, Any]
    done: bool = False
    status: int = 0  # the HTTP status that was answered; 0 while none was
    answer: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None  # the kind of the fault that was played on this call


class Journal:
    """An append-only list of entries; `since` is exclusive, so that a reader can poll."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def note(self, method: str, arguments: Mapping[str, Any]) -> Entry:
        entry = Entry(len(self._entries) + 1, time.time(), method, arguments)
        self._entries.append(entry)
        return entry

    def read(self, since: int = 0, method: str | None = None) -> list[dict[str, Any]]:
        return [asdict(e) for e in self._entries[since:] if method is None or e.method == method]
