"""A customer's group in Telegram: the desk answers what is meant for it, where all read, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import chatdesk
from tests.fidelity import TO_AGENTS, TO_USERS
from tests.processes import environment
from tests.stage import ANNA, BOT, CHLOE, MAREK, Stage, said, until, words_of

LAB = "Physics Lab"
NAME = f"@{BOT}"


@dataclass
class Circle:
    """A group with people and the bot in it."""

    stage: Stage
    id: int

    async def says(self, words: str, user: int = ANNA, **more: Any) -> int:
        told = await self.stage.control.post("telegram/say", bot=BOT, chat=self.id, user=user, text=words, **more)
        return int(told["message_id"])

    async def does(self, path: str, **more: Any) -> Any:
        return await self.stage.control.post(f"telegram/{path}", bot=BOT, chat=self.id, **more)

    async def messages(self) -> list[dict[str, Any]]:
        found = await self.stage.control.get("telegram/chat", bot=BOT, chat=self.id)
        return [m for m in found["messages"] if not m["deleted"]]

    async def bot_said(self) -> list[str]:
        return [said(m) for m in await self.messages() if m["from"] == "bot"]

    async def sees(self, words: str) -> dict[str, Any]:
        async def look() -> Any:
            return next((m for m in reversed(await self.messages()) if words in said(m)), None)

        found: dict[str, Any] = await until(look, f"{words!r} in the group {self.id}")
        return found

    async def presses(self, label: str, user: int = ANNA) -> None:
        async def look() -> Any:
            for message in reversed(await self.messages()):
                if any(b["label"] == label for row in message["buttons"] for b in row):
                    return message["message_id"]
            return None

        message = await until(look, f"a button {label!r}")
        await self.does("press", user=user, message_id=message, label=label)


async def a_lab(stage: Stage, **more: Any) -> Circle:
    """A group of Anna, Marek and Chloé that has let the bot in."""
    made = await stage.control.post(
        "telegram/groups", bot=BOT, title=LAB, members=[ANNA, MAREK, CHLOE], admins=[MAREK], **more
    )
    lab = Circle(stage, made["chat"]["id"])
    if more.get("status") != "left":
        await lab.sees("Hello! I am the help desk of this group.")
    return lab


@pytest.mark.crosses("message in a group", TO_AGENTS, "under its author and the group: Anna Keller in Physics Lab")
@pytest.mark.crosses("message in a group", TO_USERS, "in answer to the group's last message, for all to read")
async def test_a_group_is_answered_where_all_read(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    asked = await lab.says(f"{NAME} the plot is empty")
    status = await lab.sees("Ticket #1: the plot is empty")
    assert status["reply_to"] == asked
    await piotr.card("#1 · the plot is empty")
    await piotr.card_shows(1, f"{LAB} in Telegram, a group of 3 people")
    await piotr.card_shows(1, f"Replies in this thread are read by all of {LAB} in Telegram (3 people)")
    shown = await piotr.thread_shows(1, "the plot is empty")
    assert shown["username"] == f"Anna Keller in {LAB} (Telegram)"
    more = await lab.says("and the axis, too", MAREK, reply_to=status["message_id"])
    shown = await piotr.thread_shows(1, "and the axis, too")
    assert shown["username"] == f"Marek Nowak in {LAB} (Telegram)"
    await piotr.writes(1, "Which browser?")
    answer = await lab.sees("Piotr Zieliński\nWhich browser?")
    assert answer["reply_to"] == more
    await lab.says("Firefox", CHLOE, reply_to=answer["message_id"])
    await piotr.thread_shows(1, "Firefox")
    await piotr.types("/desk resolve 1 Update it")
    await lab.sees("Does this solve ticket #1?")
    await lab.presses("Yes, it is solved", CHLOE)
    await piotr.thread_shows(1, f"Chloé Dubois in {LAB} says: it is solved.")
    rows = await stage.rows("SELECT account, author FROM messages WHERE side = 'customer' ORDER BY seq")
    assert [(r["account"], r["author"]) for r in rows] == [
        (str(ANNA), "Anna Keller"),
        (str(MAREK), "Marek Nowak"),
        (str(CHLOE), "Chloé Dubois"),
    ]
    known = await stage.rows("SELECT account FROM identities WHERE channel = 'telegram'")
    assert {r["account"] for r in known} == {str(ANNA), str(MAREK), str(CHLOE), str(lab.id)}
    assert await stage.rows("SELECT number FROM tickets") == [{"number": 1}]


async def test_what_people_say_to_each_other_is_none_of_its_business(stage: Stage) -> None:
    lab, piotr = await a_lab(stage, privacy=False), stage.agent()
    await lab.says("The plot is empty again")
    lunch = await lab.says("Lunch?", MAREK)
    await lab.says("Yes", CHLOE, reply_to=lunch)
    await lab.says("/frobnicate", CHLOE)
    await lab.says("/help@another_bot", CHLOE)
    await lab.says("News of today", MAREK, **{"as": {"linked_channel": "Physics News"}})
    await lab.says(f"Where is it, {NAME}?", MAREK)
    await piotr.card("#1 · Where is it?")
    await stage.is_quiet()
    assert [r["n"] for r in await stage.rows("SELECT count(*) AS n FROM messages")] == [1]
    assert len(await piotr.cards()) == 1


async def test_a_message_is_brought_by_an_answer_with_the_bots_name(stage: Stage) -> None:
    lab, piotr = await a_lab(stage, privacy=False), stage.agent()
    problem = await lab.says("The notebook does not start", MAREK)
    await lab.says(NAME, ANNA, reply_to=problem)
    await piotr.card("#1 · The notebook does not start")
    shown = await piotr.thread_shows(1, "Marek Nowak")
    assert shown["username"] == f"Anna Keller in {LAB} (Telegram)"


async def test_a_secret_that_somebody_passed_on_is_not_said_to_be_theirs(stage: Stage) -> None:
    lab, piotr = await a_lab(stage, privacy=False), stage.agent()
    problem = await lab.says("My password is hunter2-Zebra", MAREK)
    await lab.says(NAME, ANNA, reply_to=problem)
    hint = await lab.sees("What you passed on looks as if it held a password or a key.")
    assert hint["reply_to"] != problem
    await lab.says(f"{NAME} my password: hunter3-Zebra", MAREK)
    await lab.sees("What you wrote looks as if it held a password or a key.")
    answer = await piotr.types("/desk redact 1 1 secret")
    assert "what you have to delete yourselves" in words_of(answer["answer"])
    await piotr.thread_shows(1, "It was passed on: the desk cannot remove it where it was first written.")


async def test_what_is_private_is_not_said_in_a_group(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"/start@{BOT}")
    await lab.says(f"/help@{BOT}")
    await lab.sees("Anybody here may go on with a ticket, end it, or say that it is solved.")
    await lab.says(f"/tickets@{BOT}")
    refused = await lab.sees("That is for your eyes only, and everybody reads here.")
    assert refused["reply_to"]
    await lab.says(f"Hello {NAME}!")
    await lab.says(NAME)
    await lab.says(f"/frobnicate@{BOT}")
    await lab.sees("I do not know /frobnicate")
    await stage.is_quiet()
    assert sum("I am the help desk of this group" in words for words in await lab.bot_said()) == 4
    assert await piotr.cards() == []
    bots = await stage.control.get("telegram/bots")
    scopes = {c["scope"]["type"]: [one["command"] for one in c["commands"]] for c in bots[0]["commands"]}
    assert scopes["all_group_chats"] == ["help", "new", "end", "language"]
    assert "tickets" in scopes["default"]


async def test_who_speaks_for_a_chat_is_named_as_that_chat(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"{NAME} we need a quota", MAREK, **{"as": "anonymous"})
    shown = await piotr.thread_shows(1, "we need a quota")
    assert shown["username"] == f"{LAB} (Telegram)"
    await lab.says(f"{NAME} so do we", CHLOE, **{"as": {"channel": "Physics News"}})
    shown = await piotr.thread_shows(1, "so do we")
    assert shown["username"] == f"Physics News in {LAB} (Telegram)"


async def test_an_edit_and_what_it_brings_back(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    first = await lab.says(f"{NAME} the plott is empty")
    await piotr.card("#1 ·")
    await lab.does("edit", user=ANNA, message_id=first, text=f"{NAME} the plot is empty")
    shown = await piotr.thread_shows(1, "the plot is empty")
    assert shown["username"] == f"Anna Keller in {LAB} (Telegram)"
    written = await piotr.writes(1, "Which one?")
    await lab.sees("Which one?")
    await piotr.edits(written, "Which of them?")
    await lab.sees("Which of them?")
    await piotr.deletes(written)

    async def gone() -> Any:
        return not any("Which of them?" in words for words in await lab.bot_said())

    await until(gone, "the end of the reply in the group")


async def test_a_bot_that_was_removed_reaches_nobody(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"{NAME} the plot is empty")
    await piotr.card("#1 ·")
    await lab.does("bot_member", user=ANNA, status="kicked")
    await piotr.thread_shows(1, f"{LAB} has removed the bot in Telegram and cannot be reached there now.")
    await piotr.card_shows(1, f"The bot is not in {LAB}")
    await piotr.writes(1, "Are you there?")
    await stage.is_quiet()
    await lab.does("bot_member", user=ANNA, status="member")
    await lab.sees("Piotr Zieliński\nAre you there?")
    await piotr.thread_shows(1, f"{LAB} can be reached in Telegram again")


async def test_a_group_that_becomes_a_supergroup_loses_nothing(stage: Stage) -> None:
    lab, piotr = await a_lab(stage, supergroup=False), stage.agent()
    await lab.says(f"{NAME} the plot is empty")
    await piotr.card("#1 ·")
    early = await piotr.writes(1, "Which one?")
    await lab.sees("Which one?")
    moved = Circle(stage, (await lab.does("migrate", user=ANNA))["chat"]["id"])
    await piotr.writes(1, "The left one?")
    answer = await moved.sees("The left one?")
    await moved.says("Yes", MAREK, reply_to=answer["message_id"])
    shown = await piotr.thread_shows(1, "Yes")
    assert shown["username"] == f"Marek Nowak in {LAB} (Telegram)"
    await piotr.edits(early, "Which plot?")
    await piotr.thread_shows(1, "the group has become a supergroup since")
    await piotr.types("/desk resolve 1 Fixed")
    await moved.presses("Yes, it is solved", MAREK)
    await moved.sees("Solved, as you said.")
    rooms = await stage.rows("SELECT room FROM conversations")
    assert [r["room"] for r in rooms] == [f"main/{moved.id}"]
    assert await stage.rows("SELECT number, state FROM tickets") == [{"number": 1, "state": "verified"}]


async def test_the_move_of_a_group_is_learnt_from_a_refusal_too(stage: Stage) -> None:
    lab, piotr = await a_lab(stage, supergroup=False), stage.agent()
    await lab.says(f"{NAME} the plot is empty")
    await piotr.card("#1 ·")
    await stage.is_quiet()
    await stage.control.post("telegram/hold", bot=BOT)
    moved = Circle(stage, (await lab.does("migrate", user=ANNA))["chat"]["id"])
    await piotr.writes(1, "Which one?")
    await moved.sees("Which one?")
    await stage.control.post("telegram/release", bot=BOT)
    await moved.says(f"{NAME} the left one")
    await piotr.thread_shows(1, "the left one")
    assert len(await stage.rows("SELECT id FROM conversations")) == 1


async def test_a_group_and_its_people_have_conversations_of_their_own(stage: Stage) -> None:
    lab, piotr, anna = await a_lab(stage), stage.agent(), stage.customer()
    await lab.says(f"{NAME} the plot is empty")
    await piotr.card("#1 ·")
    await anna.says("My password is lost")
    await piotr.card("#2 · My password is lost")
    await piotr.writes(2, "I have sent you a letter")
    await anna.sees("I have sent you a letter")
    await anna.says("/tickets")
    await anna.sees("Your ticket:\n\n#2 My password is lost")
    await stage.is_quiet()
    assert not [words for words in await lab.bot_said() if "letter" in words or "password" in words]
    persons = await stage.rows("SELECT DISTINCT person_id FROM tickets")
    assert len(persons) == 1, "both tickets are Anna's"


async def test_what_somebody_said_among_others_is_exported_and_erased_alone(stage: Stage, tmp_path: Path) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"{NAME} the plot of Greendale is empty")
    status = (await lab.sees("Ticket #1:"))["message_id"]
    await lab.says("the axis of Bluedale, too", MAREK, reply_to=status)
    await piotr.thread_shows(1, "the axis of Bluedale, too")
    await stage.is_quiet()
    desk = environment(stage.settings)
    code, told = await chatdesk(desk, tmp_path, "person", "export", f"telegram:{ANNA}", "--out", "anna.json")
    assert code == 0, told
    found = json.loads((tmp_path / "anna.json").read_text())
    assert [m["text"] for m in found["messages_among_others"]] == ["the plot of Greendale is empty"]
    assert found["messages"] == []
    code, told = await chatdesk(desk, tmp_path, "person", "erase", f"telegram:{ANNA}", "--yes")
    assert code == 0, told
    await stage.is_quiet()

    async def gone() -> Any:
        left = [words_of(m) for m in await piotr.thread(1) if not m["deleted"]]
        return not any("Greendale" in words for words in left) and left

    assert any("Bluedale" in words for words in await until(gone, "a thread without Anna's words"))
    rows = await stage.rows("SELECT author, body FROM messages WHERE side = 'customer' ORDER BY seq")
    assert [r["author"] for r in rows] == ["Erased person", "Marek Nowak"]
    assert "Greendale" not in str(rows)
    await lab.says("and the colours", CHLOE, reply_to=status)
    await piotr.thread_shows(1, "and the colours")


async def test_what_somebody_said_in_a_group_is_removed(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"{NAME} the plot is empty")
    status = (await lab.sees("Ticket #1:"))["message_id"]
    await lab.says("call me on 0151-99999", MAREK, reply_to=status)
    await piotr.thread_shows(1, "0151-99999")
    answer = await piotr.types("/desk redact 1 2 mistake")
    may_stay = f"should Telegram not let the bot delete it in {LAB}, the thread says so."
    assert answer["answer"]["text"] == f"The message is removed; {may_stay}"
    removed = await piotr.thread_shows(1, "Removed by Piotr Zieliński: sent by mistake.")
    assert removed["username"] == f"Marek Nowak in {LAB} (Telegram)"
    assert not [m for m in await piotr.thread(1) if "0151" in words_of(m)]
    await piotr.thread_shows(1, "the removal of a message: Not delivered: Telegram answered")


async def test_a_message_after_the_end_is_answered_by_anybody(stage: Stage) -> None:
    lab, piotr = await a_lab(stage), stage.agent()
    await lab.says(f"{NAME} the plot is empty")
    await piotr.card("#1 ·")
    await piotr.types("/desk resolve 1 Fixed")
    await lab.sees("Does this solve ticket #1?")
    await lab.says(f"{NAME} it is empty again", MAREK)
    await lab.sees("Ticket #1 (the plot is empty) has ended. What is your message about?")
    await lab.presses("It is about #1: open it again", CHLOE)
    shown = await piotr.thread_shows(1, "it is empty again")
    assert shown["username"] == f"Marek Nowak in {LAB} (Telegram)"
