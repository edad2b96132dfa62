"""How fast people write, and who may not be read for a while: what a conversation remembers of it. Pure.

Whoever writes at a human pace leaves no trace here: only when two messages come closer together than the limit's own
rhythm, or say the same, is anything counted at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from unicodedata import normalize
from zlib import crc32

MINUTE = timedelta(minutes=1)
FEWEST_LETTERS = 8  # below it equal words are no sign of anything: "yes", "and now?"
MOST_COMPARED = 500  # characters


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote in quick succession lately: a minute that slides over two counted ones."""

    account: str
    since: datetime  # when the minute began that is being counted
    count: int  # messages in it
    before: int = 0  # in the one before
    alike: int = 1  # how many in a row said nearly the same
    words: int = 0  # print of the last one
    last: datetime | None = None
    slow_until: datetime | None = None  # until then what they write is gathered

    def rate(self, now: datetime) -> float:
        """Messages in the minute that ends now, those of the counted minutes taken as evenly spread."""
        passed = min(1.0, max(0.0, (now - self.since) / MINUTE))
        return self.count + self.before * (1 - passed)

    def wrote(self, at: datetime, words: int, alike: bool) -> Writer:
        """After one more message."""
        alikes = 1 if not alike else self.alike + 1 if words == self.words else 2
        told = replace(self, alike=alikes, words=words, last=at)
        if at - self.since < MINUTE:
            return replace(told, count=self.count + 1)
        if at - self.since < 2 * MINUTE:
            return replace(told, since=self.since + MINUTE, before=self.count, count=1)
        return replace(told, since=at, before=0, count=1)


@dataclass(frozen=True, slots=True)
class Mute:
    """Until then the agents are shown nothing of what is written; it is kept."""

    until: datetime
    why: str
    kept: int = 0  # messages


_NO_LETTERS = re.compile(r"[\W\d_]+")
_REPEATED = re.compile(r"(.)\1+")


def print_of(text: str) -> int:
    """The same for texts that differ in numbers, signs, spaces, capitals and repeated letters; 0 when there is little
    to compare."""
    letters = _REPEATED.sub(r"\1", _NO_LETTERS.sub("", normalize("NFKC", text[:MOST_COMPARED]).casefold()))
    return crc32(letters.encode()) if len(letters) >= FEWEST_LETTERS else 0
