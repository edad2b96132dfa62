"""Gives out tickets that nobody has, in the groups that want it. One process does it, every few seconds.

So what nobody could take is given out as soon as somebody can: they are back, or have finished another one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from sqlalchemy import func, select

from chatdesk.areas.area import Group, Method
from chatdesk.conversations.assignment import TIMER, pick
from chatdesk.conversations.ticket import Turn
from chatdesk.desk import cursors
from chatdesk.desk.desk import Desk
from chatdesk.desk.duties import kept
from chatdesk.desk.work import Wake
from chatdesk.people.store import all_rosters
from chatdesk.storage.rows import write
from chatdesk.storage.schema import tickets

EVERY = 2.0  # seconds between looks
Presence = Callable[[Collection[str]], Awaitable[set[str]]]  # which of these accounts are there now


async def run(desk: Desk, presence: Presence) -> None:
    """Until cancelled."""
    groups = [g for g in desk.directory.groups if g.assignment.method is not Method.MANUAL]
    if not groups:
        await asyncio.Event().wait()
    await kept(desk, "assigning", EVERY, lambda: partial(look, desk, groups, presence))


async def look(desk: Desk, groups: Sequence[Group], presence: Presence) -> None:
    """Give out all that can be, the oldest first; each ticket decides for itself whether it is still free."""
    open_ones = (tickets.c.is_open, tickets.c.group_id.in_([g.id for g in groups]))
    free = select(tickets.c.number, tickets.c.group_id).where(
        *open_ones, tickets.c.assignee_id.is_(None), tickets.c.turn == str(Turn.DESK)
    )
    held = select(tickets.c.group_id, tickets.c.assignee_id, func.count()).where(
        *open_ones, tickets.c.assignee_id.is_not(None)
    )
    async with desk.database.read() as c:
        waiting = (await c.execute(free.order_by(tickets.c.number))).all()
        if not waiting:
            return
        loads: dict[str, Counter[int]] = {g.id: Counter() for g in groups}
        for group, person, count in await c.execute(held.group_by(tickets.c.group_id, tickets.c.assignee_id)):
            loads[group][person] = count
        members = await all_rosters(c)
        lasts = await cursors.of(c, [_last(g.id) for g in groups])
    for group in groups:
        there = None
        if group.assignment.present and any(r.group_id == group.id for r in waiting):
            there = await presence([a.identity.account for a in members[group.id]])
        last = int(lasts.get(_last(group.id), "0"))
        for number in [r.number for r in waiting if r.group_id == group.id]:
            to = pick(group.assignment, members[group.id], loads[group.id], last, desk.clock.now(), there)
            if to is None:
                break
            await desk.wake(Wake(f"{TIMER}{to.person}", number))
            loads[group.id][to.person] += 1
            last = to.person
            async with desk.database.begin() as c:
                await write(c, cursors.moved({_last(group.id): str(last)}))


def _last(group: str) -> str:
    return f"assigned:{group}"
