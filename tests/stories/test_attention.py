"""Whom a ticket has to catch the eye of: its owner, and everybody when a user waits for nobody."""

from __future__ import annotations

from typing import Any

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.stage import CHANNEL, INGRID, PIOTR, Mode, Stage, key_of, open_stage, until, words_of

Shown = dict[str, Any]


def links_in(message: Shown) -> list[str]:
    """The addresses that a message leads to."""
    elements = [e for b in message["blocks"] for part in b.get("elements", ()) for e in part.get("elements", ())]
    return [e["url"] for e in elements if e["type"] == "link"]


def mentioned(message: Shown) -> list[str]:
    elements = [e for b in message["blocks"] or () for part in b.get("elements", ()) for e in part.get("elements", ())]
    return [e["user_id"] for e in elements if e["type"] == "user"]


async def mentions(stage: Stage) -> list[str]:
    """Who was mentioned in the thread of the first ticket, in order."""
    return [user for message in await stage.agent().thread(1) for user in mentioned(message)]


async def test_the_owner_is_mentioned_once_and_follows_the_thread(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Claim")
    await piotr.thread_shows(1, "has this ticket.")
    await piotr.types("/desk release 1")
    await piotr.thread_shows(1, "Piotr Zieliński released the ticket")
    await piotr.types("/desk claim 1")
    await piotr.card_shows(1, "in progress")
    await stage.is_quiet()
    assert await mentions(stage) == [PIOTR]
    await ingrid.types("/desk take_over 1")
    await piotr.thread_shows(1, "took the ticket over from Piotr Zieliński")
    await ingrid.types("/desk assign 1 piotr")
    await piotr.thread_shows(1, "Ingrid Solberg assigned the ticket to")
    assert await mentions(stage) == [PIOTR, INGRID, PIOTR]


async def test_a_message_that_waits_for_nobody_calls_in_the_channel_until_it_is_claimed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    card = await piotr.card("#1 ·")
    await stage.is_quiet()
    assert await piotr.lines() == []  # the card is news enough
    await anna.says("It says <!channel> 403")
    line = await piotr.sees_line("Anna Keller wrote on #1: It says &lt;!channel&gt; 403")
    (link,) = links_in(line)
    ts = card["ts"]
    assert link.endswith(f"/archives/{CHANNEL}/p{ts.replace('.', '')}?thread_ts={ts}&cid={CHANNEL}")
    await anna.says("Hello?")
    await piotr.thread_shows(1, "Hello?")
    await stage.is_quiet()
    assert len(await piotr.lines()) == 1
    await piotr.clicks(1, "Claim")
    await piotr.sees_no_line()
    await anna.says("Now it says 500")
    await piotr.thread_shows(1, "Now it says 500")
    await stage.is_quiet()
    assert await piotr.lines() == []


async def test_what_is_written_below_the_line_is_refused_with_the_way_to_the_thread(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.says("It says 403")
    line = await piotr.sees_line("Anna Keller wrote on #1: It says 403")
    await stage.control.post(
        "slack/post", user=PIOTR, channel=CHANNEL, text="Have you a new password?", thread_ts=line["ts"]
    )
    await piotr.is_told("Your message was not sent: This line only leads to ticket #1, which has a thread of its own.")
    await stage.is_quiet()
    assert not [m for m in await anna.messages() if "password" in (m["text"] or "")]
    await piotr.writes(1, "Have you a new password?")
    await anna.sees("Have you a new password?")


async def test_the_line_goes_when_somebody_answers_or_the_user_ends_it(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.says("It says 403")
    await piotr.sees_line("wrote on #1")
    await piotr.writes(1, "Try again")
    await anna.sees("Try again")
    await piotr.sees_no_line()
    await piotr.types("/desk release 1")
    await piotr.thread_shows(1, "released the ticket")
    await anna.says("It still says 403")
    await piotr.sees_line("wrote on #1: It still says 403")
    await anna.says("/end")
    await anna.presses("End it")
    await piotr.card_shows(1, "withdrawn")
    await piotr.sees_no_line()


async def test_a_message_to_an_owner_who_is_away_calls_too(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk away until Thursday")
    await ingrid.clicks(1, "Assign")
    await ingrid.submits(to="Piotr Zieliński")
    await ingrid.clicks_private("Piotr Zieliński is away until Thursday", "Assign all the same")
    await ingrid.thread_shows(1, "assigned the ticket to @Piotr Zieliński")
    await anna.says("It says 403")
    await ingrid.sees_line("Anna Keller wrote on #1 (Piotr Zieliński is away): It says 403")
    await ingrid.writes(1, "Try again")
    await anna.sees("Try again")
    await ingrid.sees_no_line()


async def test_a_photo_calls_by_what_it_is(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.sends("location", latitude=50.06, longitude=19.94)

    async def called() -> bool:
        return any("Anna Keller wrote on #1:" in line for line in await piotr.lines())

    await until(called, "a line about what Anna sent")
    await piotr.thread_shows(1, "50.06")


async def board(stage: Stage) -> Shown:
    found = [m for m in await stage.agent().said_in_channel() if key_of(m) == "board:support"]
    assert len(found) <= 1
    return found[0] if found else {}


async def board_shows(stage: Stage, words: str) -> Shown:
    async def look() -> Shown:
        shown = await board(stage)
        return shown if shown and words in words_of(shown) else {}

    found: Shown = await until(look, f"{words!r} on the board")
    return found


async def is_pinned(stage: Stage, ts: str) -> None:
    async def look() -> bool:
        return bool((await stage.agent().channel())["pins"] == [ts])

    await until(look, "the board pinned")


async def test_the_board_counts_leads_to_the_oldest_and_stays_pinned(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await board_shows(stage, "Support: nothing open")
    await is_pinned(stage, first["ts"])
    await anna.says("I cannot log in")
    card = await piotr.card("#1 ·")
    shown = await board_shows(stage, "Support: 1 open")
    assert "Unclaimed: #1 I cannot log in" in shown["text"]
    assert {link.split("?")[0] for link in links_in(shown)} == {
        f"https://{link_host(shown)}/archives/{CHANNEL}/p{card['ts'].replace('.', '')}"
    }
    await piotr.writes(1, "Try again")
    await anna.sees("Try again")
    shown = await board_shows(stage, "Theirs: #1")
    assert shown["ts"] == first["ts"]
    assert "Unclaimed" not in shown["text"]
    await stage.control.post("slack/unpin", user=PIOTR, channel=CHANNEL, ts=first["ts"])
    await is_pinned(stage, first["ts"])


def link_host(message: Shown) -> str:
    return links_in(message)[0].split("/")[2]


async def test_the_day_opens_with_what_came_in(mode: Mode, new_database: NewDatabase) -> None:
    given = Group(hold=0, day_opens="08:30", time_zone="Europe/Warsaw")
    async with open_stage(mode, await new_database(mode.database), group=given) as stage:
        anna, piotr = stage.customer(), stage.agent()
        await board_shows(stage, "nothing open")
        await anna.says("I cannot log in")
        await piotr.card("#1 ·")
        await stage.turn(days=4)
        line = await piotr.sees_line("What came in since")
        assert line["text"].endswith("New (1 unclaimed) 1: #1")
        assert len(links_in(line)) == 1
        await board_shows(stage, "Overdue: #1")
        await stage.turn(days=4)
        await board_shows(stage, "1 overdue")
        await stage.is_quiet()
        assert len([words for words in await piotr.lines() if "What came in" in words]) == 1
