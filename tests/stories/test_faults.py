"""Services that are ill, answers that are lost, connections that break, a database that is away."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from chatdesk.storage import database
from tests.conftest import NewDatabase
from tests.ledger import Ledger
from tests.processes import SOAK, ease, everything_is_done, seeded, soak
from tests.stage import PACE, Mode, Stage, open_stage, until
from tests.stories.test_kill import no_commit

pytestmark = [pytest.mark.timeout(900 if SOAK else 120), pytest.mark.every_mode]

ASKED = soak(5, 1)  # seconds of Retry-After
ON_THE_WAY = 0.4  # seconds in which calls may still come that were on their way at the refusal
BUSY_MILLISECONDS = 10_000 if SOAK else 600


async def greet(stage: Stage, customers: int) -> Ledger:
    """So many customers with a ticket each, and nothing left to be delivered."""
    ledger = Ledger(stage)
    await ledger.meet(customers)
    for customer in ledger.customers:
        await ledger.says(customer)
    await everything_is_done(stage)
    for customer in ledger.customers:
        await ledger.root(customer)
    return ledger


async def talk(ledger: Ledger, rounds: int, pause: float = 0.0) -> None:
    """Everybody writes, and everybody is replied to, so many times."""
    for _ in range(rounds):
        for customer in ledger.customers:
            await ledger.says(customer)
            await ledger.replies(customer)
            await asyncio.sleep(pause)


async def nothing_was_lost(ledger: Ledger) -> None:
    """All of it once, and in order."""
    await everything_is_done(ledger.stage, 400 if SOAK else 60)
    assert await ledger.customers_were_heard() == 0
    assert await ledger.replies_arrived() == 0
    acts = await ledger.acts()
    assert set(acts.values()) == {1}, [name for name, n in acts.items() if n > 1]
    assert await ledger.stage.rows("SELECT * FROM parked") == []
    assert await ledger.stage.rows("SELECT DISTINCT state FROM outbox WHERE NOT pending") == [{"state": "sent"}]


async def journal(stage: Stage, service: str, since: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await stage.control.get(f"{service}/journal", since=since)
    return found


@pytest.mark.parametrize("service", ["slack", "telegram"])
async def test_a_service_that_is_ill_loses_nothing(service: str, mode: Mode, new_database: NewDatabase) -> None:
    chance = seeded(f"{service} is ill")
    spell = soak(6, 1)  # seconds of one kind of refusal, in the size for a minute
    pace = 1.0 if SOAK else PACE
    async with open_stage(mode, await new_database(mode.database), pace=pace) as stage:
        if not SOAK:
            ease(stage)
        ledger = await greet(stage, 4)
        since = len(await journal(stage, service))
        talking = asyncio.create_task(talk(ledger, 3, spell / 8))
        for status in [500, *chance.sample([429, 500] * 4, soak(8, 0)), 429]:
            await stage.control.post(f"{service}/faults", kind="fail", times=-1, status=status, retry_after=ASKED)
            await asyncio.sleep(spell)
            await stage.control.delete(f"{service}/faults")
        refused = await journal(stage, service, since)
        await talking
        await nothing_was_lost(ledger)
        afterwards = await journal(stage, service, since + len(refused))
    early = asked_too_early(refused + afterwards)
    assert not early, f"asked again before Retry-After had passed: {early}"
    assert {e["status"] for e in refused if e["fault"]} == {429, 500}
    assert not [e for e in afterwards if e["status"] == 429 and not e["fault"]], "a limit was hit after the recovery"
    print(f"{mode}: {service} refused {sum(bool(e['fault']) for e in refused)} calls; {len(afterwards)} afterwards")


def asked_too_early(entries: list[dict[str, Any]]) -> list[str]:
    """Calls of the same kind to the same place that came although the service had asked to wait."""
    early, until_when = [], dict[tuple[str, str], tuple[float, float]]()
    for entry in sorted(entries, key=lambda e: e["at"]):
        given = entry["arguments"]
        place = (entry["method"], str(given.get("channel") or given.get("chat_id")))
        refused, allowed = until_when.get(place, (0.0, 0.0))
        if refused + ON_THE_WAY < entry["at"] < allowed - 0.1:
            early.append(f"{place} {entry['at'] - refused:.2f} s after")
        if entry["status"] == 429:
            until_when[place] = (entry["at"], entry["at"] + ASKED)
    return early


async def test_an_answer_that_is_lost_is_marked_as_perhaps_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatdesk.adapters.slack.speak.LOOK_BACK", 2)  # so that a short thread is a long one
    ledger = await greet(stage, 2)
    anna, other = ledger.customers
    for _ in range(4):
        await ledger.says(other)
    await ledger.replies(anna)
    await everything_is_done(stage)
    await stage.control.post("telegram/faults", kind="lose_answer", method="sendMessage", only={"chat_id": anna})
    await stage.control.post("slack/faults", kind="lose_answer", method="chat.postMessage")
    lost = await ledger.replies(anna)
    await ledger.says(other)
    await everything_is_done(stage)
    repeats = await ledger.repeats_are_marked()
    assert {words.split("\n")[1]: n for (_, words), n in repeats.items()} == {lost: 1}
    assert await ledger.customers_were_heard() == 0
    assert await ledger.replies_arrived() == 1
    doubtful = await stage.rows("SELECT state FROM messages WHERE doubtful")
    assert doubtful == [{"state": "sent"}]


async def test_connections_that_break_lose_nothing(stage: Stage) -> None:
    ledger = await greet(stage, 2)
    for how in ["cut", "refresh"] * soak(5, 1):
        await talk(ledger, 1)
        await stage.control.post(f"slack/{how}")
        await talk(ledger, 2, 0.05)
    await until(lambda: every_reply_is_in(ledger), "every reply in the desk's hands")
    await nothing_was_lost(ledger)


async def every_reply_is_in(ledger: Ledger) -> bool:
    found = await ledger.stage.rows("SELECT count(*) AS n FROM messages WHERE side = 'agent'")
    return bool(found[0]["n"] == sum(map(len, ledger.replied.values())))


async def test_events_and_updates_that_come_again_change_nothing(stage: Stage) -> None:
    ledger = await greet(stage, 2)
    await talk(ledger, 2)
    await everything_is_done(stage)
    before = await counts(stage)
    for delivery in await stage.control.get("slack/deliveries"):
        if delivery["type"] == "message":
            await stage.control.post("slack/redeliver", id=delivery["id"])
    bot = stage.customer().bot
    updates = [u["update_id"] for u in await stage.control.get("telegram/updates", bot=bot)]
    await stage.control.post("telegram/redeliver", bot=bot, update_ids=updates[::-1])
    await nothing_was_lost(ledger)
    assert await counts(stage) == before


async def counts(stage: Stage) -> dict[str, int]:
    """Rows of each table; the board of a channel is drawn anew every few seconds, whatever comes."""
    tables = ("events", "messages", "outbox WHERE key NOT LIKE 'board:%'", "links", "inputs", "tickets")
    return {t: (await stage.rows(f"SELECT count(*) AS n FROM {t}"))[0]["n"] for t in tables}


class Wire:
    """A way to a database that can be cut: connections break, and new ones are refused."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return self._to.set(port=self.port).render_as_string(hide_password=False)

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.host, self._to.port)
        self._open |= {writer, back}
        for source, target in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, target))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        self._open.discard(target)
        target.close()
        with suppress(OSError):
            await target.wait_closed()


@asynccontextmanager
async def breakable(mode: Mode, url: str) -> AsyncIterator[tuple[str, Any]]:
    """(the database's URL, a context in which it is away): locked on SQLite, out of reach on PostgreSQL."""
    if mode.database == "sqlite":
        yield url, lambda: no_commit(url)
        return
    wire = Wire(url)
    await wire.mend()

    @asynccontextmanager
    async def away() -> AsyncIterator[None]:
        await wire.cut()
        try:
            yield
        finally:
            await wire.mend()

    try:
        yield wire.url, away
    finally:
        await wire.cut()


def impatient(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Let SQLite give up on a lock so soon."""
    kept = [p for p in database.PRAGMAS if not p.startswith("busy_timeout")]
    assert len(kept) == len(database.PRAGMAS) - 1
    monkeypatch.setattr(database, "PRAGMAS", (*kept, f"busy_timeout={milliseconds}"))


async def came_again(stage: Stage) -> int:
    """How many updates were refused and delivered once more."""
    updates = await stage.control.get("telegram/updates", bot=stage.customer().bot)
    return sum(u["tries"] > 1 for u in updates)


async def test_a_database_that_is_away_acknowledges_nothing_and_loses_nothing(
    mode: Mode, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, BUSY_MILLISECONDS)
    async with (
        breakable(mode, await new_database(mode.database)) as (url, away),
        open_stage(mode, url) as stage,
    ):
        ledger = await greet(stage, 3)
        bot = (await stage.control.get("telegram/bots"))[0]
        async with away():
            await talk(ledger, 2, 0.02)
            await asyncio.sleep(BUSY_MILLISECONDS / 1000 * 1.5)
            await ledger.says(ledger.customers[0])
            await asyncio.sleep(BUSY_MILLISECONDS / 1000)
            while_away = (await stage.control.get("telegram/bots"))[0]
            posted = {ts for said in ledger.replied.values() for ts, _ in said}
            events = [d for d in await stage.control.get("slack/deliveries") if d["ts"] in posted]
        assert while_away["confirmed"] == bot["confirmed"]
        assert while_away["pending"] == sum(map(len, ledger.said.values())) - len(ledger.customers)
        assert mode.database == "postgres" or await came_again(stage), "the lock was not held long enough"
        assert len(events) >= len(posted) and not [d for d in events if d["state"] == "acked"]
        await until(lambda: every_reply_is_in(ledger), "every reply in the desk's hands", 60)
        await nothing_was_lost(ledger)


async def test_an_outage_that_ends_between_two_messages_keeps_their_order(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of a chat's messages fails for the lock, the lock goes, and the second must not slip by."""
    impatient(monkeypatch, 200)
    url = await new_database("sqlite")
    async with open_stage(Mode(), url) as stage:
        ledger = await greet(stage, 3)
        bot = stage.customer().bot
        for seconds in (0.3, 0.4, 0.5):
            await stage.control.post("telegram/hold", bot=bot)
            for customer in ledger.customers * 3:
                await ledger.says(customer)
            async with no_commit(url):
                await stage.control.post("telegram/release", bot=bot)
                await asyncio.sleep(seconds)
            await everything_is_done(stage)
        assert await came_again(stage)
        await nothing_was_lost(ledger)


async def test_words_whose_blocks_slack_refuses_go_without_them(stage: Stage) -> None:
    refused = {"kind": "fail", "times": 1, "status": 200, "error": "invalid_blocks"}
    anna, piotr = stage.customer(), stage.agent()
    await until(piotr.said_in_channel, "the board")
    await stage.control.post("slack/faults", method="chat.postMessage", **refused)
    await anna.says("Where is <my> data?")
    (card,) = await until(piotr.cards, "a card")
    assert not card["blocks"]
    assert "#1 · Where is &lt;my&gt; data?\nState: new\nPriority: low\nFrom: Anna Keller" in card["text"]
    await stage.control.post("slack/faults", method="chat.update", **refused)
    await piotr.writes(1, "On the new disk.")
    await anna.sees("On the new disk.")
    await piotr.card_shows(1, "State: in progress")


async def test_a_failing_lane_blocks_no_other(stage: Stage) -> None:
    ledger = await greet(stage, 4)
    refused, stuck, *free = ledger.customers
    for customer, status, error in ((refused, 400, "Bad Request: no"), (stuck, 500, "")):
        await stage.control.post(
            "telegram/faults", kind="fail", times=-1, status=status, error=error, only={"chat_id": customer}
        )
    for customer in (refused, stuck, *free):
        await ledger.replies(customer)
    started = asyncio.get_running_loop().time()
    for customer in free:
        await stage.customer(customer).sees(ledger.replied[customer][-1][1])
    took = asyncio.get_running_loop().time() - started
    assert took < 5
    failed = await until(lambda: _failed(stage), "a failed reply")
    assert "Bad Request: no" in failed[0]["why"]
    root = await ledger.root(refused)
    await until(lambda: _told(stage, root), "a line that says so in the thread")
    await until(lambda: _waits_alone(stage, stuck), "a queue with only the stuck lane in it")
    await stage.control.delete("telegram/faults")
    await everything_is_done(stage)
    await stage.customer(stuck).sees(ledger.replied[stuck][-1][1])
    await ledger.replies(refused)
    await stage.customer(refused).sees(ledger.replied[refused][-1][1])


async def _waits_alone(stage: Stage, customer: int) -> bool:
    return await stage.rows("SELECT DISTINCT room FROM outbox WHERE pending") == [{"room": f"main/{customer}"}]


async def _failed(stage: Stage) -> list[dict[str, Any]]:
    return await stage.rows("SELECT why FROM messages WHERE state = 'failed'")


async def _told(stage: Stage, root: str) -> bool:
    (card,) = [c for c in await stage.agent().cards() if c["ts"] == root]
    return any("Not delivered: Telegram answered" in m["text"] for m in card["replies"])


async def test_at_the_real_limits_no_service_has_to_ask_to_wait(new_database: NewDatabase) -> None:
    async with open_stage(Mode(), await new_database("sqlite"), pace=1.0) as stage:
        ledger = Ledger(stage)
        await ledger.meet(4)
        for customer in ledger.customers * 2:  # four cards, and eight messages in their threads
            await ledger.says(customer)
        first = ledger.customers[0]
        for _ in range(4):  # who takes care, and four replies
            await ledger.replies(first)
        await everything_is_done(stage)
        await ledger.customers_were_heard()
        await ledger.replies_arrived()
        calls = await journal(stage, "slack") + await journal(stage, "telegram")
        assert not [e for e in calls if e["status"] == 429]
        posts = [e["at"] for e in calls if e["method"] == "chat.postMessage"]
        chat = [e["at"] for e in calls if e["method"] == "sendMessage" and str(e["arguments"]["chat_id"]) == str(first)]
        assert len(posts) >= 12 and len(chat) >= 5
        for at, burst in ((sorted(posts), 4), (sorted(chat), 3)):
            assert math.floor(at[-1] - at[0]) >= len(at) - burst - 1
        print(
            f"{len(posts)} posts in {posts[-1] - posts[0]:.1f} s, {len(chat)} in a chat in {chat[-1] - chat[0]:.1f} s"
        )
