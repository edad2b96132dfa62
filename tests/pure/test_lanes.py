"""What waits to be decided keeps its order, and lanes take turns."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.desk.lanes import Lanes
from chatdesk.desk.work import Work
from tests.builders import NOW

NOBODY_WAITS = cast("Any", None)


def work(lane: str, order: int) -> Work:
    return Work(lane, order, NOW, done=NOBODY_WAITS)


def drained(lanes: Lanes, most: int) -> list[Work]:
    taken = []
    while batch := lanes.take(most):
        assert len({w.lane for w in batch}) == len(batch) <= most
        taken += batch
    return taken


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), max_size=40),
    st.integers(1, 5),
)
def test_each_lane_comes_out_in_its_order_and_nothing_is_lost(put: list[tuple[str, int]], most: int) -> None:
    lanes = Lanes()
    all_of_it = [work(lane, order) for lane, order in put]
    for one in all_of_it:
        lanes.put(one)
    assert len(lanes) == len(all_of_it)
    taken = drained(lanes, most)
    assert len(lanes) == 0
    for name in "abcd":
        mine = [w for w in all_of_it if w.lane == name]
        assert [w for w in taken if w.lane == name] == sorted(mine, key=lambda w: (w.order, w.arrival))


def test_lanes_take_turns() -> None:
    lanes = Lanes()
    for name, order in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1)]:
        lanes.put(work(name, order))
    assert [[w.lane for w in lanes.take(2)] for _ in range(4)] == [["a", "b"], ["c", "a"], ["a"], []]


@pytest.mark.parametrize("late", [0, 1, 2])
def test_what_is_put_back_keeps_its_place(late: int) -> None:
    lanes = Lanes()
    first, second = work("a", 1), work("a", 1)
    lanes.put(first)
    lanes.put(second)
    batch = lanes.take(5)
    assert batch == [first]
    lanes.put(work("a", late))
    lanes.put_back(batch)
    again = drained(lanes, 1)
    assert again.index(first) < again.index(second)
    assert [w.order for w in again] == sorted([1, 1, late])
