"""`chatdesk ticket` and `chatdesk messages`: every message, inbound or outbound, has a state that can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from chatdesk.storage.database import Database
from tests.cli.command import chatdesk
from tests.processes import environment
from tests.stage import Mode, Stage


async def play(stage: Stage) -> int:
    """A ticket with a message of each kind, the last of which does not arrive; its number."""
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("Hello!")
    await anna.sees("This is the help desk")
    await anna.says("I cannot log in to the notebook service")
    await anna.sees("Ticket #")
    number: int = (await stage.rows("SELECT number FROM tickets"))[0]["number"]
    await piotr.writes(number, "Please try again")
    await anna.sees("Please try again")
    await piotr.writes(number, ";; her account was locked")
    await piotr.clicks(number, "Resolve")
    await piotr.submits(solution="The quota was raised.")
    await anna.sees("The quota was raised.")
    await stage.control.post("telegram/block", bot=anna.bot, user=anna.id)
    await piotr.writes(number, "One more thing")
    await piotr.is_told("Anna Keller cannot be reached now")
    await stage.is_quiet()
    return number


async def test_a_ticket_with_all_that_happened(stage: Stage, tmp_path: Path) -> None:
    number = await play(stage)
    await _make_doubtful(stage, "Please try again")
    desk = environment(stage.settings)
    code, said = await chatdesk(desk, tmp_path, "ticket", str(number))
    assert code == 0, said
    head, messages, events, deliveries = said.split("\n\n")
    assert head.splitlines()[0] == f"Ticket #{number}: I cannot log in to the notebook service"
    assert "  state     solved (fixed)" in head and "assignee  Piotr Zieliński, since 20" in head
    assert "from      Anna Keller, telegram main/1001" in head
    for state, words in (
        ("user Anna Keller, public: sent", "I cannot log in to the notebook service"),
        ("agent Piotr Zieliński, public: sent, perhaps twice", "Please try again"),
        ("agent Piotr Zieliński, internal: sent", "her account was locked"),
        ("agent Piotr Zieliński, public: sent", "The quota was raised."),
        ("agent Piotr Zieliński, public: blocked: the user cannot be reached where they wrote", "One more thing"),
    ):
        assert re.search(rf"UTC  {re.escape(state)}.*\n      {re.escape(words)}  \[", messages)
    first, *_, last = events.splitlines()[1:]
    assert "  TicketOpened  by Anna Keller (1001) via telegram" in first
    assert f"number={number}" in first
    assert "AgentSaid  by Piotr Zieliński (T0001/U0PIOTR) via slack" in last
    assert "via slack:modal" in events
    for words in (
        f"the card #{number} · I cannot log in",
        "a status: Ticket #",
        "the mark sent on slack:",
        "a message: Piotr Zieliński Please try again",
    ):
        assert words in deliveries
    assert "to telegram main/1001: blocked: the user has blocked the bot in Telegram. (1 try)" in deliveries

    code, said = await chatdesk(desk, tmp_path, "ticket", "4711")
    assert (code, said) == (2, "There is no ticket #4711.\n")


async def _make_doubtful(stage: Stage, words: str) -> None:
    """As the relay leaves a message that it may have sent twice."""
    database = Database(stage.settings.database_url)
    async with database.begin() as c:
        marked = text("UPDATE messages SET doubtful = true WHERE body LIKE :words")
        await c.execute(marked, {"words": f"%{words}%"})
    await database.close()


async def test_messages_by_state(stage: Stage, tmp_path: Path) -> None:
    number = await play(stage)
    desk = environment(stage.settings)
    code, said = await chatdesk(desk, tmp_path, "messages")
    assert code == 0, said
    counted, messages, deliveries = said.rstrip().split("\n\n")
    assert counted == "Messages: 1 blocked, 1 received, 4 sent."
    assert messages.startswith("Messages that are neither sent nor only received:\n")
    assert f"  #{number}  20" in messages and "One more thing" in messages and "Hello!" not in messages
    assert deliveries.startswith("Deliveries that are not sent:\n") and "A solution has been sent" in deliveries

    code, said = await chatdesk(desk, tmp_path, "messages", "--state", "received")
    assert "  no ticket  20" in said and "Hello!" in said and "One more thing" not in said
    code, said = await chatdesk(desk, tmp_path, "messages", "--state", "failed")
    assert "Messages that are failed:\n  none" in said
    code, said = await chatdesk(desk, tmp_path, "messages", "--state", "lost")
    assert code == 2
    assert said.startswith("There is no state lost. There are: received, held, queued, sending, sent, failed")


@pytest.mark.parametrize("mode", [Mode("sqlite")], ids=str)
async def test_a_delivery_that_waits(stage: Stage, tmp_path: Path) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("Where is my data?")
    await anna.sees("Ticket #1")
    await stage.is_quiet()
    await stage.control.post("telegram/faults", kind="fail", method="sendMessage", status=500, times=100)
    await piotr.writes(1, "On the new disk")
    await piotr.card_shows(1, "in progress")
    code, said = await chatdesk(environment(stage.settings), tmp_path, "messages")
    await stage.control.delete("telegram/faults")
    assert code == 0
    assert "On the new disk" in said and "next try at 20" in said
    assert "to telegram main/1001: queued" in said or "to telegram main/1001: sending" in said


async def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    desk = {"CHATDESK_DATABASE_URL": f"sqlite:///{tmp_path}/desk.db"}
    (tmp_path / "desk.db").touch()
    code, said = await chatdesk(desk, tmp_path, "messages")
    assert code == 2
    assert said.startswith("The database is at version None, this program needs ") and "chatdesk migrate" in said
    (tmp_path / "desk.db").write_text("no database, and long enough to be told from an empty one")
    code, said = await chatdesk(desk, tmp_path, "messages")
    assert (code, said) == (2, "CHATDESK_DATABASE_URL: the database cannot be used: file is not a database.\n")
