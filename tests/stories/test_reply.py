"""Long answers in a form: what the user said above it, canned replies, a preview, who else is writing, what crosses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.stage import INGRID, Agent, Mode, Stage, open_stage, until, words_of

CANNED = """
canned:
  - name: password reset
    text:
      en: "Hello {user}, set a new password for #{number} yourself.\\n{agent}"
      de: "Guten Tag {user}"
  - name: quota
    text: "{group} answers within {answer_within}."
"""


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Stage]:
    (tmp_path / "canned.yaml").write_text(CANNED)
    canned = str(tmp_path / "canned.yaml")
    async with open_stage(mode, await new_database(mode.database), canned=canned) as opened:
        yield opened


async def press(agent: Agent, label: str, **more: Any) -> None:
    """Press or choose something in the open form."""
    view = await agent.modal()
    await agent.control.post("slack/press", user=agent.id, view_id=view["view_id"], label=label, **more)


async def shows(agent: Agent, words: str) -> dict[str, Any]:
    """Wait until the open form shows these words."""

    async def look() -> Any:
        view = await agent.modal()
        return view["view"] if words in words_of({"blocks": view["view"]["blocks"]}) else None

    found: dict[str, Any] = await until(look, f"{words!r} in the form of {agent.id}")
    return found


def text_of(view: dict[str, Any]) -> tuple[str, str]:
    """(block_id, what stands in it) of the form's text."""
    block = next(b for b in view["blocks"] if b["block_id"].split(":")[0] == "text")
    return block["block_id"], block["element"].get("initial_value", "")


async def close(agent: Agent) -> None:
    view = await agent.modal()
    await agent.control.post("slack/close", user=agent.id, view_id=view["view_id"])


async def no_modal(agent: Agent) -> None:
    async def look() -> bool:
        return not await agent.control.get("slack/views", user=agent.id)

    await until(look, f"no form of {agent.id}")


async def card_has_not(agent: Agent, ticket: int, words: str) -> None:
    async def look() -> bool:
        return words not in words_of(await agent.card(f"#{ticket} ·"))

    await until(look, f"no {words!r} on the card")


async def test_a_reply_with_a_canned_beginning_and_a_preview(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I forgot my password")
    await piotr.clicks(1, "Reply")
    await shows(piotr, "I forgot my password")
    await press(piotr, "password reset")
    view = await shows(piotr, "Preview")
    await until(lambda: _filled(piotr), "the canned text")
    block, text = text_of((await piotr.modal())["view"])
    assert text == "Hello Anna Keller, set a new password for #1 yourself.\nPiotr Zieliński"
    await press(piotr, "Preview")
    view = await shows(piotr, "Anna Keller will read in Telegram:")
    assert "Piotr Zieliński\nHello Anna Keller, set a new password" in words_of({"blocks": view["blocks"]}).replace(
        "Piotr Zieliński \n", "Piotr Zieliński\n"
    )
    await piotr.submits(**{block: text + "\nP.S. Not your birthday."})
    await anna.sees("Hello Anna Keller, set a new password for #1 yourself.\nPiotr Zieliński\nP.S. Not your birthday.")
    await piotr.thread_shows(1, "P.S. Not your birthday.")
    await no_modal(piotr)
    await piotr.card_shows(1, "in progress")


async def _filled(agent: Agent) -> bool:
    return bool(text_of((await agent.modal())["view"])[1])


async def test_colleagues_see_who_is_writing_until_it_is_closed_or_sent_or_left_open(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Reply")
    await piotr.modal()
    await ingrid.card_shows(1, "Piotr Zieliński is writing a reply since")
    await ingrid.clicks(1, "Reply")
    await shows(ingrid, "Piotr Zieliński is writing a reply since")
    await ingrid.card_shows(1, "Ingrid Solberg is writing a reply since")
    await close(ingrid)
    await card_has_not(piotr, 1, "Ingrid Solberg is writing")
    await piotr.submits(text="Try again")
    await anna.sees("Try again")
    await card_has_not(piotr, 1, "is writing")
    await ingrid.clicks(1, "Reply")
    await piotr.card_shows(1, "Ingrid Solberg is writing a reply since")
    await stage.turn(minutes=16)
    await card_has_not(piotr, 1, "is writing")


async def test_what_the_user_wrote_meanwhile_is_shown_before_it_is_sent(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Reply")
    await piotr.modal()
    await anna.says("Forget it, it works again")
    await piotr.thread_shows(1, "it works again")
    answer = await piotr.submits(text="Which browser is it?")
    assert answer["answer"]["response_action"] == "update"
    view = await shows(piotr, "Forget it, it works again")
    assert "Anna Keller has written since you opened this. Nothing has been sent yet." in words_of(view)
    assert view["submit"]["text"] == "Send all the same"
    assert text_of(view) == ("text", "Which browser is it?")
    await anna.never_sees("Which browser")
    await piotr.submits()
    await anna.sees("Which browser is it?")


async def test_a_question_makes_the_ticket_wait_for_its_answer(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.clicks(1, "Reply")
    await piotr.submits(text="Which browser is it?", then="Send it and wait for the user")
    await anna.sees("Which browser is it?")
    await piotr.card_shows(1, "waiting for reply")
    await anna.sees("Piotr Zieliński waits for your answer.")
    await anna.says("Firefox")
    await piotr.card_shows(1, "in progress")
    await piotr.types("/desk ask 1 Which version of it?")
    await anna.sees("Which version of it?")
    await piotr.card_shows(1, "waiting for reply")
    await piotr.clicks(1, "Reply")
    await piotr.submits(text="She does not know", then="Keep it as an internal note")
    await piotr.thread_shows(1, "She does not know")
    await stage.is_quiet()
    await anna.never_sees("She does not know")


async def test_a_canned_reply_by_its_name(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("How much may I store?")
    await piotr.card("#1 ·")
    await piotr.types("/desk reply 1 Quota")
    assert text_of((await piotr.modal())["view"])[1] == "Support answers within one working day."
    await piotr.card_shows(1, "Piotr Zieliński is writing a reply since")
    await piotr.submits()
    await anna.sees("Support answers within one working day.")
    refused = await piotr.types("/desk reply 1 pasword reset")
    assert "near it: password reset" in refused["answer"]["text"]
    await piotr.types("/desk reply 1 Passwords are reset yearly")
    await anna.sees("Passwords are reset yearly")


async def test_earlier_tickets_are_on_the_card(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.types("/desk resolve 1 Restarted")
    await anna.presses("Yes, it is solved")
    await anna.says("Now the disk is full")
    await piotr.card_shows(2, "#1 verified")
    await piotr.clicks(2, "History of the user")
    told = words_of(await piotr.is_told("Anna Keller asked besides #2:"))
    assert "#1 I cannot log in | verified" in told
