"""What a group's channel shows of all its tickets at a glance: one message, pinned, edited in place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from chatdesk.areas.area import Group
from chatdesk.conversations.ticket import TITLE_LENGTH, Ticket, Turn
from chatdesk.conversations.timers import working_days_later
from chatdesk.core.markup import Markup, Style, bold, shorten, styled
from chatdesk.core.messages import Body, Mark, Outgoing

MOST_LISTED = 3  # of the oldest tickets of each kind
LATE_AFTER = 1  # working days: how soon a group answers is told in words, which nobody can count
DOT = "  ·  "

Kind = tuple[str, Callable[[Ticket], bool]]


def board_key(group: str) -> str:
    return f"board:{group}"


def board(group: Group, tickets: Sequence[Ticket], now: datetime) -> Outgoing:
    """Whose turn it is on the group's open tickets, and the oldest of each kind."""
    text = bold(f"{group.name}: {len(tickets) or 'nothing'} open")
    oldest = sorted(tickets, key=lambda t: t.turn_since)
    kinds = [(name, list(filter(fits, oldest))) for name, fits in _kinds(now)] if tickets else []
    for name, found in kinds:
        text = text + DOT + bold(str(len(found))) + f" {name}"
    for name, found in kinds:
        if found:
            text = text + f"\n{name.capitalize()}: " + ways_to(found, MOST_LISTED)
    return Outgoing(to=group.home, key=board_key(group.id), body=Body(text), standing=True)


def pinned(group: Group) -> Outgoing:
    """The board stays in sight at the head of the channel."""
    key = board_key(group.id)
    return Outgoing(to=group.home, key=f"{key}:pinned", marks=key, mark=Mark.PINNED)


def _kinds(now: datetime) -> Sequence[Kind]:
    return (
        ("overdue", lambda t: is_overdue(t, now)),
        ("unclaimed", lambda t: t.assignee is None),
        ("ours", lambda t: t.turn is Turn.DESK),
        ("theirs", lambda t: t.turn is Turn.CUSTOMER),
    )


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether it has been our turn for more than one working day."""
    return ticket.turn is Turn.DESK and working_days_later(ticket.turn_since, LATE_AFTER) < now


def ways_to(tickets: Sequence[Ticket], most: int, titled: bool = True) -> Markup:
    """The first of them by number and title, each leading to its card; how many more there are."""
    text = Markup("")
    for n, ticket in enumerate(tickets[:most]):
        number = styled(f"#{ticket.number}", Style.MESSAGE, ticket.card)
        title = f" {shorten(ticket.title, TITLE_LENGTH)}" if titled else ""
        text = text + (DOT if n else "") + number + title
    return text + f"{DOT}and {len(tickets) - most} more" if len(tickets) > most else text
