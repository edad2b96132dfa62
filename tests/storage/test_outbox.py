"""The outbox as rows: lanes, paces, leases, edits that replace each other, and links."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chatdesk.conversations.fate import Delivery as State
from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.desk import outbox
from chatdesk.desk.channel import Shown
from chatdesk.desk.outbox import LEASE, Queued, Result, Said
from chatdesk.storage.database import Database
from chatdesk.storage.rows import write
from chatdesk.storage.schema import links
from chatdesk.storage.schema import outbox as rows
from tests.builders import CHAT, HOME, NOW

MAREK = Address("telegram", "main/1002")
THREAD = replace(HOME, thread="card:42")


def said(key: str, to: Address = CHAT, **more: Any) -> Outgoing:
    return Outgoing(to=to, key=key, body=plain(key), **more)


async def put(database: Database, *out: Outgoing) -> None:
    async with database.begin() as c:
        said = [Said(o, "default") for o in out]
        await outbox.drop_stale(c, said)
        await write(c, outbox.queued(said, NOW))


async def heads(database: Database, limit: int = 50, later: timedelta = timedelta(0), **more: Any) -> list[Queued]:
    async with database.begin() as c:
        return await outbox.heads(c, NOW + later, limit, **more)


async def claim(database: Database, found: Sequence[Queued]) -> None:
    async with database.begin() as c:
        await outbox.claim(c, found, NOW)


async def note(database: Database, *results: Result) -> None:
    async with database.begin() as c:
        await write(c, *outbox.noted(results, NOW))


def keys(found: Sequence[Queued]) -> list[str]:
    return [q.out.key for q in found]


async def test_only_the_first_of_each_lane(database: Database) -> None:
    await put(
        database, said("a1"), said("a2"), said("m1", MAREK), said("t1", THREAD), said("t2", THREAD), said("m2", MAREK)
    )
    assert keys(await heads(database)) == ["a1", "m1", "t1"]
    await note(database, *[Result(q, State.SENT, (f"n-{q.out.key}",)) for q in await heads(database)])
    assert keys(await heads(database)) == ["a2", "t2", "m2"]


async def test_a_lane_waits_for_a_head_that_waits(database: Database) -> None:
    await put(database, said("a1"), said("a2"))
    (first,) = await heads(database)
    await note(database, Result(first, State.QUEUED, why="429", due=NOW + timedelta(seconds=30)))
    assert await heads(database) == []
    assert keys(await heads(database, later=timedelta(seconds=30))) == ["a1"]


@pytest.mark.parametrize("state", [State.FAILED, State.BLOCKED, State.SENT])
async def test_whatever_ends_frees_the_lane(database: Database, state: State) -> None:
    await put(database, said("a1"), said("a2"))
    (first,) = await heads(database)
    await claim(database, [first])
    await note(database, Result(first, state, why="why"))
    assert keys(await heads(database)) == ["a2"]


async def test_what_comes_back_is_what_was_put(database: Database) -> None:
    everything = said("a1", urgent=True, author="Anna", ticket=42)
    async with database.begin() as c:
        await write(c, outbox.queued([Said(everything, "default", NOW - timedelta(seconds=1))], NOW))
    (found,) = await heads(database)
    assert found.out == everything
    assert (found.attempts, found.again, found.area) == (0, False, "default")
    assert (found.created, found.received) == (NOW, NOW - timedelta(seconds=1))


async def test_peoples_clicks_and_marks_come_first(database: Database) -> None:
    await put(
        database,
        said("slow"),
        said("click", MAREK, urgent=True),
        Outgoing(to=HOME, key="mark", marks="slack:1", mark="sent"),
        said("thread", THREAD),
    )
    assert keys(await heads(database)) == ["click", "mark", "slow", "thread"]
    assert keys(await heads(database, limit=2)) == ["click", "mark"]


async def test_shut_rooms_and_busy_rows_are_passed_over(database: Database) -> None:
    await put(database, said("a1"), said("m1", MAREK), said("t1", THREAD))
    assert keys(await heads(database, shut=[("telegram", "main/1001")])) == ["m1", "t1"]
    assert keys(await heads(database, shut=[("telegram", "main/1001"), ("slack", "T1/C1")])) == ["m1"]
    (first, *_) = await heads(database)
    assert keys(await heads(database, busy=[first.id])) == ["m1", "t1"]


async def test_a_claimed_row_is_free_again_when_its_lease_has_run_out(database: Database) -> None:
    await put(database, said("a1"), said("a2"))
    await claim(database, await heads(database))
    assert await heads(database) == []
    assert await heads(database, later=LEASE) == []
    (found,) = await heads(database, later=LEASE + timedelta(seconds=1))
    assert (found.out.key, found.again, found.attempts) == ("a1", True, 1)


async def test_a_process_alone_frees_what_the_last_one_held(database: Database) -> None:
    await put(database, said("a1"), said("m1", MAREK))
    (first, _) = await heads(database)
    await claim(database, [first])
    async with database.begin() as c:
        assert await outbox.release_all(c, NOW) == 1
    found = await heads(database, later=timedelta(milliseconds=1))
    assert [(q.out.key, q.again) for q in found] == [("a1", True), ("m1", False)]


async def test_doubt_stays_through_a_further_try(database: Database) -> None:
    await put(database, said("a1"))
    (first,) = await heads(database)
    await claim(database, [first])
    await note(database, Result(first, State.QUEUED, why="lost", due=NOW, again=True))
    (second,) = await heads(database)
    assert second.again


async def test_two_takers_never_hold_the_same_row(database: Database) -> None:
    await put(database, *(said(f"k{n}", Address("telegram", f"main/{n}")) for n in range(30)))
    taken: list[str] = []

    async def take() -> None:
        for _ in range(5):
            async with database.begin() as c:
                found = await outbox.heads(c, NOW, 4)
                await outbox.claim(c, found, NOW)
            taken.extend(keys(found))

    await asyncio.gather(*(take() for _ in range(4)))
    assert len(taken) == len(set(taken)) == 30


# -- standing messages -------------------------------------------------------------------------------------


def edit(text: str) -> Outgoing:
    return Outgoing(to=HOME, key="card:42", body=plain(text), standing=True)


async def waiting(database: Database) -> list[str]:
    async with database.read() as c:
        found = (await c.execute(select(rows.c.content).where(rows.c.pending).order_by(rows.c.id))).scalars()
        bodies = [outbox.OUTGOING.validate_json(content).body for content in found]
    return [b.text.text for b in bodies if b]


async def test_the_first_post_of_a_standing_message_is_never_replaced(database: Database) -> None:
    """It holds its lane's first place: what hangs below it must not overtake it."""
    await put(database, edit("first"), said("t1", THREAD))
    await put(database, edit("second"))
    assert await waiting(database) == ["first", "t1", "second"]


async def test_a_newer_edit_replaces_a_queued_one(database: Database) -> None:
    await put(database, edit("first"))
    (post,) = await heads(database)
    await note(database, Result(post, State.SENT, ("1.1",)))
    await put(database, edit("second"), said("t1", THREAD))
    await put(database, edit("third"))
    assert await waiting(database) == ["t1", "third"]


async def test_an_edit_on_its_way_is_not_taken_back(database: Database) -> None:
    await put(database, edit("first"))
    (post,) = await heads(database)
    await note(database, Result(post, State.SENT, ("1.1",)))
    await put(database, edit("second"))
    await claim(database, await heads(database))
    await put(database, edit("third"))
    assert await waiting(database) == ["second", "third"]


async def test_another_tickets_card_is_left_alone(database: Database) -> None:
    await put(database, edit("first"), replace(edit("other"), key="card:43"))
    await note(database, *[Result(q, State.SENT, (f"1.{n}",)) for n, q in enumerate(await heads(database))])
    await put(database, edit("second"), replace(edit("other second"), key="card:43"))
    await put(database, edit("third"))
    assert await waiting(database) == ["other second", "third"]


# -- links -------------------------------------------------------------------------------------------------


async def link(database: Database, *wanted: tuple[str, str]) -> None:
    async with database.begin() as c:
        await write(c, *outbox.linked([(key, "telegram", "main/1001", native) for key, native in wanted]))


async def parts(database: Database) -> list[tuple[str, int, str]]:
    async with database.read() as c:
        found = await c.execute(select(links.c.key, links.c.part, links.c.native).order_by(links.c.key, links.c.part))
        return [(r.key, r.part, r.native) for r in found]


async def test_links_lead_both_ways(database: Database) -> None:
    await link(database, ("a", "1"), ("b", "2"))
    async with database.begin() as c:
        assert await outbox.natives(c, ["a", "b", "c"]) == {
            "a": Shown(CHAT.room, ("1",)),
            "b": Shown(CHAT.room, ("2",)),
        }
        place = ("telegram", "main/1001", "2")
        assert await outbox.keys_of(c, [place, ("telegram", "main/1002", "2")]) == {place: "b"}
        assert await outbox.natives(c, []) == {}
        assert await outbox.keys_of(c, []) == {}


async def test_a_second_message_under_a_key_is_its_next_part(database: Database) -> None:
    await link(database, ("a", "1"))
    await link(database, ("a", "2"))
    await link(database, ("a", "3"))
    assert await parts(database) == [("a", 0, "1"), ("a", 1, "2"), ("a", 2, "3")]
    async with database.begin() as c:
        assert await outbox.natives(c, ["a"]) == {"a": Shown(CHAT.room, ("1", "2", "3"))}
        assert list((await outbox.keys_of(c, [("telegram", "main/1001", "3")])).values()) == ["a"]


async def test_linking_the_same_again_changes_nothing(database: Database) -> None:
    await link(database, ("a", "1"))
    await link(database, ("a", "1"))
    await link(database, ("b", "1"))
    assert await parts(database) == [("a", 0, "1")]


async def test_two_parts_at_once(database: Database) -> None:
    await link(database, ("a", "1"), ("a", "2"))
    assert await parts(database) == [("a", 0, "1"), ("a", 1, "2")]
