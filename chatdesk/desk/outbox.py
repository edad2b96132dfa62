"""The outbox as rows: what has been said but perhaps not yet heard. If it is not here, it was not said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, bindparam, delete, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.fate import Delivery as State
from chatdesk.core.messages import Outgoing
from chatdesk.storage.database import insert_once
from chatdesk.storage.schema import links, outbox

OUTGOING = TypeAdapter(Outgoing)

# Statements are made once: building one costs more than running it.
_POSTED = exists().where(links.c.key == outbox.c.key)
_DROP_STALE = delete(outbox).where(
    outbox.c.key.in_(bindparam("keys", expanding=True)),
    outbox.c.standing,
    outbox.c.state == str(State.QUEUED),
    _POSTED,
)
_FIRST = select(func.min(outbox.c.id)).where(outbox.c.pending).group_by(outbox.c.lane)
_HEADS = (
    select(outbox)
    .where(
        outbox.c.id.in_(_FIRST),
        outbox.c.due <= bindparam("now"),
        or_(outbox.c.state == str(State.QUEUED), outbox.c.lease_until < bindparam("now")),
        tuple_(outbox.c.channel, outbox.c.room).not_in(bindparam("shut", expanding=True)),
        outbox.c.id.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(outbox.c.urgent.desc(), outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id == bindparam("which"))
    .values(
        state=str(State.SENDING),
        lease_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        doubtful=bindparam("perhaps"),
    )
)
_NOTE = (
    update(outbox)
    .where(outbox.c.id == bindparam("which"))
    .values(
        state=bindparam("now_state"),
        pending=bindparam("is_pending"),
        why=bindparam("reason"),
        doubtful=bindparam("perhaps"),
        due=bindparam("next_due"),
        sent_at=bindparam("sent"),
        lease_until=None,
    )
)
_NATIVES = select(links.c.key, links.c.native).where(
    links.c.key.in_(bindparam("keys", expanding=True)), links.c.part == 0
)
_KEYS = select(links).where(
    tuple_(links.c.channel, links.c.room, links.c.native).in_(bindparam("found", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox at the head of its lane."""

    id: int
    out: Outgoing
    attempts: int
    again: bool  # it was being sent when its process stopped, or its answer was lost
    area: str
    created: datetime
    received: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one attempt."""

    row: Queued
    state: State
    native: str | None = None
    why: str = ""
    due: datetime | None = None  # of the next attempt, when the state is queued
    again: bool = False


async def put(c: AsyncConnection, said: Iterable[tuple[Outgoing, str, datetime | None]], now: datetime) -> None:
    """Queue messages, each with its area and with when what caused it reached the desk.

    A newer edit replaces a queued one of the same standing message.
    """
    rows = [
        {
            "key": out.key,
            "lane": out.lane,
            "area_id": area,
            "ticket": out.ticket,
            "channel": out.to.channel,
            "room": out.to.room,
            "standing": out.standing,
            "urgent": out.urgent or bool(out.marks),
            "content": OUTGOING.dump_json(out, exclude_defaults=True).decode(),
            "state": str(State.QUEUED),
            "pending": True,
            "attempts": 0,
            "due": now,
            "doubtful": False,
            "why": "",
            "created_at": now,
            "received_at": received,
        }
        for out, area, received in said
    ]
    standing = [r["key"] for r in rows if r["standing"]]
    if standing:
        await c.execute(_DROP_STALE, {"keys": standing})
    if rows:
        await c.execute(insert(outbox), rows)


def _queued(r: Row[Any]) -> Queued:
    again = r.doubtful or r.state == State.SENDING
    return Queued(r.id, OUTGOING.validate_json(r.content), r.attempts, again, r.area_id, r.created_at, r.received_at)


async def heads(
    c: AsyncConnection, now: datetime, limit: int, shut: Collection[tuple[str, str]] = (), busy: Collection[int] = ()
) -> list[Queued]:
    """The first row of each lane that may be sent now: due, and not in the hands of a living process.

    `shut`: rooms whose pace does not allow more yet; `busy`: rows that this process is sending.
    People's clicks come first, then the oldest.
    """
    asked = {"now": now, "shut": list(shut), "busy": list(busy), "most": limit}
    return [_queued(r) for r in await c.execute(_HEADS, asked)]


async def claim(c: AsyncConnection, rows: Sequence[Queued], until: datetime) -> None:
    """Mark rows as being sent, before the call that sends them."""
    if rows:
        await c.execute(_CLAIM, [{"which": r.id, "perhaps": r.again, "until": until} for r in rows])


async def natives(c: AsyncConnection, keys: Collection[str]) -> dict[str, str]:
    """The services' own ids of our message keys."""
    if not keys:
        return {}
    return {r.key: r.native for r in await c.execute(_NATIVES, {"keys": list(keys)})}


async def keys_of(c: AsyncConnection, found: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Our keys of (channel, room, native id)."""
    if not found:
        return {}
    return {(r.channel, r.room, r.native): r.key for r in await c.execute(_KEYS, {"found": list(found)})}


async def link(c: AsyncConnection, rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Remember (key, channel, room, native id). A second message under one key becomes its next part."""
    wanted = list(rows)
    if not wanted:
        return
    parts: dict[str, int] = {}
    made = []
    for key, channel, room, native in wanted:
        parts[key] = parts.get(key, -1) + 1
        made.append({"key": key, "part": parts[key], "channel": channel, "room": room, "native": native})
    new = await insert_once(c, links, made, returning="native")
    for row in made:
        if row["native"] not in new:
            known = select(func.max(links.c.part)).where(links.c.key == row["key"])
            part = ((await c.execute(known)).scalar() or 0) + 1
            await insert_once(c, links, [{**row, "part": part}], returning="key")


async def note(c: AsyncConnection, results: Sequence[Result], now: datetime) -> None:
    """Write down what became of attempts."""
    rows = [
        {
            "which": r.row.id,
            "now_state": str(r.state),
            "is_pending": r.state is State.QUEUED,
            "reason": r.why,
            "perhaps": r.again,
            "next_due": r.due or now,
            "sent": now if r.state is State.SENT else None,
        }
        for r in results
    ]
    if rows:
        await c.execute(_NOTE, rows)
    made = [(r.row.out.key, r.row.out.to.channel, r.row.out.to.room, r.native) for r in results if r.native]
    await link(c, [(key, channel, room, native) for key, channel, room, native in made if native])


async def release_all(c: AsyncConnection, now: datetime) -> int:
    """For a process that knows itself alone: what was being sent when the last one stopped is free at once."""
    held = and_(outbox.c.pending, outbox.c.state == str(State.SENDING))
    freed = await c.execute(update(outbox).where(held).values(lease_until=now))
    return freed.rowcount


async def next_due(c: AsyncConnection) -> datetime | None:
    found: datetime | None = (await c.execute(select(func.min(outbox.c.due)).where(outbox.c.pending))).scalar()
    return found
