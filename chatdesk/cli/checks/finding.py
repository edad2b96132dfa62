"""One line of the doctor's report. No secret ever stands in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # nothing is wrong, and it is worth knowing
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str  # the side: settings, database, redis, telegram, slack, web
    what: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return self.level in (Level.OK, Level.NOTE)

    def __str__(self) -> str:
        """One line, whatever the services answered."""
        mend = f" To mend it: {self.mend}" if self.mend else ""
        return " ".join(f"{self.level:<5} {self.about}: {self.what}{mend}".split("\n"))


Findings = AsyncIterator[Finding]


@dataclass(frozen=True, slots=True)
class About:
    """Makes findings about one side."""

    side: str

    def ok(self, what: str) -> Finding:
        return Finding(Level.OK, self.side, what)

    def note(self, what: str) -> Finding:
        return Finding(Level.NOTE, self.side, what)

    def wrong(self, what: str, mend: str) -> Finding:
        return Finding(Level.WRONG, self.side, what, mend)

    def missing(self, what: str, mend: str) -> Finding:
        return Finding(Level.MISSING, self.side, what, mend)


def host_of(url: str) -> str:
    """Scheme and host of a URL: what may be shown of one that can carry a secret in its path or user."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"
