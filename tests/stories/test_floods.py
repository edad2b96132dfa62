"""Many users write much at once: Slack's pace is kept, and what one user wrote meanwhile is one message."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.processes import ease
from tests.stage import PIOTR, Stage, lines_of, until

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


async def test_a_message_that_stands_with_others_is_edited_below_them(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    for n in range(40):  # the pace of the channel is used up
        await stage.control.post("telegram/say", bot=anna.bot, user=1002, text=f"noise {n}")
    words = [await anna.says(f"line {n}") for n in range(6)]
    await piotr.thread_shows(1, "line 5")
    await stage.is_quiet()
    joined = [m for m in await piotr.thread(1) if "line 2" in " ".join(lines_of(m))]
    assert len(joined) == 1
    await anna.edits(words[2], "line two")

    async def look() -> bool:
        lines = [line for message in await piotr.thread(1) for line in lines_of(message)]
        return "line two" in lines and "line 3" in lines

    await until(look, "the new words, beside those of the others")
