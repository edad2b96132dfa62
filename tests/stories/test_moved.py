"""A ticket goes to another group: what each side sees of it, then and afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.command import chatdesk
from tests.processes import environment
from tests.stage import ANNA, CHANNEL, INGRID, MAREK, PIOTR, Agent, Stage, until, words_of
from tests.stories.desks import BOTH, LENDING, OTTO, configure, is_told_alone, types
from tests.stories.test_home import HomeOf

PNG = b"\x89PNG\r\n\x1a\n a screenshot"


async def is_with_lending(stage: Stage, number: int = 1) -> None:
    """Anna's first ticket has been answered by Piotr, who moves it."""
    await stage.customer().says("My job is stuck")
    piotr = stage.agent()
    await piotr.card(f"#{number} ·")
    await moves(piotr, number)


async def moves(agent: Agent, number: int, to: str = "lending", why: str = "It is about a book") -> None:
    said = await types(agent, f"/desk move {number} {to} {why}")
    assert f"Ticket #{number} is with " in said, said


async def thread_of(agent: Agent, words: str) -> str:
    """All that stands in the thread under the newest card with these words."""
    card = next((c for c in reversed(await agent.cards()) if words in words_of(c)), None)
    return "\n".join(words_of(m) for m in card["replies"]) if card else ""


async def thread_never_shows(stage: Stage, agent: Agent, words: str) -> None:
    await stage.is_quiet()
    assert words not in await thread_of(agent, "#1 ·")


async def test_all_that_was_said_goes_along_and_the_user_stays_where_they_are(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck")
    await piotr.writes(1, "Which one is it?")
    await piotr.writes(1, ";; She has asked before")
    await anna.sees("Piotr Zieliński\nWhich one is it?")
    await anna.says("The one about my book")
    await piotr.thread_shows(1, "The one about my book")
    await moves(piotr, 1)

    card = await otto.card("#1 · My job is stuck")
    assert "*Assignee* nobody yet" in words_of(card) and "*State* assigned" in words_of(card)
    await otto.thread_shows(1, "Piotr Zieliński of Grid Support moved this ticket here: «It is about a book».")
    exchange = words_of(await otto.thread_shows(1, "My job is stuck"))
    for said in ("Which one is it?", "internal note", "She has asked before", "The one about my book"):
        assert said in exchange
    old = words_of(await piotr.card_shows(1, "thread_ts"))
    assert f"/archives/{LENDING}/p{card['ts'].replace('.', '')}" in old and "*Moved to* <https" in old
    assert "|Lending Desk>" in old and "not sent any more" in old
    assert "#1" in words_of(await piotr.thread_shows(1, "moved the ticket to Lending Desk: «It is about a book»."))
    assert (await piotr.card("#1 ·"))["ts"] and not [
        b for b in (await piotr.card("#1 ·"))["blocks"] if b["type"] == "actions"
    ]

    await anna.sees("Lending Desk takes over your ticket #1. Write here as before.")
    assert "someone of Lending Desk" in (await anna.sees("Ticket #1: My job"))["text"]
    await anna.says("Its title is Optics")
    await otto.thread_shows(1, "Its title is Optics")
    await otto.writes(1, "We have it here")
    await anna.sees("Otto Novak\nWe have it here")
    await anna.sees("Otto Novak takes care of your ticket #1.")
    await thread_never_shows(two, piotr, "Optics")
    await thread_never_shows(two, piotr, "We have it here")
    rows = await two.rows("SELECT group_id, area_id FROM tickets")
    assert rows == [{"group_id": "lending", "area_id": "library"}]
    (moved,) = await two.rows("SELECT content, by_account FROM events WHERE name = 'Moved'")
    assert "book" not in moved["content"] and '"was": "grid"' in moved["content"]


async def test_the_old_group_has_it_no_more(two: Stage) -> None:
    await two.start()
    anna, piotr = two.customer(), two.agent()
    await anna.says("My job is stuck")
    first, second = await piotr.writes(1, "Try again"), await piotr.writes(1, "Or wait a day")
    await anna.sees("Or wait a day")
    await piotr.sees_mark(1, second, "incoming_envelope")
    await moves(piotr, 1)
    await two.agent(OTTO, LENDING).card("#1 ·")
    for command in ("show 1", "claim 1", "reply 1 Hello", "resolve 1 Done", "move 1 grid Mine"):
        assert "There is no ticket #1." in await types(piotr, f"/desk {command}")
    assert "My job" not in await types(piotr, "/desk queue")
    assert "My job is stuck" in await types(two.agent(OTTO, LENDING), "/desk show 1")

    late = await piotr.writes(1, "I have found it")
    await piotr.has_marks(1, late, "warning")
    told = str(await piotr.is_told("Your message was not sent: Ticket #1 has moved to Lending Desk."))
    assert f"/archives/{LENDING}/p" in told
    noted = await piotr.writes(1, ";; nor a note")
    await piotr.has_marks(1, noted, "warning")
    await piotr.reacts((await piotr.card("#1 ·"))["ts"], "eyes")
    assert (await two.rows("SELECT assignee_id FROM tickets"))[0]["assignee_id"] is None

    await piotr.edits(first, "Try again tomorrow")  # what the user has can still be changed
    await anna.sees("Piotr Zieliński\nTry again tomorrow")
    await piotr.deletes(second)

    async def gone() -> bool:
        return not any("Or wait a day" in said for said in await anna.bot_said())

    await until(gone, "the end of a reply")
    otto = two.agent(OTTO, LENDING)
    await otto.thread_shows(1, "changed an earlier reply, which reads now: «Try again tomorrow»")
    await otto.thread_shows(1, "took back an earlier reply: «Or wait a day»")
    await anna.never_sees("I have found it")


async def test_what_is_refused(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck")
    await piotr.card("#1 ·")
    assert "There is no group libary. There are: Lending Desk (lending)." in await types(
        piotr, "/desk move 1 libary It is a book"
    )
    assert "It is with Grid Support already." in await types(piotr, "/desk move 1 Grid Who else")
    assert "There is no ticket #1." in await types(otto, "/desk move 1 lending Mine")
    await piotr.types("/desk move 1 lending")  # without a reason the form asks
    assert "Why?" in str(await piotr.modal())
    assert (await piotr.submits(to="lending", why=" "))["answer"]["response_action"] == "errors"
    await piotr.clicks(1, "Resolve")
    await piotr.submits(solution="It runs again")
    await piotr.card_shows(1, "solved")
    assert "Move is not possible: ticket #1 is solved." in await types(piotr, "/desk move 1 lending Late")
    assert await otto.cards() == []
    assert (await two.rows("SELECT moved_seq FROM tickets"))[0]["moved_seq"] == 0


async def test_the_card_asks_to_which_group(two: Stage) -> None:
    await two.start()
    await two.customer().says("My job is stuck")
    piotr = two.agent()
    await piotr.clicks(1, "Move")
    asked = str(await piotr.modal())
    assert "Lending Desk" in asked and "Grid Support" not in asked
    await piotr.submits(to="lending", why="It is a book")
    await two.agent(OTTO, LENDING).card("#1 · My job is stuck")
    await piotr.is_told("Ticket #1 is with Lending Desk now.")


async def test_what_waits_in_the_old_group_ends(two: Stage) -> None:
    """A reply that waits for its time leaves; what waits for its author's word does not."""
    configure(two, BOTH.replace('"#support", hold: 0', '"#support", hold: 60, lease: {remind_after: 1h}'))
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck")
    held = await piotr.writes(1, "It will go on")
    await piotr.sees_mark(1, held, "hourglass_flowing_sand")
    asked = await piotr.writes(1, f"<@{INGRID}> can you look?")
    await piotr.sees_mark(1, asked, "grey_question")
    await moves(piotr, 1)
    await anna.sees("Piotr Zieliński\nIt will go on")
    await piotr.has_marks(1, held, "incoming_envelope")
    await piotr.has_marks(1, asked, "leftwards_arrow_with_hook")
    await piotr.is_told("The ticket goes to Lending Desk: this message of yours was still waiting")
    exchange = words_of(await otto.thread_shows(1, "It will go on"))
    assert "can you look?" not in exchange
    await two.is_quiet()
    assert await two.rows("SELECT key FROM timers") == []
    await two.turn(hours=9)
    await otto.clicks(1, "Claim")
    await two.is_quiet()
    assert "returns" not in await thread_of(otto, "#1 ·")
    await anna.never_sees("can you look")


async def test_nobody_is_called_any_more_where_it_was(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    home, other = HomeOf(two, PIOTR), HomeOf(two, OTTO)
    await anna.says("My job is stuck")
    await piotr.card("#1 ·")
    await home.opens()
    await other.opens()
    await home.shows(Unclaimed=["#1"])
    await anna.says("Is anybody there?")
    await piotr.sees_line("Anna Keller wrote on #1")
    await moves(piotr, 1)
    await piotr.sees_no_line()
    await home.shows(Unclaimed=[])
    await other.shows(Unclaimed=["#1"])

    async def boards() -> bool:
        said = [await agent.said_in_channel() for agent in (piotr, otto)]
        shown = ["".join(m["text"] for m in messages if "open" in m["text"]) for messages in said]
        return "nothing open" in shown[0] and "1 open" in shown[1]

    await until(boards, "both boards brought up to date", 20)
    await anna.says("Hello?")
    await otto.sees_line("Anna Keller wrote on #1: Hello?")


async def test_a_channel_that_is_archived_gets_it_when_it_is_back(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck")
    await piotr.card("#1 ·")
    await two.control.post("slack/archive", user=OTTO, channel=LENDING)
    await is_told_alone(two, OTTO, "Nobody is heard in the channel of Lending Desk now")
    said = await types(piotr, "/desk move 1 lending It is a book")
    assert "Nothing can be said in its channel now (it is archived): the card waits for that." in said
    await piotr.card_shows(1, "Nothing can be said there now (it is archived)")
    await anna.sees("Lending Desk takes over your ticket #1.")
    late = await piotr.writes(1, "One more thing")
    await piotr.has_marks(1, late, "warning")
    await piotr.is_told("Ticket #1 has moved to Lending Desk.")
    await anna.says("Are you there?")
    await two.stop()
    await two.control.post("slack/unarchive", user=OTTO, channel=LENDING)
    await two.start()
    await otto.thread_shows(1, "Are you there?")
    exchange = await thread_of(otto, "#1 ·")
    assert exchange.index("My job is stuck") < exchange.index("Are you there?")
    assert len(await otto.cards()) == 1
    await piotr.card_shows(1, f"/archives/{LENDING}/p")


async def test_there_and_back_again(two: Stage) -> None:
    await two.start()
    anna, ingrid, otto = two.customer(), two.agent(INGRID), two.agent(OTTO, LENDING)
    await is_with_lending(two)
    await otto.thread_shows(1, "My job is stuck")
    await otto.writes(1, "We do not lend jobs")
    await anna.sees("We do not lend jobs")
    await moves(otto, 1, "grid", "A mistake")

    async def again() -> Any:
        cards = [c for c in await ingrid.cards() if "#1 ·" in words_of(c)]
        return cards if len(cards) == 2 else None

    old, new = await until(again, "a second card in the first channel")
    assert "Moved to" in words_of(old) and "Assignee" in words_of(new)

    async def told() -> bool:
        shown = await thread_of(ingrid, "*Assignee*")
        return "Otto Novak of Lending Desk moved this ticket here" in shown and "We do not lend jobs" in shown

    await until(told, "the exchange in the new thread")
    await two.control.post("slack/post", user=INGRID, channel=CHANNEL, text="Too late", thread_ts=old["ts"])
    await ingrid.is_told("Your message was not sent: Ticket #1 has moved to Grid Support.")
    await two.control.post("slack/post", user=INGRID, channel=CHANNEL, text="Back with us", thread_ts=new["ts"])
    await anna.sees("Ingrid Solberg\nBack with us")
    await anna.never_sees("Too late")
    await anna.sees("Grid Support takes over your ticket #1.")


async def test_several_move_at_once(two: Stage) -> None:
    await two.start()
    home, otto = HomeOf(two, PIOTR), two.agent(OTTO, LENDING)
    for number, who in enumerate((ANNA, MAREK), 1):
        await two.customer(who).says("My book is lost")
        await two.agent().card(f"#{number} ·")
    await home.opens()
    await home.shows(Unclaimed=["#1", "#2"])
    await home.ticks(1, 2)
    await home.presses("Move…")
    asked = str(await two.agent().modal())
    assert "#1, #2" in asked and "Lending Desk" in asked
    assert (await two.agent().submits(to="grid", why="Ours"))["answer"]["response_action"] == "errors"
    await two.agent().submits(to="lending", why="Books")
    for number in (1, 2):
        await otto.thread_shows(number, "moved this ticket here: «Books»")
    await home.shows(Unclaimed=[])
    moved = await two.rows("SELECT ticket, via FROM events WHERE name = 'Moved' ORDER BY ticket")
    assert [(r["ticket"], r["via"]) for r in moved] == [(1, "slack:home"), (2, "slack:home")]


async def test_what_is_changed_later_is_told_to_those_who_have_it(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    said = await anna.says("My job is stuck")
    await piotr.writes(1, "Which one?")
    await anna.sees("Which one?")
    await moves(piotr, 1)
    await otto.card("#1 ·")
    await anna.edits(said, "My book is stuck")
    await otto.thread_shows(1, "Anna Keller changed an earlier message, which reads now: «My book is stuck»")
    await anna.reacts("Which one?", "👍")
    await otto.thread_shows(1, "Anna Keller reacted to an earlier message with 👍: «Which one?»")
    await thread_never_shows(two, piotr, "My book is stuck")
    await piotr.reacts((await piotr.thread_shows(1, "My job is stuck"))["ts"], "tada")
    await anna.sees_mark(said, "🎉")


async def test_files_go_along_and_what_is_redacted_is_gone_in_both(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck since Monday morning")
    await piotr.card("#1 ·")
    await anna.sends("document", ("screen.png", PNG), caption="This is what I see here")
    await piotr.thread_shows(1, "This is what I see here")
    await anna.says("The password is hunter2 and nothing else")
    await piotr.thread_shows(1, "hunter2")
    await moves(piotr, 1, why="It is yours")
    await otto.thread_shows(1, "hunter2")

    async def brought() -> Any:
        return [f["name"] for m in await otto.thread(1) for f in m.get("files") or ()]

    assert await until(brought, "the file in the new thread") == ["screen.png"]
    for which in (2, 3):
        assert "removed" in await types(otto, f"/desk redact 1 {which} secret")

    async def gone(agent: Agent) -> bool:
        shown = str((await agent.channel())["messages"])
        return "hunter2" not in shown and "screen.png" not in shown and "what I see here" not in shown

    for agent in (otto, piotr):
        await until(lambda agent=agent: gone(agent), f"nothing of it for {agent.id}")  # type: ignore[misc]
    await otto.thread_shows(1, "since Monday morning")


async def test_a_new_ticket_opens_at_the_bots_own_group(two: Stage) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await is_with_lending(two)
    await otto.card("#1 ·")
    await anna.says("/new")
    await anna.says("Another job is stuck")
    await piotr.card("#2 · Another job is stuck")
    await anna.answers("Lending Desk takes over your ticket #1", "The book again")
    await otto.clicks(1, "Resolve")
    await otto.submits(solution="Here it is")
    await anna.presses("Yes, it is solved")
    await otto.card_shows(1, "verified")
    assert (await two.rows("SELECT group_id FROM tickets ORDER BY number"))[1]["group_id"] == "grid"


async def test_the_old_card_may_be_deleted(two: Stage) -> None:
    await two.start()
    piotr, otto = two.agent(), two.agent(OTTO, LENDING)
    await is_with_lending(two)
    await otto.thread_shows(1, "My job is stuck")
    await two.is_quiet()
    await two.control.post("slack/users", id=INGRID, is_admin=True)
    await two.control.post("slack/delete", user=INGRID, channel=CHANNEL, ts=(await piotr.card("#1 ·"))["ts"])
    await two.customer().says("Still there?")
    await otto.thread_shows(1, "Still there?")
    await two.is_quiet()
    assert len(await otto.cards()) == 1
    assert await two.rows("SELECT name FROM events WHERE name = 'CardLost'") == []


async def test_who_is_erased_leaves_no_word_in_either_group(two: Stage, tmp_path: Path) -> None:
    await two.start()
    anna, piotr, otto = two.customer(), two.agent(), two.agent(OTTO, LENDING)
    await anna.says("I am Anna Keller of Greendale")
    await piotr.card("#1 ·")
    await anna.sends("document", ("greendale.png", PNG))
    await piotr.thread_shows(1, "Anna Keller")
    await moves(piotr, 1)
    await otto.thread_shows(1, "Greendale")
    await two.is_quiet()
    code, said = await chatdesk(environment(two.settings), tmp_path, "person", "erase", "1", "--yes")
    assert code == 0, said
    await piotr.card_shows(1, "Erased person")
    await otto.card_shows(1, "Erased person")

    async def gone() -> bool:
        shown = [str((await agent.channel())["messages"]) for agent in (piotr, otto)]
        return not any("reendale" in one for one in shown)

    await until(gone, "no word of it in either channel")
    await otto.writes(1, "Is anybody there?")
    await otto.thread_shows(1, "the person was erased: nobody is there any more.")


async def test_two_who_are_one_person_have_one_name_on_all_cards(two: Stage) -> None:
    await two.start()
    anna, marek, ingrid, otto = two.customer(), two.customer(MAREK), two.agent(INGRID), two.agent(OTTO, LENDING)
    await anna.says("My job is stuck")
    await ingrid.card("#1 ·")
    await marek.says("My disk is full")
    await ingrid.card("#2 ·")
    await marek.says("/new")
    await marek.says("My book is lost")
    await ingrid.card("#3 ·")
    await moves(ingrid, 3)
    await otto.card_shows(3, "Marek Nowak in Telegram")
    await ingrid.types("/desk merge_person 1 2")
    await ingrid.clicks_private("the same person?", "They are the same person")
    await ingrid.card_shows(2, "Anna Keller in Telegram")
    await otto.card_shows(3, "Anna Keller in Telegram")
    await ingrid.types("/desk part_person 1")
    await ingrid.card_shows(2, "Marek Nowak in Telegram")
    await otto.card_shows(3, "Marek Nowak in Telegram")
    await ingrid.card_shows(1, "Anna Keller in Telegram")
