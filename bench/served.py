"""What is measured, as a process of its own: an unchanged `chatdesk serve`, or the bare relay."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.servers import free_port

SECRET = "bench-secret"
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    url: str
    pid: int

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its threads until now."""
        fields = self._read("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def megabytes(self) -> float:
        """The most memory that it has held."""
        line = next(n for n in self._read("status").splitlines() if n.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text()


def environment(services: str, database_url: str, port: int) -> dict[str, str]:
    """Both services by HTTP, and no pace: what is measured is the desk, not the limits that it keeps."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATDESK_")}
    return own | {
        "CHATDESK_DATABASE_URL": database_url,
        "CHATDESK_HTTP__PORT": str(port),
        "CHATDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CHATDESK_LOG_LEVEL": "warning",
        "CHATDESK_GROUP__HOLD": "0",
        "CHATDESK_GROUP__FLOOD": "0",
        "CHATDESK_TELEGRAM__TOKEN": "1:bench",
        "CHATDESK_TELEGRAM__API_URL": f"{services}/telegram",
        "CHATDESK_TELEGRAM__MODE": "webhook",
        "CHATDESK_TELEGRAM__WEBHOOK_SECRET": SECRET,
        "CHATDESK_TELEGRAM__PACE": "0",
        "CHATDESK_SLACK__BOT_TOKEN": "xoxb-bench",
        "CHATDESK_SLACK__SIGNING_SECRET": "bench",
        "CHATDESK_SLACK__API_URL": f"{services}/slack/api/",
        "CHATDESK_SLACK__MODE": "http",
        "CHATDESK_SLACK__PACE": "0",
    }


@contextmanager
def _process(command: Sequence[str], env: dict[str, str], folder: Path) -> Iterator[int]:
    child = subprocess.Popen([sys.executable, *command], env=env, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield child.pid
    finally:
        child.terminate()
        child.wait(20)


@asynccontextmanager
async def serving(
    system: str, database_url: str, services: str, folder: Path, profile: Path | None = None
) -> AsyncIterator[Served]:
    """`system` is `bare`, or the database on which `chatdesk serve` runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    desk = ["-m", "cProfile", "-o", str(profile), "-m", "chatdesk", "serve"] if profile else ["-m", "chatdesk", "serve"]
    command = ["-m", "bench.bare", services, str(port)] if system == "bare" else desk
    with _process(command, environment(services, database_url, port), folder) as pid:
        await _is_well(url)
        yield Served(url, pid)


async def _is_well(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(START_SECONDS * 10):
            try:
                async with session.get(f"{url}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit(f"the measured process did not come up within {START_SECONDS} s")
