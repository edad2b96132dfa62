"""Updates that come twice, shuffled between chats: each is handled once, and each chat's in order."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any

import pytest

from tests.ledger import Ledger
from tests.processes import SOAK, ease, everything_is_done, seeded, soak
from tests.stage import Stage

pytestmark = pytest.mark.timeout(900 if SOAK else 120)
EACH = 20 if SOAK else 10  # updates of one chat


def a_message(customer: int, number: int) -> dict[str, Any]:
    person = {"id": customer, "is_bot": False, "first_name": f"C{customer}", "language_code": "en"}
    return {
        "message": {
            "message_id": number,
            "from": person,
            "chat": {"id": customer, "type": "private", "first_name": person["first_name"]},
            "date": int(time.time()),
            "text": f"message {number} of {customer}.",
        }
    }


def twice_and_shuffled(ledger: Ledger, chance: random.Random) -> list[dict[str, Any]]:
    """Every chat's updates in their order, mixed with all others; a second copy of each somewhere behind the first."""
    line = [c for c in ledger.customers for _ in range(EACH)]
    chance.shuffle(line)
    placed: list[tuple[float, dict[str, Any]]] = []
    for place, customer in enumerate(line):
        words = f"message {len(ledger.said[customer]) + 1} of {customer}."
        ledger.said[customer].append(words)
        update = a_message(customer, len(ledger.said[customer]))
        placed += [(place, update), (place + chance.expovariate(1 / 30), update)]
    return [update for _, update in sorted(placed, key=lambda p: p[0])]


async def test_updates_twice_and_shuffled_make_each_thread_once_and_in_order(stage: Stage) -> None:
    chance, chats = seeded("shuffled"), soak(50, 10)
    ease(stage)
    ledger = Ledger(stage)
    await ledger.meet(chats)
    bot = stage.customer().bot
    updates = twice_and_shuffled(ledger, chance)
    await stage.control.post("telegram/hold", bot=bot)
    ids = (await stage.control.post("telegram/updates", bot=bot, updates=updates))["update_ids"]
    await stage.control.post("telegram/release", bot=bot)
    await everything_is_done(stage, 240)
    again = chance.sample(ids, len(ids) // 4)  # and some that had been confirmed come once more, in any order
    await stage.control.post("telegram/redeliver", bot=bot, update_ids=again)
    await everything_is_done(stage, 240)

    tickets = await stage.rows("SELECT number FROM tickets")
    assert len(tickets) == chats
    assert await ledger.customers_were_heard() == 0
    acts = await ledger.acts()
    assert set(acts.values()) == {1}, [name for name, n in acts.items() if n > 1]
    events = await stage.rows("SELECT name, count(*) AS n FROM events WHERE conversation_id IS NOT NULL GROUP BY name")
    assert {r["name"]: r["n"] for r in events} == {"TicketOpened": chats, "CustomerSaid": chats * EACH}
    for customer in ledger.customers:
        said = await stage.customer(customer).messages()
        assert len([m for m in said if m["from"] == "bot"]) == 1
        marks = Counter(len(m["reactions"]) for m in said if m["from"] == "user")
        assert marks == {0: 1, 1: EACH - 1}  # the first is answered in words
    print(
        f"{stage.mode}: {len(updates)} + {len(again)} updates of {chats} chats: {len(tickets)} tickets, each in order"
    )
