"""A claim as a lease: whoever lets a ticket wait is reminded, then it is anybody's again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from chatdesk.areas.policies import Lease
from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.stage import INGRID, PIOTR, Mode, Stage, open_stage

REMIND, RETURN = timedelta(hours=4), timedelta(hours=6)


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    group = Group(hold=0, lease=Lease(remind_after=REMIND, return_after=RETURN))
    async with open_stage(mode, await new_database(mode.database), group=group) as opened:
        yield opened


async def told(stage: Stage) -> list[str]:
    """What the lease did."""
    rows = await stage.rows("SELECT name FROM events WHERE name LIKE 'Lease%' ORDER BY id")
    return [row["name"] for row in rows]


async def test_an_unanswered_ticket_reminds_and_returns_to_the_queue(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Claim")
    await piotr.card_shows(1, f"*Assignee* <@{PIOTR}>")
    await stage.turn(hours=4)
    reminder = await piotr.thread_shows(
        1, "Without an answer or a note of yours the ticket returns to the queue in 2 hours"
    )
    assert PIOTR in str(reminder["blocks"])
    await stage.turn(hours=2)
    await ingrid.thread_shows(1, "Piotr Zieliński has not answered: the ticket has returned to the queue")
    await ingrid.card_shows(1, "*Assignee* nobody yet")
    await ingrid.clicks(1, "Claim")
    await ingrid.card_shows(1, f"*Assignee* <@{INGRID}>")
    assert await told(stage) == ["LeaseReminded", "LeaseEnded"]


async def test_a_note_renews_it_and_an_answer_stops_it(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Claim")
    await piotr.card_shows(1, f"*Assignee* <@{PIOTR}>")
    await stage.turn(hours=3)
    note = await piotr.writes(1, ";; asked the network people")
    await piotr.sees_mark(1, note, "memo")
    await stage.turn(hours=3)  # six hours after the claim
    reply = await piotr.writes(1, "We are on it")
    await piotr.sees_mark(1, reply, "incoming_envelope")
    assert await told(stage) == []
    await stage.turn(hours=20)
    await anna.says("Still nothing")
    await piotr.card_shows(1, "*Turn* ours since")
    assert await told(stage) == []
    await stage.turn(hours=4)
    await piotr.thread_shows(1, "Anna Keller waits for an answer")
    assert await told(stage) == ["LeaseReminded"]
