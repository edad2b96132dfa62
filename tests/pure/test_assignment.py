"""Who gets a ticket that nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from chatdesk.areas.area import Assignment, Method
from chatdesk.conversations import events as ev
from chatdesk.conversations.assignment import TIMER, on_timer, pick
from chatdesk.conversations.ticket import State
from chatdesk.core.messages import Identity
from chatdesk.people.people import Away, Role
from tests.builders import INGRID, NOW, OTTO, PIOTR, a_case, a_roster, a_ticket

ROUND, LEAST = Method.ROUND_ROBIN, Method.LEAST_LOADED
EVA = replace(OTTO, person=99, identity=Identity("slack", "T1/U0EVA"), role=Role.MANAGER, belongs=False)
ALL = sorted((PIOTR, INGRID, OTTO), key=lambda a: a.person)
FIRST, SECOND, THIRD = ALL


@pytest.mark.parametrize(
    ("rule", "loads", "last", "wanted"),
    [
        (Assignment(ROUND), {}, 0, FIRST),
        (Assignment(ROUND), {}, FIRST.person, SECOND),
        (Assignment(ROUND), {}, THIRD.person, FIRST),
        (Assignment(ROUND, capacity=2), {SECOND.person: 2}, FIRST.person, THIRD),
        (Assignment(ROUND, capacity=1), {a.person: 1 for a in ALL}, 0, None),
        (Assignment(LEAST), {FIRST.person: 3, SECOND.person: 1, THIRD.person: 2}, 0, SECOND),
        (Assignment(LEAST), {}, FIRST.person, SECOND),
        (Assignment(LEAST, capacity=1), {FIRST.person: 1, SECOND.person: 1}, 0, THIRD),
    ],
)
def test_who_is_next(rule: Assignment, loads: Mapping[int, int], last: int, wanted: object) -> None:
    assert pick(rule, a_roster(*ALL, EVA), loads, last, NOW) == wanted


def test_nobody_who_is_away_or_not_there_is_given_one() -> None:
    gone = replace(FIRST, away=Away(NOW - timedelta(hours=1)))
    assert pick(Assignment(ROUND), a_roster(gone, SECOND), {}, 0, NOW) == SECOND
    there = {THIRD.identity.account}
    assert pick(Assignment(ROUND, present=True), a_roster(*ALL), {}, 0, NOW, there) == THIRD
    assert pick(Assignment(ROUND, present=True), a_roster(*ALL), {}, 0, NOW, set()) is None
    assert pick(Assignment(ROUND), a_roster(*ALL), {}, 0, NOW, set()) == FIRST  # the group does not ask for it


def test_what_has_become_of_it_meanwhile_counts() -> None:
    name = f"{TIMER}{PIOTR.person}"
    assert on_timer(name, a_case(a_ticket())) == [ev.Assigned(0, PIOTR.person)]
    assert on_timer(name, a_case(a_ticket(assignee=INGRID.person))) == []
    assert on_timer(name, a_case(a_ticket(state=State.SOLVED))) == []
    assert on_timer(f"{TIMER}4711", a_case(a_ticket())) == []
