"""Conversations, tickets and messages as rows. All functions are plural: a batch is one statement."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, bindparam, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Case, Conversation
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import (
    About,
    AreaTickets,
    Exchange,
    GatheredMessage,
    GatheredMessages,
    Heard,
    HeldMessage,
    HeldMessages,
    Known,
    LastHeard,
    LastReply,
    Line,
    MutedMessages,
    OpenTickets,
    OwnTickets,
    PendingMessages,
    Timeline,
    Unreached,
    Versions,
)
from chatdesk.conversations.ticket import NONE_EARLIER, Earlier, Held, Priority, State, Ticket, Turn, Writing
from chatdesk.conversations.writers import Mute, Writer
from chatdesk.core.messages import Address, Body, Identity, Incoming
from chatdesk.storage.rows import Write, insert_once, updated, upserted
from chatdesk.storage.schema import conversations, events, memberships, messages, people, tickets, versions
from chatdesk.storage.statement import Statement

BODY = TypeAdapter(Body)
INCOMING = TypeAdapter(Incoming)
WRITERS = TypeAdapter(tuple[Writer, ...])
MUTE = TypeAdapter(Mute)
MOST_MUTED = 50  # messages that are shown at once


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
    )


def _ticket(row: Row[Any]) -> Ticket:
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
_OPEN_TICKETS = Statement(
    select(tickets)
    .where(tickets.c.conversation_id.in_(bindparam("which", expanding=True)), tickets.c.is_open)
    .order_by(tickets.c.number)
)
_PERSONS_TICKETS = Statement(
    select(tickets)
    .where(tickets.c.person_id.in_(bindparam("persons", expanding=True)))
    .order_by(tickets.c.number.desc())
)
_SHOWN = (messages.c.side == "customer", messages.c.state != str(Delivery.MUTED))
FAILURES = (Delivery.FAILED, Delivery.BLOCKED)


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
    return {r.number: _ticket(r) for r in await _LOCK_TICKETS.rows(c, numbers=wanted)}


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
        }
        for v in changed
    ]
    return updated(conversations, rows, key="id")


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
    """(message key, state, why, doubtful): what became of messages. Of one in several parts a failure stands."""
    told: dict[str, dict[str, Any]] = {}
    for key, state, why, twice in fates:
        if key not in told or told[key]["state"] not in FAILURES:
            told[key] = {"key": key, "state": str(state), "why": why, "doubtful": twice}
    return updated(messages, list(told.values()), key="key", unless=("state", tuple(map(str, FAILURES))))


async def _own_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    which = [case.conversation.id for case in cases]
    found = select(tickets).where(tickets.c.conversation_id.in_(which)).order_by(tickets.c.number.desc())
    rows = (await c.execute(found)).all()
    return [OwnTickets(tuple(_ticket(r) for r in rows if r.conversation_id == i)[:20]) for i in which]


async def _open_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    which = [case.conversation.id for case in cases]
    rows = await _OPEN_TICKETS.rows(c, which=which)
    return [OpenTickets(tuple(_ticket(r) for r in rows if r.conversation_id == i)) for i in which]


async def open_tickets(c: AsyncConnection, groups: Collection[str]) -> dict[str, tuple[Ticket, ...]]:
    """The open tickets of these groups, oldest first."""
    found: dict[str, list[Ticket]] = {group: [] for group in groups}
    wanted = select(tickets).where(tickets.c.group_id.in_(groups), tickets.c.is_open).order_by(tickets.c.number)
    for r in await c.execute(wanted):
        found[r.group_id].append(_ticket(r))
    return {group: tuple(own) for group, own in found.items()}


async def tickets_since(c: AsyncConnection, group: str, after: datetime) -> list[Ticket]:
    """The group's tickets that were opened or written to since then, oldest first."""
    came = or_(tickets.c.opened_at >= after, tickets.c.heard_at >= after)
    found = select(tickets).where(tickets.c.group_id == group, came).order_by(tickets.c.number)
    return [_ticket(row) for row in await c.execute(found)]


async def _last_replies(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    keys = [case.ticket.last_reply for case in cases if case.ticket and case.ticket.last_reply]
    rows = (await c.execute(select(messages.c.key, messages.c.body).where(messages.c.key.in_(keys)))).all()
    texts = {r.key: BODY.validate_json(r.body).text.text for r in rows}
    return [LastReply(texts.get((case.ticket and case.ticket.last_reply) or "", "")) for case in cases]


async def _held_messages(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    waiting = (messages.c.state == str(Delivery.HELD), messages.c.side == "agent")
    held = select(messages).where(messages.c.ticket.in_(numbers), *waiting)
    rows = (await c.execute(held)).all()
    return [
        HeldMessages(
            {
                r.key: HeldMessage(r.account, BODY.validate_json(r.body), r.author)
                for r in rows
                if case.ticket and r.ticket == case.ticket.number
            }
        )
        for case in cases
    ]


async def _about(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    keys = {case.about for case in cases if case.about}
    rows = (await c.execute(select(messages).where(messages.c.key.in_(keys)))).all() if keys else []
    known = {r.key: known_of(r) for r in rows}
    return [About(known.get(case.about or "")) for case in cases]


def known_of(r: Row[Any]) -> Known:
    """A row of `messages`."""
    body = BODY.validate_json(r.body)
    who = (r.side, r.account, r.author, r.audience)
    return Known(r.key, r.ticket, *who, Delivery(r.state), r.at, body, Copies.read(r.copies), r.seq)


async def _pending(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """Those that were written after the end of the case's own ticket."""
    waiting = [
        [key for key, number in case.conversation.pending if case.ticket and number == case.ticket.number]
        for case in cases
    ]
    keys = {key for mine in waiting for key in mine}
    rows = (await c.execute(select(messages).where(messages.c.key.in_(keys)))).all() if keys else []
    known = {r.key: r for r in rows}
    found = zip(cases, waiting, strict=True)
    return [_waiting(case, [known[key] for key in mine if key in known]) for case, mine in found]


def _waiting(case: Case, rows: Sequence[Row[Any]]) -> PendingMessages:
    channel = case.conversation.at.channel
    authors = {r.key: Identity(channel, r.account, r.author) for r in rows}
    return PendingMessages(tuple((r.key, BODY.validate_json(r.body)) for r in rows), authors)


async def _gathered(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    keys = {key for case in cases for key in case.conversation.gathered}
    rows = (await c.execute(select(messages).where(messages.c.key.in_(keys)))).all() if keys else []
    known = {
        r.key: GatheredMessage(r.key, r.account, r.author, r.at, BODY.validate_json(r.body), r.ticket) for r in rows
    }
    return [GatheredMessages(tuple(known[key] for key in case.conversation.gathered if key in known)) for case in cases]


async def _muted(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    found = []
    for case in cases:
        where = (messages.c.conversation_id == case.conversation.id, messages.c.state == str(Delivery.MUTED))
        latest = select(messages).where(*where).order_by(messages.c.at.desc(), messages.c.seq.desc()).limit(MOST_MUTED)
        rows = (await c.execute(latest)).all()
        found.append(MutedMessages(tuple(_line(r) for r in reversed(rows))))
    return found


async def _unreached(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    kept = (messages.c.state == str(Delivery.BLOCKED), messages.c.side == "agent", messages.c.audience == "public")
    by = and_(memberships.c.account == messages.c.account, memberships.c.group_id == tickets.c.group_id)
    joined = messages.join(tickets, tickets.c.number == messages.c.ticket).outerjoin(memberships, by)
    found = select(messages, memberships.c.person_id.label("person")).select_from(joined)
    rows = (await c.execute(found.where(messages.c.ticket.in_(numbers), *kept).order_by(messages.c.seq))).all()
    return [
        Unreached(
            tuple(
                (r.key, r.person or 0, BODY.validate_json(r.body))
                for r in rows
                if case.ticket and r.ticket == case.ticket.number
            ),
            {r.key: Identity(case.group.home.channel, r.account, r.author) for r in rows},
        )
        for case in cases
    ]


async def _heard(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    found = select(messages.c.key, messages.c.ticket, messages.c.body)
    found = found.where(messages.c.ticket.in_(numbers), *_SHOWN).order_by(messages.c.seq.desc())
    rows = [(r.ticket, r.key, BODY.validate_json(r.body).text.text) for r in await c.execute(found)]
    return [
        Heard(tuple((key, text) for n, key, text in rows if case.ticket and n == case.ticket.number)) for case in cases
    ]


async def _versions(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    found = select(versions, messages.c.ticket).join(messages, messages.c.key == versions.c.message)
    rows = (await c.execute(found.where(messages.c.ticket.in_(numbers)).order_by(versions.c.number))).all()
    told: dict[int, dict[str, tuple[tuple[datetime, str], ...]]] = {}
    for r in rows:
        of_ticket = told.setdefault(r.ticket, {})
        of_ticket[r.message] = (*of_ticket.get(r.message, ()), (r.until, BODY.validate_json(r.body).text.text))
    return [Versions(told.get(case.ticket.number, {}) if case.ticket else {}) for case in cases]


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
        lines.setdefault(r.ticket, []).append(_line(r))
    return {n: Timeline(tuple(lines.get(n, ()))) for n in numbers}


def _line(r: Row[Any]) -> Line:
    state = f"{r.state}, perhaps twice" if r.doubtful else r.state
    state = f"{state}: {r.why}" if r.why else state
    return Line(r.at, r.author, r.audience, state, BODY.validate_json(r.body).text.text)


async def _exchanges(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    found = select(messages).where(messages.c.ticket.in_(numbers)).order_by(messages.c.seq, messages.c.at)
    rows = (await c.execute(found)).all()
    return [
        Exchange(tuple(known_of(r) for r in rows if case.ticket and r.ticket == case.ticket.number)) for case in cases
    ]


async def moves_of(c: AsyncConnection, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the events by which each of these tickets went to another group, in order."""
    moved = (events.c.ticket.in_(numbers), events.c.name == "Moved")
    found: dict[int, tuple[int, ...]] = dict.fromkeys(numbers, ())
    for r in await c.execute(select(events.c.ticket, events.c.seq).where(*moved).order_by(events.c.seq)):
        found[r.ticket] = (*found[r.ticket], r.seq)
    return found


async def _last_heard(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    said = select(messages.c.ticket, messages.c.key, messages.c.at, messages.c.body)
    found = said.where(messages.c.ticket.in_(numbers), *_SHOWN).order_by(messages.c.seq)
    last = {r.ticket: LastHeard(r.key, r.at, BODY.validate_json(r.body)) for r in await c.execute(found)}
    return [last.get(case.ticket.number if case.ticket else 0, LastHeard()) for case in cases]


async def _area_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    rows = await _PERSONS_TICKETS.rows(c, persons=sorted({case.customer.person for case in cases}))
    known = [_ticket(r) for r in rows]
    whose = [(case.customer.person, case.group.area) for case in cases]
    return [AreaTickets(tuple(t for t in known if (t.person, t.area) == one)) for one in whose]


async def _timelines(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    found = await timeline(c, [case.ticket.number for case in cases if case.ticket])
    return [found[case.ticket.number] if case.ticket else Timeline(()) for case in cases]


PARTS: Mapping[type, Callable[[Any, Sequence[Case]], Awaitable[Sequence[object]]]] = {
    OwnTickets: _own_tickets,
    OpenTickets: _open_tickets,
    LastReply: _last_replies,
    HeldMessages: _held_messages,
    About: _about,
    PendingMessages: _pending,
    GatheredMessages: _gathered,
    MutedMessages: _muted,
    Unreached: _unreached,
    Versions: _versions,
    Exchange: _exchanges,
    Heard: _heard,
    Timeline: _timelines,
    LastHeard: _last_heard,
    AreaTickets: _area_tickets,
}
