"""A shift, the rota of a group, and what can happen to it. `by` and `person` are person ids. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.events import TicketEvent
from chatdesk.core.events import Event, unstored


@dataclass(frozen=True, slots=True)
class Shift:
    id: int
    group: str
    person: int
    since: datetime
    until: datetime | None = None  # None: until somebody else is put on
    note: str = ""  # of who handed it over

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Rota:
    """The shifts of one group that are not over, the first to begin first."""

    shifts: tuple[Shift, ...] = ()

    def now(self, at: datetime) -> Sequence[Shift]:
        return [s for s in self.shifts if s.covers(at)]

    def of(self, person: int) -> Shift | None:
        """The one that this person has now, or has next."""
        return next((s for s in self.shifts if s.person == person), None)


@dataclass(frozen=True, slots=True)
class ShiftSet(Event):
    """Somebody is on shift for a group."""

    by: int
    group: str
    person: int
    since: str  # ISO 8601
    until: str | None = None
    note: str = unstored("")


@dataclass(frozen=True, slots=True)
class ShiftEnded(Event):
    """A shift ends, or will not be: `at` is when it ends."""

    by: int
    group: str
    shift: int
    at: str


@dataclass(frozen=True, slots=True)
class ShiftsSwapped(Event):
    """Two shifts have each other's people."""

    by: int
    group: str
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class ShiftTold(TicketEvent):
    """Who is on shift has been told of a ticket that is new to the group."""

    who: tuple[int, ...]
