"""What of a room's threads is worth comparing with what stands there now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.store.messages import Message, saved_messages
from chatdesk.conversations.store.tickets import saved_tickets
from chatdesk.core.messages import plain
from chatdesk.desk import outbox, watched
from chatdesk.desk.watched import WATCHED, Thread
from chatdesk.storage.database import Database
from chatdesk.storage.rows import appended, insert_once, inserted, write
from chatdesk.storage.schema import conversations, events, inputs, people
from tests.builders import HOME, NOW, a_case, a_ticket
from tests.storage.test_fates import CONVERSATION

ELSEWHERE = replace(HOME, room="T1/C2")
ACCOUNT = "T1/U0PIOTR"


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.begin() as c:
        await c.execute(insert(people).values(id=1, name="Anna Keller", created_at=NOW))
        await insert_once(c, conversations, [CONVERSATION], returning="id")
    return database


async def keep(database: Database, ticket: int, *said: Message, at: datetime = NOW, room: str = HOME.room) -> None:
    """A ticket with its card in a room, and what was said on it then."""
    case = a_case(now=at)
    natives = [(m.key, HOME.channel, room, m.key.rsplit(":", 1)[-1]) for m in said]
    card = (f"card:{ticket}", HOME.channel, room, f"c{ticket}")
    async with database.begin() as c:
        await write(c, saved_tickets([a_ticket(number=ticket)], at))
        await write(c, *saved_messages([(replace(m, ticket=ticket), case) for m in said]))
        await write(c, *outbox.linked([card, *natives]))


def reply(key: str, state: Delivery = Delivery.SENT, side: str = "agent", audience: str = "public") -> Message:
    return Message(key, None, 1, audience, side, ACCOUNT, "Piotr", plain("x"), state)


def heard(native: str, **more: str) -> Message:
    return reply(f"{HOME.channel}:{HOME.room}:{native}", **more)  # type: ignore[arg-type]


async def found(database: Database, now: datetime = NOW) -> list[Thread]:
    async with database.read() as c:
        return await watched.threads(c, HOME, now)


async def test_what_agents_wrote_in_threads_is_watched(filled: Database) -> None:
    forms, users = reply("t42:7"), reply("telegram:main/1001:9", side="customer")
    taken_back = [heard("undone", state=Delivery.UNDONE), heard("failed", state=Delivery.FAILED)]
    await keep(filled, 42, heard("1"), heard("2", audience="internal"), forms, users, *taken_back)
    await keep(filled, 43, reply("slack:T1/C2:3"), room=ELSEWHERE.room)
    await keep(filled, 44)
    assert await found(filled) == [Thread("c42", {"1": ACCOUNT, "2": ACCOUNT})]


async def test_where_a_reply_waits_comes_first_then_what_changed_last(filled: Database) -> None:
    for age, state in enumerate((Delivery.SENT, Delivery.SENT, Delivery.HELD, Delivery.QUEUED), 1):
        await keep(filled, 40 + age, heard(str(age), state=state), at=NOW - timedelta(hours=age))
    assert [(t.root, t.waits) for t in await found(filled)] == [
        ("c43", True),
        ("c41", False),
        ("c42", False),
        ("c44", False),
    ]


async def test_what_is_old_is_watched_no_more_and_the_threads_are_bounded(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(filled, 41, heard("1"), at=NOW - timedelta(hours=1))
    await keep(filled, 42, heard("2"))
    assert [t.root for t in await found(filled, NOW + WATCHED)] == ["c42"]
    assert await found(filled, NOW + WATCHED + timedelta(seconds=1)) == []
    monkeypatch.setattr(watched, "MOST_THREADS", 1)
    assert [t.root for t in await found(filled)] == ["c42"]


async def test_which_inputs_were_heard(database: Database) -> None:
    async with database.begin() as c:
        await write(c, inserted(inputs, [{"key": "a", "at": NOW}]))
        assert await watched.heard(c, ["a", "b"]) == {"a"}
        assert await watched.heard(c, []) == set()


async def test_a_ticket_that_moved_has_a_thread_in_each_room_and_may_have_two_in_one(filled: Database) -> None:
    """It went to another group by event 5, and came back by event 9."""
    await keep(filled, 42, heard("1"), replace(heard("6"), seq=6), replace(heard("10"), seq=10))
    moved = {"area_id": "default", "at": NOW, "by_account": ACCOUNT, "via": "slack:button", "version": 1}
    rows = [{"ticket": 42, "seq": n, "name": "Moved", "content": "{}", **moved} for n in (5, 9)]
    async with filled.begin() as c:
        await write(c, appended(events, rows))
        there = ("card:42:5", HOME.channel, ELSEWHERE.room, "c42b")
        await write(c, *outbox.linked([there, ("card:42:9", HOME.channel, HOME.room, "c42c")]))
        assert await watched.threads(c, ELSEWHERE, NOW) == []
    assert await found(filled) == [
        Thread("c42", {"1": ACCOUNT, "6": ACCOUNT}),
        Thread("c42c", {"10": ACCOUNT}),
    ]
