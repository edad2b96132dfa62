"""Two groups with a bot and a Slack channel each, in one desk: who hears what, and who may do what."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from chatdesk.app import CannotServe
from chatdesk.areas.loader import WrongDesk
from tests.stage import ANNA, CHANNEL, INGRID, PIOTR, Mode, Stage, until
from tests.stories.desks import BOTH, LENDING, LENDING_BOT, OTTO, configure, is_told_alone, slack_bot

GRID = """
groups:
  - {id: grid, name: Grid Support, channel: "#support", hold: 0}
"""


async def asked_at_both(stage: Stage) -> None:
    """Anna's ticket #1 is the grid's, her #2 the lending desk's."""
    await stage.customer().says("My job is stuck")
    await stage.agent().card("#1 · My job is stuck")
    await stage.customer(bot=LENDING_BOT).says("My book is lost")
    await stage.agent(OTTO, LENDING).card("#2 · My book is lost")


async def answer(agent: Any, command: str) -> str:
    return str(await agent.types(command))


async def health(stage: Stage) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{stage.settings.http.port}/healthz") as said,
    ):
        found: dict[str, Any] = await said.json()
        return found


async def test_one_person_at_two_bots_has_two_conversations(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    grid, lending = two.customer(), two.customer(bot=LENDING_BOT)
    piotr, otto = two.agent(), two.agent(OTTO, LENDING)
    assert "within one working day: someone of Grid Support" in (await grid.sees("Ticket #1"))["text"]
    assert "within an hour: someone of Lending Desk" in (await lending.sees("Ticket #2"))["text"]
    assert [len(await agent.cards()) for agent in (piotr, otto)] == [1, 1]

    await otto.writes(2, "It was found")
    await piotr.writes(1, "It runs again")
    await lending.sees("Otto Novak\nIt was found")
    await grid.sees("Piotr Zieliński\nIt runs again")
    assert not any("found" in said for said in await grid.bot_said())
    assert not any("runs" in said for said in await lending.bot_said())

    await lending.says("Thank you, where do I get it?")
    await otto.thread_shows(2, "where do I get it?")
    rooms = await two.rows("SELECT room, group_id, area_id, person_id FROM conversations ORDER BY room")
    assert [(r["room"], r["group_id"], r["area_id"]) for r in rooms] == [
        (f"grid-bot/{ANNA}", "grid", "physics"),
        (f"lending-bot/{ANNA}", "lending", "library"),
    ]
    accounts = await two.rows("SELECT account, person_id FROM identities WHERE channel = 'telegram'")
    assert accounts == [{"account": str(ANNA), "person_id": rooms[0]["person_id"]}]
    assert rooms[0]["person_id"] == rooms[1]["person_id"]


async def test_a_ticket_of_another_group_is_not_there(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    piotr, ingrid = two.agent(), two.agent(INGRID)
    for command in ("show 2", "claim 2", "reply 2 It was found", "note 2 Anna again", "resolve 2 Done", "title 2 Lost"):
        assert "There is no ticket #2." in await answer(piotr, f"/desk {command}")
    missing = await answer(piotr, "/desk show 3")
    assert await answer(piotr, "/desk show 2") == missing.replace("#3", "#2")
    queue = await answer(piotr, "/desk queue")
    assert "My job is stuck" in queue and "My book" not in queue
    with pytest.raises(AssertionError, match="slack/channel"):
        await two.agent(PIOTR, LENDING).writes(2, "I am not here")

    assert "My book is lost" in await answer(ingrid, "/desk show 2")  # she is an agent of both
    assert "My book is lost" in await answer(two.agent(INGRID, LENDING), "/desk queue")
    await two.control.post("slack/channels", id="C0HALL", name="hall", members=[OTTO, INGRID])
    assert "My book is lost" in await answer(two.agent(OTTO, "C0HALL"), "/desk queue")  # at nobody's home: his own
    assert "My job is stuck" in await answer(two.agent(INGRID, "C0HALL"), "/desk queue")  # her first
    await two.agent(INGRID, LENDING).clicks(2, "Claim")
    await two.customer(bot=LENDING_BOT).sees("Ingrid Solberg takes care of your ticket #2.")
    events = await two.rows("SELECT by_account FROM events WHERE ticket = 2 AND by_account LIKE '%PIOTR'")
    assert events == []


async def test_what_was_written_in_either_channel_meanwhile_is_read_at_the_start(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    await two.is_quiet()
    await two.stop()
    await two.agent().writes(1, "The queue was full")
    await two.agent(OTTO, LENDING).writes(2, "It is on its way")
    await two.start()
    await two.customer().sees("The queue was full")
    await two.customer(bot=LENDING_BOT).sees("It is on its way")


async def test_who_joins_a_channel_is_an_agent_of_its_group_alone(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    piotr = two.agent(PIOTR, LENDING)
    await two.control.post("slack/join", user=PIOTR, channel=LENDING)
    await piotr.writes(2, "I help out today")
    await two.customer(bot=LENDING_BOT).sees("Piotr Zieliński\nI help out today")
    await two.control.post("slack/leave", user=PIOTR, channel=LENDING)

    async def gone() -> Any:
        return "There is no ticket #2." in await answer(two.agent(), "/desk show 2")

    await until(gone, "the end of Piotr's rights in lending")
    assert "My job is stuck" in await answer(two.agent(), "/desk show 1")


async def test_each_door_says_what_is_wrong_with_it(two: Stage) -> None:
    await two.start()
    doors = {"telegram/grid-bot", "telegram/lending-bot", "slack/grid", "slack/lending"}

    async def well() -> Any:
        found = await health(two)
        return (
            found["status"] == "ok" and set(found["doors"]) == doors and set(found["doors"].values()) == {"listening"}
        )

    await until(well, "four doors that are well")
    await two.control.post("slack/leave", user=await slack_bot(two), channel=LENDING)
    await two.control.post(
        "slack/users", id=INGRID, name="ingrid", real_name="Ingrid S."
    )  # they are all looked at anew

    async def ill() -> Any:
        found = await health(two)
        return found["status"] == "ill" and found

    found = await until(ill, "a door that is not well")
    assert found["channels"] == {"telegram": "listening", "slack": f"lending: {found['doors']['slack/lending']}"}
    assert "/invite @chatdesk there" in found["doors"]["slack/lending"]
    assert found["doors"]["slack/grid"] == "listening"


@pytest.mark.parametrize("mode", [Mode()], ids=str)
async def test_a_group_with_tickets_cannot_be_left_out(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    await two.is_quiet()
    await two.stop()
    configure(two, GRID)
    why = r"The group lending is configured no more, and 1 of its tickets are not over \(#2\)\. Keep it until"
    with pytest.raises(CannotServe, match=why):
        await two.start()
    configure(two, BOTH)
    await two.start()
    otto, lending = two.agent(OTTO, LENDING), two.customer(bot=LENDING_BOT)
    await otto.clicks(2, "Resolve")
    await otto.submits(solution="It was found.")
    await lending.presses("Yes, it is solved")
    await otto.card_shows(2, "verified")
    await two.is_quiet()
    await two.stop()
    renamed = BOTH.replace("id: lending, area: library", "id: books, area: library")
    configure(two, renamed)
    with pytest.raises(WrongDesk, match="there is no group lending"):
        await two.start()
    configure(two, renamed.replace("group: lending", "group: books"))
    await two.start()  # its home is that of another group now
    await lending.says("And now the other one")
    await otto.card("And now the other one")
    found = await two.rows("SELECT group_id FROM tickets WHERE title = 'And now the other one'")
    assert found == [{"group_id": "books"}]


@pytest.mark.parametrize("mode", [Mode()], ids=str)
async def test_what_is_wrong_with_the_channels_is_said_at_once(two: Stage) -> None:
    file = configure(two, BOTH.replace('"#support"', "gird").replace("C0LENDING", "landing"))
    with pytest.raises(CannotServe) as wrong:
        await two.start()
    assert str(wrong.value).splitlines() == [
        f"{file}, groups.{group}.channel: the bot sees no channel {name}. Make it, and /invite @chatdesk there."
        for group, name in (("grid", "gird"), ("lending", "landing"))
    ]
    configure(two, BOTH.replace("C0LENDING", CHANNEL))
    with pytest.raises(CannotServe, match=f"groups.lending.channel: {CHANNEL} is the channel of a group of another"):
        await two.start()
    configure(two, BOTH)
    await two.control.post("slack/leave", user=await slack_bot(two), channel=CHANNEL)
    with pytest.raises(CannotServe, match="sees no channel #support"):
        await two.start()


async def test_of_a_channel_that_is_archived_its_own_area_alone_is_told(two: Stage) -> None:
    await two.start()
    await asked_at_both(two)
    await two.control.post("slack/archive", user=OTTO, channel=LENDING)
    piotr = two.agent()
    await is_told_alone(two, OTTO, "Nobody is heard in the channel of Lending Desk now: it is archived.")
    doors = (await health(two))["doors"]
    assert (doors["slack/grid"], doors["slack/lending"]) == ("listening", "it is archived")
    await piotr.writes(1, "It runs again")  # the other group works on
    await two.customer().sees("It runs again")
    await two.customer(bot=LENDING_BOT).says("Where do I look?")
    await two.control.post("slack/unarchive", user=OTTO, channel=LENDING)
    await two.agent(OTTO, LENDING).thread_shows(2, "Where do I look?")
    await is_told_alone(two, OTTO, "The channel of Lending Desk works again: what waited leaves now.")
    assert not any("Lending" in line for line in await piotr.lines())
