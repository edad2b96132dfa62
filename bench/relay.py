"""Messages per second, CPU per message and latency of the whole inbound path, beside a bare relay without storage.

    python -m bench.relay [--databases sqlite,postgres] [--in-flight 1,16,64] [--messages N] [--rounds 6] [--json FILE]

An unchanged `chatdesk serve` is driven over HTTP: Telegram's webhook in, Slack's Web API out, both services being
instant stubs with their pace turned off on both sides. A slot sends its next message when Slack has received the last.
Every chat has its ticket already: what is measured is a further message (de-duplicate, decide, append, outbox,
commit, post in the thread, mark as received). Afterwards the database is counted: nothing may be missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.services import Services, update
from chatdesk.storage.database import Database
from tests import servers

ROOT = Path(__file__).parent.parent
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "bench-secret"}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """One measurement: rates per second, times in milliseconds."""

    system: str
    in_flight: int
    rate: float
    cpu: float
    p50: float
    p99: float


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def environment(services: str, database_url: str, port: int) -> dict[str, str]:
    return os.environ | {
        "CHATDESK_DATABASE_URL": database_url,
        "CHATDESK_HTTP__PORT": str(port),
        "CHATDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CHATDESK_LOG_LEVEL": "warning",
        "CHATDESK_TELEGRAM__TOKEN": "1:bench",
        "CHATDESK_TELEGRAM__API_URL": f"{services}/telegram",
        "CHATDESK_TELEGRAM__MODE": "webhook",
        "CHATDESK_TELEGRAM__WEBHOOK_SECRET": "bench-secret",
        "CHATDESK_TELEGRAM__PACE": "0",
        "CHATDESK_SLACK__BOT_TOKEN": "xoxb-bench",
        "CHATDESK_SLACK__SIGNING_SECRET": "bench",
        "CHATDESK_SLACK__API_URL": f"{services}/slack/api/",
        "CHATDESK_SLACK__MODE": "http",
        "CHATDESK_SLACK__PACE": "0",
    }


@contextmanager
def process(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-m", *command], env=env, cwd=ROOT)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


async def is_well(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(600):
        try:
            async with session.get(f"{url}/healthz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise SystemExit("the measured process did not come up within a minute")


@asynccontextmanager
async def relaying(system: str, database_url: str, services: str) -> AsyncIterator[tuple[str, int, Any]]:
    """A relay of that kind: (its URL, its pid, the session to post with)."""
    port = servers.free_port()
    command = ["bench.bare", services, str(port)] if system == "bare" else ["chatdesk", "serve"]
    env = environment(services, database_url, port)
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        with process(command, env) as started:
            await is_well(session, url)
            yield url, started.pid, session


class Driver:
    def __init__(self, services: Services, url: str, session: aiohttp.ClientSession) -> None:
        self._services, self._url, self._session = services, url, session
        self._number = 0
        self.seconds: list[float] = []

    async def say(self, chat: int) -> None:
        """Post one message and wait until Slack has received it."""
        self._number += 1
        words = f"message {self._number} of this run"
        received = self._services.expect(words)
        start = time.perf_counter()
        body = update(self._number, chat, words)
        headers = SECRET | {"Content-Type": "application/json"}
        async with self._session.post(f"{self._url}/telegram/main", data=body, headers=headers) as answer:
            if answer.status != 200:
                raise SystemExit(f"the webhook answered {answer.status}: {await answer.text()}")
        self.seconds.append(await asyncio.wait_for(received, 60) - start)

    async def slot(self, chat: int, count: int) -> None:
        for _ in range(count):
            await self.say(chat)


async def measure(system: str, database_url: str, in_flight: int, messages: int) -> Run:
    services = Services()
    where = await services.start()
    try:
        async with relaying(system, database_url, where) as (url, pid, session):
            driver = Driver(services, url, session)
            each = max(1, messages // in_flight)
            await asyncio.gather(*(driver.slot(chat, 3) for chat in range(1, in_flight + 1)))
            await asyncio.sleep(0.5)
            driver.seconds.clear()
            cpu, start = cpu_seconds(pid), time.perf_counter()
            await asyncio.gather(*(driver.slot(chat, each) for chat in range(1, in_flight + 1)))
            wall = time.perf_counter() - start
            if system != "bare":
                await settled(database_url)
            spent = cpu_seconds(pid) - cpu
        if system != "bare":
            await counted(database_url, in_flight, in_flight * (each + 3), services)
    finally:
        await services.stop()
    ordered = sorted(driver.seconds)
    done = len(ordered)
    p99 = ordered[min(done - 1, int(done * 0.99))]
    return Run(system, in_flight, done / wall, spent / done * 1e3, statistics.median(ordered) * 1e3, p99 * 1e3)


async def settled(database_url: str) -> None:
    """Until the outbox is empty: marks count too."""
    database = Database(database_url)
    for _ in range(600):
        async with database.read() as c:
            if not (await c.execute(text("SELECT count(*) FROM outbox WHERE pending"))).scalar_one():
                break
        await asyncio.sleep(0.1)
    else:
        raise SystemExit("the outbox did not empty within a minute")
    await database.close()


async def counted(database_url: str, chats: int, said: int, services: Services) -> None:
    """What so many messages in so many chats must have left: no row more, no row less."""
    want = {
        "SELECT count(*) FROM messages": said,
        "SELECT count(*) FROM tickets": chats,
        "SELECT count(*) FROM events": said + chats,  # one opening each
        "SELECT count(*) FROM outbox WHERE state <> 'sent'": 0,
        "SELECT count(*) FROM outbox": said + (said - chats) + 2 * chats,  # copies, marks, cards and statuses
        "SELECT count(*) FROM links": 2 * said + 2 * chats,  # what was said and its copy, cards and statuses
    }
    database = Database(database_url)
    async with database.read() as c:
        for statement, expected in want.items():
            found = (await c.execute(text(statement))).scalar_one()
            if found != expected:
                raise SystemExit(f"{statement}: {found}, but {said} messages in {chats} chats leave {expected}")
    await database.close()
    if services.reactions != said - chats:
        raise SystemExit(f"{services.reactions} marks reached Telegram, not {said - chats}")


async def fresh_database(system: str, folder: Path, server: str | None) -> str:
    if system != "postgres":
        return f"sqlite:///{folder}/{uuid4().hex}.db"
    assert server is not None
    name = f"bench_{uuid4().hex}"
    admin = Database(server)
    connection = await admin.session()
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    await connection.execute(text(f"CREATE DATABASE {name}"))
    await connection.close()
    await admin.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def rounds(wanted: argparse.Namespace, folder: Path, server: str | None) -> list[Run]:
    """Alternating, so that a machine that grows slower slows all of them alike."""
    runs = []
    for turn in range(wanted.rounds):
        for in_flight in wanted.in_flight:
            for system in ("bare", *wanted.databases):
                url = await fresh_database(system, folder, server)
                count = max(in_flight * 4, wanted.messages if in_flight > 1 else wanted.messages // 4)
                run = await measure(system, url, in_flight, count)
                print(f"round {turn + 1}: {run}", file=sys.stderr, flush=True)
                runs.append(run)
    return runs


def medians(runs: list[Run], system: str, in_flight: int) -> Run:
    ours = [r for r in runs if (r.system, r.in_flight) == (system, in_flight)]
    middle = {name: statistics.median(getattr(r, name) for r in ours) for name in ("rate", "cpu", "p50", "p99")}
    return Run(system, in_flight, **middle)


def table(runs: list[Run], databases: list[str], in_flights: list[int]) -> str:
    lines = [
        "| in flight | relay | messages/s | of bare | CPU ms/message | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for in_flight in in_flights:
        bare = medians(runs, "bare", in_flight)
        for system in ("bare", *databases):
            r = medians(runs, system, in_flight)
            shown = (f"{r.rate:.0f}", f"{r.rate / bare.rate:.2f}", f"{r.cpu:.2f}", f"{r.p50:.1f}", f"{r.p99:.1f}")
            lines.append(f"| {in_flight} | {system} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--databases", type=lambda s: s.split(","), default=["sqlite", "postgres"])
    asked.add_argument("--in-flight", type=lambda s: [int(n) for n in s.split(",")], default=[1, 16, 64])
    asked.add_argument("--messages", type=int, default=3000)
    asked.add_argument("--rounds", type=int, default=6)
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        needs_server = "postgres" in wanted.databases
        server = stack.enter_context(servers.postgres(folder / "pg")) if needs_server else None
        runs = asyncio.run(rounds(wanted, folder, server))
    print(table(runs, wanted.databases, wanted.in_flight))
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(r) for r in runs], indent=1))


if __name__ == "__main__":
    main()
