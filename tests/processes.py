"""Real `chatdesk serve` processes between a stage's emulators: to be killed, and to be several."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import aiohttp

from chatdesk.settings import Settings
from tests import forking
from tests.servers import free_port
from tests.stage import Stage, until

SOAK = os.environ.get("CHATDESK_SOAK") == "1"  # the sizes of the issue; otherwise a tenth of them
START_SECONDS = 60.0


def soak(whole: int, tenth: int | None = None) -> int:
    """The size of a story: whole in `make soak`, a tenth in `make test`."""
    return whole if SOAK else tenth if tenth is not None else max(1, whole // 10)


def seeded(story: str) -> random.Random:
    """Chance that can be played again: CHATDESK_SEED sets it, and it is printed."""
    seed = int(os.environ.get("CHATDESK_SEED") or random.SystemRandom().randrange(10**6))
    print(f"{story}: CHATDESK_SEED={seed} CHATDESK_SOAK={int(SOAK)}")
    return random.Random(seed)


def environment(settings: Settings, redis_url: str | None = None, log_level: str = "info") -> dict[str, str]:
    """The settings as a process reads them, with a port of its own."""
    telegram, slack = settings.telegram, settings.slack
    port = free_port()
    secrets = (telegram.token, telegram.webhook_secret, slack.bot_token, slack.app_token, slack.signing_secret)
    token, webhook_secret, bot_token, app_token, signing_secret = [s.get_secret_value() if s else "" for s in secrets]
    made = {
        "DATABASE_URL": settings.database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HTTP__PORT": str(port),
        "LOG_LEVEL": log_level,
        "GROUP__HOLD": str(settings.group.hold),
        "TELEGRAM__TOKEN": token,
        "TELEGRAM__API_URL": telegram.api_url,
        "TELEGRAM__MODE": str(telegram.mode),
        "TELEGRAM__WEBHOOK_SECRET": webhook_secret,
        "TELEGRAM__PACE": str(telegram.pace),
        "SLACK__BOT_TOKEN": bot_token,
        "SLACK__APP_TOKEN": app_token,
        "SLACK__SIGNING_SECRET": signing_secret,
        "SLACK__API_URL": slack.api_url,
        "SLACK__MODE": str(slack.mode),
        "SLACK__PACE": str(slack.pace),
        "GROUP__FLOOD": str(settings.group.flood),
    }
    if settings.desk:
        made["DESK"] = settings.desk
    if redis_url:
        made["REDIS_URL"] = redis_url
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHATDESK_")}
    return own | {f"CHATDESK_{k}": v for k, v in made.items()}


@dataclass
class Process:
    """One `serve` process, whatever its life: started, killed, started again."""

    environment: dict[str, str]
    folder: Path
    name: str = "serve"
    started: int = 0
    _child: ForkServerProcess | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return self.environment["CHATDESK_PUBLIC_URL"]

    @property
    def log(self) -> str:
        """All that it has said on stderr, over all its lives."""
        path = self.folder / f"{self.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def is_alive(self) -> bool:
        return self._child is not None and self._child.is_alive()

    def start(self) -> None:
        assert not self.is_alive, f"{self.name} is running"
        self.started += 1
        log = self.folder / f"{self.name}.log"
        self._child = forking.chatdesk(["serve"], self.environment, self.folder, Path(os.devnull), log)

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        if self._child is not None:
            self._child.kill()
            self._child.join(10)

    def ask_to_stop(self) -> None:
        """SIGTERM, as an operator or a deployment stops it."""
        assert self._child is not None
        self._child.terminate()

    def ended(self, seconds: float) -> int:
        """Wait for its own end; the exit code."""
        assert self._child is not None
        self._child.join(seconds)
        assert self._child.exitcode is not None, f"{self.name} has not ended after {seconds:.0f} s"
        return self._child.exitcode

    async def is_well(self, session: aiohttp.ClientSession) -> None:
        """Wait until health says that it hears on both sides."""
        end = time.monotonic() + START_SECONDS
        said = "nothing"
        while time.monotonic() < end:
            assert self.is_alive, f"{self.name} has ended:\n{self.log[-4000:]}"
            try:
                async with session.get(f"{self.url}/healthz") as answer:
                    said = await answer.text()
                    if answer.status == 200:
                        return
            except aiohttp.ClientError as fault:
                said = repr(fault)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name} is not well after {START_SECONDS:.0f} s: {said}\n{self.log[-4000:]}")


@asynccontextmanager
async def serving(
    stage: Stage, folder: Path, name: str = "serve", redis_url: str | None = None
) -> AsyncIterator[Process]:
    """A `serve` process that hears on both sides; killed at the end whatever happens."""
    process = Process(environment(stage.settings, redis_url), folder, name)
    process.start()
    try:
        async with aiohttp.ClientSession() as session:
            await process.is_well(session)
        yield process
    finally:
        process.kill()


def ease(stage: Stage) -> None:
    """Let the emulators allow twice what the desk takes.

    At a hundred times the published pace, bursts are a few hundredths of a second: a machine that is busy elsewhere
    lumps more calls together than that.
    """
    for emulator in (stage.playground.telegram, stage.playground.slack):
        emulator.pace.factor = 2 * stage.settings.slack.pace


async def everything_is_done(stage: Stage, patience: float = 90) -> None:
    """Wait until nothing waits anywhere: no update, no event, no delivery."""

    async def look() -> bool:
        await asyncio.sleep(0.1)  # looking costs more than being a little late
        if (await stage.rows("SELECT count(*) AS n FROM outbox WHERE pending"))[0]["n"]:
            return False
        if (await stage.control.get("telegram/bots"))[0]["pending"]:
            return False
        return not [d for d in await stage.control.get("slack/deliveries") if d["state"] in ("pending", "sent")]

    await until(look, "an end of all that waits", patience)
    if (await stage.rows("SELECT count(*) AS n FROM outbox WHERE pending"))[0]["n"]:
        await everything_is_done(stage, patience)  # the last that came has been answered since
