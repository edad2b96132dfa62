"""Help asked in Telegram is answered from Slack: the main job, played over the wire."""

from __future__ import annotations

import pytest

from tests.stage import INGRID, Stage

pytestmark = pytest.mark.every_mode


async def test_a_greeting_gets_buttons_and_no_ticket(stage: Stage) -> None:
    anna = stage.customer()
    await anna.says("Hello!")
    await anna.sees("Hello Anna Keller!")
    assert await anna.buttons() == ["Ask a question", "Report a problem", "My tickets"]
    await anna.presses("My tickets")
    await anna.sees("You have no tickets yet")
    assert await stage.agent().cards() == []


async def test_a_question_becomes_a_card_and_is_answered_and_solved(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in to the notebook service")
    ack = await anna.sees("Ticket #1: I cannot log in to the notebook service")
    assert "within one working day" in ack["text"]
    second = await anna.says("It says 403 <b>now</b> & <!channel>")
    await anna.sees_mark(second, "👌")
    await piotr.thread_shows(1, "I cannot log in to the notebook service")
    await piotr.thread_shows(1, "It says 403 <b>now</b> & <!channel>")
    card = await piotr.card("#1 · I cannot log in to the notebook service")

    await piotr.clicks(1, "Claim")
    await anna.sees("Piotr Zieliński takes care of your ticket #1.")
    await piotr.card_shows(1, "in progress")

    reply = await piotr.writes(1, "Please try again, the quota was full. <https://example.org/help|Help>")
    await anna.sees("Piotr Zieliński\nPlease try again, the quota was full. Help")
    await piotr.sees_mark(1, reply, "incoming_envelope")

    note = await piotr.writes(1, ";; her account was locked")
    await piotr.sees_mark(1, note, "memo")

    await piotr.clicks(1, "Resolve")
    view = await piotr.modal()
    assert "Please try again" in str(view)
    await piotr.submits(solution="The quota was raised.")
    await anna.sees("The quota was raised.")
    await anna.presses("No, not yet")
    await anna.sees("Ticket #1 is open again")
    await piotr.thread_shows(1, "says that it is not solved")
    await piotr.card_shows(1, "reopened")

    await piotr.clicks(1, "Resolve")
    await piotr.submits(solution="Now the service was restarted.")
    await anna.sees("Now the service was restarted.")
    await anna.presses("Yes, it is solved")
    await anna.sees("Thank you. Ticket #1 is done.")
    done = await piotr.card_shows(1, "verified")
    assert done["ts"] == card["ts"]
    assert len(await piotr.cards()) == 1
    assert not any("her account was locked" in text for text in await anna.bot_said())
    await stage.is_quiet()
    assert await stage.states() == {"sent"}


async def test_the_first_reply_claims_and_a_second_agent_may_take_over(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("My transfer hangs")
    await piotr.writes(1, "Looking into it")
    await anna.sees("Piotr Zieliński takes care of your ticket #1.")
    await piotr.card_shows(1, "<@U0PIOTR>")
    await ingrid.types("/desk claim 1")
    await ingrid.clicks(1, "Take over")
    await ingrid.card_shows(1, "<@U0INGRID>")
    await ingrid.thread_shows(1, "took the ticket over from Piotr Zieliński")
    told = [text for text in await anna.bot_said() if "takes care of your ticket" in text]
    assert len(told) == 1


async def test_a_mention_asks_whom_the_message_is_for(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("Where is my data?")
    await piotr.writes(1, "<@U0INGRID> do you know this one?")
    await piotr.clicks_private("mentions a colleague", "Keep as internal note")
    await piotr.is_told("Kept as an internal note.")
    await piotr.writes(1, "<@U0INGRID> will call you, Anna")
    await piotr.clicks_private("mentions a colleague", "Send to Anna Keller")
    called = await anna.sees("Ingrid Solberg will call you, Anna")
    assert "@" not in called["text"]
    assert not any("do you know this one" in text for text in await anna.bot_said())


async def test_a_stranger_in_the_channel_is_told_why_nothing_was_sent(stage: Stage) -> None:
    anna = stage.customer()
    await anna.says("Is the archive down?")
    await stage.control.post("slack/users", id="U0GUEST", name="guest", real_name="Gus Guest", is_restricted=True)
    await stage.control.post("slack/join", user="U0GUEST", channel="C0SUPPORT")
    guest = stage.agent("U0GUEST")
    await guest.writes(1, "Yes, it is down")
    await guest.is_told("you are not an agent of Support")
    assert not any("it is down" in text for text in await anna.bot_said())
