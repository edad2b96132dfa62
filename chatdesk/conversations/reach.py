"""Whether the customer can be reached where they wrote: a bot that was blocked is told so by the channel. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.parts import OpenTickets, Unreached
from chatdesk.conversations.ticket import Case
from chatdesk.core.events import Event

TIMER = "reach"  # wakes each open ticket of the conversation, as soon as the change is committed


def on_left(case: Case) -> Sequence[Event]:
    return [] if case.conversation.left else [ev.CustomerLeft()]


def on_returned(case: Case) -> Sequence[Event]:
    return [ev.CustomerReturned()] if case.conversation.left else []


def concerned(case: Case) -> Sequence[int]:
    """The tickets to be woken: all open ones, or the current one when a message brought the news."""
    if OpenTickets in case.parts:
        return [t.number for t in case.part(OpenTickets).tickets]
    return [case.ticket.number] if case.ticket and case.ticket.state.is_open else []


def on_timer(case: Case) -> Sequence[Event]:
    """A ticket learns of it: its card says so, and what could not be delivered leaves when it can."""
    ticket = case.subject
    if case.conversation.left:
        return [] if ticket.left else [ev.ReachLost()]
    if ticket.left is None:
        return []
    again = [ev.Resent(key, by, body=body) for key, by, body in case.part(Unreached).replies]
    return [ev.ReachBack(), *again]
