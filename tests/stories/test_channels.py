"""Channels change under the desk: it notices, says so where somebody sees it, and goes on when the cause goes."""

from __future__ import annotations

from typing import Any

from tests.stage import CHANNEL, INGRID, PIOTR, Stage, key_of, until, words_of

Shown = dict[str, Any]


async def deletes_card(stage: Stage, ts: str) -> None:
    """Only an administrator can delete what an app wrote."""
    await stage.control.post("slack/users", id=INGRID, is_admin=True)
    await stage.control.post("slack/delete", user=INGRID, channel=CHANNEL, ts=ts)


async def new_card(stage: Stage, old: str) -> Shown:
    async def look() -> Shown | None:
        return next((c for c in await stage.agent().cards() if c["ts"] != old), None)

    found: Shown = await until(look, "the card posted again")
    return found


async def test_a_card_that_is_deleted_comes_back_and_its_thread_goes_on(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    old = await piotr.card("#1 ·")
    await piotr.writes(1, "Try again")
    await anna.sees("Try again")
    await stage.is_quiet()
    await deletes_card(stage, old["ts"])
    new = await new_card(stage, old["ts"])
    assert "#1 · I cannot log in" in words_of(new)
    await piotr.thread_shows(1, "The card of this ticket was deleted, and is posted again")
    await anna.says("It fails again")
    await piotr.thread_shows(1, "It fails again")
    await piotr.writes(1, "Which browser?")
    await anna.sees("Which browser?")
    await stage.control.post("slack/post", user=PIOTR, channel=CHANNEL, text="In the old one", thread_ts=old["ts"])
    await anna.sees("In the old one")
    await piotr.clicks(1, "Release")
    await piotr.card_shows(1, "nobody yet")
    await stage.is_quiet()
    assert len(await piotr.cards()) == 1


async def test_a_card_without_a_thread_comes_back_too_but_not_that_of_a_finished_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    first = await piotr.card("#1 ·")
    for reply in first["replies"]:
        await deletes_card(stage, reply["ts"])
    await stage.is_quiet()
    for reply in await piotr.thread(1):
        await deletes_card(stage, reply["ts"])
    await deletes_card(stage, first["ts"])
    second = await new_card(stage, first["ts"])
    await piotr.thread_shows(1, "is posted again")
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")
    await stage.is_quiet()
    await deletes_card(stage, second["ts"])
    await anna.says("/new And my quota?")
    await piotr.card("#2 ·")
    await stage.is_quiet()
    assert [key_of(c) for c in await piotr.cards()] == ["card:2"]


async def test_a_deletion_that_nobody_told_of_is_found_at_the_next_change(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    old = await piotr.card("#1 ·")
    await stage.is_quiet()
    await stage.control.post("slack/app", events=["message.im"])
    await deletes_card(stage, old["ts"])
    await piotr.types("/desk priority 1 high")
    new = await new_card(stage, old["ts"])
    assert "*Priority* high" in words_of(new)
    await piotr.thread_shows(1, "is posted again")


async def test_a_board_that_is_deleted_comes_back(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()

    async def board() -> Shown | None:
        return next((m for m in await piotr.said_in_channel() if key_of(m) == "board:support"), None)

    old: Shown = await until(board, "the board")
    await stage.is_quiet()
    await deletes_card(stage, old["ts"])
    await anna.says("I cannot log in")
    new: Shown = await until(board, "the board once more")
    assert new["ts"] != old["ts"]
    assert "1 open" in new["text"]

    async def pinned() -> bool:
        return bool((await piotr.channel())["pins"] == [new["ts"]])

    await until(pinned, "the new board pinned")
