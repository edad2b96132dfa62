"""Channels change under the desk: it notices, says so where somebody sees it, and goes on when the cause goes."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.stage import CHANNEL, INGRID, PIOTR, Stage, key_of, until, words_of
from tests.stories.desks import is_told_alone

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


async def health(stage: Stage) -> Shown:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{stage.settings.http.port}/healthz") as said,
    ):
        found: Shown = await said.json()
        return found | {"code": said.status}


async def is_ill(stage: Stage, words: str) -> None:
    async def look() -> bool:
        found = await health(stage)
        return found["code"] == 503 and words in found["channels"]["slack"]

    await until(look, f"{words!r} at /healthz")


async def is_well(stage: Stage) -> None:
    async def look() -> bool:
        return bool((await health(stage))["code"] == 200)

    await until(look, "a desk that is well")


async def kicks(stage: Stage, channel: str = CHANNEL) -> str:
    bot = str((await stage.control.get("slack/app"))["bot_user_id"])
    await stage.control.post("slack/leave", user=bot, channel=channel)
    return bot


async def test_an_archived_channel_is_told_of_and_what_waits_leaves_when_it_is_back(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await stage.is_quiet()
    await stage.control.post("slack/archive", user=PIOTR, channel=CHANNEL)
    await is_ill(stage, "it is archived")
    await is_told_alone(stage, PIOTR, "Nobody is heard in the channel of Support now: it is archived.")
    await is_told_alone(stage, INGRID, "What is written there or to its users waits meanwhile")
    await anna.says("It says 403")
    await anna.says("/new And my quota?")
    await anna.sees("Ticket #2")
    await stage.turn(days=3)
    await stage.control.post("slack/unarchive", user=PIOTR, channel=CHANNEL)
    await is_well(stage)
    await piotr.thread_shows(1, "It says 403")
    await piotr.card("#2 · And my quota?")
    await is_told_alone(stage, PIOTR, "The channel of Support works again: what waited leaves now.")
    failed = await stage.rows("SELECT key, why FROM outbox WHERE state = 'failed'")
    assert failed == []


async def test_a_bot_that_is_removed_reads_what_was_written_meanwhile(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await stage.is_quiet()
    bot = await kicks(stage)
    await is_ill(stage, "the bot is not in it")
    await anna.says("It says 403")
    await piotr.writes(1, "Try again")
    await stage.control.post("slack/join", user=bot, channel=CHANNEL)
    await is_well(stage)
    await anna.sees("Try again")
    await piotr.thread_shows(1, "It says 403")


async def test_a_renamed_channel_goes_on_and_says_what_has_to_be_changed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await stage.control.post("slack/rename", user=PIOTR, channel=CHANNEL, name="helpdesk")
    await piotr.sees_line(
        "This channel is called #helpdesk now, and the desk goes on serving it. Its settings still say"
    )
    await piotr.writes(1, "Try again")
    await anna.sees("Try again")
    assert (await health(stage))["code"] == 200


async def test_a_revoked_token_is_seen_at_once_and_nothing_is_lost(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await stage.is_quiet()
    await stage.control.post("slack/revoke")
    await is_ill(stage, "Slack does not take the bot's token any more (token_revoked)")
    await anna.says("It says 403")
    await anna.says("Hello?")
    await stage.control.post("slack/install")
    await is_well(stage)
    await piotr.thread_shows(1, "It says 403")
    await piotr.thread_shows(1, "Hello?")


async def test_tickets_of_a_deactivated_agent_return_to_the_queue(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Claim")
    await anna.sees("Piotr Zieliński takes care")
    await stage.control.post("slack/users", id=PIOTR, deleted=True)
    await ingrid.thread_shows(1, "The account of Piotr Zieliński is no more: the ticket is free to claim.")
    await ingrid.card_shows(1, "nobody yet")
    await ingrid.clicks(1, "Claim")
    await ingrid.card_shows(1, "in progress")
