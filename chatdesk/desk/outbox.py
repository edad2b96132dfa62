"""The outbox as rows: what has been said but perhaps not yet heard. If it is not here, it was not said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.area import MAIL
from chatdesk.conversations.fate import Delivery as State
from chatdesk.core.messages import Address, Outgoing
from chatdesk.desk.channel import Delivery, Shown
from chatdesk.storage.rows import Write, inserted, numbered, updated
from chatdesk.storage.schema import links, outbox
from chatdesk.storage.statement import Statement

OUTGOING = TypeAdapter(Outgoing)

LEASE = timedelta(seconds=45)  # longer than any call's time-out

# Statements are made once: building one costs more than running it.
_POSTED = exists().where(links.c.key == outbox.c.key)
_DROP_STALE = Statement(
    delete(outbox).where(
        outbox.c.key.in_(bindparam("keys", expanding=True)),
        outbox.c.standing,
        outbox.c.state == str(State.QUEUED),
        _POSTED,
    )
)
_FIRST = select(func.min(outbox.c.id)).where(outbox.c.pending).group_by(outbox.c.lane)
_HEAD = ("id", "content", "state", "attempts", "doubtful", "area_id", "created_at", "received_at")
_HEADS = Statement(
    select(*(outbox.c[name] for name in _HEAD))
    .where(
        outbox.c.id.in_(_FIRST),
        outbox.c.channel != MAIL,
        outbox.c.due <= bindparam("now"),
        or_(outbox.c.state == str(State.QUEUED), outbox.c.lease_until < bindparam("now")),
        or_(
            outbox.c.lane.like("edit:%"),
            outbox.c.lane.like("mark:%"),
            tuple_(outbox.c.channel, outbox.c.room).not_in(bindparam("shut", expanding=True)),
        ),
        outbox.c.id.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(outbox.c.urgent.desc(), outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_BEHIND = Statement(
    select(*(outbox.c[name] for name in (*_HEAD, "lane")))
    .where(
        outbox.c.pending,
        outbox.c.state == str(State.QUEUED),
        outbox.c.lane.in_(bindparam("lanes", expanding=True)),
    )
    .order_by(outbox.c.id)
    .limit(2000)
    .with_for_update(skip_locked=True)
)
_BUSY = Statement(
    select(outbox.c.id, outbox.c.lane).where(outbox.c.pending, outbox.c.lane.in_(bindparam("lanes", expanding=True)))
)
_COMING = Statement(
    select(outbox.c.key, outbox.c.id).where(outbox.c.pending, outbox.c.key.in_(bindparam("keys", expanding=True)))
)
_FAILED = Statement(
    select(outbox.c.key).where(
        outbox.c.ticket.in_(bindparam("tickets", expanding=True)),
        outbox.c.key.in_(bindparam("keys", expanding=True)),
        outbox.c.state == str(State.FAILED),
    )
)
_CLAIM = Statement(
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=str(State.SENDING),
        lease_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        doubtful=or_(outbox.c.doubtful, outbox.c.state == str(State.SENDING)),
    )
)
_NATIVES = Statement(
    select(links.c.key, links.c.room, links.c.native)
    .where(links.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(links.c.part)
)
_KEYS = Statement(
    select(links).where(tuple_(links.c.channel, links.c.room, links.c.native).in_(bindparam("found", expanding=True)))
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
    rest: tuple[Queued, ...] = ()  # rows behind it that are sent with it


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one attempt."""

    row: Queued
    state: State
    natives: tuple[str, ...] = ()
    why: str = ""
    due: datetime | None = None  # of the next attempt, when the state is queued
    again: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A message on its way into the outbox."""

    out: Outgoing
    area: str
    received: datetime | None = None  # when what caused it reached the desk
    delivery: Delivery | None = None  # it goes out as soon as this is committed; else it waits


async def drop_stale(c: AsyncConnection, said: Iterable[Said]) -> None:
    """A newer edit replaces a queued one of the same standing message."""
    standing = [s.out.key for s in said if s.out.standing]
    if standing:
        await _DROP_STALE.rows(c, keys=standing)


def queued(said: Iterable[Said], now: datetime, returning: str = "") -> Write:
    """Messages to be sent, and those that are being sent as soon as this is committed."""
    until = now + LEASE
    rows = [
        {
            "key": s.out.key,
            "lane": s.out.lane,
            "area_id": s.area,
            "ticket": s.out.ticket,
            "channel": s.out.to.channel,
            "room": s.out.to.room,
            "standing": s.out.standing or s.out.edits,
            "urgent": s.out.urgent or bool(s.out.marks),
            "content": OUTGOING.dump_json(s.out, exclude_defaults=True).decode(),
            "state": str(State.SENDING if s.delivery else State.QUEUED),
            "pending": True,
            "attempts": 1 if s.delivery else 0,
            "due": now,
            "lease_until": until if s.delivery else None,
            "doubtful": False,
            "why": "",
            "created_at": now,
            "received_at": s.received,
        }
        for s in said
    ]
    return inserted(outbox, rows, returning=returning)


def _queued(r: Any) -> Queued:
    again = r.doubtful or r.state == State.SENDING
    return Queued(r.id, OUTGOING.validate_json(r.content), r.attempts, again, r.area_id, r.created_at, r.received_at)


async def heads(
    c: AsyncConnection, now: datetime, limit: int, shut: Collection[tuple[str, str]] = (), busy: Collection[int] = ()
) -> list[Queued]:
    """The first row of each lane that may be sent now: due, and not in the hands of a living process.

    `shut`: rooms whose pace does not allow more posts yet; `busy`: rows that this process is sending.
    People's clicks come first, then the oldest.
    """
    rows = await _HEADS.rows(c, now=now, shut=list(shut), busy=list(busy), most=limit)
    return [_queued(r) for r in rows]


async def behind(c: AsyncConnection, heads: Mapping[str, int]) -> dict[str, list[Queued]]:
    """What waits in these lanes behind their heads, in order; of a lane in which one is to be sent again, nothing."""
    found: dict[str, list[Queued]] = {}
    for r in await _BEHIND.rows(c, lanes=list(heads)):
        if r.id > heads[r.lane]:
            found.setdefault(r.lane, []).append(_queued(r))
    return {lane: rows for lane, rows in found.items() if not any(row.again or row.attempts for row in rows)}


async def busy(c: AsyncConnection, lanes: Collection[str], done: Collection[int]) -> set[str]:
    """The lanes in which something waits or is being sent, apart from the rows that are done."""
    if not lanes:
        return set()
    return {r.lane for r in await _BUSY.rows(c, lanes=list(lanes)) if r.id not in done}


async def coming(c: AsyncConnection, keys: Collection[str], apart_from: Collection[int]) -> set[str]:
    """Those of the keys under which something is still to be sent, apart from these rows."""
    return {r.key for r in await _COMING.rows(c, keys=list(keys)) if r.id not in apart_from}


async def failed(c: AsyncConnection, keys: Collection[str], tickets: Collection[int]) -> set[str]:
    """Those of the keys, on these tickets, of which an attempt has failed for good."""
    return {r.key for r in await _FAILED.rows(c, keys=list(keys), tickets=list(tickets))}


async def claim(c: AsyncConnection, rows: Sequence[Queued], now: datetime) -> None:
    """Mark rows as being sent, before the call that sends them."""
    if rows:
        await _CLAIM.rows(c, ids=[r.id for r in rows], until=now + LEASE)


async def natives(c: AsyncConnection, keys: Collection[str]) -> dict[str, Shown]:
    """The services' own ids of our message keys: of each all that it is there, and in which room."""
    if not keys:
        return {}
    found: dict[str, Shown] = {}
    for r in await _NATIVES.rows(c, keys=list(keys)):
        found[r.key] = Shown(r.room, (*(found[r.key].natives if r.key in found else ()), r.native))
    return found


async def keys_of(c: AsyncConnection, found: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Our keys of (channel, room, native id)."""
    if not found:
        return {}
    return {(r.channel, r.room, r.native): r.key for r in await _KEYS.rows(c, found=list(found))}


def linked(found: Iterable[tuple[str, str, str, str]]) -> list[Write]:
    """Remember (key, channel, room, native id). A further message under one key becomes its next part."""
    turns: list[dict[str, dict[str, str]]] = []
    for key, channel, room, native in found:
        turn = next((t for t in turns if key not in t), None)
        if turn is None:
            turns.append(turn := {})
        turn[key] = {"key": key, "channel": channel, "room": room, "native": native}
    return [numbered(links, list(turn.values()), key="key", turn=n) for n, turn in enumerate(turns)]


def noted(results: Sequence[Result], now: datetime) -> list[Write]:
    """What became of attempts."""
    rows = [
        {
            "id": r.row.id,
            "state": str(r.state),
            "pending": r.state is State.QUEUED,
            "why": r.why,
            "doubtful": r.again,
            "due": r.due or now,
            "sent_at": now if r.state is State.SENT else None,
            "lease_until": None,
        }
        for r in results
    ]
    made = [(r.row.out.key, r.row.out.to.channel, r.row.out.to.room, native) for r in results for native in r.natives]
    return [updated(outbox, rows, key="id"), *linked(made)]


async def release_all(c: AsyncConnection, now: datetime) -> int:
    """For a process that knows itself alone: what was being sent when the last one stopped is free at once."""
    held = and_(outbox.c.pending, outbox.c.state == str(State.SENDING))
    freed = await c.execute(update(outbox).where(held).values(lease_until=now))
    return freed.rowcount


async def hurry(c: AsyncConnection, room: Address, now: datetime) -> None:
    """What waits in this room need not wait any longer."""
    here = (outbox.c.channel == room.channel, outbox.c.room == room.room)
    waiting = and_(outbox.c.pending, outbox.c.state == str(State.QUEUED), *here)
    await c.execute(update(outbox).where(waiting).values(due=now))


async def next_due(c: AsyncConnection) -> datetime | None:
    found: datetime | None = (await c.execute(select(func.min(outbox.c.due)).where(outbox.c.pending))).scalar()
    return found
