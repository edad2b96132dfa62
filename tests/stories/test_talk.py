"""What people mean by what they write: which ticket, which end, and that nothing of it is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.fidelity import TO_USERS
from tests.stage import Agent, Stage, until, words_of

LIMIT = 4096  # UTF-16 code units of a text message in Telegram


async def signs(agent: Agent, ticket: int, ts: str) -> set[str]:
    message = next(m for m in await agent.thread(ticket) if m["ts"] == ts)
    return {r["name"] for r in message["reactions"]}


async def test_with_two_open_tickets_a_message_says_which_one_it_is_about(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Looking into it")
    await anna.sees("Piotr Zieliński\nLooking into it")
    await anna.says("/new Where is my *quota* shown?")
    await piotr.card("#2 · Where is my *quota* shown?")
    await piotr.writes(1, "Please try again")
    await anna.sees("Piotr Zieliński · #1 I cannot log in\nPlease try again")
    await piotr.writes(2, "On your page")
    await anna.sees("Piotr Zieliński · #2 Where is my *quota* shown?\nOn your page")
    await piotr.types("/desk resolve 1 Restarted")
    await anna.sees("Piotr Zieliński · #1 I cannot log in\nRestarted\n\nDoes this solve ticket #1?")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")
    await piotr.writes(2, "Below the picture")
    await anna.sees("Piotr Zieliński\nBelow the picture")


async def test_words_behind_a_command_are_not_lost(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("/new I cannot\nlog in")
    await anna.sees("Ticket #1: I cannot log in")
    await piotr.thread_shows(1, "I cannot\nlog in")
    await anna.says("/new Where is my quota?")
    await piotr.card("#2 ·")
    await anna.says("/tickets of mine")
    await anna.sees("These words were not passed on, because they stand behind /tickets: «of mine».")
    await anna.says("/end 99")
    await anna.sees("I find no open ticket of yours with the number 99.")
    await anna.says("/end 1")
    await anna.sees("Shall ticket #1 (I cannot log in) be ended?")
    await anna.presses("End it")
    await piotr.card_shows(1, "solved (withdrawn)")
    await anna.says("/end it works")
    await anna.sees("Shall ticket #2 (Where is my quota?) be ended?")
    await anna.sees("because they stand behind /end: «it works».")
    await anna.says("/start abc-123")  # as a link to the bot does
    await anna.sees("Hello Anna Keller!")
    assert not any("abc-123" in text for text in await anna.bot_said())


async def test_thanks_and_words_after_a_solution_are_not_the_button(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk resolve 1 Restarted")
    await anna.sees("Does this solve ticket #1?")
    await anna.sees_mark(await anna.says("thank you, solved"), "👌")
    await piotr.thread_shows(1, "thank you, solved")
    await piotr.card_shows(1, "solved (fixed)")
    await anna.says("By the way, it was slow")
    await anna.presses("It is about #1: open it again")
    await piotr.thread_shows(1, "Anna Keller wrote again after the solution: the ticket is open again.")
    await piotr.card_shows(1, "reopened")
    await piotr.types("/desk resolve 1 Made faster")
    await anna.sees("Made faster")
    buttons = [m for m in await anna.messages() if m["buttons"]][-1]["message_id"]
    press = {"bot": anna.bot, "user": anna.id, "message_id": buttons, "label": "No, not yet"}
    await asyncio.gather(*(stage.control.post("telegram/press", **press) for _ in range(2)))
    await piotr.card_shows(1, "reopened")
    await anna.says("Still slow")
    await piotr.thread_shows(1, "Still slow")
    await stage.is_quiet()
    assert len([t for t in await anna.bot_said() if "open again. What is still wrong?" in t]) == 1
    assert len([m for m in await piotr.thread(1) if "says that it is not solved" in words_of(m)]) == 1


async def test_a_greeting_on_an_open_ticket_is_passed_on_and_leaves_the_turn(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Which browser is it?")
    await piotr.card_shows(1, "*Turn* theirs since")
    await anna.sees_mark(await anna.says("Hello!"), "👌")
    await piotr.thread_shows(1, "Hello!")
    await stage.is_quiet()
    await piotr.card_shows(1, "*Turn* theirs since")
    await anna.says("Firefox")
    await piotr.card_shows(1, "*Turn* ours since")


@pytest.mark.crosses("long text", TO_USERS, "several messages, cut at paragraphs, lines or words")
async def test_a_long_reply_arrives_in_parts_and_is_marked_when_all_of_it_has(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    lines = [f"{n}: {'👩‍🔬 word ' * 8}end" for n in range(120)]
    reply = await piotr.writes(1, "\n".join(lines) + "\n*bold at the end* of it")
    await until(lambda: stage.rows("SELECT key FROM messages WHERE side = 'agent'"), "the first message taken in")
    await piotr.writes(1, "And that is all")
    await anna.sees("And that is all")
    await piotr.sees_mark(1, reply, "incoming_envelope")
    said = [m["text"] for m in await anna.messages() if m["from"] == "bot" and "takes care" not in m["text"]]
    assert len(said) == 4
    assert all(len(text.encode("utf-16-le")) // 2 <= LIMIT for text in said)
    assert "\n".join(said[:3]).splitlines() == ["Piotr Zieliński", *lines, "bold at the end of it"]
    assert await signs(piotr, 1, reply) == {"incoming_envelope"}
    await stage.is_quiet()
    states = await stage.rows("SELECT state FROM messages WHERE side = 'agent'")
    assert [s["state"] for s in states] == ["sent", "sent"]


async def test_a_part_that_fails_is_named_and_the_message_has_failed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk claim 1")
    await anna.sees("takes care")
    await stage.is_quiet()
    fault: dict[str, Any] = {"kind": "fail", "method": "sendMessage", "status": 400, "error": "Bad Request: no"}
    await stage.control.post("telegram/faults", **fault)
    reply = await piotr.writes(1, "word " * 1200 + "end")
    await piotr.thread_shows(1, "«word word word word word word word…», part 1 of 2: Not delivered: Telegram")
    await piotr.sees_mark(1, reply, "warning")
    await anna.sees("word end")
    await stage.is_quiet()
    (state,) = await stage.rows("SELECT state, why FROM messages WHERE side = 'agent'")
    assert (state["state"], "Bad Request: no" in state["why"]) == ("failed", True)


async def test_a_note_from_a_phone_and_a_question_that_has_been_answered(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    note = await piotr.writes(1, "；；her account was locked")
    await piotr.sees_mark(1, note, "memo")
    asked = await piotr.writes(1, "<@U0INGRID> do you know @ingrid_s or https://example.org/@ingrid_s?")
    await piotr.sees_mark(1, asked, "grey_question")
    await piotr.clicks_private("mentions a colleague", "Send to Anna Keller")
    await piotr.is_told("Your message is on its way to Anna Keller.")
    seen = await anna.sees("Ingrid Solberg do you know")
    assert "mention" not in [e["type"] for e in seen["entities"]]
    await until(lambda: _is_settled(piotr, asked), "the question's sign to go")
    await stage.is_quiet()
    assert not any("locked" in text for text in await anna.bot_said())
    assert await stage.states() == {"sent"}


async def _is_settled(agent: Agent, ts: str) -> bool:
    return await signs(agent, 1, ts) == {"incoming_envelope"}


async def test_the_commands_are_found_as_people_write_them(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    for line, told in (
        ("claim 1", "Ticket #1 is yours."),
        ("takeover 1", "Ticket #1 is yours already."),
        ("Take Over 1", "Ticket #1 is yours already."),
        ("priority 1 HIGH", "The priority of ticket #1 is high now."),
        ("reply 1 " + "x" * 3001, "Reply to the user: At most 3000 characters, these are 3001."),
        ("resolve", "Say which ticket: /desk resolve 42."),
    ):
        answer = (await piotr.types(f"/desk {line}"))["answer"]
        assert told in words_of(answer), line
