"""Until when somebody is away, as people write it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.agent_console.dates import end_of
from chatdesk.core.errors import Invalid
from chatdesk.core.timing import day_words

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 11, 23, 10, 15, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", "2026-11-24 00:00"),
        ("tomorrow", "2026-11-24 00:00"),
        ("Tomorrow 14:30", "2026-11-24 14:30"),
        ("tomorrow at 9am", "2026-11-24 09:00"),
        ("tomorrow at 12 p.m.", "2026-11-24 12:00"),
        ("the day after tomorrow", "2026-11-25 00:00"),
        ("Thursday", "2026-11-26 00:00"),
        ("until thursday", "2026-11-26 00:00"),
        ("on Thursday, 14:30", "2026-11-26 14:30"),
        ("thu", "2026-11-26 00:00"),
        ("Thurs. 8:00", "2026-11-26 08:00"),
        ("next Friday noon", "2026-11-27 12:00"),
        ("Monday", "2026-11-30 00:00"),  # today is one: the next is meant
        ("monday at 11:00", "2026-11-30 11:00"),
        ("next week", "2026-11-30 00:00"),
        ("2026-12-24", "2026-12-24 00:00"),
        ("2026-12-24 14:30", "2026-12-24 14:30"),
        ("24 December", "2026-12-24 00:00"),
        ("24. Dec 9:30", "2026-12-24 09:30"),
        ("December 24th", "2026-12-24 00:00"),
        ("Dec 24, 2027", "2027-12-24 00:00"),
        ("1st of March", "2027-03-01 00:00"),
        ("29 February", "2028-02-29 00:00"),
        ("14:30", "2026-11-23 14:30"),
        ("9:00", "2026-11-24 09:00"),  # over for today
        ("at 2:30 pm", "2026-11-23 14:30"),
        ("noon", "2026-11-23 12:00"),
        ("midnight", "2026-11-24 00:00"),
        ("today 18.00", "2026-11-23 18:00"),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    found = end_of(typed, MONDAY.astimezone(UTC), WARSAW)
    assert f"{found:%Y-%m-%d %H:%M}" == meant
    assert found.tzinfo is WARSAW


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("soon", "soon is no day or time that is known here."),
        ("25:00", "25:00 is no day or time that is known here."),
        ("13 pm", "13 pm is no day or time that is known here."),
        ("th", "th is no day or time that is known here."),
        ("24", "24 is no day or time that is known here."),
        ("31 February", "There is no such day: 31 February."),
        ("2026-13-01", "There is no such day: 2026-13-01."),
        ("2026-11-22", "2026-11-22 is over already."),
        ("today 9:00", "today 9:00 is over already."),
        ("2033-01-01", "2033-01-01 is more than three years away."),
    ],
)
def test_what_is_not_understood(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        end_of(typed, MONDAY, WARSAW)
    assert refused.value.fields["until"].startswith(why)


def test_a_time_that_the_clocks_jump_over() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=WARSAW)
    assert f"{end_of('tomorrow 2:30', before, WARSAW):%H:%M %z}" == "03:30 +0200"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland", "UTC"])
def test_days_are_those_where_its_writer_is(zone: str) -> None:
    here = ZoneInfo(zone)
    assert end_of("tomorrow", MONDAY, here).astimezone(here).hour == 0


@given(st.text(alphabet="0123456789:. apmtuhrsdydec-,", max_size=25))
def test_whatever_is_typed_lies_ahead_or_is_refused(typed: str) -> None:
    try:
        meant = end_of(typed, MONDAY, WARSAW)
    except Invalid:
        return
    assert meant > MONDAY


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 12, 24, tzinfo=WARSAW), "Thursday, 24 December"),
        (datetime(2026, 12, 24, 14, 30, tzinfo=WARSAW), "Thursday, 24 December, 14:30 (UTC+01:00)"),
    ],
)
def test_how_it_is_shown(at: datetime, words: str) -> None:
    assert day_words(at) == words
