"""Tickets that the desk gives out, and who is on shift."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.stage import CHANNEL, INGRID, PIOTR, Mode, Stage, until, words_of
from tests.stories.desks import LINES, is_told_alone, lines_of_support, types

YEAR = datetime.now(UTC).year + 2  # shifts lie ahead
GIVEN_OUT = LINES.replace(
    'channel: "#support", hold: 0,',
    'channel: "#support", hold: 0, rota: true, assignment: {method: round_robin, capacity: 2, present: true},',
)


@pytest.fixture
async def given_out(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Piotr and Ingrid are the first line, Piotr its lead."""
    database = await new_database(mode.database)
    async with lines_of_support(mode, database, tmp_path, monkeypatch, GIVEN_OUT) as stage:
        await stage.control.post("slack/join", user=INGRID, channel=CHANNEL)
        await stage.start()
        await has_agents(stage, 2)
        yield stage


async def has_agents(stage: Stage, count: int) -> None:
    async def look() -> bool:
        rows = await stage.rows("SELECT account FROM memberships WHERE group_id = 'l1' AND belongs")
        return len(rows) == count

    await until(look, f"{count} agents")


async def owners(stage: Stage, count: int) -> list[str]:
    """Who has the first tickets, once as many have somebody."""
    wanted = "SELECT m.account FROM tickets t JOIN memberships m ON m.person_id = t.assignee_id AND m.group_id = 'l1'"

    async def look() -> list[str]:
        found = [str(r["account"]).split("/")[1] for r in await stage.rows(f"{wanted} ORDER BY t.number")]
        return found if len(found) >= count else []

    return list(await until(look, f"{count} tickets with an owner", 20))


async def test_tickets_go_to_one_after_the_other_as_many_as_each_can_take(given_out: Stage) -> None:
    piotr = given_out.agent()
    made = [await given_out.control.post("telegram/users", first_name=f"User {n}") for n in range(5)]
    users = [given_out.customer(int(one["id"])) for one in made]
    for n, user in enumerate(users):
        await user.says(f"My job {n} is stuck")
        await piotr.card(f"My job {n} is stuck")
        if n < 4:
            await owners(given_out, n + 1)
    found = await owners(given_out, 4)
    assert sorted(found) == [INGRID, INGRID, PIOTR, PIOTR] and found[0] != found[1]
    assert "*Assignee* nobody yet" in words_of(await piotr.card_of(5))  # both have two
    mine = found.index(PIOTR) + 1
    await piotr.types(f"/desk resolve {mine} It runs again")
    await users[mine - 1].presses("Yes, it is solved")
    assert (await owners(given_out, 5))[4] == PIOTR


async def test_who_is_not_there_gets_none_and_what_waits_is_given_out_when_they_are_back(given_out: Stage) -> None:
    piotr = given_out.agent()
    for user in (PIOTR, INGRID):
        await given_out.control.post("slack/presence", user=user, presence="away")
    await given_out.customer().says("My job is stuck")
    await piotr.card("#1 ·")
    await given_out.control.post("slack/presence", user=INGRID, presence="active")
    assert await owners(given_out, 1) == [INGRID]
    await piotr.thread_shows(1, "The desk assigned the ticket to @Ingrid Solberg.")


async def test_who_is_on_shift_is_told_of_new_tickets_and_hands_over_with_a_note(given_out: Stage) -> None:
    piotr, ingrid = given_out.agent(), given_out.agent(INGRID)
    assert "Nobody of First Line is on shift" in await types(piotr, "/desk rota")
    assert "To put others on shift takes a lead of First Line." in await types(ingrid, f"/desk shift {PIOTR}")
    assert "Ingrid Solberg is on shift for First Line until" in await types(
        piotr, f"/desk shift Ingrid until {YEAR}-01-01"
    )
    await is_told_alone(given_out, INGRID, f"You are on shift for First Line until {YEAR}-01-01")
    await given_out.customer().says("My job is stuck")
    await piotr.thread_shows(1, "On shift: @Ingrid Solberg.")

    assert "You are not on shift" in await types(piotr, f"/desk hand_over {INGRID} x")
    assert "Piotr Zieliński is on shift" in await types(ingrid, f"/desk hand_over {PIOTR} The disk is being changed")
    await is_told_alone(given_out, PIOTR, "Ingrid Solberg hands over: The disk is being changed")
    rota = await types(piotr, "/desk rota")
    assert "Piotr Zieliński, now, until" in rota and "Ingrid" not in rota.replace("Ingrid Solberg hands over", "")
    await given_out.customer(1002).says("My notebook, too")
    await piotr.thread_shows(2, "On shift: @Piotr Zieliński.")

    assert "Ingrid Solberg is on shift" in await types(
        ingrid, f"/desk shift Ingrid from {YEAR}-02-01 until {YEAR}-02-08"
    )
    assert "each other's shift" in await types(piotr, f"/desk swap {INGRID}")
    assert "Ingrid Solberg, now, until" in await types(piotr, "/desk rota")
    assert "You are off shift." in await types(ingrid, "/desk off_shift")
    assert "Ingrid Solberg, now" not in await types(piotr, "/desk rota")
