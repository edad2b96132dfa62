"""The card of a ticket shows how its user's earlier ones stand: it is drawn anew when one of them changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.ticket import State, Ticket
from chatdesk.conversations.timers import EARLIER
from chatdesk.desk.lost import wake
from chatdesk.desk.settle import Settled
from chatdesk.storage.schema import tickets

FINAL = [str(state) for state in State if state.is_final]


def stand_otherwise(done: Sequence[Settled]) -> list[Ticket]:
    """Those that were there before, and are in another state or in another area now."""
    pairs = [(s.before.ticket, s.case.ticket) for s in done]
    return [now for then, now in pairs if then and now and then.number == now.number and _shown(then) != _shown(now)]


def _shown(ticket: Ticket) -> tuple[object, ...]:
    return ticket.state, ticket.qualifier, ticket.area


async def draw_later(c: AsyncConnection, changed: Sequence[Ticket], now: datetime) -> None:
    """Wake the later tickets of the same users, as soon as this is committed."""
    if changed:
        later = [and_(tickets.c.person_id == t.person, tickets.c.number > t.number) for t in changed]
        await _wake(c, and_(or_(*later), tickets.c.state.not_in(FINAL)), now)


async def draw_all(c: AsyncConnection, person: int, now: datetime) -> None:
    """Wake all tickets of somebody who has got other ones, or has them no more."""
    await _wake(c, tickets.c.person_id == person, now)


async def _wake(c: AsyncConnection, which: ColumnElement[bool], now: datetime) -> None:
    found = await c.execute(select(tickets.c.number, tickets.c.area_id).where(which))
    if areas := {r.number: r.area_id for r in found}:
        await wake(c, EARLIER, areas, now)
