"""A claim as a lease: who has a ticket and lets it wait is reminded, then it is anybody's again. Pure.

It runs as long as somebody has the ticket and it is our turn. It begins anew with the claim, with the turn, and with
whatever its owner says or notes; a user who writes again while they wait does not prolong it. It does not run at all
where the group has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.ticket import Turn
from chatdesk.core.events import Event

REMIND, RETURN = "lease:remind", "lease:return"

_OWNED = ev.Claimed | ev.TakenOver | ev.Assigned | ev.HandedOver
_SPOKE = ev.NoteAdded | ev.ReplyHeld | ev.AudienceAsked


def timers(event: Event, case: Case) -> Sequence[tuple[str, datetime | None]]:
    """(name, due or None to take it back). One that is due when the lease no longer runs does nothing."""
    lease = case.group.lease
    if isinstance(event, ev.Moved):
        return ((REMIND, None), (RETURN, None))
    if lease is None or case.ticket is None or not runs(case):
        return ()
    if isinstance(event, ev.LeaseReminded):
        return ((RETURN, case.now + lease.return_after - lease.remind_after),)
    if _renews(event, case):
        return ((REMIND, case.now + lease.remind_after), (RETURN, None))
    return ()


def runs(case: Case) -> bool:
    """Whether somebody has the ticket and an answer is owed."""
    ticket = case.subject
    return ticket.state.is_open and ticket.assignee is not None and ticket.turn is Turn.DESK


def _renews(event: Event, case: Case) -> bool:
    ticket = case.subject
    if isinstance(event, ev.CustomerSaid | ev.Reopened):
        return ticket.turn_since == case.now
    return isinstance(event, _OWNED) or (isinstance(event, _SPOKE) and event.by == ticket.assignee)


def on_timer(name: str, case: Case) -> Sequence[Event]:
    owner = case.subject.assignee
    if case.group.lease is None or not runs(case) or owner is None:
        return []
    return [ev.LeaseReminded(owner) if name == REMIND else ev.LeaseEnded(owner)]
