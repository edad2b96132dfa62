"""An agent who is away: what becomes of the tickets that they hold. Pure.

Each ticket is woken as soon as the absence is committed, and decides for itself: it is another one's, and locked apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.timing import day_words
from chatdesk.people.people import Agent

TIMER = "absence"


def on_timer(case: Case) -> Sequence[Event]:
    """Its owner is away: the deputy has it now, if they are there and of its group; else it returns to the queue."""
    ticket = case.subject
    owner = case.roster.by_person(ticket.assignee)
    if not ticket.state.is_open or owner is None or owner.away is None or not owner.is_away(case.now):
        return []
    deputy = case.roster.by_person(owner.away.deputy)
    to = deputy.person if deputy and not deputy.is_away(case.now) else None
    until = owner.away.until_there
    return [ev.HandedOver(owner.person, to, until.isoformat() if until else None)]


def until_words(agent: Agent) -> str:
    """` until Thursday, 24 December`; empty when no end is known."""
    until = agent.away.until_there if agent.away else None
    return f" until {day_words(until)}" if until else ""
