"""Whether the customer can be reached where they wrote: a bot that was blocked is told so by the channel. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.addresses import offers, resent
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import OpenTickets, OwnTickets, TicketsElsewhere
from chatdesk.core.events import Event

TIMER = "reach"  # wakes each open ticket of the conversation, as soon as the change is committed


def on_left(case: Case) -> Sequence[Event]:
    return [] if case.conversation.left else [ev.CustomerLeft()]


def on_returned(case: Case) -> Sequence[Event]:
    """The channel tells of it before anything is written there: then it is known what goes on elsewhere."""
    if not case.conversation.left:
        return []
    known = case.part(TicketsElsewhere).tickets if TicketsElsewhere in case.parts else ()
    return [ev.CustomerReturned(elsewhere=known)]


def concerned(case: Case) -> Sequence[int]:
    """The tickets to be woken: the open ones, whose cards tell of it; on return all for which something may be kept.

    When a message brought the news, it is the current one.
    """
    if OpenTickets in case.parts:
        return [t.number for t in case.part(OpenTickets).tickets]
    if OwnTickets in case.parts:
        return [t.number for t in case.part(OwnTickets).tickets if not t.state.is_final]
    return [case.ticket.number] if case.ticket and not case.ticket.state.is_final else []


def on_timer(case: Case) -> Sequence[Event]:
    """A ticket learns of it: its card says so, and what could not be delivered leaves when it can."""
    ticket = case.subject
    if case.conversation.left:
        return [ev.ReachLost(offers=offers(case))] if ticket.state.is_open and not ticket.left else []
    again = resent(case)
    return [ev.ReachBack(), *again] if ticket.left or again else []
