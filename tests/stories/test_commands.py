"""What each side can ask for, by buttons, menus, modals and typed commands, and what becomes of the unusual."""

from __future__ import annotations

import time
from typing import Any

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.stage import ANNA, INGRID, MAREK, PIOTR, Agent, Customer, Stage, words_of

LIMIT = 4096  # characters of a text message in Telegram
EMOJI = "👩‍🔬🏳️‍🌈 "
ARABIC = "لا أستطيع تسجيل الدخول إلى الخدمة"


async def asks(anna: Customer, piotr: Agent, text: str = "I cannot log in") -> None:
    """A ticket of Anna's, whose card stands."""
    await anna.says(text)
    await piotr.card("#1 ·")


async def answer(agent: Agent, line: str) -> str:
    """What a typed command is answered at once, to its author alone."""
    return words_of((await agent.types(line))["answer"])


# -- the customer ------------------------------------------------------------------------------------------


async def test_commands_in_telegram(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    commands = (await anna.chat())["commands"]
    assert [c["command"] for c in commands] == ["start", "help", "new", "tickets", "end", "language", "link", "unlink"]
    await anna.says("/start")
    await anna.sees("Hello Anna Keller! This is the help desk.")
    await anna.says("/help")
    await anna.sees("/tickets - your tickets and how they stand")
    await anna.says("/end")
    await anna.sees("No ticket of yours is open here.")
    await anna.says("/frobnicate")
    await anna.sees("I do not know /frobnicate, and have passed nothing on.")
    assert await piotr.cards() == []

    await asks(anna, piotr)
    await anna.says("/new")
    await anna.sees("Write your question: it gets a ticket of its own.")
    await anna.says("Where is my quota shown?")
    await piotr.card("#2 · Where is my quota shown?")
    await anna.says("/tickets")
    listed = await anna.sees("Your 2 latest tickets:")
    assert listed["text"].splitlines()[2:4] == [
        "#2 Where is my quota shown?: received (we are talking about this one)",
        "#1 I cannot log in: received",
    ]
    marek = stage.customer(MAREK)
    await marek.says("/tickets")
    await marek.sees("You have no tickets yet.")


async def test_end_asks_first_and_a_stale_button_says_how_things_stand(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await anna.says("/end")
    await anna.sees("Shall ticket #1 (I cannot log in) be ended?")
    await anna.presses("Keep it open")
    await anna.sees("Ticket #1 stays open.")
    await anna.presses("End it")
    await anna.sees("Ticket #1 is ended.")
    await piotr.thread_shows(1, "Anna Keller ended the ticket.")
    await piotr.card_shows(1, "solved (withdrawn)")
    await anna.sees("You have ended it.")
    await anna.presses("End it")  # the same answer, which stands there already
    await anna.says("It came back")
    await anna.presses("It is about #1: open it again")
    await piotr.card_shows(1, "reopened")
    await piotr.thread_shows(1, "Anna Keller wrote again after the ticket had ended: the ticket is open again.")
    await piotr.thread_shows(1, "It came back")
    assert len([text for text in await anna.bot_said() if "is ended." in text]) == 1


async def test_thanks_after_the_end_and_a_message_after_that(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await piotr.types("/desk resolve 1 Restarted")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")
    thanks = await anna.says("Thanks!")
    await anna.sees_mark(thanks, "👌")
    await piotr.thread_shows(1, "Thanks!")
    await anna.says("Now the disk is full")
    second = await piotr.card("#2 · Now the disk is full")
    assert "#1" in words_of(second).split("Follows")[1]
    await piotr.card_shows(1, "verified")
    assert len(await piotr.cards()) == 2


async def test_an_ordinary_ticket_gets_at_most_four_messages_of_the_bots_own(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    for words in ("It says 403", "Since yesterday"):
        await anna.sees_mark(await anna.says(words), "👌")
    await piotr.clicks(1, "Claim")
    await anna.sees("Piotr Zieliński takes care of your ticket #1.")
    await piotr.writes(1, "Which browser is it?")
    await anna.sees("Which browser is it?")
    await anna.says("Firefox")
    await piotr.thread_shows(1, "Firefox")
    await piotr.types("/desk title 1 Login with Firefox")
    await piotr.types("/desk priority 1 high")
    await piotr.types("/desk resolve 1 The certificate was renewed")
    await anna.presses("Yes, it is solved")
    await anna.sees("Thank you. Ticket #1 is done.")
    await stage.is_quiet()
    said = await anna.bot_said()
    own = [text for text in said if not text.startswith("Piotr Zieliński\n")]
    assert len(own) <= 4, own
    assert len(said) == len(own) + 2


async def test_long_and_foreign_texts_arrive_as_they_are(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr, ARABIC)
    await piotr.thread_shows(1, ARABIC)
    longest = f"{EMOJI}{ARABIC} " * 200
    longest = longest[: fits(longest)].strip()
    await anna.says(longest)
    await piotr.thread_shows(1, longest)
    reply = await piotr.writes(1, f"{EMOJI} <https://example.org/ü|{ARABIC}> & done")
    await piotr.sees_mark(1, reply, "incoming_envelope")
    seen = await anna.sees(ARABIC + " & done")
    (link,) = [e for e in seen["entities"] if e["type"] == "text_link"]
    units = seen["text"].encode("utf-16-le")
    cut = units[link["offset"] * 2 : (link["offset"] + link["length"]) * 2].decode("utf-16-le")
    assert (cut, link["url"]) == (ARABIC, "https://example.org/ü")


def fits(text: str) -> int:
    """How many characters of it Telegram takes: it counts UTF-16 code units."""
    return next((n for n in range(len(text)) if len(text[: n + 1].encode("utf-16-le")) // 2 > LIMIT), len(text))


# -- the agents --------------------------------------------------------------------------------------------


async def test_what_is_typed_after_desk(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    assert "/desk resolve 42 <solution>" in await answer(piotr, "/desk help")
    assert await answer(piotr, "/desk") == await answer(piotr, "/desk help")
    assert "The queue is empty." in await answer(piotr, "/desk queue")
    await asks(anna, piotr)
    assert "#1 · I cannot log in" in await answer(piotr, "/desk queue")
    assert "You have no open ticket." in await answer(piotr, "/desk mine")
    assert "Ticket #1 is yours." in await answer(piotr, "/desk claim 1")
    mine = await answer(piotr, "/desk mine")
    assert "#1 · I cannot log in" in mine and "· in progress" in mine
    assert "Piotr Zieliński took ticket #1 at" in await answer(ingrid, "/desk claim 1")
    assert "There is no command 'frobnicate'." in await answer(piotr, "/desk frobnicate 1")
    assert "Say which ticket: /desk resolve 42." in await answer(piotr, "/desk resolve")
    assert "There is no ticket #99." in await answer(piotr, "/desk show 99")
    assert "There is no ticket #99999999999." in await answer(piotr, "/desk show 99999999999")
    await stage.is_quiet()
    shown = await answer(piotr, "/desk show #1")
    assert "From Anna Keller, since" in shown
    assert "Anna Keller (public, sent): I cannot log in" in shown
    resolved = await answer(piotr, "/desk resolve 1 It's restarted, don't worry")
    assert "Ticket #1 is resolved. Anna Keller is asked whether it is solved." in resolved
    await anna.sees("It's restarted, don't worry")
    assert "Release is not possible: ticket #1 is solved." in await answer(piotr, "/desk release 1")


async def test_a_note_from_the_modal_stays_inside(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await piotr.clicks(1, "Note")
    await piotr.submits(text="Her account was locked")
    note = await piotr.thread_shows(1, "Her account was locked")
    assert "Piotr Zieliński noted (internal):" in words_of(note)
    await piotr.sees_mark(1, note["ts"], "memo")
    await stage.is_quiet()
    assert not any("locked" in text for text in await anna.bot_said())


async def test_a_reply_from_the_menu_is_sent_and_shown(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await piotr.clicks(1, "Reply")
    await piotr.submits(text="Please try again")
    await anna.sees("Piotr Zieliński\nPlease try again")
    shown = await piotr.thread_shows(1, "Please try again")
    assert "Piotr Zieliński replied:" in words_of(shown)
    await piotr.sees_mark(1, shown["ts"], "incoming_envelope")
    await piotr.card_shows(1, "in progress")


async def test_assign_by_modal_and_by_name(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await asks(anna, piotr)
    await piotr.clicks(1, "Assign")
    await piotr.submits(to="Ingrid Solberg")
    await piotr.card_shows(1, f"<@{INGRID}>")
    await piotr.thread_shows(1, "Piotr Zieliński assigned the ticket to @Ingrid Solberg.")
    await piotr.types("/desk release 1")
    await piotr.types("/desk assign 1 ingrid")
    await ingrid.is_told("Piotr Zieliński assigned ticket #1 to you: I cannot log in")
    await ingrid.types("/desk assign 1 piotr")
    await piotr.card_shows(1, f"<@{PIOTR}>")
    assert "To whom: No agent of Support: nobody. There are:" in await answer(piotr, "/desk assign 1 nobody")
    assert "Ticket #1 is yours now." in await answer(ingrid, "/desk take over 1")
    await piotr.card_shows(1, f"<@{INGRID}>")


async def test_a_form_that_is_wrong_says_so_at_its_field(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await stage.control.post("slack/users", id="U0GUEST", name="guest", real_name="Gus Guest", is_restricted=True)
    await asks(anna, piotr)
    await piotr.clicks(1, "Assign")
    submitted = await piotr.submits(to="Gus Guest")
    assert "No agent of Support" in submitted["answer"]["errors"]["to"]
    await piotr.submits(to="Ingrid Solberg")
    await piotr.card_shows(1, f"<@{INGRID}>")


async def test_title_and_priority(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await piotr.clicks(1, "Title")
    await piotr.submits(title="Notebook login *fails* <now>")
    await piotr.card_shows(1, "#1 · Notebook login *fails* <now>")
    await anna.sees("Ticket #1: Notebook login *fails* <now>")
    await piotr.clicks(1, "Priority")
    await piotr.submits(priority="High")
    await piotr.card_shows(1, "high")
    assert "The priority of ticket #1 is high already." in await answer(piotr, "/desk priority 1 high")
    assert "Priority: One of: low, medium, high, top." in await answer(piotr, "/desk priority 1 urgent")
    assert "The priority of ticket #1 is top now." in await answer(piotr, "/desk priority 1 TOP")


async def test_an_agent_reopens_and_the_question_loses_its_buttons(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await piotr.types("/desk resolve 1 Restarted")
    asked = await anna.sees("Does this solve ticket #1?")
    await piotr.card_shows(1, "solved (fixed)")
    await piotr.clicks(1, "Reopen")
    await piotr.card_shows(1, "reopened")
    await piotr.thread_shows(1, "Piotr Zieliński reopened the ticket.")
    await anna.sees("It is open again.")
    await stage.is_quiet()
    assert await anna.buttons() == []
    await press_anyway(stage, asked["message_id"], "solved?ticket=1")
    await anna.sees("That button has done its work. Ticket #1: open again.")
    await piotr.card_shows(1, "reopened")


async def test_a_forged_button_finds_no_ticket_of_somebody_else(stage: Stage) -> None:
    anna, marek, piotr = stage.customer(), stage.customer(MAREK), stage.agent()
    await asks(anna, piotr)
    await piotr.types("/desk resolve 1 Restarted")
    await anna.sees("Does this solve ticket #1?")
    await marek.says("/start")
    greeting = await marek.sees("Hello Marek Nowak!")
    await press_anyway(stage, greeting["message_id"], "solved?ticket=1", MAREK)
    await marek.sees("I find no ticket of yours with that number.")
    await piotr.card_shows(1, "solved (fixed)")


async def press_anyway(stage: Stage, message: int, data: str, user: int = ANNA) -> None:
    """A press that the chat no longer shows: it was on its way, or a client that is not Telegram's sent it."""
    who = {"id": user, "is_bot": False, "first_name": "Somebody"}
    chat = {"id": user, "type": "private", "first_name": "Somebody"}
    on = {"message_id": message, "date": int(time.time()), "chat": chat, "text": "..."}
    press: dict[str, Any] = {"id": f"9{message}{user}", "from": who, "chat_instance": "1", "data": data, "message": on}
    await stage.control.post("telegram/updates", bot=TELEGRAM_BOT["username"], updates=[{"callback_query": press}])


# -- what cannot be delivered ------------------------------------------------------------------------------


async def test_a_customer_who_blocked_the_bot_is_spoken_of_in_the_thread(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await asks(anna, piotr)
    await stage.is_quiet()
    await stage.control.post("telegram/block", bot=TELEGRAM_BOT["username"], user=ANNA)
    reply = await piotr.writes(1, "Please try again")
    await piotr.sees_mark(1, reply, "warning")
    await piotr.thread_shows(1, "Not delivered: the user has blocked the bot in Telegram.")
    await stage.is_quiet()
    (state,) = await stage.rows("SELECT state FROM messages WHERE side = 'agent'")
    assert state["state"] == "blocked"
    await stage.control.post("telegram/unblock", bot=TELEGRAM_BOT["username"], user=ANNA)
    await piotr.writes(1, "Are you back?")
    await anna.sees("Are you back?")


async def test_internal_words_do_not_leave_by_a_command(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("Is the archive down?")
    await piotr.card("#1 ·")
    for typed in ("reply 1 ;; a secret", "resolve 1 note: a secret", "reply 1 <@U0INGRID> a secret"):
        assert "would have left the desk" in str(await piotr.types(f"/desk {typed}"))
    await stage.is_quiet()
    assert not any("a secret" in text for text in await anna.bot_said())
