"""Token buckets under a hand-turned clock."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.desk import pace
from chatdesk.desk.channel import Limit
from chatdesk.desk.pace import LocalPacer

T = TypeVar("T")


class Hand:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """LocalPacer never waits: its coroutines end at their first step."""
    try:
        work.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    raise AssertionError("it waited")


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    clock = Hand()
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def take(pacer: LocalPacer, *limits: Limit) -> float:
    return at_once(pacer.take(limits))


def test_a_burst_then_the_rate(hand: Hand) -> None:
    pacer, limit = LocalPacer(), Limit("chat", 2.0, 3)
    assert [take(pacer, limit) for _ in range(4)] == [0, 0, 0, 0.5]
    hand.at += 0.5
    assert take(pacer, limit) == 0
    assert take(pacer, limit) == pytest.approx(0.5)
    hand.at += 60
    assert [take(pacer, limit) for _ in range(4)] == [0, 0, 0, 0.5]  # rest saves up no more than a burst


def test_all_limits_or_none(hand: Hand) -> None:
    pacer, wide, narrow = LocalPacer(), Limit("all", 10.0, 10), Limit("chat", 1.0, 1)
    assert take(pacer, wide, narrow) == 0
    assert take(pacer, wide, narrow) == pytest.approx(1.0)
    assert [take(pacer, wide) for _ in range(10)] == [0] * 9 + [pytest.approx(0.1)]  # the refused call took nothing


def test_no_limit_is_no_wait(hand: Hand) -> None:
    assert take(LocalPacer()) == 0


def test_a_pause_stops_its_limit_alone(hand: Hand) -> None:
    pacer, one, other = LocalPacer(), Limit("one", 1.0, 5), Limit("other", 1.0, 5)
    take(pacer, one)
    at_once(pacer.pause("one", 30))
    assert take(pacer, one) == pytest.approx(30)
    assert take(pacer, other) == 0
    hand.at += 29.9
    assert take(pacer, one) == pytest.approx(0.1)
    hand.at += 0.1
    assert take(pacer, one) == 0
    assert take(pacer, one) > 0.9  # the pause is not followed by a burst


def test_a_shorter_pause_does_not_end_a_longer_one(hand: Hand) -> None:
    pacer, limit = LocalPacer(), Limit("one", 1.0, 5)
    at_once(pacer.pause("one", 30))
    at_once(pacer.pause("one", 1))
    assert take(pacer, limit) >= 30


@given(
    rate=st.floats(0.1, 50),
    burst=st.integers(1, 20),
    steps=st.lists(st.tuples(st.floats(0, 5), st.integers(0, 30)), max_size=30),
)
def test_never_more_than_burst_and_rate_in_any_window(rate: float, burst: int, steps: list[tuple[float, int]]) -> None:
    clock, pacer, limit = Hand(), LocalPacer(), Limit("one", rate, burst)
    taken: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "time", SimpleNamespace(monotonic=clock.monotonic))
        for passed, wanted in steps:
            clock.at += passed
            taken += [clock.at for _ in range(wanted) if take(pacer, limit) == 0]
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - taken[first]) + 1e-6


@given(rate=st.floats(0.1, 50), burst=st.integers(1, 5))
def test_who_waits_as_long_as_told_gets_a_token(rate: float, burst: int) -> None:
    clock, pacer, limit = Hand(), LocalPacer(), Limit("one", rate, burst)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "time", SimpleNamespace(monotonic=clock.monotonic))
        for _ in range(20):
            tries = 0
            while wait := take(pacer, limit):
                clock.at += wait + 1e-9
                tries += 1
                assert tries < 3


def test_at_once_refuses_what_waits() -> None:
    sleeping = asyncio.sleep(1)
    with pytest.raises((AssertionError, RuntimeError)):
        at_once(sleeping)
