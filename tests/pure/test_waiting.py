"""When the outbox is worth a look, under a hand-turned clock."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.desk import waiting
from chatdesk.desk.waiting import IDLE_LOOK, Waiting
from tests.pure.test_pace import Hand

CHAT, OTHER = "telegram:main/1001", "telegram:main/1002"


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    clock = Hand()
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def quiet(hand: Hand) -> Waiting:
    """Of a process that is alone and has just found nothing."""
    made = Waiting(alone=True)
    made.looked(found=False, asked=made.asked)
    assert not made.worth_a_look
    return made


def test_the_first_look_finds_what_an_earlier_life_left(hand: Hand) -> None:
    hand.at = 0.5  # soon after the machine's start
    assert Waiting(alone=True).worth_a_look


def test_who_is_not_alone_looks_each_time(hand: Hand) -> None:
    together = Waiting(alone=False)
    for _ in range(3):
        together.looked(found=False, asked=together.asked)
        assert together.worth_a_look


def test_what_was_found_may_not_have_been_all(quiet: Waiting) -> None:
    quiet.looked(found=True, asked=quiet.asked)
    assert quiet.worth_a_look
    quiet.looked(found=False, asked=quiet.asked)
    assert not quiet.worth_a_look


def test_after_a_second_a_look_is_due_whatever_is_known(quiet: Waiting, hand: Hand) -> None:
    hand.at += IDLE_LOOK
    assert not quiet.worth_a_look
    hand.at += 0.01
    assert quiet.worth_a_look
    quiet.looked(found=False, asked=quiet.asked)
    assert not quiet.worth_a_look


def test_what_was_left_for_its_pace_may_be_free(quiet: Waiting) -> None:
    quiet.left(CHAT, behind=False)
    assert quiet.worth_a_look


def test_what_was_left_behind_something_is_free_when_that_is_back(quiet: Waiting) -> None:
    quiet.left(CHAT, behind=True)
    assert not quiet.worth_a_look
    quiet.back(OTHER, again=False)
    assert not quiet.worth_a_look
    quiet.back(CHAT, again=False)
    assert quiet.worth_a_look


def test_one_that_comes_back_to_an_empty_lane_frees_nothing(quiet: Waiting) -> None:
    quiet.back(CHAT, again=False)
    assert not quiet.worth_a_look


def test_a_lane_is_empty_again_when_its_last_is_back(quiet: Waiting) -> None:
    quiet.left(CHAT, behind=True)
    quiet.back(CHAT, again=False)
    quiet.looked(found=False, asked=quiet.asked)
    quiet.back(CHAT, again=False)
    assert not quiet.worth_a_look


def test_behind_one_that_was_taken_there_may_be_more(quiet: Waiting) -> None:
    quiet.taken(CHAT)
    quiet.looked(found=False, asked=quiet.asked)
    assert not quiet.worth_a_look
    quiet.back(CHAT, again=False)
    assert quiet.worth_a_look


def test_one_that_has_to_be_sent_again_waits_and_so_does_what_is_behind_it(quiet: Waiting) -> None:
    quiet.left(CHAT, behind=True)
    quiet.back(CHAT, again=True)
    assert quiet.worth_a_look
    quiet.looked(found=False, asked=quiet.asked)  # it is not due yet
    assert not quiet.worth_a_look
    quiet.back(CHAT, again=False)
    assert quiet.worth_a_look


@given(st.data())
def test_whatever_is_free_is_worth_a_look(data: st.DataObject) -> None:
    """Played against the lanes themselves: what stands at the head of one and is not on its way is free."""
    known, lanes, flying = Waiting(alone=True), dict[str, int](), set[str]()
    known.looked(found=False, asked=known.asked)
    for _ in range(data.draw(st.integers(0, 30))):
        lane = data.draw(st.sampled_from("abc"))
        what = data.draw(st.sampled_from(["say", "back", "again", "look"]))
        if what == "say":
            lanes[lane] = lanes.get(lane, 0) + 1
            if lanes[lane] > 1:
                known.left(lane, behind=True)
            elif data.draw(st.booleans()):
                flying.add(lane)
            else:
                known.left(lane, behind=False)
        elif what == "look" and known.worth_a_look:
            free = [name for name, waits in lanes.items() if waits and name not in flying]
            taken = data.draw(st.sets(st.sampled_from(free))) if free else set()
            flying |= taken
            for name in taken:
                known.taken(name)
            known.looked(found=bool(free), asked=known.asked)
        elif lane in flying and what in ("back", "again"):
            flying.discard(lane)
            lanes[lane] -= what == "back"
            known.back(lane, again=what == "again")
        if any(waits and name not in flying for name, waits in lanes.items()):
            assert known.worth_a_look


def test_a_look_that_began_before_somebody_asked_settles_nothing(quiet: Waiting) -> None:
    begun = quiet.asked
    quiet.left(CHAT, behind=False)
    quiet.looked(found=False, asked=begun)
    assert quiet.worth_a_look


def test_a_look_during_a_transaction_does_not_see_what_it_leaves(quiet: Waiting) -> None:
    with quiet.transaction():
        quiet.left(CHAT, behind=False)
        quiet.looked(found=False, asked=quiet.asked)
        assert not quiet.worth_a_look
        begun = quiet.asked
    quiet.looked(found=False, asked=begun)
    assert quiet.worth_a_look


def test_a_transaction_that_leaves_nothing_asks_for_nothing(quiet: Waiting) -> None:
    with quiet.transaction():
        pass
    assert not quiet.worth_a_look
