"""What SQLite and PostgreSQL have to do alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from chatdesk.storage.database import Database, async_url, is_outage, next_numbers
from chatdesk.storage.rows import insert_once
from chatdesk.storage.schema import counters, inputs, tickets, timers
from tests.builders import NOW

TASKS = 200


async def test_moments_come_back_in_utc(database: Database) -> None:
    berlin = timezone(timedelta(hours=2))
    moments = {
        "utc": NOW.replace(microsecond=123456),
        "berlin": datetime(2026, 7, 1, 0, 30, tzinfo=berlin),
        "far": datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    }
    async with database.begin() as c:
        await c.execute(insert(inputs), [{"key": k, "at": at} for k, at in moments.items()])
    async with database.read() as c:
        found = {r.key: r.at for r in await c.execute(select(inputs))}
        early = (await c.execute(select(inputs.c.key).where(inputs.c.at < moments["berlin"]))).scalars().all()
    assert found == moments
    assert {at.tzinfo for at in found.values()} == {UTC}
    assert found["berlin"].hour == 22
    assert early == ["utc"]


async def test_concurrent_read_then_write_loses_nothing(database: Database) -> None:
    """Half of them through a second `Database`, as another process would."""
    other = Database(database.url)
    which = counters.c.name == "clock_offset"

    async def grow(through: Database) -> None:
        async with through.begin() as c:
            seen = (await c.execute(select(counters.c.value).where(which).with_for_update())).scalar_one()
            await asyncio.sleep(0)
            await c.execute(update(counters).where(which).values(value=seen + 1))

    await asyncio.gather(*(grow(database if n % 2 else other) for n in range(TASKS)))
    async with database.read() as c:
        assert (await c.execute(select(counters.c.value).where(which))).scalar_one() == TASKS
    await other.close()


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.begin() as c:
            await c.execute(insert(inputs), [{"key": "half", "at": NOW}])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as c:
        assert (await c.execute(select(func.count()).select_from(inputs))).scalar_one() == 0


async def test_a_reader_sees_only_what_is_committed(database: Database) -> None:
    async with database.begin() as writing:
        await writing.execute(insert(inputs), [{"key": "new", "at": NOW}])
        async with database.read() as c:
            assert (await c.execute(select(inputs.c.key))).scalars().all() == []
    async with database.read() as c:
        assert (await c.execute(select(inputs.c.key))).scalars().all() == ["new"]


async def test_insert_once_tells_what_is_new(database: Database) -> None:
    def rows(*keys: str) -> list[dict[str, object]]:
        return [{"key": k, "at": NOW} for k in keys]

    async with database.begin() as c:
        assert await insert_once(c, inputs, rows("a", "b"), returning="key") == {"a", "b"}
        assert await insert_once(c, inputs, rows("b", "c", "c"), returning="key") == {"c"}
        assert await insert_once(c, inputs, rows("a", "b", "c"), returning="key") == set()
        assert await insert_once(c, inputs, [], returning="key") == set()


async def test_one_input_is_new_for_one_taker_only(database: Database) -> None:
    keys = [f"key-{n}" for n in range(20)]

    async def take(n: int) -> set[str]:
        async with database.begin() as c:
            wanted = [{"key": k, "at": NOW} for k in sorted(keys)]
            return await insert_once(c, inputs, wanted, returning="key")

    taken = await asyncio.gather(*map(take, range(20)))
    assert sorted(key for some in taken for key in some) == sorted(keys)


async def test_numbers_are_drawn_once(database: Database) -> None:
    async def draw(count: int) -> list[int]:
        async with database.begin() as c:
            return await next_numbers(c, "ticket_number", count)

    drawn = await asyncio.gather(*(draw(n % 4 + 1) for n in range(60)))
    numbers = [n for some in drawn for n in some]
    assert len(numbers) == len(set(numbers)) == 150
    assert min(numbers) == 1
    assert [len(some) for some in drawn] == [n % 4 + 1 for n in range(60)]


async def test_what_belongs_to_nothing_is_refused(database: Database) -> None:
    async def orphan() -> None:
        async with database.begin() as c:
            row = {"key": "t1:close", "ticket": 1, "area_id": "default", "name": "close", "due": NOW}
            await c.execute(insert(timers), [row])

    with pytest.raises(IntegrityError):
        await orphan()
    async with database.read() as c:
        assert (await c.execute(select(func.count()).select_from(tickets))).scalar_one() == 0


async def test_a_server_that_is_away_is_an_outage_and_a_wrong_row_is_none(database: Database) -> None:
    gone = Database("postgresql://chatdesk@127.0.0.1:1/none")
    with pytest.raises(OSError) as away:  # noqa: PT011 - asyncpg's own refusal
        async with gone.read():
            pass
    await gone.close()
    assert is_outage(away.value)
    assert is_outage(OperationalError("x", {}, Exception("database is locked")))
    with pytest.raises(Exception) as wrong:  # noqa: PT011 - each driver has its own
        async with database.begin() as c:
            await c.execute(text("INSERT INTO inputs (key) VALUES ('a')"))
    assert not is_outage(wrong.value)
    assert not is_outage(ValueError())


@pytest.mark.parametrize("value", ["half of a pair: \ud800", 2**70])
async def test_a_value_that_the_database_cannot_take_is_no_outage(database: Database, value: str | int) -> None:
    """asyncpg calls it an error of its interface, as it calls a lost connection; it would be tried for ever."""
    column = "key" if isinstance(value, str) else "ticket"
    with pytest.raises(Exception) as wrong:  # noqa: PT011 - each driver has its own
        async with database.begin() as c:
            await c.execute(text(f"SELECT * FROM timers WHERE {column} = :value"), {"value": value})
    assert not is_outage(wrong.value)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("sqlite:///var/x.db", "sqlite+aiosqlite:///var/x.db"),
        ("postgresql://u:p@h:1/d", "postgresql+asyncpg://u:p@h:1/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_urls_mean_their_asynchronous_drivers(url: str, meant: str) -> None:
    assert async_url(url) == meant
