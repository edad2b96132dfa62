"""What people said in a story, and what has become of it: the checks that stories of trouble share."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from chatdesk.conversations.fate import PERHAPS_TWICE
from chatdesk.core.messages import Outgoing
from chatdesk.desk.outbox import OUTGOING
from chatdesk.storage.database import Database
from tests.stage import CHANNEL, INGRID, PIOTR, Stage, lines_of, until

FIRST_CUSTOMER = 2001


@dataclass
class Row:
    """A row of the outbox with what it carries."""

    id: int
    lane: str
    state: str
    doubtful: bool
    out: Outgoing
    new: bool  # sending it twice would be seen twice
    lease: str  # when it was last taken in hand: what was joined with others was so with them

    @property
    def name(self) -> tuple[str, str]:
        """What the emulators' journals know it by."""
        if self.out.to.channel == "slack":
            return "slack", self.out.key
        return self.out.to.room.rsplit("/", 1)[-1], self.out.body.text.text if self.out.body else ""


@dataclass
class Ledger:
    """Numbered messages of customers and numbered replies of agents, in the order in which they were said."""

    stage: Stage
    customers: list[int] = field(default_factory=list)
    said: dict[int, list[str]] = field(default_factory=dict)
    replied: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # (ts, text)
    _roots: dict[int, str] = field(default_factory=dict)

    async def meet(self, count: int) -> list[int]:
        """So many new customers."""
        for id in range(FIRST_CUSTOMER + len(self.customers), FIRST_CUSTOMER + len(self.customers) + count):
            await self.stage.control.post("telegram/users", id=id, first_name=f"C{id}", language_code="en")
            self.customers.append(id)
            self.said[id], self.replied[id] = [], []
        return self.customers[-count:]

    async def says(self, customer: int) -> str:
        words = f"message {len(self.said[customer]) + 1} of {customer}."
        self.said[customer].append(words)
        await self.stage.customer(customer).says(words)
        return words

    async def root(self, customer: int, patience: float = 60) -> str:
        """The ts of the customer's card, as an agent finds it: by its title."""
        if customer not in self._roots:
            await until(lambda: self._found(customer), f"a card of {customer}", patience)
        return self._roots[customer]

    async def _found(self, customer: int) -> bool:
        for card in await self.stage.agent().cards():
            title = card["text"].partition(" · ")[2]
            self._roots |= {id: card["ts"] for id in self.customers if title == f"message 1 of {id}."}
        return customer in self._roots

    @property
    def with_card(self) -> list[int]:
        """Customers whose card an agent has seen."""
        return list(self._roots)

    async def replies(self, customer: int, agent: str = PIOTR) -> str:
        root = await self.root(customer)
        words = f"reply {len(self.replied[customer]) + 1} to {customer}."
        self.replied[customer].append(("", words))
        place = len(self.replied[customer]) - 1
        said = await self.stage.control.post("slack/post", user=agent, channel=CHANNEL, text=words, thread_ts=root)
        self.replied[customer][place] = (said["ts"], words)
        return words

    # -- what is found ------------------------------------------------------------------------------------------

    async def rows(self) -> list[Row]:
        """The whole outbox."""
        database = Database(self.stage.settings.database_url)
        try:
            async with database.read() as c:
                linked = set((await c.execute(text("SELECT key FROM links"))).scalars())
                found = await c.execute(
                    text("SELECT id, lane, state, doubtful, content, lease_until FROM outbox ORDER BY id")
                )
                made = []
                for r in found:
                    out = OUTGOING.validate_json(r.content)
                    edits = out.marks or out.replaces or (out.standing and out.key in linked and r.state != "sent")
                    new, lease = not edits and not out.private_to, str(r.lease_until)
                    made.append(Row(r.id, r.lane, r.state, bool(r.doubtful), out, new, lease))
                return made
        finally:
            await database.close()

    async def acts(self) -> Counter[tuple[str, str]]:
        """How often each new message was made, by the emulators' journals."""
        made: Counter[tuple[str, str]] = Counter()
        for entry in await self.stage.control.get("slack/journal", method="chat.postMessage"):
            if entry["done"]:
                metadata = entry["arguments"]["metadata"]
                metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
                payload = metadata["event_payload"]
                made.update(("slack", key) for key in (payload["key"], *payload.get("also", ())))
        for entry in await self.stage.control.get("telegram/journal", method="sendMessage"):
            if entry["done"]:
                made[str(entry["arguments"]["chat_id"]), entry["arguments"]["text"]] += 1
        return made

    async def threads(self) -> dict[int, list[dict[str, Any]]]:
        """What hangs under each customer's card; every customer has exactly one."""
        cards = await self.stage.agent().cards()
        found: dict[int, list[dict[str, Any]]] = {}
        for customer in self.customers:
            mine = [c for c in cards if c["text"].partition(" · ")[2] == f"message 1 of {customer}."]
            assert len(mine) == 1, f"customer {customer} has {len(mine)} cards"
            found[customer] = mine[0]["replies"]
        assert len(cards) == len(self.customers), f"{len(cards)} cards for {len(self.customers)} customers"
        return found

    async def customers_were_heard(self) -> int:
        """Each message is in its ticket once and in order, and in its thread in order; how often one is seen twice."""
        found = await self.stage.rows(
            "SELECT account, ticket, body FROM messages WHERE side = 'customer' ORDER BY account, seq"
        )
        threads = await self.threads()
        twice = 0
        for customer in self.customers:
            mine = [r for r in found if r["account"] == str(customer)]
            assert [json.loads(r["body"])["text"]["text"] for r in mine] == self.said[customer]
            assert len({r["ticket"] for r in mine}) == 1
            lines = [line for m in threads[customer] for line in lines_of(m)]  # several may be one message
            seen = [line for line in lines if line.startswith("message ")]
            assert list(dict.fromkeys(seen)) == self.said[customer], f"the thread of {customer}: {seen}"
            twice += len(seen) - len(set(seen))
        return twice

    async def replies_arrived(self, in_order: bool = True) -> int:
        """Each reply is in its customer's chat; how many came again."""
        twice = 0
        for customer in self.customers:
            bot_said = await self.stage.customer(customer).bot_said()
            seen = [s.split("\n", 1)[1] for s in bot_said if "\nreply " in s]
            meant = [words for _, words in sorted(self.replied[customer])]
            if in_order:
                assert list(dict.fromkeys(seen)) == meant
            assert set(seen) == set(meant)
            twice += len(seen) - len(set(seen))
        return twice

    async def out_of_order(self) -> int:
        """How many replies arrived after one that was written later."""
        late = 0
        for customer in self.customers:
            seen = [s.split("\n", 1)[1] for s in await self.stage.customer(customer).bot_said() if "\nreply " in s]
            place = {words: n for n, (_, words) in enumerate(sorted(self.replied[customer]))}
            order = [place[s] for s in dict.fromkeys(seen)]
            late += sum(n < max(order[:i], default=-1) for i, n in enumerate(order))
        return late

    async def repeats_are_marked(self) -> dict[tuple[str, str], int]:
        """Every repeat says so in its row, its message and its thread; how often each was repeated.

        A post in Slack is looked up before it is repeated, so there are none.
        """
        acts = await self.acts()
        repeats = {name: n - 1 for name, n in acts.items() if n > 1}
        posts = [name for name in repeats if name[0] == "slack"]
        assert not posts, f"posted twice in Slack: {posts}"
        doubtful = {r["key"] for r in await self.stage.rows("SELECT key FROM messages WHERE doubtful")}
        lines = {(m["metadata"] or {}).get("event_payload", {}).get("key"): m for m in await self._posts()}
        for row in [r for r in await self.rows() if r.new and r.name in repeats]:
            assert row.doubtful, f"{row.name} was repeated and its row does not say so"
            fate = row.out.fate
            if fate and fate.message:
                assert fate.message in doubtful, f"{row.name} was repeated and its message does not say so"
            if fate and fate.tell:
                line = lines.get(f"{row.out.key}:fate:sent")
                assert line and PERHAPS_TWICE[:40] in line["text"], f"no line in the thread for {row.name}"
        return repeats

    async def _posts(self) -> list[dict[str, Any]]:
        return [r for card in await self.stage.agent().cards() for r in card["replies"]]


class Traffic:
    """Customers and agents who write numbered messages until told to stop."""

    def __init__(self, ledger: Ledger, chance: random.Random, pause: tuple[float, float] = (0.2, 0.7)) -> None:
        self.ledger = ledger
        self._chance = chance
        self._pause = pause
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, customers: Sequence[int], agents: Sequence[str] = (PIOTR, INGRID)) -> None:
        self._tasks += [asyncio.create_task(self._customer(c)) for c in customers]
        self._tasks += [asyncio.create_task(self._agent(a)) for a in agents]
        self._tasks.append(asyncio.create_task(self._look()))

    async def stop(self) -> None:
        self._stop.set()
        for task in self._tasks:
            await task
        self._tasks.clear()

    async def _breath(self) -> None:
        await asyncio.sleep(self._chance.uniform(*self._pause))

    async def _customer(self, customer: int) -> None:
        while not self._stop.is_set():
            await self.ledger.says(customer)
            await self._breath()

    async def _agent(self, agent: str) -> None:
        while not self._stop.is_set():
            if seen := self.ledger.with_card:
                await self.ledger.replies(self._chance.choice(seen), agent)
            await self._breath()

    async def _look(self) -> None:
        """Somebody finds the new cards."""
        while not self._stop.is_set() and len(self.ledger.with_card) < len(self.ledger.customers):
            missing = next(c for c in self.ledger.customers if c not in self.ledger.with_card)
            await self.ledger._found(missing)
            await asyncio.sleep(0.1)
