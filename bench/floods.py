"""A busy minute in one Slack channel, at Slack's real pace: how long until all is in the threads, how long clicks wait.

    python bench/floods.py [--tickets 200] [--messages 10] [--seconds 60] [--database sqlite] [--json FILE]

The desk runs between both emulators, which keep the published limits (and answer 429 to who does not). So many users
write so many messages each within so many seconds; meanwhile an agent claims a ticket every few seconds. Slack takes
about one message a second in a channel, so the cards alone take as many seconds as there are tickets: what a user
writes while they wait is one message in the thread. Each click is timed until Slack has its answer and until the card
shows it. Fails when a message is missing, out of order or doubled, or when Slack answered 429 after the first second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench.count import fresh_database
from chatdesk import logs
from tests import servers
from tests.stage import CHANNEL, Mode, Stage, open_stage, until

CLICK_EVERY = 4.0  # seconds
PATIENCE = 3600.0


@dataclass(frozen=True)
class Result:
    tickets: int
    messages: int  # of all users together
    seconds_of_writing: float
    seconds_until_all_is_there: float
    posts: int  # calls of chat.postMessage
    edits: int  # calls of chat.update
    refused: int  # 429 after the first second
    clicks: int
    slowest_answer: float  # seconds from the click until Slack has its answer
    slowest_effect: float  # and until the card shows it


class Flood:
    def __init__(self, stage: Stage, tickets: int, messages: int, seconds: float) -> None:
        self._stage, self._tickets, self._messages, self._seconds = stage, tickets, messages, seconds
        self._users: list[int] = []
        self.answers: list[float] = []
        self.effects: list[float] = []
        self._chance = random.Random(1)

    async def run(self) -> Result:
        for number in range(self._tickets):
            made = await self._stage.control.post("telegram/users", first_name=f"User {number}")
            self._users.append(int(made["id"]))
        start = time.monotonic()
        clicking = asyncio.create_task(self._click())
        await asyncio.gather(*(self._write(user, n) for n, user in enumerate(self._users)))
        wrote = time.monotonic() - start
        await self._settled()
        took = time.monotonic() - start
        clicking.cancel()
        await self._check()
        calls = await self._stage.control.get("slack/journal")
        late = [c for c in calls if c["status"] == 429 and c["at"] > calls[0]["at"] + 1]
        counted = Counter(c["method"] for c in calls if c["status"] == 200)
        return Result(
            self._tickets,
            self._tickets * self._messages,
            round(wrote, 1),
            round(took, 1),
            counted["chat.postMessage"],
            counted["chat.update"],
            len(late),
            len(self.effects),
            round(max(self.answers, default=0), 2),
            round(max(self.effects, default=0), 2),
        )

    async def _write(self, user: int, number: int) -> None:
        """Evenly over the time, each user a little later than the last."""
        gap = self._seconds / self._messages
        await asyncio.sleep(gap * number / self._tickets)
        for n in range(self._messages):
            await self._stage.customer(user).says(f"message {n} of {user}.")
            if n + 1 < self._messages:
                await asyncio.sleep(gap)

    async def _settled(self) -> None:
        await until(self._all_sent, "all messages in their threads", PATIENCE)

    async def _all_sent(self) -> bool:
        sent = await self._stage.rows("SELECT count(*) AS n FROM messages WHERE state = 'sent' AND side = 'customer'")
        return bool(sent[0]["n"] >= self._tickets * self._messages)

    async def _click(self) -> None:
        """Claim tickets that nobody has, by their visible button."""
        piotr = self._stage.agent()
        claimed: set[str] = set()
        while True:
            await asyncio.sleep(CLICK_EVERY)
            free = [c for c in await piotr.cards() if c["text"].startswith("#") and c["ts"] not in claimed]
            if not free:
                continue
            card = self._chance.choice(free)
            ts = str(card["ts"])
            claimed.add(ts)
            start = time.monotonic()
            await self._stage.control.post("slack/press", user=piotr.id, channel=CHANNEL, ts=ts, label="Claim")
            self.answers.append(time.monotonic() - start)
            await until(partial(self._is_claimed, ts), f"the claim on {ts}", PATIENCE)
            self.effects.append(time.monotonic() - start)

    async def _is_claimed(self, ts: str) -> bool:
        return any("in progress" in str(c["blocks"]) for c in await self._stage.agent().cards() if c["ts"] == ts)

    async def _check(self) -> None:
        """Each user's messages are in their thread, once and in order."""
        for card in await self._stage.agent().cards():
            if not card["text"].startswith("#"):
                continue
            user = card["text"].rsplit(" ", 1)[1].rstrip(".")
            text = json.dumps([reply["blocks"] for reply in card["replies"]])
            places = [text.find(f"message {n} of {user}.") for n in range(self._messages)]
            if -1 in places or places != sorted(places):
                raise SystemExit(f"the thread of {user} does not hold what it must: {places}")


def shown(result: Result) -> str:
    rows = [f"| {name.replace('_', ' ')} | {value} |" for name, value in asdict(result).items()]
    return "\n".join(["| what | |", "|---|--:|", *rows])


async def measure(options: argparse.Namespace, server: str | None, folder: Path) -> Result:
    url = await fresh_database(options.database, folder, server)
    async with open_stage(Mode(options.database), url, pace=1) as stage:
        return await Flood(stage, options.tickets, options.messages, options.seconds).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tickets", type=int, default=200)
    parser.add_argument("--messages", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logs.configure("warning")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = stack.enter_context(servers.postgres(folder / "pg")) if options.database == "postgres" else None
        result = asyncio.run(measure(options, server, folder))
    print(shown(result))
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=1))
    sys.exit(1 if result.refused else 0)


if __name__ == "__main__":
    main()
