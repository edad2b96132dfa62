"""Versions of `desk.yaml` that were applied: the last one that no running desk had to refuse is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.directory import Directory
from chatdesk.areas.store import save_areas
from chatdesk.conversations.ticket import State
from chatdesk.core.errors import NotNow
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import (
    areas,
    configurations,
    conversations,
    events,
    groups,
    memberships,
    messages,
    outbox,
    tickets,
    timers,
)

SHOWN = 10  # numbers of tickets in a refusal
OVER = [str(state) for state in State if state.is_final]  # tickets that nobody waits for any more


@dataclass(frozen=True, slots=True)
class Applied:
    revision: int
    at: datetime
    by: str
    text: str
    refused: str = ""  # why running desks went on with the one before


async def latest(c: AsyncConnection) -> Applied | None:
    """The last that was applied, be it refused or not."""
    return await _first(c)


async def in_force(c: AsyncConnection) -> Applied | None:
    """What the desk goes by; None: nothing has been applied, and it goes by its file or its settings."""
    return await _first(c, configurations.c.refused == "")


async def _first(c: AsyncConnection, *which: ColumnElement[bool]) -> Applied | None:
    wanted = select(configurations).where(*which).order_by(configurations.c.revision.desc()).limit(1)
    row = (await c.execute(wanted)).one_or_none()
    return Applied(row.revision, row.at, row.by, row.text, row.refused) if row else None


async def apply(c: AsyncConnection, text: str, directory: Directory, by: str, now: datetime) -> int:
    """Put it in force; its revision. Refuses with a sentence for each group whose tickets would be lost."""
    await prepare(c, directory)
    await save_areas(c, directory)
    await c.execute(delete(memberships).where(memberships.c.group_id.not_in([g.id for g in directory.groups])))
    made = insert(configurations).values(at=now, by=by, text=text, refused="").returning(configurations.c.revision)
    return int((await c.execute(made)).scalar_one())


async def prepare(c: AsyncConnection, directory: Directory) -> None:
    """Before it is saved: nobody's ticket gets lost, and what belongs to an area that is called otherwise goes along.

    Refuses with a sentence for each group that still has tickets and would be lost.
    """
    if hindered := await hindrances(c, directory):
        raise NotNow("\n".join(hindered))
    known = {row.id: row.area_id for row in await c.execute(select(groups))}
    named = [{"id": a.id, "name": a.name} for a in directory.areas]
    await write(c, upserted(areas, named, key="id"))
    for group in directory.groups:
        if known.get(group.id, group.area) != group.area:
            await _bring_along(c, group.id, group.area)


async def _bring_along(c: AsyncConnection, group: str, area: str) -> None:
    """All that is the group's is this area's now."""
    theirs = select(tickets.c.number).where(tickets.c.group_id == group)
    talks = select(conversations.c.id).where(conversations.c.group_id == group)
    for table, which in (
        (messages, messages.c.ticket.in_(theirs)),
        (messages, messages.c.ticket.is_(None) & messages.c.conversation_id.in_(talks)),
        (events, events.c.ticket.in_(theirs)),
        (events, events.c.ticket.is_(None) & events.c.conversation_id.in_(talks)),
        (outbox, outbox.c.ticket.in_(theirs)),
        (timers, timers.c.ticket.in_(theirs)),
        (tickets, tickets.c.group_id == group),
        (conversations, conversations.c.group_id == group),
    ):
        await c.execute(update(table).where(which).values(area_id=area))


async def refuse(c: AsyncConnection, revision: int, why: str) -> None:
    await c.execute(update(configurations).where(configurations.c.revision == revision).values(refused=why))


async def hindrances(c: AsyncConnection, directory: Directory) -> list[str]:
    """Why it cannot be put in force now: tickets that are not over would be nobody's, or another area's.

    Where an area is no more, its groups only get another one: their tickets go along.
    """
    known = {g.id: g.area for g in directory.groups}
    living = {a.id for a in directory.areas}
    wanted = select(tickets.c.group_id, tickets.c.number, groups.c.area_id).join(groups)
    found: dict[tuple[str, str], list[int]] = {}
    for row in await c.execute(wanted.where(tickets.c.state.not_in(OVER)).order_by(tickets.c.number)):
        to = known.get(row.group_id)
        if to is None or (to != row.area_id and row.area_id in living):
            found.setdefault((row.group_id, row.area_id), []).append(row.number)
    return [_hindrance(group, area, known.get(group), numbers) for (group, area), numbers in found.items()]


def _hindrance(group: str, area: str, to: str | None, numbers: Sequence[int]) -> str:
    which = ", ".join(f"#{n}" for n in numbers[:SHOWN]) + (" ..." if len(numbers) > SHOWN else "")
    if to is not None:
        return (
            f"The group {group} would go from area {area} to {to}, and {len(numbers)} of its tickets are not over "
            f"({which}). Move them to another group first, or wait until they are verified or closed."
        )
    return (
        f"The group {group} is configured no more, and {len(numbers)} of its tickets are not over ({which}). "
        "Keep it until they are verified or closed."
    )
