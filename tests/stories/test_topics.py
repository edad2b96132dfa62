"""One topic per ticket in a user's chat with the bot: what is said where, and what becomes of it without topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.conftest import NewDatabase
from tests.stage import Customer, Mode, Stage, open_stage, until, words_of

DESK = """
groups:
  - {id: support, name: Research Desk, channel: "#support", hold: 0, flood: 0, after_end: ask}
bots:
  - {id: main, group: support, token: MAIN_TOKEN, topics: true}
"""


async def give_topics(stage: Stage, **more: bool) -> None:
    """Threaded Mode, as @BotFather turns it on and off."""
    await stage.control.post("telegram/bots", **{**TELEGRAM_BOT, "topics": True, **more})


@pytest.fixture
async def topical(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """A bot with topics, where users may make their own, too."""
    monkeypatch.setenv("MAIN_TOKEN", TELEGRAM_BOT["token"])
    file = tmp_path / "desk.yaml"
    file.write_text(DESK)
    async with open_stage(mode, await new_database(mode.database), start=False, desk=str(file)) as stage:
        await give_topics(stage, users_topics=True)
        await stage.start()
        yield stage


async def topics(anna: Customer) -> list[str]:
    return [topic["name"] for topic in (await anna.chat())["topics"]]


async def topic(anna: Customer, name: str) -> int:
    """Wait for a topic whose name begins like this; its id."""

    async def look() -> Any:
        return next((t["id"] for t in (await anna.chat())["topics"] if t["name"].startswith(name)), None)

    return int(await until(look, f"the topic {name!r}"))


async def sees_in(anna: Customer, where: int | None, words: str) -> dict[str, Any]:
    """Wait for a message with these words, in this topic or in the chat itself."""

    async def look() -> Any:
        return next((m for m in await anna.messages() if m["topic"] == where and words in (m["text"] or "")), None)

    found: dict[str, Any] = await until(look, f"{words!r} in topic {where}")
    return found


async def test_each_ticket_has_its_topic(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My job is stuck")
    one = await topic(anna, "#1 My job is stuck")
    await sees_in(anna, one, "Ticket #1")
    await piotr.card("#1 · My job is stuck")

    await anna.says("/new")
    await sees_in(anna, None, "rite")
    await anna.says("The disk is full")
    two = await topic(anna, "#2 The disk is full")
    await sees_in(anna, two, "Ticket #2")

    await anna.says("It has been an hour", topic=one)
    await piotr.thread_shows(1, "It has been an hour")
    await anna.says("Two hours now", topic=one)
    await piotr.thread_shows(1, "Two hours now")
    await anna.says("And the other disk too")  # in the chat itself the current ticket is meant
    await piotr.thread_shows(2, "And the other disk too")
    assert not [said for said in await anna.bot_said() if "From now on" in said]

    await piotr.writes(1, "It runs again")
    await piotr.writes(2, "There is room again")
    await sees_in(anna, one, "It runs again")
    await sees_in(anna, two, "There is room again")
    assert await topics(anna) == ["#1 My job is stuck", "#2 The disk is full"]


async def test_edits_files_albums_and_reactions_in_a_topic(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My job is stuck")
    one = await topic(anna, "#1")
    await anna.says("/new The disk is full")
    await topic(anna, "#2")
    said = await anna.says("It stoped", topic=one)
    await piotr.thread_shows(1, "It stoped")
    await anna.edits(said, "It stopped")
    await piotr.thread_shows(1, "It stopped")
    await anna.sends("photo", ("a.png", b"a"), ("b.png", b"b"), caption="Both screens", topic=one)
    await anna.says("That is all")  # elsewhere, while the album may still be arriving
    await piotr.thread_shows(1, "Both screens")
    await piotr.thread_shows(2, "That is all")

    reply = await piotr.writes(1, "Wich node?")
    answer = await sees_in(anna, one, "Wich node?")
    await piotr.edits(reply, "Which node?")
    await sees_in(anna, one, "Which node?")
    await anna.says("Node 7", reply_to=answer["message_id"])
    await piotr.thread_shows(1, "Node 7")
    await piotr.deletes(reply)

    async def gone() -> Any:
        return not [m for m in await anna.messages() if "Which node?" in (m["text"] or "")]

    await until(gone, "the reply is gone")


async def test_what_is_asked_in_a_topic_is_answered_there(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My job is stuck")
    one = await topic(anna, "#1")
    await anna.says("/new The disk is full")
    two = await topic(anna, "#2")
    await anna.says("/tickets", topic=one)
    await sees_in(anna, one, "My job is stuck")
    await anna.says("/end", topic=one)
    await sees_in(anna, one, "Shall ticket #1")
    await anna.presses("End it")
    await sees_in(anna, one, "is ended")
    await topic(anna, "✅ #1 My job is stuck")
    await piotr.card_shows(1, "solved")

    await anna.says("/new")
    await anna.says("One more word on the disk", topic=two)  # a new one was asked for elsewhere
    await piotr.thread_shows(2, "One more word on the disk")
    await anna.says("My password is gone")
    await topic(anna, "#3 My password is gone")
    await anna.says("/new", topic=two)
    await anna.says("Another disk", topic=two)
    await topic(anna, "#4 Another disk")


async def test_after_the_end_a_topic_asks_about_its_own_ticket(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    for number, words in ((1, "My job is stuck"), (2, "The disk is full")):
        await anna.says(f"/new {words}")
        await piotr.card(f"#{number} · {words}")
        await piotr.types(f"/desk resolve {number} Restarted")
    one, two = await topic(anna, "✅ #1"), await topic(anna, "✅ #2")
    await anna.says("Stuck once more", topic=one)
    await sees_in(anna, one, "Ticket #1 (My job is stuck) has ended")
    await anna.says("Full once more", topic=two)
    await sees_in(anna, two, "Ticket #2 (The disk is full) has ended")
    await anna.presses("It is about #1: open it again")
    await piotr.thread_shows(1, "Stuck once more")
    await topic(anna, "#1 My job is stuck")
    await anna.presses("It is about #2: open it again")
    await piotr.thread_shows(2, "Full once more")
    assert not any("Full once more" in words_of(m) for m in await piotr.thread(1))


async def test_a_topic_follows_the_title(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My password is hunter2-hunter2")
    await topic(anna, "#1 My password is hunter2")
    await piotr.types("/desk title 1 Password: hunter2-hunter2")
    await topic(anna, "#1 Password: hunter2-hunter2")
    await piotr.types("/desk title 1 Login fails")
    one = await topic(anna, "#1 Login fails")
    await anna.says("/new Still hunter2-hunter2")
    await topic(anna, "#2 Still hunter2")
    assert one == await topic(anna, "#1 Login fails")
