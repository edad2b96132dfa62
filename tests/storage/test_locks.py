"""Locks that a dead process cannot keep: a real process takes one and is killed."""

from __future__ import annotations

import asyncio
import signal
import sys

from chatdesk.storage.database import Database
from chatdesk.storage.locks import Lock
from tests.stage import until

HOLDER = """
import asyncio, sys
from chatdesk.storage.database import Database
from chatdesk.storage.locks import Lock

async def hold():
    lock = Lock(Database(sys.argv[1]), "serve")
    assert await lock.take(sys.argv[2] == "shared")
    print("taken", flush=True)
    await asyncio.sleep(600)

asyncio.run(hold())
"""


async def another_process(url: str, how: str = "alone") -> asyncio.subprocess.Process:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, url, how, stdout=asyncio.subprocess.PIPE
    )
    assert started.stdout is not None
    assert await started.stdout.readline() == b"taken\n"
    return started


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.communicate()


async def test_a_killed_holder_frees_it(database: Database) -> None:
    holder = await another_process(database.url)
    mine = Lock(database, "serve")
    assert not await mine.take()
    assert not await mine.take(shared=True)
    await end(holder)

    async def taken() -> bool:
        return await mine.take()

    await until(taken, "a lock whose holder is dead", 5)
    assert await mine.held()
    await mine.release()


async def test_shared_holders_keep_out_who_wants_it_alone(database: Database) -> None:
    holder = await another_process(database.url, "shared")
    mine = Lock(database, "serve")
    assert await mine.take(shared=True)
    assert not await Lock(database, "serve").take()
    await end(holder)
    await mine.release()


async def test_one_of_many_and_each_name_for_itself(database: Database) -> None:
    locks = [Lock(database, "poll") for _ in range(5)]
    taken = await asyncio.gather(*(lock.take() for lock in locks))
    assert sorted(taken) == [False] * 4 + [True]
    other = Lock(database, "another")
    assert await other.take()
    holder = locks[taken.index(True)]
    assert await holder.held()
    await holder.release()
    assert await locks[taken.index(False)].take()
    for lock in (*locks, other):
        await lock.release()
