"""Merges as rows: several of them, undone in whatever order, give everybody their own again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import person_events as pe
from chatdesk.conversations.timers import EARLIER, RENAMED
from chatdesk.core.messages import Identity
from chatdesk.desk.persons import into, merge, part
from chatdesk.people.people import Away
from chatdesk.people.store import persons_of, set_away
from chatdesk.slices import Logged
from chatdesk.storage.database import Database
from chatdesk.storage.schema import absences, areas, conversations, groups, identities, merges, tickets, timers
from tests.builders import NOW, PIOTR, a_case

WHO = [Identity("telegram", str(1000 + n), f"Person {n}") for n in (1, 2, 3)]


@pytest.fixture
async def c(database_url: str) -> AsyncIterator[AsyncConnection]:
    """Three persons with a conversation and a ticket each, in a transaction."""
    database = Database(database_url)
    async with database.begin() as c:
        await c.execute(insert(areas).values(id="default", name="Default"))
        home = {"home_channel": "slack", "home_room": "T1/C1", "answer_within": "a day"}
        await c.execute(insert(groups).values(id="support", area_id="default", name="Support", **home))
        await persons_of(c, WHO, NOW)
        for n in (1, 2, 3):
            await a_ticket_of(c, n, n, WHO[n - 1].account)
        yield c
    await database.close()


async def a_ticket_of(c: AsyncConnection, number: int, person: int, account: str, door: str = "main") -> None:
    place = {"area_id": "default", "group_id": "support"}
    chat = {"channel": "telegram", "room": f"{door}/{account}", "person_id": person, "language": "en"}
    made = insert(conversations).values(**place, **chat, fresh=False, seq=0).returning(conversations.c.id)
    conversation = (await c.execute(made)).scalar_one()
    row = {"number": number, "conversation_id": conversation, "person_id": person, "title": "", "state": "new"}
    row |= {
        "origin_channel": "telegram",
        "origin_room": chat["room"],
        "opened_at": NOW,
        "changed_at": NOW,
        "turn_since": NOW,
    }
    row |= {"is_open": True, "priority": "low", "turn": "desk", "told_who": False, "seq": 0}
    await c.execute(insert(tickets).values(**place, **row))


async def merged(c: AsyncConnection, kept: int, gone: int) -> int:
    event = pe.PersonsMerged(11, kept, gone, 1)
    await merge(c, kept, gone, "agent", Logged(event, a_case(), PIOTR.identity, "slack:button"))
    numbers: list[int] = list((await c.execute(select(merges.c.id))).scalars())
    return max(numbers)


async def owners(c: AsyncConnection) -> list[tuple[int, ...]]:
    """Whose each account, conversation and ticket is."""
    found = []
    for table, order in ((identities, "account"), (conversations, "id"), (tickets, "number")):
        rows = await c.execute(select(table.c.person_id).order_by(table.c[order]))
        found.append(tuple(rows.scalars()))
    return found


async def test_all_of_one_is_the_others(c: AsyncConnection) -> None:
    number = await merged(c, 1, 2)
    assert await owners(c) == [(1, 1, 3)] * 3
    row = (await c.execute(select(merges))).one()
    assert (row.kept, row.gone, row.by_account, row.via, row.at) == (1, 2, PIOTR.identity.account, "slack:button", NOW)
    assert [r.id for r in await into(c, 1)] == [number]
    await part(c, number, NOW)
    await part(c, number, NOW)
    assert await owners(c) == [(1, 2, 3)] * 3
    assert await into(c, 1) == []


@pytest.mark.parametrize("order", list(permutations((0, 1))))
async def test_merges_upon_merges_are_undone_in_any_order(c: AsyncConnection, order: tuple[int, ...]) -> None:
    made = [await merged(c, 2, 1), await merged(c, 3, 2)]
    assert await owners(c) == [(3, 3, 3)] * 3
    assert [r.id for r in await into(c, 3)] == made[::-1]
    await part(c, made[order[0]], NOW)
    assert await owners(c) == ([(1, 3, 3)] if order[0] == 0 else [(2, 2, 3)]) * 3
    await part(c, made[order[1]], NOW)
    assert await owners(c) == [(1, 2, 3)] * 3


async def test_what_came_after_the_merge_goes_with_its_account(c: AsyncConnection) -> None:
    number = await merged(c, 1, 2)
    await a_ticket_of(c, 4, 1, WHO[1].account, door="other")  # in another bot's chat
    await a_ticket_of(c, 5, 1, WHO[0].account, door="other")
    await part(c, number, NOW)
    assert await owners(c) == [(1, 2, 3), (1, 2, 3, 2, 1), (1, 2, 3, 2, 1)]


async def away(c: AsyncConnection) -> set[tuple[int, int | None]]:
    """Who is away, with whoever takes what they hold."""
    return {(r.person_id, r.deputy_id) for r in await c.execute(select(absences))}


async def test_an_absence_goes_along_and_so_does_being_the_deputy(c: AsyncConnection) -> None:
    await set_away(c, 2, Away(NOW, deputy=3))
    await set_away(c, 3, Away(NOW, deputy=2))
    number = await merged(c, 1, 2)
    assert await away(c) == {(1, 3), (3, 1)}
    await part(c, number, NOW)
    assert await away(c) == {(2, 3), (3, 2)}


async def test_of_two_absences_that_of_who_stays_counts_unless_it_is_over(c: AsyncConnection) -> None:
    await set_away(c, 1, Away(NOW, NOW + timedelta(days=1), deputy=3))
    await set_away(c, 2, Away(NOW))
    number = await merged(c, 1, 2)
    assert await away(c) == {(1, 3), (2, None)}
    await part(c, number, NOW)
    await set_away(c, 1, Away(NOW, NOW - timedelta(minutes=1), deputy=3))
    await merged(c, 1, 2)
    assert await away(c) == {(1, None)}


async def woken(c: AsyncConnection) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in await c.execute(select(timers.c.name, timers.c.ticket)):
        found.setdefault(row.name, set()).add(row.ticket)
    return found


async def test_tickets_that_change_hands_say_so_and_all_show_other_ones_beside_them(c: AsyncConnection) -> None:
    number = await merged(c, 1, 2)
    assert await woken(c) == {RENAMED: {2}, EARLIER: {1, 2}}
    await c.execute(delete(timers))
    await part(c, number, NOW)
    assert await woken(c) == {RENAMED: {2}, EARLIER: {1, 2}}
