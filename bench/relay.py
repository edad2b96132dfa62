"""Messages per second, CPU per message and latency of the whole inbound path, beside a bare relay without storage.

    python bench/relay.py [--databases sqlite,postgres] [--in-flight 1,16,64] [--messages N] [--rounds 6] [--json FILE]

An unchanged `chatdesk serve` is driven over HTTP: Telegram's webhook in, Slack's Web API out, both services being
instant stubs, with the pace turned off on both sides. A slot sends its next message when the webhook has answered
and Slack has received the last one; the run ends when the last mark has reached Telegram too. Every chat has its
ticket already: what is measured is a further message (de-duplicate, decide, append, outbox, commit, post in the
thread, mark as received). Afterwards the database is counted: not a row may be missing. bench/README.md says what
the numbers mean and what they do not.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import aiohttp

from bench.count import check, expected, fresh_database, settled
from bench.report import Run, as_json, notes, table
from bench.served import SECRET, Served, serving
from bench.services import PATIENCE, Services, update
from chatdesk.storage.database import Database
from tests import servers

WARM_UP = 320  # messages that are not counted, over all chats
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}


class Driver:
    """Says things in chats, each slot one after another, and notes how long Slack had to wait."""

    def __init__(self, services: Services, url: str, session: aiohttp.ClientSession) -> None:
        self._services, self._session = services, session
        self._webhook = f"{url}/telegram/main"
        self._number = 0
        self.seconds: list[float] = []

    async def talk(self, chats: int, each: int) -> None:
        """`each` messages in every chat, one slot a chat."""
        self.seconds.clear()
        await asyncio.gather(*(self._slot(chat, each) for chat in range(1, chats + 1)))

    async def _slot(self, chat: int, count: int) -> None:
        for _ in range(count):
            await self._say(chat)

    async def _say(self, chat: int) -> None:
        self._number += 1
        words = f"m {self._number}"
        received = self._services.expect(words)
        body = update(self._number, chat, words)
        start = time.perf_counter()
        async with self._session.post(self._webhook, data=body, headers=HEADERS) as answer:
            if answer.status != 200:
                raise SystemExit(f"the webhook answered {answer.status}: {await answer.text()}")
        self.seconds.append(await asyncio.wait_for(received, PATIENCE) - start)


class Bench:
    def __init__(self, folder: Path, server: str | None) -> None:
        self._folder, self._server = folder, server

    async def measure(self, system: str, in_flight: int, messages: int, profile: Path | None = None) -> Run:
        database = Database(await fresh_database(system, self._folder, self._server)) if system != "bare" else None
        url = database.url if database else ""
        services = Services()
        where = await services.start()
        try:
            async with serving(system, url, where, self._folder, profile) as served:
                return await self._drive(system, in_flight, messages, services, served, database)
        finally:
            await services.stop()
            if database:
                await database.close()

    async def _drive(
        self, system: str, chats: int, messages: int, services: Services, served: Served, database: Database | None
    ) -> Run:
        warm, each = max(3, WARM_UP // chats), max(1, messages // chats)
        said = chats * (warm + each)
        marks = said - chats if database else 0
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            driver = Driver(services, served.url, session)
            await driver.talk(chats, warm)
            if database:
                await settled(database)
            cpu, own, start = served.cpu_seconds, time.process_time(), time.perf_counter()
            await driver.talk(chats, each)
            await services.marked(marks)  # nobody waits for a mark, but a rate that leaves them behind could not last
            wall, own = time.perf_counter() - start, time.process_time() - own
            if database:
                await settled(database)
            spent = served.cpu_seconds - cpu
        if database:
            await check(database, expected(chats, said))
        if (services.posts, services.reactions) != (said, marks):
            raise SystemExit(f"Slack has {services.posts} of {said} messages, Telegram {services.reactions} of {marks}")
        took = sorted(driver.seconds)
        p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
        measured = (len(took) / wall, spent / len(took) * 1e3, statistics.median(took) * 1e3, p99 * 1e3)
        return Run(system, chats, len(took), *measured, served.megabytes, own / wall)


async def rounds(bench: Bench, wanted: argparse.Namespace) -> list[Run]:
    """Alternating, so that a machine that grows slower slows all of them alike."""
    runs = []
    for turn in range(wanted.rounds):
        for in_flight in wanted.in_flight:
            count = wanted.messages if in_flight > 1 else wanted.messages // 4
            for system in ("bare", *wanted.databases):
                run = await bench.measure(system, in_flight, count)
                print(f"round {turn + 1}: {run}", file=sys.stderr, flush=True)
                runs.append(run)
    return runs


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--databases", type=lambda s: s.split(","), default=["sqlite", "postgres"])
    asked.add_argument("--in-flight", type=lambda s: [int(n) for n in s.split(",")], default=[1, 16, 64])
    asked.add_argument("--messages", type=int, default=3000, help="a measurement; a quarter of it with one in flight")
    asked.add_argument("--rounds", type=int, default=6)
    asked.add_argument("--json", type=Path, metavar="FILE")
    asked.add_argument("--quick", action="store_true", help="one round of few messages: whether it runs at all")
    asked.add_argument("--profile", type=Path, metavar="FILE", help="instead: serve under cProfile, written there")
    wanted = asked.parse_args()
    if wanted.quick:
        wanted.rounds, wanted.messages = 1, min(wanted.messages, 400)
    return wanted


def main() -> None:
    wanted = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        needs_server = "postgres" in wanted.databases
        server = stack.enter_context(servers.postgres(folder / "pg")) if needs_server else None
        bench = Bench(folder, server)
        if wanted.profile:
            system, in_flight = wanted.databases[0], wanted.in_flight[-1]
            print(asyncio.run(bench.measure(system, in_flight, wanted.messages, wanted.profile.absolute())))
            return
        runs = asyncio.run(rounds(bench, wanted))
    print(f"{table(runs)}\n\n{notes(runs, wanted.rounds)}")
    if wanted.json:
        wanted.json.write_text(as_json(runs, wanted.rounds) + "\n")


if __name__ == "__main__":
    main()
