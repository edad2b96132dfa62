"""Many rows in one call, alike on both databases: what is new, changed, appended, numbered, and refused."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Select, String, Table, insert, select

from chatdesk.conversations.store.tickets import saved_tickets
from chatdesk.desk.outbox import linked
from chatdesk.storage.database import Database, is_outage
from chatdesk.storage.rows import Write, appended, insert_once, inserted, updated, upserted, write
from chatdesk.storage.schema import conversations, cursors, events, inputs, links, outbox, parked, people, timers
from tests.builders import CHAT, NOW, a_ticket

MANY = 500
ODD = (
    *(
        "",
        " ",
        "it's",
        '"quoted"',
        "back\\slash",
        "NULL",
        "null",
        "{a,b}",
        '{"a"}',
        "$1 ?1 :name %s %(x)s",
        "--",
        "a;b",
    ),
    *(
        "new\nline\r\n",
        "tab\t",
        "\x01\x1f\x7f",
        "\u2028",
        "\ufeff",
        "Zoë Zieliński",
        "مرحبا",
        "👩‍🔬 🇳🇴",
        "\U0010ffff",
        "x" * 70_000,
    ),
)


async def done(database: Database, *writes: Write) -> list[Any]:
    async with database.begin() as c:
        return await write(c, *writes)


async def found(database: Database, wanted: Select[Any]) -> list[tuple[Any, ...]]:
    async with database.read() as c:
        return [tuple(row) for row in await c.execute(wanted)]


def park(key: str, why: str = "", tries: int = 0) -> dict[str, Any]:
    return {"channel": "telegram", "key": key, "raw": "{}", "why": why, "tries": tries, "at": NOW}


PARKED = select(parked.c.key, parked.c.why, parked.c.tries).order_by(parked.c.key)


# -- new rows ------------------------------------------------------------------------------------------------


async def test_new_ids_come_in_the_order_of_the_rows(database: Database) -> None:
    keys = [f"{n}" for n in range(MANY)]
    random.Random(1).shuffle(keys)
    others = [{"key": key, "at": NOW} for key in keys]
    before, after = inserted(inputs, others), upserted(cursors, [{"name": k, "value": k} for k in keys], key="name")
    first = await done(database, before, inserted(parked, [park(k) for k in keys], returning="id"), after)
    assert await found(database, select(parked.c.id, parked.c.key).order_by(parked.c.id)) == [
        (i, key) for i, key in zip(first, keys, strict=True)
    ]
    assert len(await found(database, select(inputs.c.key))) == len(await found(database, select(cursors))) == MANY
    second = await done(database, inserted(parked, [park("last")], returning="id"))
    assert second[0] > max(first)


async def test_only_who_asks_for_ids_gets_them(database: Database) -> None:
    assert await done(database, inserted(parked, [park("a"), park("b")])) == []
    assert len(await done(database, inserted(parked, [park("c")], returning="id"), inserted(people, [ANNA]))) == 1


async def test_any_text_moment_and_truth_comes_back_as_it_was(database: Database) -> None:
    berlin, kathmandu = timezone(timedelta(hours=2)), timezone(timedelta(hours=5, minutes=45))
    moments = [
        NOW,
        datetime(2026, 7, 1, 0, 30, tzinfo=berlin),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=kathmandu),
        datetime(2099, 1, 1, tzinfo=UTC),
    ]
    chance = random.Random(2)
    said = [
        {
            "key": f"{n}",
            "lane": text,
            "area_id": "default",
            "ticket": chance.choice([None, 0, -1, 2**31 - 1]),
            "channel": "telegram",
            "room": text,
            "standing": chance.random() < 0.5,
            "urgent": n % 2 == 0,
            "content": text,
            "state": "queued",
            "pending": True,
            "attempts": n,
            "due": moments[n % 4],
            "lease_until": chance.choice([None, *moments]),
            "doubtful": False,
            "why": text,
            "created_at": moments[n % 3],
        }
        for n, text in enumerate(ODD)
    ]
    await done(database, inserted(outbox, said))
    columns = [outbox.c[name] for name in said[0]]
    async with database.read() as c:
        back = [dict(row) for row in (await c.execute(select(*columns).order_by(outbox.c.attempts))).mappings()]
    assert back == said
    assert {type(row[name]) for row in back for name in ("standing", "urgent", "pending", "doubtful")} == {bool}
    assert {row["due"].tzinfo for row in back} == {UTC}


async def test_insert_once_is_judged_by_any_unique_key(database: Database) -> None:
    async with database.begin() as c:
        assert len(await insert_once(c, parked, [park(f"{n % 100}") for n in range(MANY)], returning="id")) == 100
        assert await insert_once(c, parked, [park("7", "again")], returning="id") == set()
        new = await insert_once(c, parked, [park("7"), park("it's"), park("8"), park("it's", "twice")], returning="key")
        assert new == {"it's"}
    assert len(await found(database, PARKED)) == 101
    assert {why for _, why, _ in await found(database, PARKED)} == {""}


async def test_a_row_may_have_one_column(database: Database) -> None:
    names = Table("names", MetaData(), Column("name", String, primary_key=True))
    async with database.begin() as c:
        await c.run_sync(names.create)
        await write(c, inserted(names, [{"name": "Anna"}, {"name": "Otto"}]))
        assert await insert_once(c, names, [{"name": "Anna"}, {"name": "Gus"}], returning="name") == {"Gus"}
    assert sorted(await found(database, select(names))) == [("Anna",), ("Gus",), ("Otto",)]


# -- changed rows --------------------------------------------------------------------------------------------


async def test_upserted_rows_are_new_or_changed_and_the_last_of_several_counts(database: Database) -> None:
    def rows(**values: str) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in values.items()]

    await done(database, upserted(cursors, rows(a="1", b="1"), key="name"))
    await done(database, upserted(cursors, [*rows(b="2", c="2", d="2"), *rows(c="3", b="3")], key="name"))
    assert dict(await found(database, select(cursors))) == {"a": "1", "b": "3", "c": "3", "d": "2"}


async def test_updated_rows_change_their_other_columns_and_nothing_else(database: Database) -> None:
    await done(database, inserted(parked, [park(key, "old", 1) for key in "abc"]))
    changes = [{"key": k, "why": why, "tries": n} for k, why, n in [("a", "1", 2), ("x", "1", 2), ("a", "it's", 3)]]
    await done(database, updated(parked, changes, key="key"))
    assert await found(database, PARKED) == [("a", "it's", 3), ("b", "old", 1), ("c", "old", 1)]


async def test_updated_rows_that_have_what_stands_stay(database: Database) -> None:
    await done(database, inserted(parked, [park("a", "failed"), park("b", "blocked"), park("c", "sent")]))
    changes = [{"tries": 9, "why": "new", "key": key} for key in "abcd"]
    await done(database, updated(parked, changes, key="key", unless=("why", ("failed", "blocked"))))
    assert await found(database, PARKED) == [("a", "failed", 0), ("b", "blocked", 0), ("c", "new", 9)]


async def test_many_changes_at_once(database: Database) -> None:
    keys = [f"{n:03}" for n in range(MANY)]
    await done(database, inserted(parked, [park(k) for k in keys]))
    again = [park(k, "changed", n) for n, k in enumerate(keys)]
    await done(database, updated(parked, again[::2], key="key"), inserted(people, [ANNA] * MANY))
    await done(database, upserted(parked, [*again[1::4], park("new")], key="key"))
    expected = [(k, "changed", n) if n % 2 == 0 or n % 4 == 1 else (k, "", 0) for n, k in enumerate(keys)]
    assert await found(database, PARKED) == [*expected, ("new", "", 0)]
    assert len(await found(database, select(people))) == MANY


# -- appended rows -------------------------------------------------------------------------------------------


async def test_who_appends_waits_until_the_one_before_has_committed(database: Database) -> None:
    other = Database(database.url)
    async with database.begin() as c:
        await write(c, appended(parked, [park("a")]))
        second = asyncio.create_task(done(other, inserted(inputs, [INPUT]), appended(parked, [park("b"), park("c")])))
        await asyncio.sleep(0.2)
        assert not second.done()
        await write(c, appended(parked, [park("d")]))
    await second
    await other.close()
    assert await found(database, select(parked.c.key).order_by(parked.c.id)) == [("a",), ("d",), ("b",), ("c",)]


async def test_who_has_read_up_to_an_id_has_seen_all_below_it(database: Database) -> None:
    other, chance = Database(database.url), random.Random(3)

    async def append(n: int) -> None:
        await asyncio.sleep(chance.random() / 5)
        async with (other if n % 2 else database).begin() as c:
            await write(c, inserted(inputs, [INPUT | {"key": f"{n}"}]), appended(parked, [park(f"{n}"), park(f"{n}+")]))
            await asyncio.sleep(chance.random() / 100)

    seen: list[tuple[Any, ...]] = []
    writing = asyncio.gather(*map(append, range(40)))
    while not writing.done():
        now = await found(database, select(parked.c.id).order_by(parked.c.id))
        assert now[: len(seen)] == seen
        seen = now
    await writing
    await other.close()
    assert len(seen) > 0
    assert len(await found(database, select(parked.c.id))) == 80


# -- numbered rows -------------------------------------------------------------------------------------------


async def test_messages_under_one_key_are_its_parts_in_their_order(database: Database) -> None:
    async def link(*wanted: tuple[str, str]) -> None:
        await done(database, *linked([(key, "telegram", "main/1001", native) for key, native in wanted]))

    await link(("a", "1"), ("b", "2"))
    await link(("a", "3"), ("c", "4"), ("c", "5"), ("a", "6"), ("c", "7"), ("b", "2"), ("a", "8"))
    await link(*((f"k{n % 100}", f"k{n}") for n in range(MANY)))
    parts = await found(database, select(links.c.key, links.c.part, links.c.native).order_by(links.c.key, links.c.part))
    assert parts[:8] == [
        *(("a", n, native) for n, native in enumerate("1368")),
        ("b", 0, "2"),
        *(("c", n, native) for n, native in enumerate("457")),
    ]
    assert sorted(parts[8:]) == sorted((f"k{n % 100}", n // 100, f"k{n}") for n in range(MANY))


# -- several tables ------------------------------------------------------------------------------------------

ANNA = {"name": "Anna Keller", "created_at": NOW}
INPUT = {"key": "telegram:main/1001:5", "at": NOW}
TIMER = {"key": "t42:close", "ticket": 42, "area_id": "default", "name": "close", "due": NOW}
TABLES = (inputs, events, timers, parked)


async def a_chat(database: Database) -> None:
    """Anna's conversation with the id that `a_ticket` has."""
    place = {"channel": CHAT.channel, "room": CHAT.room, "area_id": "default", "group_id": "support"}
    async with database.begin() as c:
        await c.execute(insert(people).values(id=1, **ANNA))
        await c.execute(insert(conversations).values(id=7, **place, person_id=1, language="en", fresh=False, seq=0))


def happened(seq: int, **more: Any) -> dict[str, Any]:
    plain = {"conversation_id": 7, "ticket": 42, "seq": seq, "area_id": "default", "at": NOW, "by_account": "1001"}
    return plain | {"via": "telegram", "name": "CustomerSaid", "version": 1, "content": "{}"} | more


def everything(*logged: dict[str, Any]) -> Sequence[Write]:
    """A new ticket with what belongs to it, as a batch of the desk writes it."""
    return (
        saved_tickets([a_ticket()], NOW),
        inserted(inputs, [INPUT]),
        inserted(parked, [park("a")], returning="id"),
        appended(events, logged),
        inserted(timers, [TIMER]),
    )


async def test_rows_of_one_call_may_belong_to_each_other(database: Database) -> None:
    await a_chat(database)
    assert await done(database, *everything(happened(1), happened(2))) == [1]
    assert [len(await found(database, select(table))) for table in TABLES] == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [{"ticket": 43}, {"area_id": "none"}, {"content": None}, {"at": None}, {"seq": 1}],
    ids=["no such ticket", "no such area", "nothing said", "never", "twice"],
)
async def test_a_row_that_is_refused_leaves_nothing_of_its_call(database: Database, wrong: dict[str, Any]) -> None:
    await a_chat(database)
    with pytest.raises(Exception) as refused:  # noqa: PT011 - each driver has its own
        await done(database, *everything(happened(1), happened(2, **wrong)))
    assert not is_outage(refused.value)
    assert [await found(database, select(table)) for table in TABLES] == [[]] * 4
    await done(database, *everything(happened(1)))


async def test_nothing_to_write_is_nothing_done(database: Database) -> None:
    nothing = [inserted(parked, [], returning="id"), upserted(cursors, [], key="name"), updated(parked, [], key="key")]
    async with database.begin() as c:
        assert await write(c) == []
        assert await write(c, *nothing, appended(events, []), *linked([])) == []
        assert await write(c, *nothing, inserted(inputs, [INPUT])) == []
        assert await insert_once(c, parked, [], returning="id") == set()
    assert [len(await found(database, select(table))) for table in TABLES] == [1, 0, 0, 0]
