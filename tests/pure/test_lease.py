"""A claim as a lease: what begins it anew, what ends it, and what it does when it is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chatdesk.areas.area import Lease
from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.lease import REMIND, RETURN
from chatdesk.conversations.ticket import State, Ticket, Turn
from chatdesk.conversations.timers import on_timer, wanted
from chatdesk.core.events import Event
from chatdesk.core.messages import plain
from chatdesk.core.timing import length_words
from tests.builders import INGRID, NOW, PIOTR, a_case, a_group, a_ticket

LEASE = Lease(timedelta(hours=4), timedelta(hours=6))
LATER = NOW + timedelta(hours=1)
MINE = a_ticket(state=State.IN_PROGRESS, assignee=11)
THEIRS = a_ticket(state=State.IN_PROGRESS, assignee=11, turn=Turn.CUSTOMER)
SAID = ev.CustomerSaid("telegram:main/1001:9", body=plain("?"), written=LATER)
BEGINS = {REMIND: LATER + timedelta(hours=4), RETURN: None}
NOTHING: dict[str, datetime | None] = {}


def leased(ticket: Ticket | None, lease: Lease | None = LEASE) -> Case:
    return a_case(ticket, group=a_group(lease=lease), now=LATER)


def changed(event: Event, ticket: Ticket, lease: Lease | None = LEASE) -> dict[str, datetime | None]:
    after = apply(leased(ticket, lease), event)
    return {name: due for name, due, _, _ in wanted(event, after) if name in (REMIND, RETURN)}


@pytest.mark.parametrize(
    ("event", "ticket", "timers"),
    [
        (ev.Claimed(11), a_ticket(), BEGINS),
        (ev.TakenOver(12, 11), MINE, BEGINS),
        (ev.Assigned(11, 12), MINE, BEGINS),
        (ev.HandedOver(11, 12), MINE, BEGINS),
        (ev.NoteAdded("n", 11, body=plain("x"), author=PIOTR.identity), MINE, BEGINS),
        (ev.NoteAdded("n", 12, body=plain("x"), author=INGRID.identity), MINE, NOTHING),
        (ev.ReplyHeld("r", 11, body=plain("x"), author=PIOTR.identity), MINE, BEGINS),
        (ev.AgentSaid("r", 11, body=plain("x"), author=PIOTR.identity), MINE, NOTHING),
        (SAID, THEIRS, BEGINS),
        (SAID, MINE, NOTHING),  # who writes again has waited since the first time
        (SAID, a_ticket(), NOTHING),
        (ev.Reopened(1, by_customer=True), a_ticket(state=State.SOLVED, turn=Turn.CUSTOMER, assignee=11), BEGINS),
        (ev.Released(11), MINE, NOTHING),
        (ev.PrioritySet(11, "low", "high"), MINE, NOTHING),
        (ev.LeaseReminded(11), MINE, {RETURN: LATER + timedelta(hours=2)}),
    ],
)
def test_what_begins_it(event: Event, ticket: Ticket, timers: dict[str, datetime | None]) -> None:
    assert changed(event, ticket) == timers
    assert changed(event, ticket, lease=None) == {}


@pytest.mark.parametrize(
    ("ticket", "runs"),
    [
        (MINE, True),
        (a_ticket(state=State.ASSIGNED, assignee=11), True),
        (THEIRS, False),
        (a_ticket(), False),
        (a_ticket(state=State.SOLVED, assignee=11), False),
    ],
)
def test_what_is_due(ticket: Ticket, runs: bool) -> None:
    assert on_timer(REMIND, leased(ticket)) == ([ev.LeaseReminded(11)] if runs else [])
    assert on_timer(RETURN, leased(ticket)) == ([ev.LeaseEnded(11)] if runs else [])
    assert on_timer(RETURN, leased(ticket, lease=None)) == []


def test_its_end_frees_the_ticket() -> None:
    after = apply(leased(MINE), ev.LeaseEnded(11)).subject
    assert (after.assignee, after.assigned_at, after.state) == (None, None, State.ASSIGNED)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=4), "4 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(hours=25), "25 hours"),
        (timedelta(seconds=5), "5 seconds"),
    ],
)
def test_lengths_in_words(length: timedelta, words: str) -> None:
    assert length_words(length) == words
