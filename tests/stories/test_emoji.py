"""Emoji in the agents' channel do what people already use them for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.stage import INGRID, Mode, Stage, open_stage


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(mode, await new_database(mode.database), group=Group(hold=4)) as opened:
        yield opened


async def test_eyes_claim_and_a_check_resolves_with_what_was_said(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    copy = await piotr.thread_shows(1, "I cannot log in")
    await piotr.reacts(copy["ts"], "eyes")
    await anna.sees("Piotr Zieliński takes care of your ticket #1.")
    await ingrid.reacts((await ingrid.card("#1 ·"))["ts"], "eyes")
    await ingrid.is_told("Piotr Zieliński took ticket #1")
    await ingrid.clicks_private("took ticket #1", "Take it over")
    await piotr.thread_shows(1, "Ingrid Solberg took the ticket over")
    reply = await ingrid.writes(1, "Restart your browser")
    await anna.sees("Restart your browser")
    await ingrid.has_marks(1, reply, "incoming_envelope")
    await ingrid.reacts(reply, "white_check_mark")
    asked = await anna.sees("Does this solve ticket #1?")
    assert asked["reply_to"] == (await anna.sees("Restart your browser"))["message_id"]
    assert len([t for t in await anna.bot_said() if "Restart your browser" in t]) == 1
    await ingrid.reacts(copy["ts"], "eyes")
    await ingrid.is_told("Ticket #1 is solved, and cannot be claimed.")
    await stage.is_quiet()
    assert all(r["emoji"] == "👌" for m in await anna.messages() for r in m["reactions"])  # none has crossed


async def test_a_check_on_the_card_asks_for_the_solution(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.reacts((await piotr.card("#1 ·"))["ts"], "white_check_mark")
    await piotr.clicks_private("Resolve ticket #1?", "Resolve")
    await piotr.submits(solution="The certificate was renewed")
    await anna.sees("The certificate was renewed")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")


async def test_a_lock_keeps_a_reply_that_waits_and_says_when_it_is_too_late(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    among_us = await piotr.writes(1, "She is difficult")
    await piotr.has_marks(1, among_us, "hourglass_flowing_sand")
    await piotr.reacts(among_us, "lock")
    await piotr.sees_mark(1, among_us, "memo")
    gone = await piotr.writes(1, "Try again, please")
    await anna.sees("Try again, please")
    await piotr.sees_mark(1, gone, "incoming_envelope")
    await piotr.reacts(gone, "lock")
    await piotr.is_told("Too late for :lock:")
    await stage.is_quiet()
    await anna.never_sees("difficult")
