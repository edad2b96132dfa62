"""Many users write much at once: Slack's pace is kept, and what one user wrote meanwhile is one message."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.processes import ease, environment
from tests.stage import PIOTR, Mode, Stage, lines_of, open_stage, until

USERS, MESSAGES = 12, 8


async def test_what_one_user_writes_in_a_flood_is_one_message(stage: Stage) -> None:
    ease(stage)
    piotr = stage.agent(PIOTR)
    users = []
    for number in range(USERS):
        made = await stage.control.post("telegram/users", first_name=f"User{number}")
        users.append(stage.customer(int(made["id"])))
    bot = users[0].bot
    await stage.control.post("telegram/hold", bot=bot)  # so that they come as fast as ever, on any machine
    for n in range(MESSAGES):
        await asyncio.gather(*(user.says(f"message {n} of {user.id}") for user in users))
    await stage.control.post("telegram/release", bot=bot)
    await until(lambda: _taken_in(stage), "all messages taken in")
    await stage.is_quiet()
    journal = await stage.control.get("slack/journal", method="chat.postMessage")
    calls = Counter(call["status"] for call in journal)
    assert calls[200] < USERS * (1 + MESSAGES) / 1.5
    late = [call for call in journal if call["status"] == 429 and call["at"] > journal[0]["at"] + 1]
    assert late == []
    for card in await piotr.cards():
        user = card["text"].rsplit(" ", 1)[1]
        words = "\n".join(reply["text"] for reply in card["replies"])
        said = [line for reply in card["replies"] for line in lines_of(reply) if line.startswith("message ")]
        assert said == [f"message {n} of {user}" for n in range(MESSAGES)], words
    states = await stage.rows("SELECT DISTINCT state FROM messages")
    assert [row["state"] for row in states] == ["sent"]


async def _taken_in(stage: Stage) -> bool:
    found = await stage.rows("SELECT count(*) AS n FROM messages")
    return bool(found[0]["n"] == USERS * MESSAGES)


@pytest.fixture
async def slow(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(mode, await new_database(mode.database), pace=2) as stage:
        yield stage


async def together(stage: Stage) -> tuple[list[int], int]:
    """Lines of Anna's on ticket #1; which of them is the first of three or more that are one message in Slack."""
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.thread_shows(1, "I cannot log in")
    await stage.control.post("telegram/hold", bot=anna.bot)
    words = [await anna.says(f"line {n}") for n in range(8)]
    await stage.control.post("telegram/release", bot=anna.bot)
    await piotr.thread_shows(1, "line 7")
    await stage.is_quiet()
    joined = max(map(lines_of, await piotr.thread(1)), key=len)
    assert len(joined) >= 3
    return words, int(joined[0].removeprefix("line "))


async def lines(stage: Stage) -> list[str]:
    return [line for message in await stage.agent().thread(1) if not message["deleted"] for line in lines_of(message)]


async def test_a_message_that_stands_with_others_is_edited_below_them(slow: Stage) -> None:
    words, first = await together(slow)
    await slow.customer().edits(words[first + 1], "line two")

    async def look() -> bool:
        return {"line two", f"line {first}", f"line {first + 2}"} <= set(await lines(slow))

    await until(look, "the new words, beside those of the others")
    await slow.customer().edits(words[first + 1], "line II")

    async def again() -> bool:
        return "line II" in await lines(slow) and "line two" not in await lines(slow)

    await until(again, "the newest words in the place of the new ones")


async def test_a_message_that_stands_with_others_is_removed_from_among_them(slow: Stage) -> None:
    words, first = await together(slow)
    anna, piotr = slow.customer(), slow.agent()
    await anna.edits(words[first], "line one")
    await piotr.thread_shows(1, "line one")
    await slow.is_quiet()
    for n in (first, first + 1):
        await piotr.types(f"/desk redact 1 {n + 2} mistake")
        await slow.is_quiet()
    removed, shown = "Removed by Piotr Zieliński: sent by mistake.", await lines(slow)
    at = shown.index(f"line {first + 2}")
    assert shown[at - 2 : at] == [removed, removed]
    assert shown.count(removed) == 3, "also where the changed words stood, below the others"
    gone = {f"line {first}", "line one", f"line {first + 1}"}
    assert not gone & set(shown)
    kept = str(await slow.rows("SELECT content FROM outbox UNION ALL SELECT body FROM messages"))
    assert not [words for words in gone if words in kept]


async def test_who_is_erased_leaves_no_word_below_them(slow: Stage, tmp_path: Path) -> None:
    words, first = await together(slow)
    await slow.customer().edits(words[first], "line one")
    await slow.agent().thread_shows(1, "line one")
    await slow.is_quiet()
    code, told = await chatdesk(environment(slow.settings), tmp_path, "person", "erase", "1", "--yes")
    assert code == 0, told
    await slow.is_quiet()
    assert not [line for line in await lines(slow) if line.startswith("line ")]
