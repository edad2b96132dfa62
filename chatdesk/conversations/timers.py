"""What time alone does to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chatdesk.conversations import events as ev
from chatdesk.conversations.ticket import Case, State
from chatdesk.core.events import Event

CLOSE = "close"
CLOSES_AFTER = 10  # working days from solved or unsolved to closed (EOSC-hub, "Ticket Status Values")
SATURDAY = 5


def working_days_later(start: datetime, days: int) -> datetime:
    """The same time of day `days` weekdays later; holidays come with the group's calendar."""
    at = start
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < SATURDAY
    return at


def due_after(event: Event, case: Case) -> datetime | None:
    """When the ticket closes by itself; None when it does not."""
    return working_days_later(case.now, CLOSES_AFTER) if isinstance(event, ev.Resolved | ev.Withdrawn) else None


def restarts(event: Event) -> bool:
    return isinstance(event, ev.Resolved | ev.Withdrawn | ev.Reopened | ev.Verified)


def on_timer(name: str, case: Case) -> Sequence[Event]:
    if name == CLOSE and case.subject.state in (State.SOLVED, State.UNSOLVED):
        return [ev.Closed()]
    return []
