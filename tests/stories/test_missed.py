"""What people do in Slack while the desk is not running is found out at the next start, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from chatdesk.settings import Group
from chatdesk.storage.database import Database
from tests.conftest import NewDatabase
from tests.stage import CHANNEL, Agent, Customer, Mode, Stage, open_stage, until

HOLD = 2.0  # seconds


async def is_given_up(stage: Stage) -> None:
    """Wait until Slack tries no event again."""

    async def look() -> bool:
        return not [d for d in await stage.control.get("slack/deliveries") if d["state"] in ("pending", "sent")]

    await until(look, "Slack to give up")


async def stays_down(stage: Stage) -> None:
    """The desk is stopped, and as if it had heard of younger threads since: none of these is read for new messages."""
    await stage.is_quiet()
    await asyncio.sleep(0.2)  # what has been delivered is noted
    await stage.stop()
    database = Database(stage.settings.database_url)
    try:
        async with database.begin() as c:
            await c.execute(text("UPDATE cursors SET value = '4000000000.000000' WHERE name LIKE 'slack:%'"))
    finally:
        await database.close()


async def starts(stage: Stage) -> None:
    """Start the desk, and wait until it has asked for the thread once more and has done what follows."""

    async def asked() -> int:
        return len(await stage.control.get("slack/journal", method="conversations.replies"))

    before = await asked()

    async def look() -> bool:
        return await asked() > before

    await stage.start()
    await until(look, "the thread read again")
    await asyncio.sleep(0.5)
    await stage.is_quiet()


async def is_gone(customer: Customer, words: str) -> None:
    async def look() -> bool:
        return not [said for said in await customer.bot_said() if words in said]

    await until(look, f"{words!r} taken back")


async def happened(stage: Stage, *names: str) -> dict[str, int]:
    found = await stage.rows("SELECT name FROM events")
    return {name: sum(row["name"] == name for row in found) for name in names}


async def changed(stage: Stage) -> tuple[int, int]:
    """How often a message with a portal in it was edited in Telegram, and any one deleted."""
    edits = await stage.control.get("telegram/journal", method="editMessageText")
    deletions = await stage.control.get("telegram/journal", method="deleteMessage")
    return sum("portal" in str(e) for e in edits), len(deletions)


async def two_replies(stage: Stage) -> tuple[Customer, Agent, str, str]:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    first = await piotr.writes(1, "Use portal A")
    await anna.sees("Use portal A")
    second = await piotr.writes(1, "And never C")
    await anna.sees("And never C")
    await piotr.has_marks(1, second, "incoming_envelope")
    return anna, piotr, first, second


@pytest.mark.every_mode
async def test_edits_and_deletions_that_nobody_heard(stage: Stage) -> None:
    anna, piotr, first, second = await two_replies(stage)
    note = await piotr.writes(1, ";; she has asked before")
    await piotr.has_marks(1, note, "memo")
    kept = await piotr.writes(1, "Then write again")
    await anna.sees("Then write again")
    await stays_down(stage)
    await piotr.edits(first, "Use portal B")
    await piotr.edits(first, "Use portal D")
    await piotr.deletes(second)
    await piotr.edits(note, ";; she has asked twice before")
    await is_given_up(stage)
    await stage.start()
    await anna.sees("Use portal D")
    await is_gone(anna, "And never C")
    await anna.sees("Then write again")
    await stage.is_quiet()
    done = {"ReplyEdited": 1, "ReplyRemoved": 1, "NoteEdited": 1, "NoteRemoved": 0}
    assert await happened(stage, *done) == done
    assert await changed(stage) == (1, 1)
    await piotr.card("#1 ·")  # it is no less there for a message in its thread that is gone
    assert len(await piotr.cards()) == 1
    await piotr.edits(kept, "Then call us")
    await anna.sees("Then call us")


async def test_nothing_happens_twice_when_the_events_come_after_all(stage: Stage) -> None:
    anna, piotr, first, second = await two_replies(stage)
    await stays_down(stage)
    await piotr.edits(first, "Use portal B")
    await piotr.deletes(second)
    await is_given_up(stage)
    late = [d["id"] for d in await stage.control.get("slack/deliveries") if d["state"] == "gave up"]
    assert late
    for _ in range(2):
        await stage.start()
        await anna.sees("Use portal B")
        await is_gone(anna, "And never C")
        for delivery in late:
            await stage.control.post("slack/redeliver", id=delivery)
        await is_given_up(stage)
        await stage.is_quiet()
        await stage.stop()
    assert await happened(stage, "ReplyEdited", "ReplyRemoved") == {"ReplyEdited": 1, "ReplyRemoved": 1}
    assert await changed(stage) == (1, 1)


async def test_previews_and_the_desks_own_changes_are_no_edits(stage: Stage) -> None:
    _, _, first, _ = await two_replies(stage)
    await stays_down(stage)
    await stage.control.post("slack/unfurl", channel=CHANNEL, ts=first)
    await is_given_up(stage)
    await starts(stage)
    assert await happened(stage, "ReplyEdited", "ReplyRemoved") == {"ReplyEdited": 0, "ReplyRemoved": 0}


async def test_an_edit_that_is_made_while_the_thread_is_read_stays_the_last(stage: Stage) -> None:
    anna, piotr, first, _ = await two_replies(stage)
    await stays_down(stage)
    await piotr.edits(first, "Use portal B")
    await is_given_up(stage)
    await stage.control.post("slack/faults", kind="slow_answer", method="conversations.replies", seconds=1)
    await stage.start()

    async def is_read() -> bool:
        return bool([e for e in await stage.control.get("slack/journal") if e["fault"]])

    await until(is_read, "the thread being read")
    await piotr.edits(first, "Use portal D")
    await anna.sees("Use portal D")
    await asyncio.sleep(1)
    await stage.is_quiet()
    await anna.never_sees("Use portal B")
    assert await happened(stage, "ReplyEdited") == {"ReplyEdited": 2}


@pytest.mark.parametrize("root_too", [True, False], ids=["all of it", "with younger replies"])
async def test_what_slack_kept_no_longer_was_not_deleted_by_its_author(stage: Stage, root_too: bool) -> None:
    anna, _, _, second = await two_replies(stage)
    await stays_down(stage)
    await stage.control.post("slack/expire", channel=CHANNEL, before="4000000000" if root_too else second)
    await starts(stage)
    await anna.sees("Use portal A")
    await anna.sees("And never C")
    assert await happened(stage, "ReplyRemoved") == {"ReplyRemoved": 0}


@pytest.fixture
async def patient(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(mode, await new_database(mode.database), group=Group(hold=HOLD)) as opened:
        yield opened


async def test_what_waited_leaves_as_its_author_wants_it_now(patient: Stage) -> None:
    anna, piotr = patient.customer(), patient.agent()
    await anna.says("I cannot log in")
    wrong = await piotr.writes(1, "Restart you browser")
    gone = await piotr.writes(1, "And your computer")
    await piotr.has_marks(1, gone, "hourglass_flowing_sand")
    await patient.stop()
    await piotr.edits(wrong, "Restart your browser")
    await piotr.deletes(gone)
    await asyncio.sleep(HOLD)
    await is_given_up(patient)
    await patient.start()
    await anna.sees("Restart your browser")
    await patient.is_quiet()
    sent = str(await patient.control.get("telegram/journal", method="sendMessage"))
    assert "you browser" not in sent and "computer" not in sent
