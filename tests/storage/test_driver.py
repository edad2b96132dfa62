"""One transaction on SQLAlchemy and on the driver: cancelled, cut off, and locked out."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.storage import database as database_module
from chatdesk.storage.database import Database, is_outage
from chatdesk.storage.driver import driver_of
from chatdesk.storage.rows import inserted, write
from chatdesk.storage.schema import cursors, inputs
from tests.conftest import NewDatabase

BUSY = 0.5  # seconds until SQLite gives up on a lock
BOTH = ["compiled", "raw", "rows"]  # ways to write


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database, as another process has it open."""
    opened = Database(database.url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres(new_database: NewDatabase) -> AsyncIterator[Database]:
    opened = Database(await new_database("postgres"))
    yield opened
    await opened.close()


async def write_each_way(c: AsyncConnection) -> None:
    await c.execute(insert(cursors), [{"name": "compiled", "value": ""}])
    await driver_of(c).run("INSERT INTO cursors (name, value) VALUES ('raw', '')")
    await write(c, inserted(cursors, [{"name": "rows", "value": ""}]))


async def written(database: Database) -> list[str]:
    """Seen by a further transaction that writes, so that one that is left open would be found."""
    async with asyncio.timeout(5), database.begin() as c:
        return sorted((await c.execute(select(cursors.c.name))).scalars())


async def forget(database: Database) -> None:
    async with database.begin() as c:
        await driver_of(c).run("DELETE FROM cursors")


async def test_both_ways_see_each_other_and_are_kept_together(database: Database) -> None:
    async with database.begin() as c:
        await write_each_way(c)
        assert sorted((await c.execute(select(cursors.c.name))).scalars()) == BOTH
        assert len(await driver_of(c).run("SELECT name FROM cursors")) == 3
    assert await written(database) == BOTH


async def raise_own(c: AsyncConnection) -> None:
    raise LookupError


async def fail_on_the_driver(c: AsyncConnection) -> None:
    await driver_of(c).run("INSERT INTO cursors (name, value) VALUES ('raw', 'twice')")


async def fail_in_sqlalchemy(c: AsyncConnection) -> None:
    await c.execute(insert(cursors), [{"name": "compiled", "value": "twice"}])


async def fail_in_rows(c: AsyncConnection) -> None:
    await write(c, inserted(cursors, [{"name": "more", "value": ""}, {"name": "rows", "value": "twice"}]))


@pytest.mark.parametrize("fail", [raise_own, fail_on_the_driver, fail_in_sqlalchemy, fail_in_rows])
async def test_both_ways_are_rolled_back_together(
    database: Database, fail: Callable[[AsyncConnection], Awaitable[None]]
) -> None:
    async def work() -> None:
        async with database.begin() as c:
            await write_each_way(c)
            await fail(c)

    with pytest.raises(Exception) as fault:  # noqa: PT011 - each driver has its own
        await work()
    assert not is_outage(fault.value)
    assert await written(database) == []


async def test_a_value_that_cannot_be_stored_is_no_outage(database: Database) -> None:
    """It would be tried again for ever, and what waits behind it with it."""
    half_a_character = "\ud83d"
    with pytest.raises(Exception) as fault:  # noqa: PT011 - each driver has its own
        async with database.begin() as c:
            await write(c, inserted(cursors, [{"name": half_a_character, "value": ""}]))
    assert not is_outage(fault.value), repr(fault.value)


# -- cancelled -----------------------------------------------------------------------------------------------


async def test_a_cancelled_transaction_leaves_nothing(database: Database) -> None:
    reached = asyncio.Event()

    async def work() -> None:
        async with database.begin() as c:
            await write_each_way(c)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written(database) == []


@pytest.mark.parametrize("again", [None, 1, 5, 20])
async def test_whenever_it_is_cancelled_all_is_kept_or_nothing(database: Database, again: int | None) -> None:
    """From before BEGIN to after COMMIT, a little later each time. `again`: and once more, so many turns after."""

    async def work() -> None:
        async with database.begin() as c:
            await write_each_way(c)

    outcomes, turns, ended = set(), 0, False
    while not ended:
        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        ended = task.done()
        task.cancel()
        if again:
            for _ in range(again):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait([task])
        done = not task.cancelled() and task.exception() is None
        kept = await written(database)
        assert kept in ([], BOTH)
        assert kept == BOTH or not done
        outcomes.add((done, len(kept)))
        await forget(database)
        turns += 1 + turns // 20
    assert {(False, 0), (True, 3)} <= outcomes


async def test_a_commit_that_is_cancelled_leaves_a_connection_that_works(database: Database) -> None:
    cancelled = 0
    for _ in range(20):
        committing = asyncio.Event()

        async def work(committing: asyncio.Event = committing) -> None:
            async with database.begin() as c:
                await write_each_way(c)
                committing.set()

        task = asyncio.create_task(work())
        await committing.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        cancelled += task.cancelled()
        assert await written(database) in ([], BOTH)
        await forget(database)
    assert cancelled


async def test_who_is_cancelled_in_a_statement_of_sqlalchemy_ends_as_cancelled(postgres: Database) -> None:
    """Whoever catches faults, such as a loop that goes on after one, must not catch this."""

    async def work() -> None:
        async with postgres.begin() as c:
            await c.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(work())
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled(), repr(task.exception())


@pytest.mark.parametrize("times", [1, 2])
async def test_who_is_cancelled_while_waiting_for_a_lock_leaves_none_behind(
    database: Database, other: Database, times: int
) -> None:
    async def wait_for_it() -> None:
        async with database.begin() as c:
            await driver_of(c).run("UPDATE counters SET value = value")

    async with other.begin() as c:
        await c.execute(text("UPDATE counters SET value = value"))
        waiting = asyncio.create_task(wait_for_it())
        for _ in range(times):
            await asyncio.sleep(0.1)
            waiting.cancel()
        await asyncio.sleep(0.1)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.1)
    assert await written(other) == []
    assert await written(database) == []


# -- PostgreSQL cuts us off -----------------------------------------------------------------------------------


OTHERS = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def kill_all(database: Database) -> None:
    """All connections to it but the one that does this."""
    killer = Database(database.url)
    async with killer.read() as c:
        assert any((await c.execute(text(f"SELECT pg_terminate_backend(pid) FROM {OTHERS}"))).scalars().all())
    await killer.close()


async def test_a_connection_that_broke_between_two_transactions_is_replaced(postgres: Database) -> None:
    for _ in range(3):
        async with postgres.begin() as c, postgres.begin(), postgres.read() as looking:
            await write_each_way(c)
            await looking.execute(select(cursors))
        await kill_all(postgres)
        await asyncio.sleep(0.2)  # until we have heard of it
        async with postgres.begin() as c, postgres.begin(), postgres.read() as looking:
            assert sorted((await looking.execute(select(cursors.c.name))).scalars()) == BOTH
            await driver_of(c).run("DELETE FROM cursors")


async def again_on_the_driver(c: AsyncConnection) -> None:
    await driver_of(c).run("SELECT 1")


async def again_in_sqlalchemy(c: AsyncConnection) -> None:
    await c.execute(select(inputs))


async def only_commit(c: AsyncConnection) -> None:
    return None


@pytest.mark.parametrize("heard_of", [True, False])
@pytest.mark.parametrize("then", [again_on_the_driver, again_in_sqlalchemy, only_commit])
async def test_a_connection_that_breaks_in_a_transaction_is_an_outage_and_the_next_one_works(
    postgres: Database, then: Callable[[AsyncConnection], Awaitable[None]], heard_of: bool
) -> None:
    async def work() -> None:
        async with postgres.begin() as c:
            await write_each_way(c)
            await kill_all(postgres)
            await asyncio.sleep(0.2 if heard_of else 0)
            await then(c)

    with pytest.raises(Exception) as fault:  # noqa: PT011 - whatever it is, it has to be known as an outage
        await work()
    assert is_outage(fault.value), repr(fault.value)
    assert await written(postgres) == []


async def test_what_waits_in_postgres_is_cut_off_as_an_outage(postgres: Database) -> None:
    async def wait() -> None:
        async with postgres.begin() as c:
            await write_each_way(c)
            await driver_of(c).run("SELECT pg_sleep(60)")

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.3)
    await kill_all(postgres)
    with pytest.raises(Exception) as fault:  # noqa: PT011 - whatever it is, it has to be known as an outage
        await waiting
    assert is_outage(fault.value), repr(fault.value)
    assert await written(postgres) == []


# -- SQLite locks us out --------------------------------------------------------------------------------------

HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("COMMIT")
"""


@asynccontextmanager
async def locked_by_another_process(database: Database) -> AsyncIterator[None]:
    path = make_url(database.url).database or ""
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, path, stdin=pipe, stdout=pipe)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    yield
    await holder.communicate(b"\n")


@pytest.fixture
async def impatient(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """On SQLite, and soon tired of a lock."""
    kept = [p for p in database_module.PRAGMAS if not p.startswith("busy_timeout")]
    monkeypatch.setattr(database_module, "PRAGMAS", (*kept, f"busy_timeout={BUSY * 1000:.0f}"))
    opened = Database(await new_database("sqlite"))
    yield opened
    await opened.close()


async def test_a_lock_that_lasts_is_an_outage_that_stops_nothing_else(impatient: Database) -> None:
    async with locked_by_another_process(impatient):
        trying = asyncio.create_task(written(impatient))
        started, longest, last = time.monotonic(), 0.0, time.monotonic()
        while not trying.done():
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        assert is_outage(trying.exception() or LookupError()), trying.exception()
        assert time.monotonic() - started >= BUSY * 0.9
        assert longest < BUSY / 2, "nothing else ran meanwhile"
    assert await written(impatient) == []


async def test_a_lock_that_is_short_is_waited_for(impatient: Database) -> None:
    async with locked_by_another_process(impatient):
        trying = asyncio.create_task(written(impatient))
        await asyncio.sleep(BUSY / 5)
        assert not trying.done()
    assert await trying == []
