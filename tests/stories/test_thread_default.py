"""In a group whose threads are among agents, nothing reaches the user that does not say so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.stage import Mode, Stage, open_stage, words_of


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(mode, await new_database(mode.database), group=Group(hold=0, thread="note")) as opened:
        yield opened


async def test_plain_text_is_a_note_and_what_says_so_a_reply(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card_shows(1, "What you write in this thread stays among agents.")
    assert "Here among agents." in words_of(await piotr.thread_shows(1, "I cannot log in"))
    note = await piotr.writes(1, "She has forgotten it again")
    await piotr.has_marks(1, note, "memo")
    reply = await piotr.writes(1, "!! Set a new password, please")
    await anna.sees("Piotr Zieliński\nSet a new password, please")
    await piotr.has_marks(1, reply, "incoming_envelope")
    await piotr.edits(note, "!! She has forgotten it again")
    await piotr.is_told("A note stays a note, so nothing was sent.")
    await piotr.clicks(1, "Reply")
    await piotr.submits(text="Does it work now?")
    await anna.sees("Does it work now?")
    await stage.is_quiet()
    await anna.never_sees("forgotten")
