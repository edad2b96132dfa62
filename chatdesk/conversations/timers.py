"""What time alone does to a ticket, and which events set and end its timers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chatdesk.conversations import (
    absence,
    addresses,
    after_end,
    albums,
    assignment,
    floods,
    holding,
    lease,
    reach,
    writing,
)
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import AreaTickets
from chatdesk.conversations.ticket import State
from chatdesk.core.events import Event

CLOSE = "close"
OWNER_GONE = "owner_gone:"  # what the name of a wake begins with: the person follows whose account is no more
CARD_LOST = "card_lost"  # wakes a ticket whose card was deleted
RENAMED = "renamed"  # wakes one whose customer is called otherwise, or is somebody else
EARLIER = "earlier"  # wakes one whose customer's earlier tickets may stand otherwise
CLOSES_AFTER = 10  # working days from solved or unsolved to closed (EOSC-hub, "Ticket Status Values")
SATURDAY = 5

Wanted = tuple[str, datetime | None, int | None, bool]


def working_days_later(start: datetime, days: int) -> datetime:
    """The same time of day `days` weekdays later; holidays come with the group's calendar."""
    at = start
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < SATURDAY
    return at


def wanted(event: Event, case: Case) -> Iterator[Wanted]:
    """The timers that an event changes.

    (name, due or None to take it back, the ticket where it is another one, whether it is the conversation's instead)
    """
    for name, due in lease.timers(event, case):
        yield name, due, None, False
    match event:
        case ev.Resolved() | ev.Withdrawn() | ev.SpamMarked(on=True):
            yield CLOSE, working_days_later(case.now, CLOSES_AFTER), None, False
        case ev.Reopened() | ev.Verified() | ev.SpamMarked():
            yield CLOSE, None, None, False
            if isinstance(event, ev.Reopened) and case.conversation.left:
                yield reach.TIMER, case.now, None, False
        case ev.AfterEndAsked(number=number):
            yield after_end.TIMER, case.now + after_end.PATIENCE, number, False
        case ev.AfterEndAnswered(number=number):
            yield after_end.TIMER, None, number, False
        case ev.CustomerLeft() | ev.CustomerReturned():
            for number in reach.concerned(case):
                yield reach.TIMER, case.now, number, False
        case ev.AddressChosen():
            yield addresses.TIMER, case.now, None, False
        case ev.AgentLeft(tickets=tickets):
            for number in tickets:
                yield absence.TIMER, case.now, number, False
        case ev.AlbumGrew():
            yield albums.TIMER, case.now + albums.GATHER, None, True
        case ev.AlbumEnded():
            yield albums.TIMER, None, None, True
        case ev.MessageKept(how="gathered") if len(case.conversation.gathered) == 1:
            yield floods.GATHERED, case.now + floods.GATHER, None, True
        case ev.GatheredPassed() if case.conversation.gathered:  # on another ticket
            yield floods.GATHERED, case.now, None, True
        case ev.FloodBegan(writer=writer):
            yield floods.FLOOD, writer.slow_until, None, True
        case ev.Muted():
            yield floods.MUTE, event.at, None, False
        case ev.ReplyHeld() | ev.HoldCrossed() | ev.HoldEnded():
            name, due = holding.timer(event, case)
            yield name, due, None, False
        case ev.WritingBegan() | ev.WritingEnded():
            name, due = writing.timer(event, case)
            yield name, due, None, False


def on_timer(name: str, case: Case) -> Sequence[Event]:
    if name.startswith(holding.SEND):
        return holding.on_timer(name, case)
    if name.startswith(writing.TIMER):
        return writing.on_timer(name, case)
    if name.startswith(assignment.TIMER):
        return assignment.on_timer(name, case)
    if name.startswith(OWNER_GONE):
        who = int(name.removeprefix(OWNER_GONE))
        return [ev.OwnerGone(who)] if case.subject.assignee == who and case.subject.state.is_open else []
    match name:
        case _ if name == CARD_LOST:
            return [] if case.subject.state.is_final else [ev.CardLost()]
        case _ if name == RENAMED:
            return [ev.CustomerRenamed()]
        case _ if name == EARLIER:
            now = case.part(AreaTickets).earlier(case.subject.number)
            return [ev.EarlierChanged()] if now != case.subject.earlier else []
        case after_end.TIMER:
            return after_end.on_timer(case)
        case floods.MUTE:
            return floods.on_mute_end(case)
        case reach.TIMER:
            return reach.on_timer(case)
        case addresses.TIMER:
            return addresses.on_timer(case)
        case absence.TIMER:
            return absence.on_timer(case)
        case lease.REMIND | lease.RETURN:
            return lease.on_timer(name, case)
        case _ if name == CLOSE and case.subject.state in (State.SOLVED, State.UNSOLVED):
            return [ev.Closed(), *holding.undone(case, f"Ticket #{case.subject.number} is closed")]
    return []
