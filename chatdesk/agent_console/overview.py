"""What waits, at a glance: whose turn first, then what has waited longest. Pure: a channel or a page only draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.card import turn_of
from chatdesk.conversations.parts import GroupQueue
from chatdesk.conversations.ticket import Ticket, Turn
from chatdesk.core.messages import Moment

YOURS, UNCLAIMED, WAITING, COLLEAGUES = "Yours", "Unclaimed", "Waiting for the user", "Colleagues'"
MOST_LISTED = 30  # tickets under one heading


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in one line."""

    ticket: int
    card: str  # key of its card, of which a channel makes the way to its thread
    title: str
    turn: str | Moment
    state: str
    priority: str
    owner: str = ""  # empty: nobody
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]
    more: int = 0  # tickets that are not among the rows

    @property
    def count(self) -> int:
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits in one group, for one of its agents."""

    group: str  # as agents read it
    sections: tuple[Section, ...]

    @property
    def is_empty(self) -> bool:
        return not any(section.count for section in self.sections)


def home(queue: GroupQueue, account: str, now: datetime, most: int = MOST_LISTED) -> Overview:
    """An agent's own tickets, those that nobody has, and those of others that wait for their user."""
    mine, free, others = _apart(queue, account)
    waiting = [t for t in others if t.turn is Turn.CUSTOMER]
    return _overview(queue, now, most, (YOURS, mine), (UNCLAIMED, free), (WAITING, waiting))


def everything(queue: GroupQueue, account: str, now: datetime) -> Overview:
    """All open tickets of the group, those that nobody has first."""
    mine, free, others = _apart(queue, account)
    return _overview(queue, now, MOST_LISTED, (UNCLAIMED, free), (YOURS, mine), (COLLEAGUES, others))


def own(queue: GroupQueue, account: str, now: datetime) -> Overview:
    return _overview(queue, now, MOST_LISTED, (YOURS, _apart(queue, account)[0]))


def _apart(queue: GroupQueue, account: str) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
    """(the agent's own, those that nobody has, those of others), each in the order in which they are shown.

    What somebody has who is no agent any more is anybody's.
    """
    agent = queue.roster.by_account(account)
    mine, free, others = list[Ticket](), list[Ticket](), list[Ticket]()
    for ticket in sorted(queue.tickets, key=_order):
        if agent and ticket.assignee == agent.person:
            mine.append(ticket)
        elif queue.roster.by_person(ticket.assignee) is None:
            free.append(ticket)
        else:
            others.append(ticket)
    return mine, free, others


def _order(ticket: Ticket) -> tuple[bool, datetime, int]:
    return ticket.turn is Turn.CUSTOMER, ticket.turn_since, ticket.number


def _overview(queue: GroupQueue, now: datetime, most: int, *parts: tuple[str, Sequence[Ticket]]) -> Overview:
    sections = (
        Section(title, tuple(_row(queue, t, now) for t in tickets[:most]), max(0, len(tickets) - most))
        for title, tickets in parts
    )
    return Overview(queue.name, tuple(sections))


def _row(queue: GroupQueue, ticket: Ticket, now: datetime) -> Row:
    agent = queue.roster.by_person(ticket.assignee)
    owner = f"{agent.name}{' (away)' if agent.is_away(now) else ''}" if agent else ""
    return Row(
        ticket.number,
        ticket.card,
        ticket.title,
        turn_of(ticket),
        str(ticket.state),
        str(ticket.priority),
        owner,
        ticket.tags,
    )


def lines(overviews: Sequence[Overview], empty: str) -> str:
    """The same in words, for what shows nothing else."""
    shown = [line for overview in overviews for line in _lines(overview, len(overviews) > 1)]
    return "\n".join(shown) or empty


def _lines(overview: Overview, named: bool) -> Iterable[str]:
    for section in overview.sections:
        if section.count:
            yield heading(overview, section, named)
        yield from map(_line, section.rows)
        if section.more:
            yield f"... and {section.more} more"


def heading(overview: Overview, section: Section, named: bool) -> str:
    """`Unclaimed (3)`; with the group's name where several are shown."""
    where = f"{overview.group}: " if named else ""
    return f"{where}{section.title} ({section.count})"


def _line(row: Row) -> str:
    turn = f"{row.turn.words} {row.turn.at:%Y-%m-%d %H:%M} UTC" if isinstance(row.turn, Moment) else row.turn
    tags = f" | {', '.join(row.tags)}" if row.tags else ""
    return f"#{row.ticket} {row.title} | {turn} | {row.state}, {row.priority} | {row.owner or 'nobody yet'}{tags}"
