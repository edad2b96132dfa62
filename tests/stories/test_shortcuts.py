"""Message shortcuts: a ticket of any message, a message kept on a ticket, and what became of a user's other tickets."""

from __future__ import annotations

from typing import Any

from tests.stage import CHANNEL, PIOTR, Agent, Stage, until, words_of

BOB = "U0BOB"
RANDOM = "C0RANDOM"


async def bob_writes(stage: Stage, words: str) -> str:
    """In a channel in which the app is not; the message's ts."""
    do = stage.control.post
    await do("slack/users", id=BOB, name="bob", real_name="Bob Adams")
    await do("slack/channels", id=RANDOM, name="random", members=[BOB, PIOTR])
    posted = await do("slack/post", user=BOB, channel=RANDOM, text=words)
    return str(posted["ts"])


async def uses(agent: Agent, shortcut: str, ts: str, channel: str = RANDOM) -> None:
    told = await agent.control.post("slack/shortcut", user=agent.id, callback_id=shortcut, channel=channel, ts=ts)
    assert told["delivered"], told


async def is_told_in(agent: Agent, words: str, channel: str = RANDOM) -> str:
    async def look() -> Any:
        seen = await agent.control.get("slack/channel", channel=channel, user=agent.id)
        return next((words_of(e) for e in seen["ephemerals"] if words in words_of(e)), None)

    found: str = await until(look, f"{words!r} told to {agent.id} in {channel}")
    return found


async def test_any_message_becomes_a_note_of_a_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    ts = await bob_writes(stage, "Her account is <https://id.example.org|locked>")
    await uses(piotr, "add_note", ts)
    refused = await piotr.submits(ticket="99")
    assert refused["answer"]["errors"] == {"ticket": "There is no ticket #99."}
    refused = await piotr.submits(ticket="the first")
    assert refused["answer"]["errors"] == {"ticket": "There is no ticket that number."}
    await piotr.submits(ticket="#1")
    note = words_of(await piotr.thread_shows(1, "Bob Adams wrote in #random:"))
    assert "Her account is locked" in note
    await stage.is_quiet()
    await anna.never_sees("locked")


async def test_any_message_becomes_a_ticket_of_a_user(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    ts = await bob_writes(stage, "Anna phoned: her disk is full")
    await uses(piotr, "make_ticket", ts)
    await piotr.submits(ticket="1", text="Anna phoned: her disk is full")
    await piotr.card("#2 · Anna phoned: her disk is full")
    await piotr.thread_shows(2, "Piotr Zieliński noted (internal):")
    await anna.sees("Ticket #2: Anna phoned")
    await piotr.writes(2, "We have given you more room")
    await anna.sees("We have given you more room")


async def test_any_message_becomes_a_ticket_of_who_wrote_it(stage: Stage) -> None:
    piotr, bob, do = stage.agent(), stage.agent(BOB), stage.control.post
    ts = await bob_writes(stage, "My badge does not open the door")
    await uses(piotr, "make_ticket", ts)
    refused = await piotr.submits()
    assert refused["answer"]["errors"]["ticket"].startswith("The app is not in that channel")
    app = (await stage.control.get("slack/app"))["bot_user_id"]
    await do("slack/join", user=app, channel=RANDOM)
    await piotr.submits(text="My badge does not open the door")
    await piotr.card("#1 · My badge does not open the door")
    await piotr.card_shows(1, "Bob Adams in Slack")
    await in_thread(bob, ts, "Ticket #1: My badge")
    await piotr.writes(1, "Which door is it?")
    await in_thread(bob, ts, "Piotr Zieliński Which door is it?")
    await do("slack/post", user=BOB, channel=RANDOM, text="The blue one", thread_ts=ts)
    await piotr.thread_shows(1, "The blue one")
    await do("slack/post", user=PIOTR, channel=RANDOM, text="I had that, too", thread_ts=ts)
    await piotr.types("/desk resolve 1 It is mended")
    solved = await in_thread(bob, ts, "Does this solve ticket #1?")
    await do("slack/press", user=PIOTR, channel=RANDOM, ts=solved["ts"], label="Yes, it is solved")
    await is_told_in(piotr, "Only who asked for help here answers that.")
    await do("slack/press", user=BOB, channel=RANDOM, ts=solved["ts"], label="Yes, it is solved")
    await piotr.card_shows(1, "verified")
    await in_thread(bob, ts, "Thank you. Ticket #1 is done.")
    assert "I had that" not in " ".join(words_of(m) for m in await piotr.thread(1))
    await uses(piotr, "user_history", ts)
    assert "#1 My badge does not open the door | verified" in await is_told_in(piotr, "Bob Adams asked:")


async def in_thread(agent: Agent, root: str, words: str) -> dict[str, Any]:
    async def look() -> Any:
        seen = await agent.control.get("slack/channel", channel=RANDOM, user=agent.id)
        replies = next(m for m in seen["messages"] if m["ts"] == root)["replies"]
        return next((m for m in replies if words in " ".join(words_of(m).split())), None)

    found: dict[str, Any] = await until(look, f"{words!r} in the thread in #random")
    return found


async def test_who_is_no_agent_makes_nothing_of_a_message(stage: Stage) -> None:
    anna, piotr, bob = stage.customer(), stage.agent(), stage.agent(BOB)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    ts = await bob_writes(stage, "Let me in")
    await uses(bob, "make_ticket", ts)
    refused = await bob.submits(ticket="1")
    assert refused["answer"]["errors"] == {"ticket": "There is no ticket #1."}
    await uses(bob, "user_history", ts)
    await is_told_in(bob, "Only agents of Support may do that.")
    assert len(await piotr.cards()) == 1


async def test_the_history_of_who_wrote_a_message(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.types("/desk resolve 1 Restarted")
    await anna.presses("Yes, it is solved")
    await anna.says("Now the disk is full")
    copy = await piotr.thread_shows(2, "Now the disk is full")
    await uses(piotr, "user_history", copy["ts"], CHANNEL)
    told = await is_told_in(piotr, "Anna Keller asked besides #2:", CHANNEL)
    assert "#1 I cannot log in | verified" in told
    ts = await bob_writes(stage, "What is chatdesk?")
    await uses(piotr, "user_history", ts)
    await is_told_in(piotr, "Bob Adams has no ticket here.")
