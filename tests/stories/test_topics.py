"""One topic per ticket in a user's chat with the bot: what is said where, and what becomes of it without topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chatdesk.desk.timers import tidy
from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.fidelity import TO_AGENTS, TO_USERS
from tests.processes import environment
from tests.stage import ANNA, Customer, Mode, Stage, open_stage, said, until, words_of
from tests.stories.test_people import everything

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


def configure(stage: Stage, text: str) -> None:
    assert stage.settings.desk
    Path(stage.settings.desk).write_text(text)


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


@pytest.mark.crosses("text", TO_AGENTS, "where the bot has topics: what is written in a ticket's is in its thread")
@pytest.mark.crosses("text", TO_USERS, "where the bot has topics: in the ticket's own, `#1 My job is stuck`")
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
    another = await anna.says("Another disk", topic=two)
    await topic(anna, "#4 Another disk")
    await anna.says("The red one", reply_to=another, topic=two)  # who quotes a message answers that
    await piotr.thread_shows(4, "The red one")
    await anna.says("The old one is as full as before", topic=two)
    await piotr.thread_shows(2, "The old one is as full as before")


async def test_what_comes_too_fast_is_gathered_where_it_was_written(topical: Stage) -> None:
    await topical.stop()
    configure(topical, DESK.replace("flood: 0", "flood: 2"))
    await topical.start()
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My job is stuck")
    one = await topic(anna, "#1")
    await anna.says("/new The disk is full")
    two = await topic(anna, "#2")
    await piotr.card("#2 ·")
    for n in range(5):
        await anna.says(f"job {n}", topic=one)
        await anna.says(f"disk {n}", topic=two)
    await topical.turn(seconds=40)
    await piotr.thread_shows(1, "job 4")
    await piotr.thread_shows(2, "disk 4")
    assert not any("disk" in words_of(m) for m in await piotr.thread(1))
    assert not any("job" in words_of(m) for m in await piotr.thread(2))
    assert not [words for words in await anna.bot_said() if "From now on" in words]


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


async def test_a_topic_that_a_user_made_is_like_the_chat_itself(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    own = int((await anna.control.post("telegram/topic", bot=anna.bot, user=anna.id, name="Mine"))["topic"])
    await anna.says("hello", topic=own)
    await sees_in(anna, own, "Hello Anna")
    await anna.says("My job is stuck", topic=own)
    one = await topic(anna, "#1 My job is stuck")
    await sees_in(anna, one, "Ticket #1")
    await anna.says("It has been an hour", topic=own)
    await piotr.thread_shows(1, "It has been an hour")
    await anna.says("/tickets", topic=own)
    await sees_in(anna, own, "My job is stuck")
    await piotr.writes(1, "It runs again")
    await sees_in(anna, one, "It runs again")
    assert await topics(anna) == ["Mine", "#1 My job is stuck"]


async def test_a_topic_that_is_gone_takes_nothing_with_it(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    question = await anna.says("My job is stuck")
    one = await topic(anna, "#1")
    await piotr.writes(1, "Which node?")
    await sees_in(anna, one, "Which node?")
    await anna.control.post("telegram/delete_topic", bot=anna.bot, user=anna.id, topic=one)
    await anna.control.post("telegram/delete", bot=anna.bot, user=anna.id, message_id=question)
    reply = await piotr.writes(1, "It runs agian")
    await sees_in(anna, None, "It runs agian")
    await piotr.sees_mark(1, reply, "incoming_envelope")
    await piotr.edits(reply, "It runs again")
    await sees_in(anna, None, "It runs again")
    await anna.answers("It runs again", "Thank you, but no")
    await piotr.thread_shows(1, "Thank you, but no")
    await piotr.types("/desk title 1 Jobs are stuck")
    await piotr.types("/desk resolve 1 Restarted")
    await sees_in(anna, None, "Restarted")
    await topical.is_quiet()
    assert await topics(anna) == []
    assert await topical.rows("SELECT key, why FROM outbox WHERE state <> 'sent'") == []


async def test_a_bot_without_topics_says_all_in_the_chat(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await give_topics(topical, topics=False)
    await anna.says("My job is stuck")
    await sees_in(anna, None, "Ticket #1")
    await give_topics(topical)
    await anna.says("/new The disk is full")
    two = await topic(anna, "#2 The disk is full")
    await piotr.writes(1, "It runs again")
    await sees_in(anna, None, "It runs again")
    await give_topics(topical, topics=False)
    await piotr.writes(2, "There is room again")
    await sees_in(anna, None, "There is room again")
    await piotr.types("/desk resolve 2 Cleaned")
    await sees_in(anna, None, "Cleaned")
    assert not [m for m in await anna.messages() if m["topic"] == two and "room" in (m["text"] or "")]


async def test_without_the_setting_nobody_gets_a_topic(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("My job is stuck")
    one = await topic(anna, "#1")
    await topical.is_quiet()
    await topical.stop()
    configure(topical, DESK.replace(", topics: true", ""))
    await topical.start()
    await anna.says("It has been an hour", topic=one)
    await piotr.thread_shows(1, "It has been an hour")
    await piotr.writes(1, "It runs again")
    await sees_in(anna, None, "It runs again")
    await anna.says("/new The disk is full")
    await sees_in(anna, None, "Ticket #2")
    assert await topics(anna) == ["#1 My job is stuck"]


async def test_a_lost_answer_leaves_at_most_one_empty_topic(topical: Stage) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await topical.control.post("telegram/faults", kind="lose_answer", method="createForumTopic")
    await anna.says("My job is stuck")
    await anna.sees("Ticket #1")
    await piotr.writes(1, "It runs again")
    await anna.sees("It runs again")
    made = [t["id"] for t in (await anna.chat())["topics"]]
    assert len(made) == 2
    lying = [{said(m) for m in await anna.messages() if m["topic"] == one and not m["service"]} for one in made]
    assert not lying[0] and len(lying[1]) == 3


async def test_what_is_removed_is_removed_from_the_names(topical: Stage, tmp_path: Path) -> None:
    anna, piotr = topical.customer(), topical.agent()
    await anna.says("I am Keller of Greendale")
    await topic(anna, "#1 I am Keller of Greendale")
    await anna.says("/new I am Keller of Greendale")
    await topic(anna, "#2 I am Keller of Greendale")
    await piotr.card("#2 ·")
    await piotr.types("/desk redact 1 1 personal")
    await topic(anna, "#1 (removed)")
    await topic(anna, "#2 (removed)")
    await anna.says("/new I am Keller of Bluedale")
    await topic(anna, "#3 I am Keller of Bluedale")
    await topical.is_quiet()
    desk = environment(topical.settings)
    code, told = await chatdesk(desk, tmp_path, "person", "erase", f"telegram:{ANNA}", "--yes")
    assert code == 0, told
    await topic(anna, "#3 Erased person")
    await topical.is_quiet()
    assert topical.app is not None
    await tidy(topical.app.desk)
    found = "\n".join(line for line in (await everything(topical)).splitlines() if "'board:" not in line)
    for words in ("Greendale", "Bluedale", f"main/{ANNA}", f"{ANNA}:"):
        assert words not in found, [line for line in found.splitlines() if words in line]
    assert not [name for name in await topics(anna) if "dale" in name]
