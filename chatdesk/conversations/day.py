"""The working day opens with one line on what came in since the day before; off unless the group asks for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chatdesk.areas.area import DayOpens, Group
from chatdesk.conversations.board import ways_to
from chatdesk.conversations.ticket import Ticket
from chatdesk.conversations.timers import SATURDAY
from chatdesk.core.markup import Markup, bold
from chatdesk.core.messages import Body, Outgoing

MOST_LISTED = 20


def opened(opens: DayOpens, now: datetime) -> datetime:
    """When the last working day opened, on the clocks of the group's zone; holidays come with its calendar."""
    day = now.astimezone(opens.zone).date()
    while day.weekday() >= SATURDAY or _at(opens, day) > now:
        day -= timedelta(days=1)
    return _at(opens, day)


def _at(opens: DayOpens, day: date) -> datetime:
    return datetime.combine(day, opens.at, opens.zone)


def line(group: Group, opens: DayOpens, tickets: Sequence[Ticket], after: datetime, until: datetime) -> Outgoing | None:
    """What came in between two openings; None when nothing did.

    `tickets`: the group's that were opened or written to since `after`, oldest first.
    """
    new = [t for t in tickets if after <= t.opened < until]
    written = [t for t in tickets if t.opened < after and t.heard and after <= t.heard < until]
    if not new and not written:
        return None
    text = bold(f"What came in since {after.astimezone(opens.zone):%A, %H:%M}")
    text = text + _counted(_named(new), new) + _counted("Further messages on", written)
    return Outgoing(to=group.home, key=f"day:{group.id}:{until:%Y-%m-%d}", body=Body(text))


def _named(new: Sequence[Ticket]) -> str:
    free = sum(t.assignee is None and t.state.is_open for t in new)
    return f"New ({free} unclaimed)" if free else "New"


def _counted(name: str, tickets: Sequence[Ticket]) -> Markup:
    """Without titles, which are users' words: nobody takes this line back when those are removed."""
    return Markup(f"\n{name} {len(tickets)}: ") + ways_to(tickets, MOST_LISTED, titled=False) if tickets else Markup("")
