"""An orderly stop under traffic: what was on its way is waited for, so that nothing has to be repeated."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.ledger import Ledger, Traffic
from tests.processes import SOAK, ease, everything_is_done, seeded, serving, soak
from tests.stage import Mode, Stage, open_stage, until

pytestmark = pytest.mark.timeout(900 if SOAK else 120)


async def test_stopped_in_order_under_traffic_nothing_is_repeated(database_url: str, tmp_path: Path) -> None:
    chance = seeded("stop")
    mode = Mode("sqlite" if database_url.startswith("sqlite") else "postgres")
    async with open_stage(mode, database_url, start=False) as stage, aiohttp.ClientSession() as session:
        ease(stage)
        ledger = Ledger(stage)
        await ledger.meet(6)
        async with serving(stage, tmp_path) as process:
            traffic = Traffic(ledger, chance, (0.05, 0.3))
            traffic.start(ledger.customers)
            try:
                for _ in range(soak(30)):
                    await asyncio.sleep(chance.uniform(0.3, 1.5))
                    process.ask_to_stop()
                    assert await asyncio.to_thread(process.ended, 30) == 0
                    half_way = await stage.rows("SELECT key, content FROM outbox WHERE state = 'sending'")
                    assert half_way == [], "a stop leaves nothing half way"
                    process.start()
                    await process.is_well(session)
            finally:
                await traffic.stop()
            await everything_is_done(stage)
            await until(lambda: _replies_are_in(stage, ledger), "every reply in the desk's hands", 60)
            await everything_is_done(stage)
            assert await ledger.customers_were_heard() == 0, "a message of a customer came twice"
            assert await ledger.replies_arrived(in_order=False) == 0, "a reply came twice"
            assert await stage.rows("SELECT key FROM outbox WHERE doubtful") == []
            numbers = [r["number"] for r in await stage.rows("SELECT number FROM tickets ORDER BY number")]
            assert numbers == list(range(1, len(ledger.customers) + 1)), "no number is lost by a stop"


async def _replies_are_in(stage: Stage, ledger: Ledger) -> bool:
    found = await stage.rows("SELECT count(*) AS n FROM messages WHERE side = 'agent'")
    return bool(found[0]["n"] == sum(map(len, ledger.replied.values())))
