"""Who cannot be reached at one bot is answered at another one: their own addresses, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.fidelity import TO_AGENTS
from tests.processes import environment
from tests.stage import ANNA, INGRID, MAREK, Agent, Customer, Mode, Stage, said, until, words_of
from tests.stories.desks import described
from tests.stories.test_people import a_code, everything

CAMPUS_BOT, LENDING_BOT, LENDING = "campus_desk_bot", "lending_desk_bot", "C0LENDING"
TOKENS = {
    "GRID_TOKEN": TELEGRAM_BOT["token"],
    "CAMPUS_TOKEN": "100002:token-of-the-campus-desk",
    "LENDING_TOKEN": "100003:token-of-the-lending-desk",
}
DESK = """
areas:
  - {id: physics, name: Physics}
  - {id: library, name: Library}
groups:
  - {id: grid, area: physics, name: Grid Support, channel: "#support", hold: 0}
  - {id: lending, area: library, name: Lending Desk, channel: C0LENDING, hold: 0}
bots:
  - {id: grid-bot, group: grid, token: GRID_TOKEN}
  - {id: campus-bot, group: grid, token: CAMPUS_TOKEN}
  - {id: lending-bot, group: lending, token: LENDING_TOKEN}
"""
THERE = "Answer in campus-bot (Telegram)"


@pytest.fixture
async def desk(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Two bots lead to Piotr's group; a third one to another area's."""
    async with described(mode, await new_database(mode.database), tmp_path, monkeypatch, DESK, TOKENS) as stage:
        control = stage.control
        for name, bot in (("CAMPUS_TOKEN", CAMPUS_BOT), ("LENDING_TOKEN", LENDING_BOT)):
            await control.post("telegram/bots", token=TOKENS[name], username=bot, name=bot)
        bot_user = (await control.get("slack/app"))["bot_user_id"]
        await control.post("slack/channels", id=LENDING, name="lending", private=True, members=[INGRID, bot_user])
        await stage.start()
        yield stage


async def known_at_both(stage: Stage) -> tuple[Customer, Customer, Agent]:
    """Anna's ticket #1 came to the one bot, and she has written to the other one, where ticket #2 is."""
    grid, campus, piotr = stage.customer(), stage.customer(bot=CAMPUS_BOT), stage.agent()
    await campus.says("Where is the lecture hall?")
    await piotr.card("#1 ·")
    await grid.says("I cannot log in")
    await piotr.card("#2 ·")
    await piotr.writes(2, "Looking into it")
    await grid.sees("Looking into it")
    return grid, campus, piotr


async def offered(piotr: Agent, ticket: int) -> dict[str, Any]:
    """The line in the thread with the other addresses on it."""
    return await piotr.thread_shows(ticket, "They are known elsewhere, too:")


async def answer(agent: Agent, command: str) -> str:
    return str(await agent.types(command))


@pytest.mark.crosses("block", TO_AGENTS, "the agents are offered another address of the user's, and answer there")
async def test_who_has_blocked_one_bot_is_answered_at_another(desk: Stage) -> None:
    grid, campus, piotr = await known_at_both(desk)
    await grid.blocks()
    line = await offered(piotr, 2)
    assert THERE in words_of(line)
    kept = await piotr.writes(2, "Clear the cache, please")
    await piotr.sees_mark(2, kept, "warning")
    await piotr.presses(line["ts"], THERE)
    await piotr.thread_shows(2, "Piotr Zieliński: Anna Keller is answered in campus-bot (Telegram) from now on.")
    await campus.sees("Ticket #2 goes on here: I cannot log in")
    waited = await campus.sees("Clear the cache, please")
    assert said(waited).startswith("Piotr Zieliński · #2 I cannot log in\n")
    await piotr.sees_mark(2, kept, "incoming_envelope")
    await piotr.card_shows(2, "campus-bot (Telegram)")
    assert "Cannot be reached" not in words_of(await piotr.card_shows(2, "Answered in"))
    assert [t for t in await campus.bot_said() if t.startswith("Ticket #2: I cannot log in")]

    await grid.unblocks()
    await grid.sees("This goes on in another chat of yours with the help desk.")

    await campus.says("That helped")
    await piotr.thread_shows(2, "That helped")
    await piotr.types("/desk resolve 2 It was the cache")
    await campus.presses("Yes, it is solved")
    await piotr.card_shows(2, "verified")
    (chosen,) = await desk.rows("SELECT * FROM events WHERE name = 'AddressChosen'")
    assert str(ANNA) not in chosen["content"]
    await desk.is_quiet()
    refused = await desk.control.get("telegram/journal", method="sendMessage")
    assert [call for call in refused if call["status"] == 403] == []


async def test_edits_reactions_and_quotes_find_their_messages_at_either_address(desk: Stage) -> None:
    grid, campus, piotr = await known_at_both(desk)
    asked = await grid.says("And my password?")
    await grid.sees_mark(asked, "👌")
    shown = await piotr.thread_shows(2, "And my password?")
    early = await piotr.writes(2, "Use portal A")
    await grid.sees("Use portal A")
    await piotr.types("/desk address 2 1")
    await campus.sees("Ticket #2 goes on here")
    await grid.sees("This goes on in another chat of yours with the help desk.")
    late = await piotr.writes(2, "Or portal C")
    await campus.sees("Or portal C")

    await piotr.edits(early, "Use portal B")
    await grid.sees("Use portal B")
    await piotr.edits(late, "Or portal D")
    await campus.sees("Or portal D")
    await piotr.reacts(shown["ts"], "tada")
    await grid.sees_mark(asked, "🎉")
    await grid.reacts("Use portal B", "👍")
    await piotr.sees_mark(2, early, "+1")
    await grid.edits(asked, "And my passphrase?")
    await piotr.thread_shows(2, "And my passphrase?")
    quoted = await grid.answers("Use portal B", "That one is down")
    await piotr.thread_shows(2, "That one is down")
    await grid.sees_mark(quoted, "👌")
    await piotr.writes(2, "> That one is down\nIndeed")
    assert (await campus.sees("Indeed"))["reply_to"] is None
    await piotr.deletes(early)
    await until(lambda: _gone(grid, "Use portal B"), "the end of the reply at the first bot")
    await desk.is_quiet()
    await campus.never_sees("Use portal B")
    assert not await desk.rows("SELECT key FROM outbox WHERE state = 'failed' AND channel = 'telegram'")


async def _gone(customer: Customer, words: str) -> bool:
    return not [t for t in await customer.bot_said() if words in t]


async def test_a_further_question_at_the_first_bot_is_a_ticket_of_its_own_and_one_may_return(desk: Stage) -> None:
    grid, campus, piotr = await known_at_both(desk)
    await grid.blocks()
    await piotr.presses((await offered(piotr, 2))["ts"], THERE)
    await campus.sees("Ticket #2 goes on here")
    listed = await answer(piotr, "/desk address 2")
    assert "1. campus-bot (Telegram), answered here now" in listed
    assert "2. grid-bot (Telegram), cannot be reached" in listed
    assert "cannot be reached in grid-bot (Telegram) either" in await answer(piotr, "/desk address 2 2")
    assert "has no address 9: the numbers are 1 to 2" in await answer(piotr, "/desk address 2 9")
    assert "is answered in campus-bot (Telegram) already" in await answer(piotr, "/desk address 2 1")
    await grid.unblocks()
    await grid.says("Now for something else")
    await piotr.card("#3 · Now for something else")
    await piotr.types("/desk address 2 grid-bot")
    await piotr.types("/desk address 2 2")
    await grid.sees("Ticket #2 goes on here")
    await piotr.writes(2, "Here we are again")
    await grid.sees("Piotr Zieliński · #2 I cannot log in\nHere we are again")
    await grid.says("Good to hear")
    await piotr.thread_shows(2, "Good to hear")
    assert "Answered in" not in words_of(await piotr.card("#2 ·"))
    await campus.says("And the library?")
    await piotr.card("#4 · And the library?")
    statuses = [t for t in await grid.bot_said() if t.startswith("Ticket #2: ")]
    assert len(statuses) == 1
    assert "another chat" not in statuses[0]


async def test_a_linked_account_is_an_address_until_it_is_parted(desk: Stage) -> None:
    anna, marek, piotr = desk.customer(ANNA), desk.customer(MAREK), desk.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    assert "No other address of Anna Keller is known here." in await answer(piotr, "/desk address 1")
    await marek.says("/start")
    await marek.sees("Describe what you need")
    assert "No other address" in await answer(piotr, "/desk address 1")  # Marek is somebody else
    await marek.says(f"/link {await a_code(anna)}")
    await marek.sees("are one person")
    await anna.blocks()
    line = await offered(piotr, 1)
    await piotr.presses(line["ts"], "Answer in grid-bot (Telegram, as Marek Nowak)")
    await marek.sees("Ticket #1 goes on here")
    await piotr.writes(1, "It works again")
    await marek.sees("It works again")
    await desk.is_quiet()
    await marek.says("/unlink")
    await marek.presses("Undo the link")
    await marek.sees("The link is undone.")
    await piotr.card_shows(1, "Cannot be reached since")
    await piotr.writes(1, "Only for Anna")
    await piotr.is_told("Anna Keller cannot be reached now.")
    await marek.answers("It works again", "For whom is this?")
    await piotr.card("#2 · For whom is this?")
    await anna.unblocks()
    await anna.sees("Only for Anna")
    await marek.never_sees("Only for Anna")
    assert "No other address" in await answer(piotr, "/desk address 1")


async def test_nobody_elses_address_and_no_other_areas_is_offered(desk: Stage) -> None:
    grid, piotr, ingrid = desk.customer(), desk.agent(), Agent(desk.control, INGRID, LENDING)
    await desk.customer(bot=LENDING_BOT).says("My book is lost")
    await ingrid.card("#1 ·")
    await desk.customer(MAREK, bot=CAMPUS_BOT).says("My quota is full")
    await piotr.card("#2 ·")
    await grid.says("I cannot log in")
    await piotr.card("#3 ·")
    await grid.blocks()
    line = await piotr.thread_shows(3, "Anna Keller has blocked the bot")
    assert "Answer in" not in words_of(line)
    for command in ("/desk address 3", "/desk address 3 1", "/desk address 3 2"):
        told = await answer(piotr, command)
        assert "lending" not in told and "campus" not in told
    others = [row["id"] for row in await desk.rows("SELECT id FROM conversations WHERE room NOT LIKE 'grid-bot/%'")]
    for other in others:
        assert "has no address" in await answer(piotr, f"/desk address 3 c{other}")
    assert "There is no ticket #1." in await answer(piotr, "/desk address 1")
    await piotr.clicks(3, "Other address")
    await piotr.is_told("No other address of Anna Keller is known here.")


async def test_what_is_removed_or_erased_is_so_at_every_address(desk: Stage, tmp_path: Path) -> None:
    grid, campus, piotr = await known_at_both(desk)
    await grid.says("My password is hunter2horse")
    await piotr.thread_shows(2, "hunter2horse")
    await piotr.writes(2, "Never write hunter2horse again")
    await grid.sees("Never write hunter2horse again")
    await piotr.types("/desk address 2 1")
    await campus.sees("Ticket #2 goes on here")
    await campus.says("I changed it")
    await piotr.thread_shows(2, "I changed it")
    await piotr.types("/desk redact 2 3 secret")
    await piotr.types("/desk redact 2 4 secret")
    await until(lambda: _gone(grid, "hunter2horse"), "the end of the reply at the first bot")
    await desk.is_quiet()
    assert not [m for m in await grid.messages() if "hunter2horse" in said(m)]
    assert "hunter2horse" not in await everything(desk)
    env = environment(desk.settings) | TOKENS | {"CHATDESK_DESK": str(desk.settings.desk)}
    code, told = await chatdesk(env, tmp_path, "person", "export", "2", "--out", "anna.json")
    assert code == 0, told
    texts = [m["text"] for m in json.loads((tmp_path / "anna.json").read_text())["messages"]]
    assert {"I cannot log in", "Looking into it", "I changed it", "Where is the lecture hall?"} <= set(texts)
    code, told = await chatdesk(env, tmp_path, "person", "erase", "2", "--yes")
    assert code == 0, told
    await desk.is_quiet()
    found = await everything(desk)
    for word in ("I cannot log in", "I changed it", "lecture hall", "Anna Keller", f"bot/{ANNA}"):
        assert word not in found, [line for line in found.splitlines() if word in line]
    assert "No other address" in await answer(piotr, "/desk address 2")
