"""Two `serve` processes on one PostgreSQL with Valkey: they share the work, and either may die."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chatdesk.app import App, CannotServe
from chatdesk.desk.clock import Clock
from chatdesk.desk.outbox import LEASE
from chatdesk.storage.database import Database
from tests.conftest import NewDatabase
from tests.ledger import Ledger, Traffic
from tests.processes import SOAK, Process, ease, environment, everything_is_done, seeded, serving, soak
from tests.stage import CHANNEL, INGRID, PIOTR, Mode, Stage, open_stage, until, words_of

pytestmark = pytest.mark.timeout(1800 if SOAK else 120)

NAMES = {PIOTR: "Piotr Zieliński", INGRID: "Ingrid Solberg"}
MUST_BE_ALONE = "Another chatdesk serves on this database."


@asynccontextmanager
async def pair(stage: Stage, folder: Path, redis_url: str) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes, started in the same moment on an empty database."""
    async with AsyncExitStack() as stack:
        lives = [stack.enter_async_context(serving(stage, folder, name, redis_url)) for name in ("first", "second")]
        first, second = await asyncio.gather(*lives)

        async def look() -> bool:
            return len((await stage.control.get("slack/app"))["sockets"]) == 2

        await until(look, "a socket of each process")
        yield first, second


def delivered_by(process: Process) -> int:
    return process.log.count('"relay.delivered"')


@dataclass(frozen=True)
class Press:
    agent: str
    ticket: int
    sent: float
    acked: float
    socket: str


async def test_simultaneous_claims_have_one_winner(new_database: NewDatabase, valkey_url: str, tmp_path: Path) -> None:
    chance, tickets = seeded("claims"), soak(200)
    async with open_stage(Mode("postgres"), await new_database("postgres"), start=False) as stage:
        ease(stage)
        ledger = Ledger(stage)
        await ledger.meet(tickets)
        async with pair(stage, tmp_path, valkey_url) as (first, second):
            await asyncio.gather(*(ledger.says(c) for c in ledger.customers))
            await everything_is_done(stage)
            cards = {_number(c): c["ts"] for c in await stage.agent().cards()}
            assert len(cards) == tickets
            numbers = list(cards)
            chance.shuffle(numbers)
            for start in range(0, tickets, 10):  # ten tickets, twenty presses at once
                together = numbers[start : start + 10]
                await asyncio.gather(*(_press(stage, a, cards[n]) for n in together for a in _order(chance)))
            await everything_is_done(stage)
            presses = await _presses(stage, {ts: n for n, ts in cards.items()})
            await _one_winner_each(stage, presses)
            shares = (delivered_by(first), delivered_by(second))
        assert all(shares), f"one process delivered nothing: {shares}"
        print(f"{_overlap(presses)}; deliveries by each process: {shares}")


def _order(chance: Any) -> list[str]:
    return chance.sample([PIOTR, INGRID], 2)  # type: ignore[no-any-return]


def _number(card: dict[str, Any]) -> int:
    found = re.match(r"#(\d+) ·", card["text"])
    assert found, card
    return int(found[1])


async def _press(stage: Stage, agent: str, ts: str) -> None:
    pressed = await stage.control.post("slack/press", user=agent, channel=CHANNEL, ts=ts, label="Claim")
    assert pressed["delivered"], pressed


async def _presses(stage: Stage, tickets: dict[str, int]) -> dict[int, list[Press]]:
    """The two presses of each ticket, as Slack sent them."""
    found: dict[int, list[Press]] = {}
    for d in await stage.control.get("slack/deliveries"):
        if d["type"] == "block_actions":
            press = Press(d["user"], tickets[d["ts"]], d["sent_at"], d["acked_at"], d["socket"])
            found.setdefault(press.ticket, []).append(press)
    return found


def _overlap(presses: dict[int, list[Press]]) -> str:
    """Both presses of a ticket were in flight before either was answered, most of them in different processes."""
    both = sum(max(p.sent for p in two) < min(p.acked for p in two) for two in presses.values())
    apart = sum(len({p.socket for p in two}) == 2 for two in presses.values())
    assert both == len(presses), f"only {both} of {len(presses)} tickets had both presses in flight at once"
    assert apart * 3 >= len(presses), f"only {apart} of {len(presses)} pairs went to different processes"
    return (
        f"{len(presses)} tickets claimed by two at once: {both} with both presses in flight, {apart} in two processes"
    )


async def _one_winner_each(stage: Stage, presses: dict[int, list[Press]]) -> None:
    owners = {
        r["number"]: r["account"].rsplit("/", 1)[1]
        for r in await stage.rows(
            "SELECT number, account FROM tickets JOIN memberships ON memberships.person_id = tickets.assignee_id"
        )
    }
    claims = await stage.rows("SELECT ticket, count(*) AS n FROM events WHERE name = 'Claimed' GROUP BY ticket")
    assert {r["ticket"]: r["n"] for r in claims} == dict.fromkeys(presses, 1)
    cards = {_number(c): words_of(c) for c in await stage.agent().cards()}
    told = {agent: [words_of(e) for e in (await stage.agent(agent).channel())["ephemerals"]] for agent in NAMES}
    for number, two in presses.items():
        assert {p.agent for p in two} == set(NAMES)
        owner = owners[number]
        loser = INGRID if owner == PIOTR else PIOTR
        assert f"*Assignee* <@{owner}>" in cards[number]
        words = rf"{NAMES[owner]} took ticket #{number} at \d\d:\d\d:\d\d UTC, \d+ s ago\."
        heard = {agent: sum(bool(re.search(words, w)) for w in told[agent]) for agent in NAMES}
        assert heard[loser] >= 1 and heard[owner] == 0, f"ticket #{number} of {owner}: told {heard}"


async def test_two_relays_lose_nothing_and_keep_the_order(
    new_database: NewDatabase, valkey_url: str, tmp_path: Path
) -> None:
    chance = seeded("two relays")
    async with open_stage(Mode("postgres"), await new_database("postgres"), start=False) as stage:
        ease(stage)
        ledger = Ledger(stage)
        await ledger.meet(soak(50, 12))
        async with pair(stage, tmp_path, valkey_url) as processes:
            traffic = Traffic(ledger, chance, (0.5, 1.5) if SOAK else (0.1, 0.5))
            traffic.start(ledger.customers)
            await asyncio.sleep(soak(60, 4))
            await traffic.stop()
            await everything_is_done(stage, 240)
            assert await ledger.customers_were_heard() == 0
            assert await ledger.replies_arrived(in_order=False) == 0
            acts = await ledger.acts()
            assert set(acts.values()) == {1}, [name for name, n in acts.items() if n > 1]
            shares = [delivered_by(p) for p in processes]
        assert all(shares), f"one process delivered nothing: {shares}"
        late = await ledger.out_of_order()
        said, replied = (sum(map(len, kind.values())) for kind in (ledger.said, ledger.replied))
        print(f"{said} messages, {replied} replies, deliveries by each process: {shares}; replies out of order: {late}")


async def test_one_dies_and_the_other_takes_over(new_database: NewDatabase, valkey_url: str, tmp_path: Path) -> None:
    url = await new_database("postgres")
    async with open_stage(Mode("postgres"), url, start=False) as stage:
        ease(stage)
        ledger = Ledger(stage)
        await ledger.meet(4)
        held, free = ledger.customers[:2], ledger.customers[2:]
        async with serving(stage, tmp_path, "first", valkey_url) as first:
            for customer in ledger.customers:
                await ledger.says(customer)
            for customer in held:  # they are claimed: no line in the channel calls for anybody
                await ledger.replies(customer)
            await everything_is_done(stage)
            await stage.control.post(
                "telegram/faults", kind="hang_answer", method="sendMessage", only={"chat_id": held[0]}
            )
            await stage.control.post("slack/faults", kind="hang_answer", method="chat.postMessage")
            await ledger.says(held[1])
            await ledger.replies(held[0])
            leased = await until(lambda: _leased(ledger), "a row on its way at each service", 20)
            async with serving(stage, tmp_path, "second", valkey_url):
                first.kill()
                for customer in free:
                    await ledger.says(customer)
                    await ledger.replies(customer)
                await until(lambda: _arrived(ledger, free), "what the other process hears, delivered", 30)
                sending = {r.lane for r in await ledger.rows() if r.new and r.state == "sending"}
                assert set(leased) <= sending, "leased rows were taken before their time"
                await _wait_for_the_lease(stage)
                await everything_is_done(stage)
                await ledger.customers_were_heard()
                await ledger.replies_arrived()
                repeats = await ledger.repeats_are_marked()
        assert list(repeats.values()) == [1]  # in Telegram; Slack was asked, and had it
        print(f"leased by the dead process: {leased}; repeated, and marked as perhaps twice: {list(repeats)}")


async def _leased(ledger: Ledger) -> list[str] | None:
    """Lanes with a new message that is being sent, when there is one for each service."""
    rows = [r for r in await ledger.rows() if r.new and r.state == "sending"]
    services = {r.out.to.channel for r in rows}
    return sorted(r.lane for r in rows) if len(services) == 2 else None


async def _arrived(ledger: Ledger, customers: list[int]) -> bool:
    threads = await ledger.threads()
    for customer in customers:
        seen = {m["text"] for m in threads[customer]}
        bot_said = await ledger.stage.customer(customer).bot_said()
        if not set(ledger.said[customer]) <= seen:
            return False
        if not all(any(words in s for s in bot_said) for _, words in ledger.replied[customer]):
            return False
    return True


async def _wait_for_the_lease(stage: Stage) -> None:
    """In `make test` the desk's clock is turned instead."""
    if SOAK:
        await asyncio.sleep(LEASE.total_seconds())
        return
    database = Database(stage.settings.database_url)
    await Clock(database).turn(LEASE + timedelta(seconds=5))
    await database.close()


@pytest.mark.parametrize(
    ("kind", "first_shares", "second_shares"),
    [("sqlite", False, False), ("sqlite", False, True), ("postgres", False, False), ("postgres", True, False)],
)
async def test_a_second_process_without_redis_refuses_to_start(
    kind: str, first_shares: bool, second_shares: bool, new_database: NewDatabase, valkey_url: str
) -> None:
    redis = SecretStr(valkey_url)
    async with open_stage(Mode(kind), await new_database(kind), start=False) as stage:
        alone = stage.settings
        stage.settings = alone.model_copy(update={"redis_url": redis if first_shares else None})
        await stage.start()
        second = App(alone.model_copy(update={"redis_url": redis if second_shares else None}))
        with pytest.raises(CannotServe) as refusal:
            async with second.running():
                pass
        assert str(refusal.value).startswith(MUST_BE_ALONE) and "CHATDESK_REDIS_URL" in str(refusal.value)


async def test_the_refusal_is_a_sentence_on_the_command_line(new_database: NewDatabase, tmp_path: Path) -> None:
    async with open_stage(Mode(), await new_database("sqlite")) as stage:
        second = Process(environment(stage.settings), tmp_path)
        second.start()
        try:
            assert await asyncio.to_thread(second.ended, 30) == 2
        finally:
            second.kill()
        assert MUST_BE_ALONE in second.log and "Traceback" not in second.log
