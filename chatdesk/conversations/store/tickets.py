"""Conversations and tickets as rows. All functions are plural: a batch is one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, bindparam, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Conversation
from chatdesk.conversations.ticket import (
    NONE_EARLIER,
    Earlier,
    Held,
    Priority,
    State,
    Ticket,
    TicketType,
    Turn,
    Writing,
)
from chatdesk.conversations.writers import Mute, Writer
from chatdesk.core.messages import Address, Incoming
from chatdesk.storage.rows import Write, updated, upserted
from chatdesk.storage.schema import conversations, events, people, tickets
from chatdesk.storage.statement import Statement

INCOMING = TypeAdapter(Incoming)
WRITERS = TypeAdapter(tuple[Writer, ...])
MUTE = TypeAdapter(Mute)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        at=Address(row.channel, row.room),
        person=row.person_id,
        area=row.area_id,
        group=row.group_id,
        language=row.language,
        writes=row.writes,
        leaning=row.leaning,
        chosen=row.language_chosen,
        languages_told=row.languages_told,
        current=row.current_ticket,
        fresh=row.fresh,
        seq=row.seq,
        left=row.left_at,
        pending=tuple((key, number) for key, number in json.loads(row.pending or "[]")),
        album=INCOMING.validate_json(row.album) if row.album else None,
        writers=WRITERS.validate_json(row.writers) if row.writers else (),
        gathered=tuple(json.loads(row.gathered or "[]")),
        mute=MUTE.validate_json(row.mute) if row.mute else None,
        circle=row.circle,
        readers=row.readers,
        fresh_within=row.fresh_within,
        no_bulletins=row.no_bulletins,
    )


def ticket_of(row: Row[Any]) -> Ticket:
    return Ticket(
        number=row.number,
        conversation=row.conversation_id,
        person=row.person_id,
        area=row.area_id,
        group=row.group_id,
        origin=Address(row.origin_channel, row.origin_room),
        opened=row.opened_at,
        turn_since=row.turn_since,
        title=row.title,
        state=State(row.state),
        priority=Priority(row.priority),
        assignee=row.assignee_id,
        assigned_at=row.assigned_at,
        turn=Turn(row.turn),
        told_who=row.told_who,
        last_said=row.last_said,
        last_words=row.last_words,
        last_reply=row.last_reply,
        solution=row.solution,
        qualifier=row.qualifier,
        relates_to=row.relates_to,
        seq=row.seq,
        heard=row.heard_at,
        answered=row.answered_at,
        held=tuple(Held(*one) for one in json.loads(row.held or "[]")),
        left=row.left_at,
        ended=row.ended_at,
        writing=tuple(Writing(by, datetime.fromisoformat(since)) for by, since in json.loads(row.writing or "[]")),
        earlier=_earlier(json.loads(row.earlier)) if row.earlier else NONE_EARLIER,
        tags=tuple(row.tags.split()),
        told_owner=row.told_owner_id,
        called=row.called,
        apart=row.apart,
        moved_seq=row.moved_seq,
        began=row.began_in_id,
        type=TicketType(row.type),
        service=row.service,
        spam=row.spam,
        came_from=row.came_from,
        shared=tuple(row.shared.split()),
    )


def _earlier(stored: Any) -> Earlier:
    count, last = stored
    return Earlier(count, tuple((number, state) for number, state in last))


# Statements are made once: building one costs more than running it.
_LOCK_CONVERSATIONS = Statement(
    select(conversations, people.c.name.label("person_name"))
    .outerjoin(people, people.c.id == conversations.c.person_id)
    .where(tuple_(conversations.c.channel, conversations.c.room).in_(bindparam("places", expanding=True)))
    .order_by(conversations.c.id)
    .with_for_update(of=conversations)
)
_LOCK_TICKETS = Statement(
    select(tickets)
    .where(tickets.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(tickets.c.number)
    .with_for_update()
)
OPEN_TICKETS = Statement(
    select(tickets)
    .where(tickets.c.conversation_id.in_(bindparam("which", expanding=True)), tickets.c.is_open)
    .order_by(tickets.c.number)
)
PERSONS_TICKETS = Statement(
    select(tickets)
    .where(tickets.c.person_id.in_(bindparam("persons", expanding=True)))
    .order_by(tickets.c.number.desc())
)


async def lock_conversations(c: AsyncConnection, where: Sequence[Address]) -> dict[Address, tuple[Conversation, str]]:
    """Conversations with their person's name, locked until commit, always in the order of their ids."""
    rows = await _LOCK_CONVERSATIONS.rows(c, places=[(a.channel, a.room) for a in where])
    return {Address(r.channel, r.room): (_conversation(r), r.person_name) for r in rows}


async def set_persons(c: AsyncConnection, persons: Mapping[Address, int]) -> None:
    """Say whose the conversations at these addresses are."""
    place = and_(conversations.c.channel == bindparam("in_channel"), conversations.c.room == bindparam("in_room"))
    statement = update(conversations).where(place).values(person_id=bindparam("whose"))
    rows = [{"in_channel": a.channel, "in_room": a.room, "whose": person} for a, person in persons.items()]
    await c.execute(statement, rows)


async def where_tickets_belong(c: AsyncConnection, numbers: Iterable[int]) -> dict[int, Address]:
    """The conversation of each ticket, by address; nothing is locked."""
    found = select(tickets.c.number, tickets.c.origin_channel, tickets.c.origin_room)
    rows = await c.execute(found.where(tickets.c.number.in_(list(numbers))))
    return {r.number: Address(r.origin_channel, r.origin_room) for r in rows}


async def answered_elsewhere(c: AsyncConnection, asked: Collection[tuple[Address, int]]) -> set[tuple[Address, int]]:
    """Those of (address, ticket) where the ticket is answered at another address of the same person by now.

    Only of private chats: in a circle others would speak for them.
    """
    now = conversations.alias("now")
    joined = tickets.join(conversations, conversations.c.person_id == tickets.c.person_id)
    joined = joined.join(now, now.c.id == tickets.c.conversation_id)
    moved = (
        tickets.c.began_in_id.is_not(None),
        tickets.c.conversation_id != conversations.c.id,
        conversations.c.circle == "",
        now.c.circle == "",
    )
    found = select(tickets.c.number, conversations.c.channel, conversations.c.room).select_from(joined)
    rows = await c.execute(found.where(tickets.c.number.in_({number for _, number in asked}), *moved))
    return {(Address(r.channel, r.room), r.number) for r in rows} & set(asked)


async def lock_tickets(c: AsyncConnection, numbers: Iterable[int]) -> dict[int, Ticket]:
    """Tickets by number, locked until commit. The conversation is locked before its tickets, never after."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    return {r.number: ticket_of(r) for r in await _LOCK_TICKETS.rows(c, numbers=wanted)}


def saved_tickets(changed: Sequence[Ticket], now: datetime) -> Write:
    rows = [
        {
            "number": t.number,
            "area_id": t.area,
            "group_id": t.group,
            "conversation_id": t.conversation,
            "person_id": t.person,
            "origin_channel": t.origin.channel,
            "origin_room": t.origin.room,
            "opened_at": t.opened,
            "turn_since": t.turn_since,
            "changed_at": now,
            "title": t.title,
            "state": str(t.state),
            "is_open": t.state.is_open,
            "priority": str(t.priority),
            "assignee_id": t.assignee,
            "assigned_at": t.assigned_at,
            "turn": str(t.turn),
            "told_who": t.told_who,
            "last_said": t.last_said,
            "last_words": t.last_words,
            "last_reply": t.last_reply,
            "solution": t.solution,
            "qualifier": t.qualifier,
            "relates_to": t.relates_to,
            "seq": t.seq,
            "heard_at": t.heard,
            "answered_at": t.answered,
            "held": json.dumps([(h.key, h.by, h.asks, h.awaits) for h in t.held]) if t.held else "",
            "left_at": t.left,
            "ended_at": t.ended,
            "writing": json.dumps([(w.by, w.since.isoformat()) for w in t.writing]) if t.writing else "",
            "earlier": json.dumps([t.earlier.count, t.earlier.last]) if t.earlier.count else "",
            "tags": " ".join(t.tags),
            "told_owner_id": t.told_owner,
            "called": t.called,
            "apart": t.apart,
            "moved_seq": t.moved_seq,
            "began_in_id": t.began,
            "type": str(t.type),
            "service": t.service,
            "spam": t.spam,
            "came_from": t.came_from,
            "shared": " ".join(t.shared),
        }
        for t in changed
    ]
    return upserted(tickets, rows, key="number")


def saved_conversations(changed: Sequence[Conversation]) -> Write:
    rows = [
        {
            "id": v.id,
            "current_ticket": v.current,
            "fresh": v.fresh,
            "seq": v.seq,
            "language": v.language,
            "left_at": v.left,
            "pending": json.dumps(v.pending) if v.pending else "",
            "album": INCOMING.dump_json(v.album).decode() if v.album else "",
            "writes": v.writes,
            "leaning": v.leaning,
            "language_chosen": v.chosen,
            "languages_told": v.languages_told,
            "writers": WRITERS.dump_json(v.writers, exclude_defaults=True).decode() if v.writers else "",
            "gathered": json.dumps(v.gathered) if v.gathered else "",
            "mute": MUTE.dump_json(v.mute).decode() if v.mute else "",
            "circle": v.circle,
            "readers": v.readers,
            "fresh_within": v.fresh_within,
            "no_bulletins": v.no_bulletins,
        }
        for v in changed
    ]
    return updated(conversations, rows, key="id")


async def open_tickets(c: AsyncConnection, groups: Collection[str]) -> dict[str, tuple[Ticket, ...]]:
    """The open tickets of these groups, oldest first."""
    found: dict[str, list[Ticket]] = {group: [] for group in groups}
    wanted = select(tickets).where(tickets.c.group_id.in_(groups), tickets.c.is_open).order_by(tickets.c.number)
    for r in await c.execute(wanted):
        found[r.group_id].append(ticket_of(r))
    return {group: tuple(own) for group, own in found.items()}


async def tickets_since(c: AsyncConnection, group: str, after: datetime) -> list[Ticket]:
    """The group's tickets that were opened or written to since then, oldest first."""
    came = or_(tickets.c.opened_at >= after, tickets.c.heard_at >= after)
    found = select(tickets).where(tickets.c.group_id == group, came).order_by(tickets.c.number)
    return [ticket_of(row) for row in await c.execute(found)]


async def moves_of(c: AsyncConnection, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the events by which each of these tickets went to another group, in order."""
    moved = (events.c.ticket.in_(numbers), events.c.name == "Moved")
    found: dict[int, tuple[int, ...]] = dict.fromkeys(numbers, ())
    for r in await c.execute(select(events.c.ticket, events.c.seq).where(*moved).order_by(events.c.seq)):
        found[r.ticket] = (*found[r.ticket], r.seq)
    return found
