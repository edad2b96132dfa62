"""A bulletin: planned maintenance or a known problem, of which users are told before they ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatdesk.core.events import Event, unstored


class Kind(StrEnum):
    MAINTENANCE = "maintenance"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Bulletin:
    id: int
    area: str
    service: str | None  # id; None: it concerns the whole area
    kind: Kind
    text: str
    since: datetime  # when users are told
    until: datetime | None = None  # None: until somebody ends it
    ended: bool = False

    def is_on(self, now: datetime) -> bool:
        return not self.ended and self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Those of the case's area that are not over, and of which its conversation has been told."""

    bulletins: tuple[Bulletin, ...] = ()
    told: frozenset[int] = frozenset()

    def find(self, id: int) -> Bulletin | None:
        return next((b for b in self.bulletins if b.id == id), None)


@dataclass(frozen=True, slots=True)
class BulletinMade(Event):
    by: int
    area: str
    service: str | None
    kind: str
    since: str  # ISO 8601
    until: str | None = None
    text: str = unstored("")


@dataclass(frozen=True, slots=True)
class BulletinEnded(Event):
    by: int
    bulletin: int


@dataclass(frozen=True, slots=True)
class BulletinTold(Event):
    """The users of this conversation are told."""

    bulletin: int
    about: Bulletin | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class BulletinOver(Event):
    """What they were told of has an end: that stands where they read of it."""

    bulletin: int
    about: Bulletin | None = unstored(None, compare=False)
