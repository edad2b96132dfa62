"""A compiled statement finds what SQLAlchemy's own execute finds, on both databases."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Select, and_, bindparam, delete, func, insert, or_, select, tuple_, update

from chatdesk.storage.database import Database
from chatdesk.storage.rows import inserted, write
from chatdesk.storage.schema import inputs, links, outbox, parked
from chatdesk.storage.statement import Statement
from tests.builders import NOW
from tests.conftest import NewDatabase

LENGTHS = (0, 1, 2, 3, 5, 64, 100)
STORED = 80
BERLIN, KATHMANDU = timezone(timedelta(hours=2)), timezone(timedelta(hours=5, minutes=45))


def a_list(name: str) -> Any:
    return bindparam(name, expanding=True)


PLACE = tuple_(links.c.channel, links.c.room, links.c.native)
BY_TEXT = select(parked).where(parked.c.key.in_(a_list("keys"))).order_by(parked.c.id)
NOT_TEXT = select(parked.c.key).where(parked.c.key.not_in(a_list("keys"))).order_by(parked.c.key)
BY_NUMBER = select(parked.c.key, parked.c.tries).where(parked.c.tries.in_(a_list("numbers"))).order_by(parked.c.id)
BY_PLACE = select(links).where(PLACE.in_(a_list("places"))).order_by(links.c.key)
NOT_PLACE = select(links.c.key).where(PLACE.not_in(a_list("places"))).order_by(links.c.key)
EVERYTHING = (
    select(parked.c.id, parked.c.key.label("called"), parked.c.at, (parked.c.tries + 1).label("more"))
    .where(
        parked.c.channel == "telegram",
        or_(parked.c.key.in_(a_list("keys")), parked.c.tries.not_in(a_list("numbers"))),
        and_(parked.c.at >= bindparam("since"), parked.c.at < bindparam("until")),
        parked.c.at != bindparam("since"),
    )
    .order_by(parked.c.tries.desc(), parked.c.id)
    .limit(bindparam("most"))
)


async def fill(database: Database) -> None:
    moments = [NOW + timedelta(seconds=n) for n in range(STORED)]
    kept = [
        {"channel": "telegram", "key": key(n), "raw": "{}", "why": "", "tries": n, "at": moments[n]}
        for n in range(STORED)
    ]
    known = [
        {"channel": c, "room": r, "native": n, "key": f"{c}:{r}:{n}", "part": 0}
        for c, r, n in map(place, range(STORED))
    ]
    async with database.begin() as c:
        await write(c, inserted(parked, kept), inserted(links, known))


def key(n: int) -> str:
    """Some of them are awkward; those from STORED on are not there."""
    return f"it's {{{n}}}" if n % 3 else f"key:{n}"


def place(n: int) -> tuple[str, str, str]:
    return ("telegram" if n % 2 else "slack", f"room {n % 7}", f"{n}")


@pytest.fixture
async def filled(database: Database) -> Database:
    await fill(database)
    return database


async def same(database: Database, made: Select[Any], statement: Statement, **given: Any) -> list[Any]:
    """What both ways find; they have to agree."""
    async with database.begin() as c:
        mine = await statement.rows(c, **given)
        theirs = (await c.execute(made, given)).all()
    assert [tuple(row) for row in mine] == [tuple(row) for row in theirs], given
    return mine


def some(chance: random.Random, length: int, of: Any) -> list[Any]:
    """So many, in any order, some of them several times, some of them not there."""
    return [of(chance.randrange(STORED + 20)) for _ in range(length)]


@pytest.mark.parametrize(
    ("made", "name", "of"),
    [
        (BY_TEXT, "keys", key),
        (NOT_TEXT, "keys", key),
        (BY_NUMBER, "numbers", int),
        (BY_PLACE, "places", place),
        (NOT_PLACE, "places", place),
    ],
    ids=["texts", "not texts", "numbers", "places", "not places"],
)
async def test_lists_of_any_length(filled: Database, made: Select[Any], name: str, of: Any) -> None:
    statement, chance = Statement(made), random.Random(1)
    for _ in range(3):
        for length in chance.sample(LENGTHS, len(LENGTHS)):
            await same(filled, made, statement, **{name: some(chance, length, of)})
    whole = [of(n) for n in range(STORED)]
    everything = await same(filled, made, statement, **{name: whole})
    nothing = await same(filled, made, statement, **{name: []})
    assert (len(everything), len(nothing)) in ((STORED, 0), (0, STORED))


async def test_lists_and_values_together(filled: Database) -> None:
    statement, chance, sizes = Statement(EVERYTHING), random.Random(2), set()
    for _ in range(60):
        since = NOW + timedelta(seconds=chance.randrange(STORED))
        found = await same(
            filled,
            EVERYTHING,
            statement,
            keys=some(chance, chance.choice(LENGTHS), key),
            numbers=some(chance, chance.choice(LENGTHS), int),
            since=since.astimezone(chance.choice([UTC, BERLIN, KATHMANDU])),
            until=since + timedelta(seconds=chance.randrange(STORED)),
            most=chance.choice([1, 10, 1000]),
        )
        sizes.add(len(found))
    assert len(sizes) > 5


async def test_what_is_given_stays_as_it_was(filled: Database) -> None:
    given = [key(n) for n in range(5)]
    await same(filled, BY_TEXT, Statement(BY_TEXT), keys=given)
    assert given == [key(n) for n in range(5)]


async def test_rows_have_names(filled: Database) -> None:
    (row,) = await same(
        filled,
        EVERYTHING,
        Statement(EVERYTHING),
        keys=[key(3)],
        numbers=[*range(STORED)],
        since=NOW,
        until=NOW + timedelta(hours=1),
        most=5,
    )
    assert (row.called, row.more, row.at) == (key(3), 4, NOW + timedelta(seconds=3))


async def test_moments_go_in_from_any_zone_and_come_out_in_utc(filled: Database) -> None:
    moments = [datetime(2026, 7, 1, 0, 30, tzinfo=BERLIN), datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=KATHMANDU)]
    async with filled.begin() as c:
        await c.execute(insert(inputs), [{"key": f"{n}", "at": at} for n, at in enumerate(moments)])
    made = select(inputs).where(inputs.c.at == bindparam("at"))
    statement = Statement(made)
    for at in moments:
        (row,) = await same(filled, made, statement, at=at.astimezone(KATHMANDU))
        assert row.at == at and row.at.tzinfo is UTC


async def test_truth_and_nothing_go_in_and_come_out(filled: Database) -> None:
    plain: dict[str, Any] = {
        "lane": "a",
        "area_id": "default",
        "channel": "telegram",
        "room": "1",
        "content": "",
        "state": "queued",
    }
    plain |= {"pending": True, "attempts": 0, "due": NOW, "doubtful": False, "why": "", "created_at": NOW}
    rows = [
        plain | {"key": f"{n}", "standing": n % 2 == 0, "urgent": n % 4 < 2, "ticket": n % 3 or None} for n in range(8)
    ]
    made = (
        select(outbox)
        .where(outbox.c.standing == bindparam("standing"), outbox.c.urgent.is_(False))
        .order_by(outbox.c.id)
    )
    change = Statement(
        update(outbox)
        .where(outbox.c.key.in_(a_list("keys")), outbox.c.pending == bindparam("known"))
        .values(
            lease_until=bindparam("until"),
            doubtful=bindparam("doubtful"),
            pending=False,
            attempts=outbox.c.attempts + 1,
        )
    )
    async with filled.begin() as c:
        await write(c, inserted(outbox, rows))
        assert await change.rows(c, keys=["2", "3", "3"], known=True, until=NOW.astimezone(BERLIN), doubtful=True) == []
        assert await change.rows(c, keys=["6", "2"], known=True, until=None, doubtful=False) == []
        assert await change.rows(c, keys=[], known=False, until=None, doubtful=False) == []
    first, second = await same(filled, made, Statement(made), standing=True)
    assert (first.key, first.doubtful, first.pending, first.lease_until, first.attempts) == ("2", True, False, NOW, 1)
    assert (second.key, second.doubtful, second.pending, second.lease_until) == ("6", False, False, None)
    assert first.doubtful is True and first.urgent is False and first.standing is True
    assert [r.ticket for r in await same(filled, made, Statement(made), standing=False)] == [None, 1]


async def test_a_statement_may_change_and_remove_rows(filled: Database) -> None:
    gone = Statement(delete(parked).where(parked.c.key.in_(a_list("keys")), parked.c.tries < bindparam("below")))
    async with filled.begin() as c:
        await gone.rows(c, keys=[key(n) for n in range(10)], below=3)
        left = (await c.execute(select(func.count()).select_from(parked))).scalar_one()
    assert left == STORED - 3


@pytest.fixture
async def both(new_database: NewDatabase) -> AsyncIterator[Sequence[Database]]:
    opened = []
    for kind in ("sqlite", "postgres"):
        database = Database(await new_database(kind))
        opened.append(database)
        await fill(database)
    yield opened
    for database in opened:
        await database.close()


async def test_one_statement_serves_both_databases_in_one_process(both: Sequence[Database]) -> None:
    statements = [(made, Statement(made)) for made in (BY_TEXT, NOT_TEXT)]
    for length in (3, 0, 5, 3):
        keys = [key(2 * n) for n in range(length)]
        for made, statement in statements:
            first, second = [await same(database, made, statement, keys=keys) for database in both]
            assert first == second
