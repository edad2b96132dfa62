"""What time alone does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.conversations import events as ev
from chatdesk.conversations.ticket import State
from chatdesk.conversations.timers import CLOSE, on_timer, wanted, working_days_later
from chatdesk.core.messages import plain
from tests.builders import NOW, PIOTR, a_case, a_ticket


def day(number: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, 3, number, hour, minute, tzinfo=UTC)  # 2 March 2026 is a Monday


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (day(2), 0, day(2)),
        (day(2), 1, day(3)),
        (day(2), 4, day(6)),
        (day(2), 5, day(9)),
        (day(2), 10, day(16)),
        (day(6), 1, day(9)),  # Friday
        (day(6, 23, 59), 1, day(9, 23, 59)),
        (day(7, 0, 0), 1, day(9, 0, 0)),  # Saturday
        (day(8, 23, 59), 1, day(9, 23, 59)),  # Sunday
        (day(7), 10, day(20)),
        (day(8), 10, day(20)),
        (day(6), 10, day(20)),
    ],
)
def test_working_days(start: datetime, days: int, end: datetime) -> None:
    assert working_days_later(start, days) == end


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, 60))  # noqa: DTZ001 - made aware below
def test_working_days_end_on_a_weekday_and_never_early(start: datetime, days: int) -> None:
    aware = start.replace(tzinfo=UTC)
    end = working_days_later(aware, days)
    assert end.weekday() < 5
    assert end.time() == aware.time()
    passed = [aware + timedelta(days=n) for n in range(1, (end - aware).days + 1)]
    assert sum(d.weekday() < 5 for d in passed) == days


RESOLVED = ev.Resolved("t42:3", 11, body=plain("Done"), author=PIOTR.identity)


@pytest.mark.parametrize(
    ("event", "starts", "stops"),
    [
        (RESOLVED, True, False),
        (ev.Withdrawn(), True, False),
        (ev.Reopened(1, by_customer=True), False, True),
        (ev.Verified(), False, True),
        (ev.Claimed(11), False, False),
        (ev.Closed(), False, False),
    ],
)
def test_what_starts_and_stops_the_wait(event: ev.TicketEvent, starts: bool, stops: bool) -> None:
    found = list(wanted(event, a_case(a_ticket())))
    due = working_days_later(NOW, 10) if starts else None
    assert found == ([(CLOSE, due, None, False)] if starts or stops else [])


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_solved_or_unsolved_closes(state: State) -> None:
    closes = state in (State.SOLVED, State.UNSOLVED)
    assert on_timer(CLOSE, a_case(a_ticket(state=state))) == ([ev.Closed()] if closes else [])
    assert on_timer("another", a_case(a_ticket(state=state))) == []
