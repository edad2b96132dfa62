"""Who is writing a reply: there is no typing event in Slack, so an open form says it. Pure.

It ends when the form is sent or closed, and by itself when it was left open: a closed laptop tells nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.people.people import Agent

TIMER = "writing:"  # what the timer's name begins with; the person follows
PATIENCE = timedelta(minutes=15)


def began(case: Case, agent: Agent) -> Sequence[Event]:
    return [ev.WritingBegan(agent.person)]


def ended(case: Case, person: int) -> Sequence[Event]:
    """Nothing when that person was not writing."""
    writes = case.ticket and any(w.by == person for w in case.ticket.writing)
    return [ev.WritingEnded(person)] if writes else []


def timer(event: ev.WritingBegan | ev.WritingEnded, case: Case) -> tuple[str, datetime | None]:
    return f"{TIMER}{event.by}", case.now + PATIENCE if isinstance(event, ev.WritingBegan) else None


def on_timer(name: str, case: Case) -> Sequence[Event]:
    return ended(case, int(name.removeprefix(TIMER)))
