"""Too many messages, the same again and again, and a mute: the agents are not flooded, and nothing gets lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.stage import Customer, Mode, Stage, open_stage, until, words_of

LIMIT = 5  # messages a minute
WORDS = ["plot", "axis", "quota", "login", "kernel", "memory", "token", "proxy", "disk", "node", "queue", "shell"]


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    group = Group(hold=0, flood=LIMIT, mute_minutes=10)
    async with open_stage(mode, await new_database(mode.database), group=group) as opened:
        yield opened


async def many(anna: Customer, count: int, of: str = "The {} is broken") -> list[str]:
    said = [of.format(WORDS[n]) for n in range(count)]
    for words in said:
        await anna.says(words)
    return said


async def states(stage: Stage) -> dict[str, int]:
    rows = await stage.rows("SELECT state, count(*) AS n FROM messages WHERE side = 'customer' GROUP BY state")
    return {r["state"]: r["n"] for r in rows}


async def newest(anna: Customer, words: str) -> int:
    return int((await anna.sees(words))["message_id"])


async def kept(stage: Stage, state: str, count: int) -> None:
    async def look() -> Any:
        found = await states(stage)
        return found.get(state) == count or None

    await until(look, f"{count} messages that are {state}")


async def test_a_flood_is_gathered_and_nothing_is_lost(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    said = await many(anna, 12)
    await anna.sees("You write faster than we can read.")
    await piotr.thread_shows(1, "Anna Keller writes very fast.")
    await piotr.card_shows(1, "gathered until")
    await kept(stage, "gathered", 12 - LIMIT)
    await stage.is_quiet()
    thread = " ".join(words_of(m) for m in await piotr.thread(1))
    assert said[LIMIT - 1] in thread
    assert said[LIMIT] not in thread
    await stage.turn(seconds=31)
    last = await newest(anna, said[-1])
    together = await piotr.thread_shows(1, said[-1])
    assert [w for w in said[LIMIT:] if w not in words_of(together)] == []
    assert f"{12 - LIMIT} messages, which came too fast" in words_of(together)
    await stage.is_quiet()
    assert await states(stage) == {"sent": LIMIT + 1, "gathered": 12 - LIMIT}
    await anna.sees_mark(last, "👌")
    await anna.edits(last, "The shell is fine")
    await piotr.thread_shows(1, "which reads now: «The shell is fine»")
    assert sum("faster than we can read" in words for words in await anna.bot_said()) == 1
    rows = await stage.rows("SELECT ticket FROM messages WHERE state = 'gathered'")
    assert {r["ticket"] for r in rows} == {1}
    shown = await piotr.types("/desk show 1")
    assert "gathered: passed on together" in words_of(shown["answer"])


async def test_after_a_flood_each_message_is_shown_again(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await many(anna, LIMIT + 2)
    await anna.sees("You write faster than we can read.")
    await stage.turn(minutes=11)
    await piotr.thread_shows(1, "messages, which came too fast")

    async def calm() -> Any:
        card = await piotr.card("#1 ·")
        return "gathered until" not in words_of(card)

    await until(calm, "a card without the flood")
    message = await anna.says("And now slowly", date=2_000_000_000)
    await piotr.thread_shows(1, "And now slowly")
    await anna.sees_mark(message, "👌")


async def test_the_same_again_and_again_is_gathered_too(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    for n in range(4):
        await anna.says(f"Buy cheap tickets {n}!")
    await anna.says("buy CHEAP tickets 99")
    await anna.sees("You write faster than we can read.")
    await piotr.thread_shows(1, "Anna Keller sends nearly the same again and again.")
    await stage.turn(seconds=31)
    await piotr.thread_shows(1, "buy CHEAP tickets 99")


async def test_a_mute_has_an_end_and_a_reason_and_keeps_all(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    refused = await piotr.types("/desk mute 1 tomorrow Too much")
    assert "A number with m, h or d behind it" in words_of(refused["answer"])
    await piotr.types("/desk mute 1 30m Please wait for our answer")
    told = await anna.sees("the help desk is not shown what you write here. The reason: Please wait for our answer")
    assert told["text"].startswith("Until ")
    await piotr.thread_shows(1, "Piotr Zieliński muted Anna Keller until")
    await piotr.card_shows(1, "Muted until")
    await anna.says("Hello, are you there")
    await anna.says("Please")
    await kept(stage, "muted", 2)
    await stage.is_quiet()
    assert not [m for m in await piotr.thread(1) if "are you there" in words_of(m)]
    shown = await piotr.types("/desk show 1")
    assert "muted): Hello, are you there" in words_of(shown["answer"])
    await stage.turn(minutes=31)
    line = await piotr.thread_shows(1, "The mute of Anna Keller has ended. 2 messages were written meanwhile.")
    await piotr.presses(line["ts"], "Show")
    await piotr.is_told("Anna Keller: Hello, are you there")
    await anna.sees("The help desk is shown what you write again.")
    await anna.says("Thank you for waiting", date=2_000_000_000)
    await piotr.thread_shows(1, "Thank you for waiting")
    assert sum("is not shown" in words for words in await anna.bot_said()) == 1


async def test_a_mute_is_ended_before_its_time(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    none = await piotr.types("/desk unmute 1")
    assert "Unmute is not possible" in words_of(none["answer"])
    await piotr.clicks(1, "Mute")
    view = await piotr.modal()
    assert "10m" in str(view["view"])
    await piotr.submits(length="1h", why="A pause")
    await anna.sees("The reason: A pause")
    await anna.says("Why?")
    await kept(stage, "muted", 1)
    await piotr.types("/desk unmute 1")
    await piotr.thread_shows(1, "Piotr Zieliński ended the mute of Anna Keller. 1 message was written meanwhile.")
    await anna.says("Back again", date=2_000_000_000)
    await piotr.thread_shows(1, "Back again")
