"""What was said is changed, taken back, reacted to or answered: both sides see it where the message stands."""

from __future__ import annotations

import pytest

from tests.fidelity import TO_AGENTS, TO_USERS
from tests.stage import INGRID, Stage, until, words_of


@pytest.mark.crosses("edit", TO_AGENTS, "the new words in their place, marked as edited, the old ones behind a button")
async def test_a_users_edit_shows_with_the_old_words_one_click_away(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("I cannot log on to node 12")
    await piotr.thread_shows(1, "node 12")
    await anna.edits(first, "I cannot log on to node 21")
    shown = await piotr.thread_shows(1, "node 21")
    assert "edited" in words_of(shown)
    assert "node 12" not in words_of(shown)
    await anna.edits(first, "I cannot log on to node 23")
    shown = await piotr.thread_shows(1, "node 23")
    await piotr.presses(shown["ts"], "What it said before")
    told = words_of(await piotr.is_told("I cannot log on to node 12"))
    assert "node 21" in told
    assert len([m for m in await piotr.thread(1) if "log on to node" in words_of(m)]) == 1


async def test_an_edit_after_an_answer_is_pointed_out(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("Please delete node 12")
    await piotr.writes(1, "It is gone")
    await anna.sees("It is gone")
    await anna.edits(first, "Please delete node 21")
    await piotr.thread_shows(1, "Anna Keller changed an earlier message, which reads now: «Please delete node 21»")


async def test_a_greeting_that_is_edited_into_a_question_opens_a_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    hello = await anna.says("Hello")
    await anna.sees("This is the help desk")
    await anna.edits(hello, "Hello, where is my quota shown?")
    await piotr.card("#1 · Hello, where is my quota shown?")
    await anna.edits(hello, "Hello, where is our quota shown?")
    await piotr.thread_shows(1, "our quota")
    assert len(await piotr.cards()) == 1


@pytest.mark.crosses("edit", TO_USERS, "the new words in their place")
@pytest.mark.crosses("deletion", TO_USERS, "the message is gone; after 48 hours it reads that it was removed")
async def test_an_agents_edit_and_deletion_reach_the_user(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Use portal A")
    await anna.sees("Use portal A")
    await piotr.edits(reply, "Use portal B")
    await anna.sees("Use portal B")
    await anna.never_sees("portal A")
    other = await piotr.writes(1, "And never C")
    await anna.sees("And never C")
    await piotr.deletes(other)
    await until(lambda: _gone(anna, "And never C"), "the deletion in Telegram")
    assert len([t for t in await anna.bot_said() if "portal" in t]) == 1


async def _gone(customer, words: str) -> bool:  # type: ignore[no-untyped-def]
    return not [t for t in await customer.bot_said() if words in t]


async def test_a_reply_that_is_edited_into_a_note_is_taken_back(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "She has forgotten it again")
    await anna.sees("forgotten it again")
    await piotr.edits(reply, ";; She has forgotten it again")
    await until(lambda: _gone(anna, "forgotten"), "the message taken back")
    await piotr.sees_mark(1, reply, "memo")


async def test_an_edit_that_mentions_a_colleague_is_not_passed_on(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "One moment")
    await anna.sees("One moment")
    await piotr.edits(reply, "<@U0INGRID> can you look?")
    await piotr.is_told("Your change mentions a colleague and was not passed on")
    await anna.never_sees("can you look")


async def test_a_long_reply_that_gets_shorter_loses_its_last_parts(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    lines = "\n".join(f"{n}. {'word ' * 12}end" for n in range(120))
    reply = await piotr.writes(1, lines)
    await anna.sees("119. word")
    await piotr.sees_mark(1, reply, "incoming_envelope")
    await piotr.edits(reply, "Shorter now")
    await anna.sees("Shorter now")
    await until(lambda: _gone(anna, "word word"), "the further parts deleted")
    await piotr.edits(reply, lines)
    await anna.sees("119. word")


@pytest.mark.crosses("reaction", TO_AGENTS, "the same emoji on the message, from the desk's app")
@pytest.mark.crosses("reaction", TO_USERS, "the same emoji, where Telegram has it; nothing on notes")
async def test_reactions_cross(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Try again")
    await anna.sees("Try again")
    await anna.reacts("Try again", "🎉")
    await piotr.sees_mark(1, reply, "tada")
    await anna.reacts("Try again", "")
    await piotr.has_marks(1, reply, "incoming_envelope")
    copy = await piotr.thread_shows(1, "I cannot log in")
    await piotr.reacts(copy["ts"], "+1")
    await anna.sees_mark(first, "👍")
    await piotr.unreacts(copy["ts"], "+1")
    await anna.sees_mark(first, "👌")
    note = await piotr.writes(1, ";; a note")
    await piotr.sees_mark(1, note, "memo")
    await piotr.reacts(note, "fire")
    await piotr.reacts(copy["ts"], "parrot")  # none of Telegram's
    await anna.reacts("Try again", "🔥")
    await piotr.sees_mark(1, reply, "fire")
    await stage.is_quiet()
    assert sum(len(m["reactions"]) for m in await anna.messages()) == 2


async def test_of_several_reactions_the_newest_that_stands_is_shown(stage: Stage) -> None:
    """Telegram shows one of a bot's on a message."""
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    first = await anna.says("I cannot log in")
    copy = (await piotr.thread_shows(1, "I cannot log in"))["ts"]
    await piotr.reacts(copy, "+1")
    await anna.sees_mark(first, "👍")
    await ingrid.reacts(copy, "fire")
    await anna.sees_mark(first, "🔥")
    await piotr.reacts(copy, "tada")
    await anna.sees_mark(first, "🎉")
    await piotr.unreacts(copy, "+1")
    await stage.is_quiet()
    await anna.sees_mark(first, "🎉")
    await piotr.reacts(copy, "parrot")  # none of Telegram's
    await piotr.unreacts(copy, "tada")
    await anna.sees_mark(first, "🔥")
    await ingrid.unreacts(copy, "fire")
    await anna.sees_mark(first, "👌")


@pytest.mark.crosses(
    "answer to an earlier message",
    TO_AGENTS,
    "a quotation above it, in that message's ticket",
)
async def test_a_quote_of_another_ticket_answers_that_one(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Which browser?")
    await anna.sees("Which browser?")
    await anna.says("/new Where is my quota?")
    await piotr.card("#2 ·")
    await anna.answers("Which browser?", "Firefox")
    await anna.sees("We are talking about ticket #1 now: I cannot log in")
    answer = await piotr.thread_shows(1, "Firefox")
    assert "Piotr Zieliński: Which browser?" in words_of(answer)
    await anna.says("The newest")
    await piotr.thread_shows(1, "The newest")
    await anna.says("/tickets")
    await anna.presses("#2 Where is my quota?")
    await anna.sees("We are talking about ticket #2 now: Where is my quota?")
    await anna.says("On the page or in the mail?")
    await piotr.thread_shows(2, "On the page or in the mail?")


@pytest.mark.crosses("answer to an earlier message", TO_USERS, "a reply to the message that it quotes first")
async def test_an_agent_who_quotes_a_message_answers_it(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("I cannot log in to node 12")
    await anna.says("And where is my quota?")
    await piotr.card("#1 ·")
    await piotr.writes(1, "> cannot log in\nNode 12 is down")
    answer = await anna.sees("Node 12 is down")
    assert answer["reply_to"] == first
    assert "cannot log in" not in answer["text"]
    await piotr.writes(1, "> what the manual says\nRead it")
    other = await anna.sees("Read it")
    assert other["reply_to"] is None
    assert "what the manual says\nRead it" in other["text"]


@pytest.mark.crosses("block", TO_AGENTS, "a line and a fact on the card; replies are kept until the user is back")
async def test_a_user_who_blocks_the_bot(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Looking into it")
    await anna.sees("Looking into it")
    await anna.blocks()
    await piotr.thread_shows(1, "Anna Keller has blocked the bot in Telegram and cannot be reached there now.")
    await piotr.card_shows(1, "Cannot be reached since")
    kept = await piotr.writes(1, "Are you there?")
    await piotr.is_told("Anna Keller cannot be reached now. Your message is kept")
    await piotr.sees_mark(1, kept, "warning")
    assert (await stage.rows("SELECT state FROM messages WHERE key LIKE :ts", ts=f"%{kept}"))[0]["state"] == "blocked"
    await stage.is_quiet()
    await anna.unblocks()
    await piotr.thread_shows(1, "Anna Keller can be reached in Telegram again. What was kept leaves now.")
    await anna.sees("Are you there?")
    await piotr.sees_mark(1, kept, "incoming_envelope")
    refused = await stage.control.get("telegram/journal", method="sendMessage")
    assert [call for call in refused if call["status"] == 403] == []


async def test_a_message_after_the_end_is_a_question(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    for n, (choice, answer) in enumerate(
        (
            ("It is about #1: open it again", "Ticket #1 is open again, with what you wrote."),
            ("Just thanks", "Thank you. Ticket #1 stays as it is."),
            ("It is something new", "What you wrote gets a ticket of its own."),
        )
    ):
        await piotr.types("/desk resolve 1 Restarted it " + "again " * n)
        await anna.sees("Does this solve ticket #1?")
        await anna.says(f"One more thing {n}")
        await anna.sees("Ticket #1 (I cannot log in) has ended. What is your message about?")
        await anna.says(f"And another {n}")
        await stage.is_quiet()
        assert len([t for t in await anna.bot_said() if "What is your message about?" in t]) == 1
        await anna.presses(choice)
        await anna.sees(answer)
        await piotr.thread_shows(2 if n == 2 else 1, f"And another {n}")
        if n == 1:
            await piotr.card_shows(1, "solved (fixed)")
            await piotr.clicks(1, "Reopen")
    shown = await piotr.card_shows(2, "One more thing 2")
    assert "*Follows* #1" in words_of(shown)


async def test_a_question_after_the_end_that_nobody_answers_opens_the_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.sees("Does this solve ticket #1?")
    await anna.says("It fails again")
    await anna.sees("What is your message about?")
    await stage.turn(minutes=31)
    await anna.sees("You have not said what it was about: ticket #1 is open again, with what you wrote.")
    await piotr.thread_shows(1, "It fails again")
    await piotr.card_shows(1, "reopened")


async def test_an_edit_that_nobody_heard_is_read_at_the_next_start(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Use portal A")
    await anna.sees("Use portal A")
    await stage.is_quiet()
    await stage.stop()
    await piotr.edits(reply, "Use portal B")
    await stage.start()
    await anna.sees("Use portal B")
    await anna.never_sees("portal A")


async def test_what_was_kept_leaves_whatever_has_become_of_its_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.blocks()
    await piotr.card_shows(1, "Cannot be reached since")
    kept = await piotr.writes(1, "Clear the cache")
    await piotr.sees_mark(1, kept, "warning")
    await piotr.types("/desk resolve 1 Restarted it")
    await piotr.thread_shows(1, "Restarted it")
    await stage.is_quiet()
    await anna.never_sees("Restarted it")
    await anna.unblocks()
    await anna.sees("Restarted it\n\nDoes this solve ticket #1?")
    assert [t for t in await anna.bot_said() if "Clear the cache" in t]
    await piotr.has_marks(1, kept, "incoming_envelope")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")


async def test_a_ticket_that_is_opened_again_while_the_bot_is_blocked_says_so(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.sees("Does this solve ticket #1?")
    await anna.blocks()
    await stage.is_quiet()
    await piotr.clicks(1, "Reopen")
    await piotr.card_shows(1, "Cannot be reached since")
    await piotr.writes(1, "It was not that")
    await piotr.is_told("Your message is kept")
    await anna.unblocks()
    await anna.sees("It was not that")


async def test_what_was_not_sent_is_not_sent_by_an_edit_or_a_reaction(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    undecided = await piotr.writes(1, "<@U0INGRID> is that ours?")
    await piotr.sees_mark(1, undecided, "grey_question")
    await piotr.deletes(undecided)
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.presses("Yes, it is solved")
    await piotr.card_shows(1, "verified")
    refused = await piotr.writes(1, "One more thing")
    await piotr.sees_mark(1, refused, "warning")
    await piotr.edits(refused, "Two more things")
    await piotr.reacts(refused, "fire")
    await stage.is_quiet()
    await anna.never_sees("more thing")


async def test_reactions_to_a_solution_cross(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.reacts("Restarted it", "🎉")
    shown = await piotr.thread_shows(1, "Restarted it")
    await piotr.sees_mark(1, shown["ts"], "tada")
    await piotr.reacts(shown["ts"], "fire")
    await anna.sees_mark((await anna.sees("Restarted it"))["message_id"], "🔥")


async def test_who_deletes_the_solution_is_told_that_the_user_is_still_asked(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await piotr.writes(1, "Restarted it")
    await anna.sees("Restarted it")
    await piotr.reacts(reply, "white_check_mark")
    await anna.sees("Does this solve ticket #1?")
    await piotr.deletes(reply)
    await until(lambda: _gone(anna, "Restarted it"), "the deletion in Telegram")
    await piotr.clicks_private("Ticket #1 stays solved, and Anna Keller is still asked whether it is.", "Reopen")
    await piotr.card_shows(1, "reopened")


async def test_who_says_not_yet_goes_on_about_that_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.says("/new")
    await piotr.types("/desk resolve 1 Restarted it")
    await anna.presses("No, not yet")
    await anna.sees("What is still wrong?")
    await anna.says("It asks for a code")
    await piotr.thread_shows(1, "It asks for a code")
