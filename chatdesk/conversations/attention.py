"""Who has to notice: a ticket's owner, once, and everybody when its customer waits for nobody. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event

Owned = ev.Claimed | ev.TakenOver | ev.Assigned | ev.HandedOver


def react(event: Event, case: Case) -> Sequence[Event]:
    """What is announced of a new owner mentions them: from then on they have been told."""
    if isinstance(event, Owned) and is_news_to_owner(case) and case.subject.assignee is not None:
        return [ev.OwnerTold(case.subject.assignee)]
    return []


def is_news_to_owner(case: Case) -> bool:
    """Whether the thread has not said last that it is theirs."""
    ticket = case.subject
    return ticket.assignee != ticket.told_owner and case.roster.by_person(ticket.assignee) is not None
