"""What a channel shows of all its tickets: the board, and the line that opens a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chatdesk.areas.area import DayOpens
from chatdesk.conversations import day
from chatdesk.conversations.board import board, is_overdue, pinned
from chatdesk.conversations.ticket import State, Ticket, Turn
from chatdesk.core.messages import Mark, Outgoing
from tests.builders import HOME, NOW, PIOTR, a_group, a_ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GROUP = a_group()
WARSAW = DayOpens(time(8, 30), ZoneInfo("Europe/Warsaw"))
MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # 08:30 in Warsaw
FRIDAY = MONDAY - 3 * DAY


def numbered(number: int, ago: timedelta = HOUR, **more: object) -> Ticket:
    return a_ticket(number=number, title=f"Problem {number}", **{"opened": NOW - ago, "turn_since": NOW - ago, **more})


def text_of(out: Outgoing | None) -> str:
    assert out is not None
    assert out.body is not None
    return out.body.text.text


def ways(out: Outgoing) -> list[str]:
    assert out.body is not None
    return list(out.body.text.messages())


def test_an_empty_board() -> None:
    out = board(GROUP, [], NOW)
    assert text_of(out) == "Support: nothing open"
    assert (out.key, out.standing, out.to, out.lane) == ("board:support", True, HOME, "board:support")


def test_a_board_counts_and_leads_to_the_oldest() -> None:
    mine = {"assignee": PIOTR.person, "state": State.IN_PROGRESS}
    tickets = [
        numbered(1, 10 * DAY),
        numbered(2, 2 * HOUR, turn=Turn.CUSTOMER, **mine),
        *(numbered(n, HOUR + timedelta(minutes=9 - n)) for n in (3, 4, 5)),
        numbered(6, 9 * DAY, turn_since=NOW - HOUR, **mine),
    ]
    out = board(GROUP, tickets, NOW)
    assert text_of(out).splitlines() == [
        "Support: 6 open  ·  1 overdue  ·  4 unclaimed  ·  5 ours  ·  1 theirs",
        "Overdue: #1 Problem 1",
        "Unclaimed: #1 Problem 1  ·  #3 Problem 3  ·  #4 Problem 4  ·  and 1 more",
        "Ours: #1 Problem 1  ·  #3 Problem 3  ·  #4 Problem 4  ·  and 2 more",
        "Theirs: #2 Problem 2",
    ]
    assert ways(out) == ["card:1", "card:1", "card:3", "card:4", "card:1", "card:3", "card:4", "card:2"]


def test_what_a_user_writes_in_a_title_is_no_way_anywhere() -> None:
    out = board(GROUP, [a_ticket(title="<!channel> card:1 https://x.org")], NOW)
    assert "<!channel> card:1 https://x.org" in text_of(out)
    assert set(ways(out)) == {"card:42"}


@pytest.mark.parametrize(
    ("ago", "turn", "overdue"),
    [
        (3 * DAY - HOUR, Turn.DESK, False),  # since Friday at eleven: Monday at eleven is a working day later
        (3 * DAY + HOUR, Turn.DESK, True),
        (2 * DAY, Turn.DESK, False),  # on Saturday no working day passes
        (30 * DAY, Turn.CUSTOMER, False),
    ],
)
def test_more_than_a_working_day_is_overdue(ago: timedelta, turn: Turn, overdue: bool) -> None:
    assert is_overdue(numbered(1, ago, turn=turn), NOW) is overdue


def test_the_pin_is_a_mark_on_the_board() -> None:
    out = pinned(GROUP)
    assert (out.marks, out.mark, out.lane) == ("board:support", Mark.PINNED, "mark:board:support:pinned")


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        (MONDAY, MONDAY),
        (MONDAY + HOUR, MONDAY),
        (MONDAY - timedelta(seconds=1), FRIDAY),
        (FRIDAY + 2 * DAY, FRIDAY),  # Sunday
        (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), datetime(2026, 3, 30, 6, 30, tzinfo=UTC)),  # summer time has begun
        (datetime(2026, 3, 30, 6, 29, tzinfo=UTC), datetime(2026, 3, 27, 7, 30, tzinfo=UTC)),
    ],
)
def test_when_the_last_day_opened(now: datetime, opened: datetime) -> None:
    assert day.opened(WARSAW, now) == opened


def test_a_day_on_which_nothing_came_in_opens_in_silence() -> None:
    old = a_ticket(opened=FRIDAY - HOUR, heard=FRIDAY - HOUR)
    young = a_ticket(opened=MONDAY + HOUR)
    assert day.line(GROUP, WARSAW, [old, young], FRIDAY, MONDAY) is None


def test_the_line_that_opens_a_day() -> None:
    tickets = [
        a_ticket(number=7, title="Quota", opened=FRIDAY - DAY, heard=FRIDAY + HOUR),
        a_ticket(number=8, title="Log in", opened=FRIDAY + HOUR),
        a_ticket(number=9, title="VPN", opened=MONDAY - HOUR, assignee=PIOTR.person),
        a_ticket(number=10, title="Disk", opened=FRIDAY, state=State.SOLVED),
    ]
    out = day.line(GROUP, WARSAW, tickets, FRIDAY, MONDAY)
    assert text_of(out).splitlines() == [
        "What came in since Friday, 08:30",
        "New (1 unclaimed) 3: #8  ·  #9  ·  #10",
        "Further messages on 1: #7",
    ]
    assert out is not None
    assert (out.key, out.to, out.standing) == ("day:support:2026-03-02", HOME, False)
    claimed = day.line(GROUP, WARSAW, tickets[2:3], FRIDAY, MONDAY)
    assert text_of(claimed).splitlines()[1:] == ["New 1: #9"]
