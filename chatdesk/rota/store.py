"""Shifts as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Case
from chatdesk.rota.model import Rota, Shift, ShiftEnded, ShiftSet, ShiftsSwapped
from chatdesk.slices import Logged
from chatdesk.storage.schema import shifts


async def load(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """The rota of each case's group."""
    found: dict[str, Rota] = {}
    for one in cases:
        if one.group.id not in found:
            found[one.group.id] = await rota_of(c, one.group.id, one.now)
    return [found[one.group.id] for one in cases]


async def rota_of(c: AsyncConnection, group: str, now: datetime) -> Rota:
    left = or_(shifts.c.until.is_(None), shifts.c.until > now)
    wanted = select(shifts).where(shifts.c.group_id == group, left).order_by(shifts.c.since, shifts.c.id)
    return Rota(tuple(_shift(r) for r in await c.execute(wanted)))


def _shift(row: Any) -> Shift:
    return Shift(row.id, row.group_id, row.person_id, row.since, row.until, row.note)


async def save(c: AsyncConnection, happened: Sequence[Logged]) -> None:
    for one in happened:
        match one.event:
            case ShiftSet(group=group, person=person, since=since, until=until, note=note):
                end = datetime.fromisoformat(until) if until else None
                row = {"group_id": group, "person_id": person, "since": datetime.fromisoformat(since), "until": end}
                await c.execute(insert(shifts).values(**row, note=note))
            case ShiftEnded(shift=shift, at=at):
                await c.execute(update(shifts).where(shifts.c.id == shift).values(until=datetime.fromisoformat(at)))
            case ShiftsSwapped(one=first, other=second):
                persons = {
                    r.id: r.person_id for r in await c.execute(select(shifts).where(shifts.c.id.in_((first, second))))
                }
                swapped = case((shifts.c.id == first, persons[second]), else_=persons[first])
                await c.execute(update(shifts).where(shifts.c.id.in_((first, second))).values(person_id=swapped))
