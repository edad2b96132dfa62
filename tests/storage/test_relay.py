"""What goes out at once, what waits and for what, and that nothing is lost, sent twice or out of its order."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from chatdesk.core.errors import Rejected, TryLater, Unreachable
from chatdesk.core.markup import Style, styled
from chatdesk.core.messages import Address, Body, Outgoing, plain
from chatdesk.desk import attempts, outbox
from chatdesk.desk import relay as relay_module
from chatdesk.desk.channel import Delivery, Limit
from chatdesk.desk.outbox import Said
from chatdesk.desk.relay import MOST_IN_FLIGHT
from chatdesk.storage.database import Database
from chatdesk.storage.rows import inserted, write
from chatdesk.storage.schema import areas, links
from tests.builders import HOME
from tests.conftest import NewDatabase
from tests.storage.office import Office, Recorder, card, native, said, under

A_MOMENT = 0.1  # seconds in which nothing must happen


@pytest.fixture
def channel() -> Recorder:
    return Recorder()


@pytest.fixture
def office(database: Database, channel: Recorder) -> Office:
    return Office(database, channel)


# -- at once, or later ---------------------------------------------------------------------------------------


async def test_what_need_not_wait_goes_out_without_a_turn_of_the_relay(office: Office, channel: Recorder) -> None:
    assert await office.says(said("a1"), said("b1", room=2)) == ["a1", "b1"]
    await office.has_given("a1", "b1")
    assert await office.states() == {"a1": "sending", "b1": "sending"}
    await office.says()
    assert await office.states() == {"a1": "sent", "b1": "sent"}


async def test_the_second_of_a_lane_waits_for_the_first_and_goes_with_the_next_decision(
    office: Office, channel: Recorder
) -> None:
    assert await office.says(said("a1"), said("a2"), said("a3")) == ["a1"]
    await office.has_given("a1")
    assert await office.states() == {"a1": "sending", "a2": "queued", "a3": "queued"}
    await asyncio.sleep(A_MOMENT)
    await office.says(said("b1", room=2))
    await office.has_given("a1", "a2", "b1")
    assert await office.states() == {"a1": "sent", "a2": "sending", "a3": "queued", "b1": "sending"}
    await office.says(said("a4"))
    await office.has_given("a1", "a2", "b1", "a3")
    async with office.delivering():
        await office.has_sent_all()
    assert channel.arrived == ["a1", "b1", "a2", "a3", "a4"]


async def test_what_is_on_its_way_makes_its_lane_wait(office: Office, channel: Recorder) -> None:
    channel.open.clear()
    async with office.delivering():
        await office.says(said("a1"))
        await office.says(said("a2"))
        await office.says(said("a3"), said("b1", room=2))
        await asyncio.sleep(A_MOMENT)
        await office.has_given("a1", "b1")
        channel.open.set()
        await office.has_sent_all()
    assert [key for key in channel.arrived if key != "b1"] == ["a1", "a2", "a3"]


async def test_one_that_is_to_be_sent_again_keeps_its_place(office: Office, channel: Recorder) -> None:
    faults = [TryLater("not now", after=0.3), TryLater("nor now", after=0.3)]
    channel.fault = lambda delivery: faults.pop() if faults and delivery.out.key == "a1" else None
    await office.says(said("a1"))
    await office.has_given("a1")
    assert await office.says(said("a2")) == []  # notes that the first has failed
    assert await office.states() == {"a1": "queued", "a2": "queued"}
    async with office.delivering():
        await office.has_sent_all(6)
    assert channel.arrived == ["a1", "a2"]
    assert [d.out.key for d in channel.given] == ["a1", "a1", "a1", "a2"]


async def test_what_belongs_to_a_message_that_failed_for_good_fails_with_it(office: Office, channel: Recorder) -> None:
    """Of what the thread, the channel's line and a mark need, nothing holds up its lane."""
    channel.fault = lambda delivery: Rejected("no such blocks") if delivery.out.key == "card:42" else None
    leads = Body(styled("#42", Style.MESSAGE, "card:42"))
    line = Outgoing(to=HOME, key="call", body=leads, ticket=42)
    async with office.delivering():
        await office.says(replace(card(42), ticket=42), replace(under(42, "t1"), ticket=42), line)
        await office.says(Outgoing(to=HOME, key="next", body=plain("next")))
        await office.has_sent_all()
    assert await office.states() == {"card:42": "failed", "t1": "failed", "call": "failed", "next": "sent"}


async def test_what_refers_to_a_message_without_an_id_waits_for_it(office: Office, channel: Recorder) -> None:
    mark = Outgoing(to=HOME, key="mark", marks="slack:T1/C1:9", mark="sent")
    async with office.delivering():
        assert await office.says(mark, under(42, "t1"), said("a1")) == ["a1"]
        await office.has_given("a1")
        await asyncio.sleep(A_MOMENT)
        async with office.database.begin() as c:
            await write(
                c, *outbox.linked([("slack:T1/C1:9", "slack", "T1/C1", "9"), ("card:42", "slack", "T1/C1", "8")])
            )
        await office.has_sent_all()
    assert {d.out.key: (d.native, d.thread) for d in channel.given} == {
        "a1": (None, None),
        "mark": ("9", None),
        "t1": (None, "8"),
    }


async def test_what_refers_to_a_message_that_came_in_with_it_goes_at_once(office: Office, channel: Recorder) -> None:
    mark = Outgoing(to=HOME, key="mark", marks="slack:T1/C1:9", mark="sent")
    assert await office.says(mark, heard={"slack:T1/C1:9": "9"}) == ["mark"]
    await office.has_given("mark")
    assert channel.given[0].native == "9"


async def test_a_card_is_posted_once_then_edited_and_its_thread_comes_below_it(
    office: Office, channel: Recorder
) -> None:
    async with office.delivering():
        await office.says(card(42, "new"), under(42, "t1"))
        await office.says(card(42, "claimed"))
        await office.has_sent_all()
        await office.says(card(42, "solved"), under(42, "t2"))
        await office.has_sent_all()
    where = native("card:42")
    assert [(d.out.key, d.native, d.thread) for d in channel.given] == [
        ("card:42", None, None),
        ("t1", None, where),
        ("card:42", where, None),
        ("card:42", where, None),
        ("t2", None, where),
    ]


async def test_a_lost_card_is_posted_anew_before_what_waits_in_its_thread(office: Office, channel: Recorder) -> None:
    """It was deleted while something for its thread was on its way: that waits for the new one, not the other way."""
    async with office.delivering():
        await office.says(card(42))
        await office.has_sent_all()
    async with office.database.begin() as c:
        await c.execute(update(links).where(links.c.key == "card:42").values(key="card:42:was:x", native="x"))
    office.relay.forget()
    async with office.delivering():
        await office.says(under(42, "t1"), under(42, "t2"))
        await office.says(replace(card(42), anew=True))
        await office.has_sent_all()
    assert channel.arrived == ["card:42", "card:42", "t1", "t2"]


async def test_what_no_channel_here_delivers_waits_and_holds_up_nothing(office: Office, channel: Recorder) -> None:
    letter = Outgoing(to=Address("email", "anna"), key="letter", body=plain("Hello"))
    async with office.delivering():
        await office.says(letter, said("a1"))
        await office.has_given("a1")
        await office.says(said("a2"))
        await office.has_given("a1", "a2")
    assert await office.states() == {"letter": "queued", "a1": "sent", "a2": "sent"}


# -- pace ----------------------------------------------------------------------------------------------------


async def test_what_has_no_pace_left_waits_in_its_order(office: Office, channel: Recorder) -> None:
    channel.limit = lambda delivery: (Limit(delivery.out.to.room, 20, 1),)
    started = time.monotonic()
    async with office.delivering():
        for n in range(8):
            await office.says(said(f"a{n}"), *[said("b0", room=2)] * (n == 3))
        assert "b0" in [d.out.key for d in channel.given], "another room waits as well"
        await office.has_sent_all(5)
    assert time.monotonic() - started > 6 / 20
    assert [key for key in channel.arrived if key != "b0"] == [f"a{n}" for n in range(8)]


async def test_nobody_overtakes_who_waits_for_the_pace_of_the_same_room(office: Office, channel: Recorder) -> None:
    """Cards of a busy home: each in a lane of its own, all in one room, more of them than its pace allows."""
    channel.limit = lambda delivery: (Limit(delivery.out.to.room, 20, 1),)
    async with office.delivering():
        for n in range(40):
            await office.says(card(n))
            await asyncio.sleep(0.015)
        await office.has_sent_all(20)
    assert channel.arrived == [f"card:{n}" for n in range(40)]


async def test_a_service_that_asks_to_wait_is_left_alone(office: Office, channel: Recorder) -> None:
    channel.limit = lambda delivery: (Limit(delivery.out.to.room, 1000, 1000),)
    faults = [TryLater("too many", after=0.5)]
    channel.fault = lambda delivery: faults.pop() if faults else None
    async with office.delivering():
        await office.says(said("a1"))
        await office.has_given("a1")
        asked = time.monotonic()
        await asyncio.sleep(A_MOMENT)
        await office.says(Outgoing(to=said("").to, key="mark", marks="in", mark="sent"), heard={"in": "5"})
        await asyncio.sleep(A_MOMENT)
        assert [d.out.key for d in channel.given] == ["a1"]
        await office.has_given("a1", "a1", "mark")
        assert time.monotonic() - asked > 0.4
        await office.has_sent_all()


# -- how many ------------------------------------------------------------------------------------------------

MANY = MOST_IN_FLIGHT + 36


async def test_of_many_that_are_handed_over_only_so_many_are_on_their_way(office: Office, channel: Recorder) -> None:
    channel.open.clear()
    async with office.delivering():
        await office.says(*(said(f"{n}", room=n) for n in range(MANY)))
        await asyncio.sleep(A_MOMENT)
        await office.says(*(said(f"more {n}", room=MANY + n) for n in range(MANY)))
        await asyncio.sleep(A_MOMENT)
        assert channel.at_once == MOST_IN_FLIGHT
        channel.open.set()
        await office.has_sent_all(20)
    assert channel.most_at_once == MOST_IN_FLIGHT
    assert len(set(channel.arrived)) == len(channel.arrived) == 2 * MANY


async def test_what_has_waited_and_what_is_new_share_the_places(office: Office, channel: Recorder) -> None:
    channel.open.clear()
    waiting = [Said(said(f"old {n}", room=n), "default") for n in range(MANY)]
    async with office.database.begin() as c:
        await write(c, outbox.queued(waiting, office.clock.now()))
    await office.says(*(said(f"{n}", room=MANY + n) for n in range(MANY)))
    await asyncio.sleep(A_MOMENT)
    async with office.delivering():
        await office.says(said("last", room=0))
        await asyncio.sleep(A_MOMENT)
        channel.open.set()
        await office.has_sent_all(20)
    assert Counter(channel.arrived).most_common(1)[0][1] == 1
    assert len(channel.arrived) == 2 * MANY + 1
    assert channel.most_at_once <= MOST_IN_FLIGHT


# -- what fails ----------------------------------------------------------------------------------------------


class Broken(Exception):
    pass


async def test_a_decision_that_fails_sends_nothing_and_loses_nothing(office: Office, channel: Recorder) -> None:
    await office.says(said("a1"), said("a2"))
    await office.has_given("a1")
    for _ in range(2):
        with pytest.raises(Broken):
            await office.says(said("b1", room=2), said("a3"), fails=Broken())
    await asyncio.sleep(A_MOMENT)
    assert await office.states() == {"a1": "sending", "a2": "queued"}
    assert [d.out.key for d in channel.given] == ["a1"]
    await office.says(said("b1", room=2), said("a3"))
    await office.has_given("a1", "a2", "b1")
    async with office.delivering():
        await office.has_sent_all()
    assert sorted(channel.arrived) == ["a1", "a2", "a3", "b1"]


async def test_what_a_failed_decision_had_to_note_is_noted_by_the_relay(office: Office, channel: Recorder) -> None:
    channel.fault = lambda delivery: Rejected("no") if delivery.out.key == "b1" else None
    await office.says(said("a1"), said("b1", room=2))
    await office.has_given("a1", "b1")
    with pytest.raises(Broken):
        await office.says(said("c1", room=3), fails=Broken())
    async with office.delivering():
        await office.has_sent_all()
    assert await office.states() == {"a1": "sent", "b1": "failed"}


@pytest.mark.parametrize("state", ["failed", "blocked"])
async def test_what_is_refused_for_good_frees_its_lane(office: Office, channel: Recorder, state: str) -> None:
    fault = Rejected("no") if state == "failed" else Unreachable("gone")
    channel.fault = lambda delivery: fault if delivery.out.key == "a1" else None
    async with office.delivering():
        await office.says(said("a1"), said("a2"))
        await office.has_sent_all()
    assert await office.states() == {"a1": state, "a2": "sent"}


async def test_a_relay_that_stops_notes_what_is_on_its_way(office: Office, channel: Recorder) -> None:
    channel.open.clear()
    async with office.delivering():
        await office.says(said("a1"), said("a2"))
        await office.has_given("a1")
    assert await office.states() == {"a1": "sent", "a2": "queued"}


# -- many ----------------------------------------------------------------------------------------------------

LANES = [*(("chat", n) for n in range(4)), ("thread", 8), ("thread", 9)]
EACH = 15


class Chance:
    """Faults of a channel and of decisions, and what is said in which lane."""

    def __init__(self, channel: Recorder, seed: int) -> None:
        self.random = random.Random(seed)
        self.channel = channel
        self.said: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        channel.fault = self.fault

    def fault(self, delivery: Delivery) -> Exception | None:
        roll = self.random.random()
        if roll < 0.1:
            return TryLater("not now", after=0.01)
        if roll < 0.2:
            return RuntimeError("a fault of the channel's own")
        if roll < 0.3 and delivery.native is None:
            self.channel.arrive(delivery)
            return TryLater("the answer was lost", perhaps_done=True)
        if roll < 0.4 and not delivery.out.standing:
            self.refused.add(delivery.out.key)
            return Rejected("no")
        return None

    async def talk(self, kind: str, number: int, *offices: Office) -> None:
        """In one lane, one after the other, each through some office; what fails is said again."""
        n = 0
        while n < EACH:
            out = [self.message(kind, number, n + more) for more in range(self.random.choice([1, 1, 2]))]
            try:
                await self.random.choice(offices).says(*out, fails=Broken() if self.random.random() < 0.15 else None)
            except Broken:
                continue
            self.said.setdefault(out[0].lane, []).extend(o.key for o in out)
            n += len(out)
            await asyncio.sleep(self.random.random() / 50)

    def message(self, kind: str, number: int, n: int) -> Outgoing:
        if kind == "chat":
            return said(f"{kind} {number}: {n}", room=number)
        return under(number, f"{kind} {number}: {n}") if n else card(number)

    def check(self) -> None:
        """All that was not refused has arrived once, in each lane in its order."""
        wanted = {lane: [key for key in keys if key not in self.refused] for lane, keys in self.said.items()}
        lanes = {key: lane for lane, keys in self.said.items() for key in keys}
        found: dict[str, list[str]] = {}
        for key in self.channel.arrived:
            found.setdefault(lanes[key], []).append(key)
        assert found == wanted
        assert self.refused
        assert len(self.channel.given) > len(self.channel.arrived)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again after hundredths of a second."""
    monkeypatch.setattr(attempts, "BACKOFF", (0.01, 0.05))
    monkeypatch.setattr(relay_module, "IDLE_LOOK", 0.05)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_many_lanes_with_many_faults_keep_their_order(office: Office, channel: Recorder, seed: int) -> None:
    chance = Chance(channel, seed)
    async with office.delivering():
        await asyncio.gather(*(chance.talk(kind, number, office) for kind, number in LANES))
        await office.has_sent_all(30)
    chance.check()


@pytest.fixture
async def pair(new_database: NewDatabase, channel: Recorder) -> AsyncIterator[tuple[Office, Office]]:
    """Two processes on one database and before one service."""
    url = await new_database("postgres")
    first, second = Database(url), Database(url)
    async with first.begin() as c:
        await write(c, inserted(areas, [{"id": "default", "name": "Default"}]))
    yield Office(first, channel, alone=False), Office(second, channel, alone=False)
    await first.close()
    await second.close()


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("seed", [4, 5, 6])
async def test_two_processes_send_nothing_twice_and_keep_the_order(
    pair: tuple[Office, Office], channel: Recorder, seed: int
) -> None:
    first, second = pair
    chance = Chance(channel, seed)
    async with first.delivering(), second.delivering():
        await asyncio.gather(*(chance.talk(kind, number, first, second) for kind, number in LANES))
        await first.has_sent_all(30)
    chance.check()


async def test_what_one_process_leaves_the_other_takes(pair: tuple[Office, Office], channel: Recorder) -> None:
    first, second = pair
    channel.open.clear()
    async with first.delivering():
        await first.says(said("a1"), said("a2"), said("b1", room=2))
        await first.has_given("a1", "b1")
    await second.says(said("a3"))
    await second.has_given("a1", "b1", "a2")
    async with second.delivering():
        await second.has_sent_all()
    assert [key for key in channel.arrived if key != "b1"] == ["a1", "a2", "a3"]
