"""A real `serve` process is killed with SIGKILL, again and again, under traffic in both directions.

Each kill is aimed at one of three windows, from outside the process: the database is locked while input comes
(received and not committed), both services refuse (committed and not sent), or they act and say nothing (sent and
not marked). What stands in the journals and in the rows after the kill proves that it was in that window.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from chatdesk.storage.database import Database
from tests.ledger import Ledger, Row, Traffic
from tests.processes import SOAK, Process, ease, everything_is_done, seeded, serving, soak
from tests.stage import Mode, Stage, open_stage, until

pytestmark = pytest.mark.timeout(1800 if SOAK else 120)

RECEIVED, COMMITTED, SENT = "received, not committed", "committed, not sent", "sent, not marked"
SETTLE = 0.2  # seconds until the emulators have done what had reached their sockets


class Reaper:
    """Kills the process in a chosen window and proves that it was there."""

    def __init__(self, stage: Stage, ledger: Ledger, process: Process) -> None:
        self.stage = stage
        self.ledger = ledger
        self.process = process
        self.proven: Counter[str] = Counter()
        self.between: Counter[tuple[str, str]] = Counter()  # message -> kills at which it was sent and not marked
        self._made: Counter[tuple[str, str]] = Counter()  # what had been made at the kill before

    async def kill(self, window: str) -> None:
        before = self._made
        aim = {RECEIVED: self._received, COMMITTED: self._committed, SENT: self._sent}[window]
        found = await aim()
        rows, made = await self.ledger.rows(), await self.ledger.acts()
        sent = [r for r in rows if r.new and r.state == "sending" and made[r.name] > before[r.name]]
        unsent = _unsent(rows, made)
        self._made = made
        lanes = Counter(lane for lane, _ in {(r.lane, r.lease) for r in sent})  # messages of one user may be one
        assert all(n == 1 for n in lanes.values()), f"more than one on its way in a lane: {lanes}"
        self.between.update(r.name for r in sent)
        proof = {RECEIVED: found or {}, COMMITTED: _by_service(unsent), SENT: _by_service(sent)}
        print(f"kill {self.proven.total() + 1}, aimed at {window!r}: { ({w: n for w, n in proof.items() if n}) }")
        assert proof[window], f"the process was not in the window {window!r}: {proof}"
        self.proven[window] += 1

    async def _received(self) -> dict[str, int]:
        async with no_commit(self.stage.settings.database_url):
            handed, sent = await until(self._in_hand, "an update and an event in the process's hands", 15)
            self.process.kill()
            await asyncio.sleep(SETTLE)
        committed = {r["key"] for r in await self.stage.rows("SELECT key FROM inputs")}
        waiting = {u["update_id"] for u in await self._updates() if u["state"] == "pending" and u["tries"]}
        updates = waiting.intersection(handed)
        events = [ts for ts in sent if not any(key.endswith(f":{ts}") for key in committed)]
        return {k: n for k, n in (("telegram", len(updates)), ("slack", len(events))) if n}

    async def _updates(self) -> list[dict[str, Any]]:
        bot = self.stage.customer().bot
        found: list[dict[str, Any]] = await self.stage.control.get("telegram/updates", bot=bot)
        return found

    async def _in_hand(self) -> tuple[list[int], list[str]] | None:
        """Updates that were handed out and not confirmed, events that were sent and not acknowledged."""
        updates = [int(u["update_id"]) for u in await self._updates() if u["state"] == "pending" and u["tries"]]
        deliveries = await self.stage.control.get("slack/deliveries")
        events = [d["ts"] for d in deliveries if d["type"] == "message" and d["state"] == "sent" and d["socket"]]
        return (updates, events) if updates and events else None

    async def _committed(self) -> None:
        for service, method in (("telegram", "sendMessage"), ("slack", "chat.postMessage")):
            await self.stage.control.post(f"{service}/faults", kind="fail", method=method, times=-1, status=500)

        async def look() -> bool:
            """What was sent before the faults and is noted in a moment is none of them."""
            return len(_by_service(_unsent(await self.ledger.rows(), await self.ledger.acts()))) == 2

        await until(look, "rows that wait for both services", 15)
        self.process.kill()
        await asyncio.sleep(SETTLE)
        await self._heal()

    async def _sent(self) -> None:
        places = [("telegram", "sendMessage"), ("slack", "chat.postMessage")]
        since = {service: await self._length(service) for service, _ in places}
        for service, method in places:
            await self.stage.control.post(f"{service}/faults", kind="hang_answer", method=method)

        async def look() -> bool:
            for service, method in places:
                entries = await self.stage.control.get(f"{service}/journal", method=method, since=since[service])
                if not any(e["fault"] == "hang_answer" and e["done"] for e in entries):
                    return False
            return True

        await until(look, "calls that were done and not answered at both services", 15)
        self.process.kill()
        await asyncio.sleep(SETTLE)
        await self._heal()

    async def _length(self, service: str) -> int:
        entries = await self.stage.control.get(f"{service}/journal")
        return len(entries)

    async def _heal(self) -> None:
        for service in ("telegram", "slack"):
            await self.stage.control.delete(f"{service}/faults")


def _unsent(rows: Sequence[Row], made: Counter[tuple[str, str]]) -> list[Row]:
    return [r for r in rows if r.new and r.state in ("queued", "sending") and not made[r.name]]


def _by_service(rows: Sequence[Row]) -> dict[str, int]:
    return dict(Counter(r.out.to.channel for r in rows))


@asynccontextmanager
async def no_commit(url: str) -> AsyncIterator[None]:
    """Nobody else commits an input meanwhile: SQLite's one writer is we, PostgreSQL's table is ours."""
    database = Database(url)
    try:
        async with database.begin() as c:
            if not database.is_sqlite:
                await c.execute(text("LOCK TABLE inputs IN EXCLUSIVE MODE"))
            yield
    finally:
        await database.close()


async def test_killed_under_traffic_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    chance = seeded("kill")
    windows = [RECEIVED, COMMITTED, SENT] * soak(10)
    chance.shuffle(windows)
    mode = Mode("sqlite" if database_url.startswith("sqlite") else "postgres")
    async with open_stage(mode, database_url, start=False) as stage, aiohttp.ClientSession() as session:
        ease(stage)
        ledger = Ledger(stage)
        await ledger.meet(6)
        async with serving(stage, tmp_path) as process:
            traffic = Traffic(ledger, chance, (0.3, 1.2))
            traffic.start(ledger.customers)
            reaper = Reaper(stage, ledger, process)
            try:
                for window in windows:
                    await until(lambda: _keeps_up(stage), "a process that keeps up", 60)
                    await asyncio.sleep(chance.uniform(0.1, 1.0))
                    await reaper.kill(window)
                    process.start()
                    await process.is_well(session)
            finally:
                await traffic.stop()
            await everything_is_done(stage)
            await _nothing_was_lost(stage, ledger, reaper, len(windows))


async def _keeps_up(stage: Stage) -> bool:
    """Whether the rest of the kill before has been delivered: each window is proven afresh."""
    waiting = await stage.rows("SELECT count(*) AS n FROM outbox WHERE pending")
    return bool(waiting[0]["n"] < 10)


async def _nothing_was_lost(stage: Stage, ledger: Ledger, reaper: Reaper, kills: int) -> None:
    assert reaper.proven == Counter([RECEIVED, COMMITTED, SENT] * (kills // 3))
    await until(lambda: _all_replies_are_in(stage, ledger), "every reply in the desk's hands", 60)
    await everything_is_done(stage)
    seen_twice = await ledger.customers_were_heard()
    came_again = await ledger.replies_arrived(in_order=False)
    repeats = await ledger.repeats_are_marked()
    for name, times in repeats.items():
        assert times <= reaper.between[name], f"{name} was repeated {times} times, killed {reaper.between[name]} times"
    assert await stage.rows("SELECT * FROM parked") == []
    assert await stage.states() == {"sent"}
    said = sum(map(len, ledger.said.values()))
    replied = sum(map(len, ledger.replied.values()))
    between = Counter("Slack" if s == "slack" else "Telegram" for s, _ in reaper.between.elements())
    print(
        f"{kills} kills: {dict(reaper.proven)}; {said} messages of customers, each once and in order; "
        f"{replied} replies, each arrived; sent and not marked: {dict(between)}; "
        f"{sum(repeats.values())} repeats, all marked ({came_again} of replies, {seen_twice} in threads); "
        f"replies out of order: {await ledger.out_of_order()}"
    )


async def _all_replies_are_in(stage: Stage, ledger: Ledger) -> bool:
    found = await stage.rows("SELECT count(*) AS n FROM messages WHERE side = 'agent'")
    return bool(found[0]["n"] == sum(map(len, ledger.replied.values())))
