"""Messages as rows: what was said, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Case
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import (
    Known,
    Line,
    Timeline,
)
from chatdesk.core.messages import Body
from chatdesk.storage.rows import Write, insert_once, updated, upserted
from chatdesk.storage.schema import messages, versions

BODY = TypeAdapter(Body)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is kept: what was said, by whom, for whom, and what became of it."""

    key: str
    ticket: int | None
    seq: int
    audience: str  # public, internal, undecided
    side: str  # customer, agent
    account: str
    author: str
    body: Body
    state: Delivery
    why: str = ""
    copies: Copies = Copies()  # what shows it on the other side
    again: bool = False  # it has a row already: what waited leaves, a reply becomes a note


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in a message that was kept before."""

    key: str
    seq: int  # of the event
    body: Body | None = None
    before: Body | None = None  # what it said until now, where that is to be kept
    copies: Copies | None = None
    state: Delivery | None = None
    why: str = ""
    ticket: int | None = None  # to which it belongs from now on


SHOWN = (messages.c.side == "customer", messages.c.state != str(Delivery.MUTED))
FAILURES = (Delivery.FAILED, Delivery.BLOCKED)
STAND = (*FAILURES, Delivery.UNDONE)  # whatever comes back of what had been on its way then


def saved_messages(said: Sequence[tuple[Message, Case]]) -> list[Write]:
    """Those that have rows already come after what is noted of those rows in the same transaction."""
    rows = [
        {
            "key": m.key,
            "area_id": case.group.area,
            "conversation_id": case.conversation.id,
            "ticket": m.ticket,
            "seq": m.seq,
            "at": case.now,
            "audience": m.audience,
            "side": m.side,
            "account": m.account,
            "author": m.author,
            "body": BODY.dump_json(m.body).decode(),
            "state": str(m.state),
            "doubtful": False,
            "why": m.why,
            "copies": str(m.copies),
        }
        for m, case in said
    ]
    again = {m.key for m, _ in said if m.again}
    return [
        upserted(messages, [r for r in rows if r["key"] not in again], key="key"),
        upserted(messages, [r for r in rows if r["key"] in again], key="key", turn=1),
    ]


async def change_messages(c: AsyncConnection, changes: Sequence[Change], now: datetime) -> None:
    """Write what has changed in messages that were kept before, and keep what they said."""
    for change in changes:
        new: dict[str, Any] = {}
        if change.body is not None:
            new["body"] = BODY.dump_json(change.body).decode()
        if change.copies is not None:
            new["copies"] = str(change.copies)
        if change.state is not None:
            new |= {"state": str(change.state), "why": change.why}
        if change.ticket is not None:
            new["ticket"] = change.ticket
        await c.execute(update(messages).where(messages.c.key == change.key).values(new))
        if change.before is not None:
            old = BODY.dump_json(change.before).decode()
            row = {"message": change.key, "number": change.seq, "until": now, "body": old}
            await insert_once(c, versions, [row], returning="number")


def noted_fates(fates: Sequence[tuple[str, Delivery, str, bool]]) -> Write:
    """(message key, state, why, doubtful): what became of messages.

    Of one in several parts a failure stands; so does it that its author took it back while it was on its way.
    """
    told: dict[str, dict[str, Any]] = {}
    for key, state, why, twice in fates:
        if key not in told or told[key]["state"] not in FAILURES:
            told[key] = {"key": key, "state": str(state), "why": why, "doubtful": twice}
    return updated(messages, list(told.values()), key="key", unless=("state", tuple(map(str, STAND))))


def known_of(r: Row[Any]) -> Known:
    """A row of `messages`."""
    body = BODY.validate_json(r.body)
    who = (r.side, r.account, r.author, r.audience)
    return Known(r.key, r.ticket, *who, Delivery(r.state), r.at, body, Copies.read(r.copies), r.seq)


async def tickets_of_messages(c: AsyncConnection, keys: Collection[str]) -> dict[str, int]:
    """The tickets of messages, so far as they have one."""
    if not keys:
        return {}
    found = select(messages.c.key, messages.c.ticket).where(messages.c.key.in_(keys), messages.c.ticket.is_not(None))
    return {r.key: r.ticket for r in await c.execute(found)}


async def timeline(c: AsyncConnection, numbers: Sequence[int]) -> dict[int, Timeline]:
    found = select(messages).where(messages.c.ticket.in_(numbers)).order_by(messages.c.seq, messages.c.at)
    rows = (await c.execute(found)).all()
    lines: dict[int, list[Line]] = {}
    for r in rows:
        lines.setdefault(r.ticket, []).append(line_of(r))
    return {n: Timeline(tuple(lines.get(n, ()))) for n in numbers}


def line_of(r: Row[Any]) -> Line:
    state = f"{r.state}, perhaps twice" if r.doubtful else r.state
    state = f"{state}: {r.why}" if r.why else state
    return Line(r.at, r.author, r.audience, state, BODY.validate_json(r.body).text.text)
