"""One person with many accounts, and what must not be kept of what people said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatdesk.app import App
from chatdesk.desk.timers import tidy
from chatdesk.plan import from_settings
from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.processes import environment
from tests.stage import ANNA, CHANNEL, INGRID, MAREK, PIOTR, Agent, Customer, Mode, Stage, open_stage, until, words_of

CODE = re.compile(r"[A-Z2-9]{5}-[A-Z2-9]{5}")


async def everything(stage: Stage) -> str:
    """All that the desk's database holds, as one text."""
    kind = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if "postgres" in stage.settings.database_url:
        kind = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    tables = [row["name"] for row in await stage.rows(kind)]
    found = [await stage.rows(f'SELECT * FROM "{name}"') for name in tables]
    return "\n".join(str(row) for rows in found for row in rows)


async def a_code(customer: Customer) -> str:
    await customer.says("/link")
    told = await customer.sees("Your code is")
    found = CODE.search(told["text"])
    assert found
    return found[0]


async def persons(stage: Stage) -> dict[str, int]:
    """Who is behind each account."""
    rows = await stage.rows("SELECT account, person_id FROM identities")
    return {row["account"]: row["person_id"] for row in rows}


async def happened(stage: Stage, name: str) -> list[dict[str, Any]]:
    return await stage.rows("SELECT * FROM events WHERE name = :name ORDER BY id", name=name)


async def test_a_code_links_two_accounts_and_unlink_parts_them(stage: Stage) -> None:
    anna, marek = stage.customer(ANNA), stage.customer(MAREK)
    await anna.says("I cannot log in")
    await marek.says("My quota is full")
    await marek.sees("Ticket #2")
    code = await a_code(anna)
    assert code not in str(await stage.rows("SELECT * FROM link_codes"))
    await anna.says(f"/link {code}")
    await anna.sees("That code is of this account.")
    await marek.says("/link AAAAA-BBBBB")
    await marek.sees("I do not know the code «AAAAA-BBBBB».")
    await marek.says(f"/link {code.lower().replace('-', '')}")
    await marek.sees("Linked: this account and Anna Keller (Telegram) are one person")
    await anna.sees("This code has been used")
    assert code not in str(await anna.bot_said())
    who = await persons(stage)
    assert who["1001"] == who["1002"]
    assert {r["person_id"] for r in await stage.rows("SELECT person_id FROM tickets")} == {who["1001"]}
    (linked,) = await happened(stage, "AccountsLinked")
    assert (linked["by_account"], linked["via"]) == ("1002", "telegram")
    await stage.is_quiet()
    assert code not in await everything(stage)
    await marek.says(f"/link {code}")
    await marek.sees("That code has been used already.")
    await marek.says("/unlink")
    await marek.presses("Undo the link")
    await marek.sees("The link is undone.")
    who = await persons(stage)
    assert who["1001"] != who["1002"]
    rows = await stage.rows("SELECT number, person_id FROM tickets ORDER BY number")
    assert [r["person_id"] for r in rows] == [who["1001"], who["1002"]]
    await marek.says("/unlink")
    await marek.sees("No other account is linked to this one.")


async def test_codes_end_and_guessing_is_slowed_down(stage: Stage) -> None:
    anna, marek = stage.customer(ANNA), stage.customer(MAREK)
    code = await a_code(anna)
    await stage.turn(minutes=11)
    await marek.says(f"/link {code}")
    await marek.sees("That code is too old")
    for n in range(4):
        await marek.says(f"/link AAAAA-AAAA{n + 2}")
    await until(lambda: _count(marek, "I do not know the code"), "four refusals")
    fresh = await a_code_again(anna, code)
    await marek.says(f"/link {fresh}")
    await marek.sees("was one wrong code too many.")
    await stage.turn(minutes=9)
    await anna.says("/link")
    for _ in range(4):
        await anna.says("/link")
    await anna.sees("You have asked for many codes.")


async def _count(customer: Customer, words: str) -> bool:
    return len([t for t in await customer.bot_said() if words in t]) == 4


async def a_code_again(customer: Customer, old: str) -> str:
    await customer.says("/link")

    async def look() -> Any:
        found = [c for t in await customer.bot_said() for c in CODE.findall(t) if c != old]
        return found[-1] if found else None

    return str(await until(look, "another code"))


async def test_an_agent_links_an_account_of_their_own(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent(PIOTR)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    code = await a_code(anna)
    wrong = await piotr.types("/desk link nonsense")
    assert "There is no such code." in str(wrong["answer"])
    done = await piotr.types(f"/desk link {code}")
    assert "Linked: both accounts are yours now." in str(done["answer"])
    await anna.sees("This code has been used")
    who = await persons(stage)
    assert who["1001"] == next(p for account, p in who.items() if account.endswith(PIOTR))
    (linked,) = await happened(stage, "AccountsLinked")
    assert linked["via"] == "slack:slash"
    assert linked["by_account"].endswith(PIOTR)
    await piotr.clicks(1, "Claim")
    await anna.sees("takes care of your ticket #1.")
    asked = await piotr.types("/desk unlink")
    assert "Undo the link" in str(asked["answer"])


async def test_merged_persons_keep_all_and_can_be_parted(stage: Stage) -> None:
    anna, marek, ingrid = stage.customer(ANNA), stage.customer(MAREK), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await ingrid.card("#1 ·")
    await marek.says("Still the same from my phone")
    await ingrid.card("#2 ·")
    before = await stage.rows("SELECT key, ticket, body FROM messages ORDER BY key")
    answer = await ingrid.types("/desk merge_person 2 99")
    assert "There is no ticket 99." in str(answer["answer"])
    await ingrid.clicks(2, "Merge person")
    await ingrid.submits(other="#1")
    await ingrid.clicks_private(
        "Are Marek Nowak of #2 and Anna Keller of #1 the same person?", "They are the same person"
    )
    await ingrid.thread_shows(2, "merged Marek Nowak with Anna Keller of ticket #1: they are one person now.")
    await ingrid.card_shows(2, "Anna Keller in Telegram")
    await ingrid.card_shows(2, "#1 new")
    who = await persons(stage)
    assert who["1001"] == who["1002"]
    assert await stage.rows("SELECT key, ticket, body FROM messages ORDER BY key") == before
    (merged,) = await happened(stage, "PersonsMerged")
    assert (merged["ticket"], merged["via"]) == (2, "slack:button")
    await marek.says("And on my tablet")
    await ingrid.thread_shows(2, "And on my tablet")
    await ingrid.types("/desk part_person 2")
    await ingrid.thread_shows(2, "parted two persons who had been merged")
    await until(lambda: _lacks(ingrid, 2, "#1 new"), "a card that shows no tickets of somebody else")
    who = await persons(stage)
    assert who["1001"] != who["1002"]
    rows = await stage.rows("SELECT number, person_id FROM tickets ORDER BY number")
    assert [r["person_id"] for r in rows] == [who["1001"], who["1002"]]
    assert "was not merged with anybody" in str((await ingrid.types("/desk part_person 2"))["answer"])


async def test_a_secret_raises_the_question_and_is_removed_everywhere(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("my login fails, password: hunter2-Zebra is what I type")
    await anna.sees("What you wrote looks as if it held a password or a key.")
    asked = await piotr.thread_shows(1, "A message of Anna Keller looks as if it held a password.")
    await anna.says("it is hunter2-Zebra since monday", reply_to=first)
    await piotr.thread_shows(1, "since monday")
    await anna.edits(first, "my login fails, password: hunter2-Zebra is what I really type")
    await piotr.thread_shows(1, "really type")
    await piotr.presses(asked["ts"], "Redact")
    modal = words_of({"blocks": (await piotr.modal())["view"]["blocks"]})
    assert "1. Anna Keller: my login fails" in modal
    assert "This cannot be undone." in modal
    assert (await piotr.modal())["view"]["submit"]["text"] == "Remove for good"
    await piotr.submits(why="A password or a key")
    shown = await piotr.thread_shows(1, "Removed by Piotr Zieliński: a password or a key.")
    assert "What you write here goes to Anna Keller." in words_of(shown)
    await piotr.card_shows(1, "#1 · (removed)")
    await anna.sees("Ticket #1: (removed)")
    await until(lambda: _gone(anna, first), "the message deleted in Telegram")
    answer = await piotr.types("/desk redact 1 2 secret")
    assert "The message is removed" in str(answer["answer"])
    await until(lambda: _unseen(piotr, "hunter2"), "nothing of it in the thread")
    await stage.is_quiet()
    assert "hunter2" not in await everything(stage)
    removed = await happened(stage, "Redacted")
    assert [r["by_account"].endswith(PIOTR) for r in removed] == [True, True]
    assert '"why": "secret"' in removed[0]["content"]


async def _lacks(agent: Agent, ticket: int, words: str) -> bool:
    return words not in words_of(await agent.card(f"#{ticket} ·"))


async def test_a_card_shows_how_the_earlier_tickets_stand_now(stage: Stage) -> None:
    anna, piotr = stage.customer(ANNA), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.says("/new My quota is full")
    await piotr.card_shows(2, "#1 new")
    await piotr.clicks(1, "Claim")
    await piotr.card_shows(2, "#1 in progress")
    await piotr.types("/desk resolve 1 It was the password")
    await piotr.card_shows(2, "#1 solved")


async def _gone(customer: Customer, message: int) -> bool:
    return message not in [m["message_id"] for m in await customer.messages()]


async def _unseen(agent: Any, words: str) -> bool:
    return not [m for m in [*await agent.cards(), *await agent.thread(1)] if not m["deleted"] and words in words_of(m)]


async def test_an_agents_words_are_removed_in_telegram(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.writes(1, "Your new password: Quagga-77")
    await anna.sees("Quagga-77")
    await piotr.thread_shows(1, "A message of an agent looks as if it held a password.")
    await ingrid.types("/desk redact 1 2 mistake")
    await until(lambda: _nothing_with(anna, "Quagga"), "the reply deleted in Telegram")
    await piotr.is_told("Slack does not let the desk delete what you posted")
    await piotr.types("/desk resolve 1 Your new password: Okapi-88")
    await anna.sees("Does this solve ticket #1?")
    await ingrid.types("/desk redact 1 3 secret")
    await anna.sees("This message was removed by the help desk.")
    assert "Yes, it is solved" in await anna.buttons()
    await stage.is_quiet()
    found = await everything(stage)
    assert "Quagga" not in found
    assert "Okapi" not in found


async def test_where_it_was_quoted_it_is_removed_or_said(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.writes(1, "the code is SESAME42")
    told = (await anna.sees("SESAME42"))["message_id"]
    await anna.says("What do I do with it?", reply_to=told, quote="SESAME42")
    await anna.says("Is that all?", reply_to=told)
    await piotr.thread_shows(1, "Is that all?")
    answer = await ingrid.types("/desk redact 1 2 mistake")
    assert "the thread says what you have to delete yourselves" in words_of(answer["answer"])
    await piotr.thread_shows(1, "Anna Keller has quoted it; the desk cannot change that in Telegram: ask Anna Keller")

    async def look() -> bool:
        shown = [words_of(m) for m in await piotr.thread(1) if m["bot"] and not m["deleted"]]
        return not any("SESAME42" in words for words in shown)

    await until(look, "no quote in what the desk has posted")
    await piotr.thread_shows(1, "What do I do with it?")
    await stage.is_quiet()
    assert "SESAME42" not in await everything(stage)


async def test_what_it_said_before_it_was_changed_is_removed_too(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = await anna.says("My code is TANGO77, is it the right one?")
    await piotr.writes(1, "Looking into it")
    await anna.sees("Looking into it")
    await anna.edits(first, "My code is RUMBA88, is it the right one?")
    line = await piotr.thread_shows(1, "which reads now: «My code is RUMBA88, is it")
    await anna.edits(first, "I cannot log in")
    await piotr.thread_shows(1, "«I cannot log in»")
    answer = await piotr.types("/desk redact 1 1 mistake")
    assert answer["answer"]["text"] == "The message is removed."
    await piotr.card_shows(1, "#1 · (removed)")
    await anna.sees("Ticket #1: (removed)")
    await until(lambda: _reads(piotr, line["ts"], "which reads now: «(removed)»"), "the line without the words")
    await stage.is_quiet()
    found = await everything(stage)
    assert not [word for word in ("TANGO77", "RUMBA88", "I cannot log in") if word in found]


async def _reads(agent: Any, ts: str, words: str) -> bool:
    return any(m["ts"] == ts and words in words_of(m) for m in await agent.thread(1))


async def _nothing_with(customer: Customer, words: str) -> bool:
    return not [t for t in await customer.bot_said() if words in t]


async def test_what_is_too_old_to_be_deleted_is_said(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in, call me on 0151-99999")
    await piotr.writes(1, "I will call 0151-99999")
    await anna.sees("I will call")
    await stage.turn(hours=49)
    await piotr.types("/desk redact 1 1 personal")
    await piotr.is_told("The message is too old to be deleted in Telegram: ask Anna Keller to delete it there.")
    await piotr.types("/desk redact 1 2 personal")
    await anna.sees("This message was removed by the help desk.")
    await stage.is_quiet()
    assert "0151-99999" not in await everything(stage)


in_both = pytest.mark.parametrize("mode", [Mode("sqlite"), Mode("postgres")], ids=str)


async def play(stage: Stage) -> None:
    """Anna's ticket with replies, an edit, a note and a solution; Marek's beside it."""
    anna, marek, piotr = stage.customer(ANNA), stage.customer(MAREK), stage.agent()
    await marek.says("My quota is full")
    await piotr.card("#1 ·")
    first = await anna.says("I cannot log in, I am Anna Keller of Greendale")
    await piotr.thread_shows(2, "Greendale")
    await anna.edits(first, "I cannot log in, I am Anna Keller of Bluedale")
    await piotr.thread_shows(2, "Bluedale")
    await piotr.writes(2, "Hello Anna Keller, greetings to Bluedale")
    await anna.sees("greetings to Bluedale")
    await anna.says("Thanks, Piotr", reply_to=first)
    await piotr.thread_shows(2, "Thanks, Piotr")
    await piotr.writes(2, ";; Anna Keller from Bluedale again")
    await piotr.thread_shows(2, "again")
    await piotr.types("/desk merge_person 1 2")
    await anna.reacts("greetings", "🎉")
    await stage.is_quiet()


async def test_a_board_that_waits_is_not_said_with_a_title_of_who_is_erased(stage: Stage, tmp_path: Path) -> None:
    marek, piotr = stage.customer(MAREK), stage.agent()
    await marek.says("I cannot log in")

    async def boards() -> list[str]:
        return [words for m in await piotr.said_in_channel() if "Unclaimed:" in (words := words_of(m))]

    await until(boards, "the board")
    await stage.is_quiet()
    await stage.control.post("slack/archive", user=PIOTR, channel=CHANNEL)
    await marek.says("/new My quota is full")
    await marek.sees("Ticket #2")
    waits = "SELECT key FROM outbox WHERE key = 'board:support' AND pending AND content LIKE '%My quota is full%'"
    await until(lambda: stage.rows(waits), "a board that waits")
    code, said = await chatdesk(environment(stage.settings), tmp_path, "person", "erase", f"telegram:{MAREK}", "--yes")
    assert code == 0, said
    await stage.control.post("slack/unarchive", user=PIOTR, channel=CHANNEL)

    async def without() -> bool:
        return ["Erased person" in board for board in await boards()] == [True]

    await until(without, "the board without the title", 60)
    await stage.is_quiet()
    assert "quota is full" not in await everything(stage)
    assert not any("quota is full" in words_of(m) for m in await piotr.said_in_channel())


@in_both
async def test_a_person_is_exported(stage: Stage, tmp_path: Path) -> None:
    await play(stage)
    desk = environment(stage.settings)
    code, said = await chatdesk(desk, tmp_path, "person", "export", "telegram:1001", "--out", "anna.json")
    assert code == 0, said
    file = tmp_path / "anna.json"
    assert file.stat().st_mode & 0o077 == 0
    found = json.loads(file.read_text())
    assert found["names"] == ["Anna Keller"]
    assert found["accounts"] == [{"channel": "telegram", "account": "1001", "name": "Anna Keller"}]
    assert [t["number"] for t in found["tickets"]] == [2]
    texts = [m["text"] for m in found["messages"]]
    assert texts[0] == "I cannot log in, I am Anna Keller of Bluedale"
    assert found["messages"][0]["before"][0]["text"] == "I cannot log in, I am Anna Keller of Greendale"
    assert "Hello Anna Keller, greetings to Bluedale" in texts
    assert not [t for t in texts if "again" in t or "quota" in t]
    code, said = await chatdesk(desk, tmp_path, "person", "export", "#2", "--with-notes")
    assert code == 0, said
    assert "Anna Keller from Bluedale again" in (tmp_path / f"person-{found['person']}.json").read_text()
    for who, why in (
        ("telegram:77", "Nobody is known with the account 77 in telegram."),
        ("99", "There is no ticket #99. An account is written with its channel: telegram:99."),
        ("Anna", "Anna is neither a ticket's number nor an account such as telegram:1001."),
    ):
        assert await chatdesk(desk, tmp_path, "person", "export", who) == (2, f"{why}\n")


@in_both
async def test_an_erased_person_leaves_numbers_states_and_times(stage: Stage, tmp_path: Path) -> None:
    await play(stage)
    anna, piotr = stage.customer(ANNA), stage.agent()
    counted = "SELECT count(*) AS n, max(at) AS last FROM messages"
    told = "SELECT name, at, ticket, seq FROM events WHERE name <> 'PersonErased' ORDER BY id"
    before, log = await stage.rows(counted), await stage.rows(told)
    states = await stage.rows("SELECT number, state, opened_at FROM tickets ORDER BY number")
    desk = environment(stage.settings)
    code, said = await chatdesk(desk, tmp_path, "person", "erase", "2")
    assert (code, said) == (2, "This cannot be undone: say --yes.\n")
    code, said = await chatdesk(desk, tmp_path, "person", "erase", "2", "--yes")
    assert code == 0, said
    assert "conversations: 1, tickets: 1, messages: 4" in said
    await stage.is_quiet()
    found = await everything(stage)
    for words in ("Anna", "Keller", "Greendale", "Bluedale", "main/1001", "1001:"):
        assert words not in found, [line for line in found.splitlines() if words in line]
    assert not [r for r in await stage.rows("SELECT account FROM identities") if r["account"] == "1001"]
    assert await stage.rows(counted) == before
    assert await stage.rows(told) == log
    assert await stage.rows("SELECT number, state, opened_at FROM tickets ORDER BY number") == states
    await piotr.card_shows(2, "Erased person in Telegram")
    shown = [words_of(m) for m in await piotr.thread(2) if m["bot"] and not m["deleted"]]
    assert not [words for words in shown if "I am Anna Keller" in words]
    assert "quota" in found
    await piotr.writes(2, "Is anybody there?")
    await piotr.thread_shows(2, "the person was erased: nobody is there any more.")
    await anna.says("I am somebody new")
    await piotr.card("#3 ·")
    code, said = await chatdesk(desk, tmp_path, "person", "erase", "slack:T0001/U0PIOTR", "--yes")
    assert (code, said) == (2, "This person is an agent: take them out of the group's channel first.\n")


async def test_who_is_erased_calls_for_nobody(stage: Stage, tmp_path: Path) -> None:
    anna, piotr = stage.customer(ANNA), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await anna.says("I am Anna Keller of Greendale")
    await piotr.sees_line("Anna Keller wrote on #1: I am Anna Keller of Greendale")
    await stage.is_quiet()
    code, said = await chatdesk(environment(stage.settings), tmp_path, "person", "erase", "1", "--yes")
    assert code == 0, said
    await piotr.sees_no_line()
    found = await everything(stage)
    assert not [word for word in ("Greendale", "main/1001") if word in found]


@in_both
async def test_closed_tickets_lose_their_words_in_time(mode: Mode, new_database: NewDatabase) -> None:
    async with open_stage(mode, await new_database(mode.database), start=False) as stage:
        plan = from_settings(stage.settings)
        area = replace(plan.directory.areas[0], retention_days=30, privacy="We keep it for 30 days.")
        plan = replace(plan, directory=replace(plan.directory, areas=(area,)))
        async with App(stage.settings, plan).running() as stage.app:
            await stage.is_ready()
            anna, marek, piotr = stage.customer(ANNA), stage.customer(MAREK), stage.agent()
            await anna.says("/start")
            await anna.sees("We keep it for 30 days.")
            await anna.says("My cat is called Mitzi")
            await piotr.card("#1 ·")
            await marek.says("My dog is called Rex")
            await piotr.card("#2 ·")
            await piotr.types("/desk resolve 1 A fine name, Mitzi")
            await anna.presses("Yes, it is solved")
            await piotr.card_shows(1, "verified")
            await stage.is_quiet()
            await stage.turn(days=29)
            await tidy(stage.app.desk)
            assert "Mitzi" in await everything(stage)
            await stage.turn(days=2)
            await tidy(stage.app.desk)
            found = await everything(stage)
            assert "Mitzi" not in found
            assert "Rex" in found
            assert [e["name"] for e in await happened(stage, "Verified")] == ["Verified"]


def contents(folder: Path) -> list[bytes]:
    return [p.read_bytes() for p in folder.rglob("*") if p.is_file()]


async def test_a_file_is_removed_everywhere(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    (photo,) = await anna.sends("document", ("keys.txt", b"correct horse battery"), caption="See the sesame file")
    shown = await piotr.thread_shows(1, "sesame")
    assert len(shown["files"]) == 1
    assert contents(stage.settings.files) == [b"correct horse battery"]
    await piotr.types("/desk redact 1 2 secret")
    await until(lambda: _gone(anna, photo), "the file deleted in Telegram")
    await until(lambda: _unseen(piotr, "sesame"), "the file deleted in Slack")
    await stage.is_quiet()
    found = await everything(stage)
    assert "sesame" not in found
    assert "keys.txt" not in found
    assert contents(stage.settings.files) == []
    calls = await stage.control.get("slack/journal", method="files.delete")
    assert [call["status"] for call in calls] == [200]
