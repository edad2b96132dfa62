"""A reply waits some seconds: its author may take it back, and nobody answers words that they have not read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from chatdesk.settings import Group
from chatdesk.storage.schema import timers
from tests.conftest import NewDatabase
from tests.stage import INGRID, Mode, Stage, open_stage

HOLD = 3.0  # seconds


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(mode, await new_database(mode.database), group=Group(hold=HOLD)) as opened:
        yield opened


async def states(stage: Stage) -> list[str]:
    rows = await stage.rows("SELECT state FROM messages WHERE side = 'agent' ORDER BY seq")
    return [row["state"] for row in rows]


async def test_a_reply_leaves_after_a_while(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Looking into it")
    await piotr.is_told("Your reply leaves for Anna Keller in 3 seconds.")
    await piotr.has_marks(1, reply, "hourglass_flowing_sand")
    await anna.sees("Piotr Zieliński takes care of your ticket #1.")
    await anna.never_sees("Looking into it")
    assert await states(stage) == ["held"]
    await anna.sees("Piotr Zieliński\nLooking into it")
    await piotr.has_marks(1, reply, "incoming_envelope")
    await piotr.clicks_private("Your reply leaves", "Undo")
    await piotr.is_told("It is too late for that")


async def test_undo_send_now_and_keep_as_note(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    wrong = await piotr.writes(1, "That was not for you")
    await piotr.clicks_private("Your reply leaves", "Undo")
    await piotr.has_marks(1, wrong, "leftwards_arrow_with_hook")
    among_us = await piotr.writes(1, "She is difficult")
    await piotr.clicks_private("Your reply leaves", "Keep as internal note")
    await piotr.has_marks(1, among_us, "memo")
    now = await piotr.writes(1, "Try again, please")
    await piotr.clicks_private("Your reply leaves", "Send to Anna Keller")
    await anna.sees("Try again, please")
    await piotr.has_marks(1, now, "incoming_envelope")
    await anna.says("Thanks, it works")  # later than all of it
    await piotr.thread_shows(1, "Thanks, it works")
    await stage.is_quiet()
    await anna.never_sees("not for you")
    await anna.never_sees("difficult")
    assert await states(stage) == ["undone", "sent", "sent"]


async def test_what_waits_is_edited_or_deleted_in_place(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Restart you browser")
    await piotr.has_marks(1, reply, "hourglass_flowing_sand")
    await piotr.edits(reply, "Restart your browser")
    gone = await piotr.writes(1, "And your computer")
    await piotr.is_told("Your reply leaves")
    await piotr.deletes(gone)
    await anna.sees("Restart your browser")
    await piotr.has_marks(1, reply, "incoming_envelope")
    await stage.is_quiet()
    await anna.never_sees("you browser")
    await anna.never_sees("computer")
    assert sorted(await states(stage)) == ["sent", "undone"]


async def test_a_message_of_the_user_stops_what_was_written_before_it(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Which browser is it?")
    await piotr.has_marks(1, reply, "hourglass_flowing_sand")
    await anna.says("It is Firefox by the way")
    await piotr.is_told("Anna Keller wrote before your reply left: «It is Firefox by the way».")
    await piotr.has_marks(1, reply, "grey_question")
    await piotr.thread_shows(1, "It is Firefox by the way")
    later = await piotr.writes(1, "Then clear its cache")
    await anna.sees("Then clear its cache")
    await anna.never_sees("Which browser")
    await piotr.has_marks(1, later, "incoming_envelope")
    await piotr.clicks_private("wrote before your reply left", "Undo")
    await piotr.has_marks(1, reply, "leftwards_arrow_with_hook")
    assert await states(stage) == ["undone", "sent"]


async def test_a_second_agents_reply_asks(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.writes(1, "Clear the cache")
    await piotr.is_told("Your reply leaves")
    second = await ingrid.writes(1, "Clear all cookies")
    await ingrid.is_told("Piotr Zieliński has just answered Anna Keller")
    await ingrid.has_marks(1, second, "grey_question")
    await anna.sees("Clear the cache")
    await stage.is_quiet()
    await anna.never_sees("cookies")
    await ingrid.clicks_private("has just answered", "Send to Anna Keller")
    await anna.sees("Ingrid Solberg\nClear all cookies")
    await ingrid.has_marks(1, second, "incoming_envelope")


async def test_resolving_sends_first_what_waits(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Restarted the server")
    await piotr.is_told("Your reply leaves")
    await piotr.clicks(1, "Resolve")
    await piotr.submits(solution="Restarted the server")
    await anna.sees("Does this solve ticket #1?")
    said = await anna.bot_said()
    assert [t for t in said if "Restarted the server" in t] == ["Piotr Zieliński\nRestarted the server"]
    assert said[-1] == "Does this solve ticket #1?"


async def test_a_reply_from_a_form_waits_as_well(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk reply 1 Wrong words")
    await piotr.thread_shows(1, "Wrong words")
    await piotr.clicks_private("Your reply leaves", "Undo")
    await piotr.types("/desk reply 1 Right words")
    await anna.sees("Right words")
    await anna.never_sees("Wrong words")


async def test_what_was_undone_is_not_sent_by_an_edit(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    wrong = await piotr.writes(1, "That was not for you")
    await piotr.clicks_private("Your reply leaves", "Undo")
    await piotr.has_marks(1, wrong, "leftwards_arrow_with_hook")
    await piotr.edits(wrong, "That was not for you, really")
    await piotr.is_told("That message was not sent to Anna Keller, and nor is your change of it.")
    await piotr.reacts(wrong, "fire")
    await piotr.writes(1, "This is")
    await piotr.clicks_private("Your reply leaves", "Send to Anna Keller")
    await anna.sees("This is")
    await stage.is_quiet()
    await anna.never_sees("not for you")


async def test_who_resolves_has_the_ticket_whoever_has_a_reply_waiting(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.writes(1, "Looking into it")
    await piotr.is_told("Your reply leaves")
    await ingrid.clicks(1, "Release")
    await ingrid.types("/desk resolve 1 Restarted it")
    await anna.sees("Does this solve ticket #1?")
    assert f"<@{INGRID}>" in str(await ingrid.card_shows(1, "solved (fixed)"))


async def test_what_waits_for_its_authors_decision_is_undone_with_the_ticket(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    first = await piotr.writes(1, "Which browser is it?")
    await piotr.has_marks(1, first, "hourglass_flowing_sand")
    await anna.says("It is Firefox by the way")
    await piotr.has_marks(1, first, "grey_question")
    whom = await ingrid.writes(1, "<@U0PIOTR> is that ours?")
    await ingrid.has_marks(1, whom, "grey_question")
    await ingrid.types("/desk resolve 1 Restarted it")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")
    told = "Anna Keller has said that ticket #1 is solved: this message of yours was still waiting"
    await piotr.is_told(told)
    await ingrid.is_told(told)
    await piotr.has_marks(1, first, "leftwards_arrow_with_hook")
    await ingrid.has_marks(1, whom, "leftwards_arrow_with_hook")
    assert not {"held", "queued"} & set(await states(stage))


async def test_a_colleague_who_resolves_tells_whose_reply_left_for_that(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.writes(1, "Looking into it")
    await piotr.is_told("Your reply leaves")
    await ingrid.types("/desk resolve 1 Restarted it")
    await piotr.is_told("Ingrid Solberg resolved ticket #1, so your reply left at once, before that.")
    await anna.sees("Does this solve ticket #1?")
    said = [text for text in await anna.bot_said() if "Looking" in text or "Restarted" in text]
    assert ["Looking" in text for text in said] == [True, False]


async def test_a_user_who_ends_the_ticket_stops_what_was_written_before_it(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Which browser is it?")
    await piotr.has_marks(1, reply, "hourglass_flowing_sand")
    await anna.says("/end")
    await anna.presses("End it")
    await anna.sees("Ticket #1 is ended")
    await piotr.is_told("Anna Keller ended ticket #1 before your reply left. It has not been sent.")
    await piotr.has_marks(1, reply, "grey_question")
    await stage.turn(seconds=2 * HOLD)
    await stage.is_quiet()
    await anna.never_sees("Which browser")
    await piotr.clicks_private("ended ticket #1 before your reply left", "Send to Anna Keller")
    await anna.sees("Which browser")
    await piotr.has_marks(1, reply, "incoming_envelope")


async def test_a_timer_that_fails_holds_up_no_other(stage: Stage) -> None:
    """One that no version of the desk understands: it stays, is logged, and is tried again later."""
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    database = stage.app.database if stage.app else None
    assert database is not None
    broken = {"key": "t1:owner_gone:x", "ticket": 1, "name": "owner_gone:x", "channel": "", "room": ""}
    async with database.begin() as c:
        await c.execute(insert(timers).values(broken | {"area_id": "default", "due": datetime(2020, 1, 1, tzinfo=UTC)}))
    await piotr.writes(1, "Looking into it")
    await anna.sees("Piotr Zieliński\nLooking into it")
    kept = await stage.rows("SELECT due FROM timers WHERE name = 'owner_gone:x'")
    assert kept and not str(kept[0]["due"]).startswith("2020")
