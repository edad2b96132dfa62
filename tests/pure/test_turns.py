"""Whose turn it is, and since when: what changes it, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import turn_of
from chatdesk.conversations.ticket import State, Ticket, Turn
from chatdesk.core.events import Event
from chatdesk.core.messages import Moment, plain
from tests.builders import NOW, PIOTR, a_case, a_ticket

LATER = NOW + timedelta(hours=3)
THEIRS = a_ticket(turn=Turn.CUSTOMER, state=State.IN_PROGRESS, assignee=11)
SOLVED = a_ticket(turn=Turn.CUSTOMER, state=State.SOLVED)
WITHDRAWN = a_ticket(turn=Turn.DESK, state=State.SOLVED)
SAID = ev.CustomerSaid("telegram:main/1001:9", body=plain("Hm"), written=NOW)
REPLIED = ev.AgentSaid("slack:T1/C1:9.1", 11, body=plain("Hm"), author=PIOTR.identity, written=NOW)


@pytest.mark.parametrize(
    ("ticket", "event", "since"),
    [
        (a_ticket(), SAID, NOW),  # a second question is still unanswered since the first
        (a_ticket(), REPLIED, LATER),
        (THEIRS, REPLIED, NOW),
        (THEIRS, SAID, LATER),
        (a_ticket(), ev.Claimed(11), NOW),
        (a_ticket(assignee=11), ev.Released(11), NOW),
        (a_ticket(), ev.PrioritySet(11, "low", "high"), NOW),
        (a_ticket(), ev.Withdrawn(), LATER),
        (SOLVED, ev.Closed(), NOW),
        (SOLVED, ev.Reopened(1, by_customer=True), LATER),
        (WITHDRAWN, ev.Reopened(1, by_customer=True), LATER),
    ],
)
def test_since_when(ticket: Ticket, event: Event, since: object) -> None:
    after = apply(a_case(ticket, now=LATER), event)
    assert after.subject.turn_since == since


def test_a_new_ticket_is_ours_since_it_was_opened() -> None:
    after = apply(a_case(now=LATER), ev.TicketOpened(43, title="My disk is full"))
    assert turn_of(after.subject) == Moment(LATER, "ours since")


@pytest.mark.parametrize(
    ("ticket", "shown"),
    [(a_ticket(), Moment(NOW, "ours since")), (THEIRS, Moment(NOW, "theirs since")), (SOLVED, "nobody's")],
)
def test_how_it_is_shown(ticket: Ticket, shown: object) -> None:
    assert turn_of(ticket) == shown
