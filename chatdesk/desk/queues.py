"""What waits in all groups, and for whom: tickets and people together, which each store has a half of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.parts import GroupQueue, Queues
from chatdesk.conversations.store import open_tickets
from chatdesk.conversations.ticket import Case
from chatdesk.people.store import rosters
from chatdesk.storage.schema import groups


async def read(c: AsyncConnection) -> Queues:
    """The open tickets of all groups, with the agents of each."""
    known = (await c.execute(select(groups).order_by(groups.c.id))).all()
    members = await rosters(c, [g.id for g in known])
    tickets = await open_tickets(c)
    return Queues(tuple(GroupQueue(g.id, g.name, members[g.id], tickets.get(g.id, ())) for g in known))


async def load(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    return [await read(c)] * len(cases)
