"""What a person looks up: a ticket, what was said on it, what happened, and what became of each delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, outerjoin, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.fate import Delivery as State
from chatdesk.conversations.store.messages import BODY
from chatdesk.core.messages import Body, Outgoing
from chatdesk.desk.outbox import OUTGOING
from chatdesk.storage.schema import events, identities, messages, outbox, people, tickets


@dataclass(frozen=True, slots=True)
class Said:
    """A message, inbound or outbound."""

    key: str
    ticket: int | None
    at: datetime
    side: str
    author: str
    audience: str
    state: str  # with "perhaps twice" and why, where that is known
    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    seq: int
    name: str
    by: str
    via: str
    content: str  # JSON


@dataclass(frozen=True, slots=True)
class Delivered:
    """A row of the outbox."""

    id: int
    ticket: int | None
    to: str
    what: str
    state: str
    attempts: int
    said_at: datetime
    sent_at: datetime | None
    due: datetime | None  # of the next attempt, while it waits


_ASSIGNEE = people.alias("assignee")


async def ticket(c: AsyncConnection, number: int) -> Row[Any] | None:
    """The ticket's row, with `customer` and `assignee`: their names."""
    joined = outerjoin(tickets, _ASSIGNEE, _ASSIGNEE.c.id == tickets.c.assignee_id)
    joined = outerjoin(joined, people, people.c.id == tickets.c.person_id)
    names = (people.c.name.label("customer"), _ASSIGNEE.c.name.label("assignee"))
    found = select(tickets, *names).select_from(joined).where(tickets.c.number == number)
    return (await c.execute(found)).one_or_none()


async def said_on(c: AsyncConnection, number: int) -> list[Said]:
    found = select(messages).where(messages.c.ticket == number).order_by(messages.c.seq, messages.c.at)
    return [_said(r) for r in await c.execute(found)]


async def said_in(c: AsyncConnection, states: Sequence[State], most: int) -> list[Said]:
    """The newest messages in these states, over all tickets."""
    found = select(messages).where(messages.c.state.in_([str(s) for s in states]))
    return [_said(r) for r in await c.execute(found.order_by(messages.c.at.desc(), messages.c.seq.desc()).limit(most))]


async def counts(c: AsyncConnection) -> dict[str, int]:
    """How many messages there are in each state."""
    found = select(messages.c.state, func.count()).group_by(messages.c.state).order_by(messages.c.state)
    return {r[0]: r[1] for r in await c.execute(found)}


async def happened_on(c: AsyncConnection, number: int) -> list[Happened]:
    """The ticket's events; the people who caused them by name where their account is known."""
    known = outerjoin(events, identities, identities.c.account == events.c.by_account)
    named = select(events, func.max(identities.c.name).label("who")).select_from(known)
    found = named.where(events.c.ticket == number).group_by(*events.c).order_by(events.c.seq)
    return [
        Happened(r.at, r.seq, r.name, f"{r.who} ({r.by_account})" if r.who else r.by_account, r.via, r.content)
        for r in await c.execute(found)
    ]


async def delivered_on(c: AsyncConnection, number: int) -> list[Delivered]:
    found = select(outbox).where(outbox.c.ticket == number).order_by(outbox.c.id)
    return [_delivered(r) for r in await c.execute(found)]


async def delivered_in(c: AsyncConnection, states: Sequence[State], most: int) -> list[Delivered]:
    """The newest deliveries in these states."""
    wanted: ColumnElement[bool] = and_(outbox.c.state.in_([str(s) for s in states]))
    found = select(outbox).where(wanted).order_by(outbox.c.id.desc()).limit(most)
    return [_delivered(r) for r in await c.execute(found)]


def _said(r: Row[Any]) -> Said:
    body = BODY.validate_json(r.body)
    return Said(r.key, r.ticket, r.at, r.side, r.author, r.audience, _state(r), words(body))


def _delivered(r: Row[Any]) -> Delivered:
    out = OUTGOING.validate_json(r.content)
    due = r.due if r.pending else None
    to = f"{r.channel} {r.room}"
    return Delivered(r.id, r.ticket, to, what(out), _state(r), r.attempts, r.created_at, r.sent_at, due)


def _state(r: Row[Any]) -> str:
    state = f"{r.state}, perhaps twice" if r.doubtful else r.state
    return f"{state}: {r.why}" if r.why else str(state)


def words(body: Body) -> str:
    """What can be read of a message; what is attached has its kind only."""
    return " ".join([*(f"[{f.kind}]" for f in body.files), body.text.text]).strip()


def what(out: Outgoing) -> str:
    """A delivery in a few words."""
    if out.marks:
        return f"{'no more of ' if out.unmark else ''}the mark {out.mark} on {out.marks}"
    if out.replaces:
        return f"{'new' if out.buttons else 'no more'} buttons under {out.replaces}"
    if out.opens:
        return f"the topic {words(out.body) if out.body else ''}"
    if out.card:
        return f"the card {out.card.title}"
    kind = "a private answer" if out.private_to else "a status" if out.standing else "a message"
    return f"{kind}: {words(out.body) if out.body else ''}"
