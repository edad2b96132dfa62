"""Messages of ours that were deleted, and rooms that take nothing until a person mends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chatdesk.core.errors import Gone, Shut, TryLater
from chatdesk.core.messages import Identity, Outgoing, plain
from chatdesk.desk import outbox
from chatdesk.desk.attempts import GIVE_UP_AFTER
from chatdesk.desk.channel import Delivery
from chatdesk.desk.lost import lose
from chatdesk.desk.outbox import Said
from chatdesk.storage.database import Database
from chatdesk.storage.rows import write
from chatdesk.storage.schema import links
from tests.builders import HOME
from tests.stage import until
from tests.storage.office import Office, Recorder, card, native, said

BOARD = Outgoing(to=HOME, key="board:support", body=plain("nothing open"), standing=True)
PIN = Outgoing(to=HOME, key="board:support:pinned", marks="board:support", mark="pinned")
PIOTR = Identity("slack", "T0/U0PIOTR", "Piotr")
ARCHIVED = Shut("Slack answered is_archived", 30, "is_archived")


@pytest.fixture
def channel() -> Recorder:
    return Recorder()


@pytest.fixture
def office(database: Database, channel: Recorder) -> Office:
    return Office(database, channel)


async def keys(office: Office) -> set[str]:
    async with office.database.read() as c:
        return set((await c.execute(select(links.c.key))).scalars())


async def lost(office: Office, key: str) -> str | None:
    async with office.database.begin() as c:
        return await lose(c, HOME.channel, HOME.room, native(key), office.clock.now())


def of_home(fault: Exception, channel: Recorder) -> None:
    channel.fault = lambda delivery: fault if delivery.out.to.room == HOME.room else None


async def test_a_message_that_was_lost_is_said_anew(office: Office, channel: Recorder) -> None:
    async with office.delivering():
        await office.says(BOARD)
        await office.has_sent_all()
        assert await lost(office, "board:support") == "board:support"
        assert await lost(office, "board:support") is None  # once
        assert await lost(office, "another") is None
        office.relay.forget()
        await office.says(BOARD)
        await office.has_sent_all()
    assert [d.native for d in channel.given] == [None, None]
    assert await keys(office) == {f"board:support:was:{native('board:support')}"}  # this channel gives one id for ever


async def test_what_changes_a_message_that_is_gone_fails_and_the_message_counts_as_lost(
    office: Office, channel: Recorder
) -> None:
    async with office.delivering():
        await office.says(BOARD)
        await office.has_sent_all()
        channel.fault = lambda delivery: Gone("deleted") if delivery.native else None
        await office.says(PIN)
        await office.has_sent_all()
        assert "board:support" in await keys(office)  # a mark says nothing of what it is on
        await office.says(replace(BOARD, edits=True))
        await office.has_sent_all()
    assert await office.states() == {"board:support": "failed", "board:support:pinned": "failed"}
    assert "board:support" not in await keys(office)


@pytest.mark.parametrize(
    ("gone", "lost"),
    [
        ({"marks": "t1", "mark": "sent"}, False),
        ({"marks": "t1", "mark": "held", "unmark": True}, False),
        ({"key": "t1", "edits": True, "body": plain("other words")}, False),
        ({"removes": "t1"}, False),
        ({"body": plain("below it")}, True),
        ({"body": plain("for one"), "private_to": PIOTR}, True),
    ],
    ids=["mark", "unmark", "edit", "removal", "post", "private"],
)
async def test_what_has_a_thread_is_lost_with_it_and_not_with_a_message_in_it(
    office: Office, channel: Recorder, gone: dict[str, Any], lost: bool
) -> None:
    """A mark or a change that fails says that the message is gone which it is about."""
    thread = replace(HOME, thread=BOARD.key)
    out = Outgoing(**{"to": thread, "key": "t2", **gone})
    async with office.delivering():
        await office.says(BOARD, Outgoing(to=thread, key="t1", body=plain("words")))
        await office.has_sent_all()
        faults = [Gone("deleted")]
        channel.fault = lambda delivery: faults.pop() if faults else None
        await office.says(out)

        async def noted() -> bool:
            return not faults and (await office.states())[out.key] in ("failed", "queued")

        await until(noted, "what is gone", 2)
    assert (await office.states())[out.key] == ("queued" if lost else "failed")
    assert (BOARD.key in await keys(office)) != lost


async def test_what_another_process_has_found_lost_is_looked_up_again(office: Office, channel: Recorder) -> None:
    async with office.delivering():
        await office.says(BOARD)
        await office.says(replace(BOARD, edits=True))
        await office.has_sent_all()
        await lost(office, "board:support")  # by a process that tells this one nothing
        channel.fault = lambda delivery: Gone("deleted") if delivery.native else None
        await office.says(BOARD)
        await office.has_sent_all(within=6)
    known = native("board:support")
    assert [d.native for d in channel.given] == [None, known, known, None]


async def test_a_room_that_is_shut_is_asked_once_in_a_while_and_stops_no_other(
    office: Office, channel: Recorder
) -> None:
    of_home(ARCHIVED, channel)
    async with office.delivering():
        await office.says(card(1))
        await office.has_given("card:1")

        async def put_back() -> bool:
            return (await office.states())["card:1"] == "queued"

        await until(put_back, "the card put back")
        assert await office.says(*(card(n) for n in range(2, 9)), said("a1")) == ["a1"]
        await office.has_given("card:1", "a1")
        channel.fault = lambda delivery: None
        async with office.database.begin() as c:
            await outbox.hurry(c, HOME, office.clock.now())
        office.relay.reopen(HOME)
        office.relay.look()
        office.bell.ring()
        await office.has_sent_all()
    assert {d.out.key for d in channel.given} == {"a1", *(f"card:{n}" for n in range(1, 9))}


@pytest.mark.parametrize(("fault", "state"), [(ARCHIVED, "queued"), (TryLater("away", after=30), "failed")])
async def test_what_a_person_has_to_mend_is_never_given_up(
    office: Office, channel: Recorder, fault: Exception, state: str
) -> None:
    of_home(fault, channel)
    long_ago = office.clock.now() - GIVE_UP_AFTER - timedelta(hours=1)
    async with office.database.begin() as c:
        await write(c, outbox.queued([Said(card(1), "default")], long_ago))
    async with office.delivering():

        async def ended() -> bool:
            return bool(channel.given) and (await office.states())["card:1"] != "sending"

        await until(ended, "an attempt", 3)
    assert await office.states() == {"card:1": state}


def test_a_pin_is_on_its_way_beside_the_board() -> None:
    assert {BOARD.lane, PIN.lane} == {"board:support", "mark:board:support:pinned"}
    assert Delivery(PIN, native="1").out.marks == BOARD.key
