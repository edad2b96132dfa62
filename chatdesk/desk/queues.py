"""What waits in all groups, and for whom: tickets and people together, which each store has a half of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Abroad, GroupQueue, Queues, Rosters
from chatdesk.conversations.store.tickets import open_tickets
from chatdesk.core.messages import Address
from chatdesk.desk import cursors
from chatdesk.people.store import all_rosters, offices
from chatdesk.storage.database import Database
from chatdesk.storage.schema import events, groups, links


async def load(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """The part of a case."""
    return [await _read(c)] * len(cases)


async def rosters(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """Who the agents of all groups are, and what is known to be wrong with their channels."""
    members = await all_rosters(c)
    found = await cursors.of(c, [trouble_key(group) for group in members])
    troubles = {group: why for group in members if (why := found.get(trouble_key(group)))}
    return [Rosters(members, troubles)] * len(cases)


async def abroad(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """Where those who ask are agents; for agents of the ticket's own group nobody has to look."""
    strangers = {case.asked.by.account for case in cases if not case.roster.by_account(case.asked.by.account)}
    found = await offices(c, strangers) if strangers else {}
    return [Abroad(found.get(case.asked.by.account, {})) for case in cases]


def trouble_key(group: str) -> str:
    """The cursor that says what is wrong with a group's channel."""
    return f"trouble:{group}"


async def look(database: Database) -> Queues:
    """The same beside all decisions, for what only shows it."""
    async with database.read() as c:
        return await _read(c)


async def _read(c: AsyncConnection) -> Queues:
    names = {g.id: g.name for g in await c.execute(select(groups))}
    members = await all_rosters(c)
    tickets = await open_tickets(c, members)
    return Queues(tuple(GroupQueue(id, names[id], roster, tickets[id]) for id, roster in members.items()))


async def last_event(database: Database) -> int:
    """Number of the last event: as long as it stays the same nothing has changed."""
    async with database.read() as c:
        return int((await c.execute(select(func.max(events.c.id)))).scalar() or 0)


async def posted(database: Database, keys: Collection[str]) -> dict[str, tuple[Address, str]]:
    """Where messages of ours stand, so far as they have been sent: the room and the service's id, by our key."""
    if not keys:
        return {}
    found = select(links).where(links.c.key.in_(list(keys)), links.c.part == 0)
    async with database.read() as c:
        return {r.key: (Address(r.channel, r.room), r.native) for r in await c.execute(found)}
