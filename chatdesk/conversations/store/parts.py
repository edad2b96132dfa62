"""What decisions ask for beside the case, one statement for a whole batch."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Case
from chatdesk.conversations.events import AgentReacted
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
    MutedMessages,
    OpenTickets,
    OwnTickets,
    PendingMessages,
    Standing,
    TicketsElsewhere,
    Timeline,
    Unreached,
    Versions,
)
from chatdesk.conversations.store.messages import BODY, SHOWN, known_of, line_of, timeline
from chatdesk.conversations.store.tickets import OPEN_TICKETS, PERSONS_TICKETS, ticket_of
from chatdesk.core.messages import Identity
from chatdesk.storage.schema import events, links, memberships, messages, outbox, tickets, versions

MOST_MUTED = 50  # messages that are shown at once


async def _own_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    which = [case.conversation.id for case in cases]
    found = select(tickets).where(tickets.c.conversation_id.in_(which)).order_by(tickets.c.number.desc())
    rows = (await c.execute(found)).all()
    return [OwnTickets(tuple(ticket_of(r) for r in rows if r.conversation_id == i)[:20]) for i in which]


async def _open_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    which = [case.conversation.id for case in cases]
    rows = await OPEN_TICKETS.rows(c, which=which)
    return [OpenTickets(tuple(ticket_of(r) for r in rows if r.conversation_id == i)) for i in which]


async def _tickets_elsewhere(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    which = [case.conversation.id for case in cases]
    found = select(tickets).where(tickets.c.began_in_id.in_(which), tickets.c.conversation_id != tickets.c.began_in_id)
    rows = [(r.began_in_id, ticket_of(r)) for r in await c.execute(found.order_by(tickets.c.number))]
    return [TicketsElsewhere(tuple(t for began, t in rows if began == i and t.state.is_open)) for i in which]


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
    known = {m.key: m for m in await _with_lost(c, [known_of(r) for r in rows])}
    return [About(known.get(case.about or "")) for case in cases]


async def _with_lost(c: AsyncConnection, found: Sequence[Known]) -> Sequence[Known]:
    """Of a message in several parts that has failed some may have arrived."""
    failed = [m for m in found if m.state is Delivery.FAILED and m.ticket]
    keys = [key for m in failed for key in m.copies.keys(m.key)]
    if not keys:
        return found
    refused = select(outbox.c.key).where(
        outbox.c.ticket.in_([m.ticket for m in failed]), outbox.c.key.in_(keys), outbox.c.state == str(Delivery.FAILED)
    )
    arrived = select(links.c.key).where(links.c.key.in_(keys))
    lost = set((await c.execute(refused)).scalars()) - set((await c.execute(arrived)).scalars())
    return [replace(m, lost=frozenset(lost & set(m.copies.keys(m.key)))) for m in found]


async def _standing(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    """Told by the log: nobody else keeps who reacted, and when."""
    numbers = {case.ticket.number for case in cases if case.ticket}
    found = select(events.c.ticket, events.c.content).where(
        events.c.ticket.in_(numbers), events.c.name == AgentReacted.__name__
    )
    rows = [(r.ticket, json.loads(r.content)) for r in await c.execute(found.order_by(events.c.seq))]
    standing = []
    for case in cases:
        now = Standing()
        for ticket, was in rows:
            if case.ticket and ticket == case.ticket.number and was["key"] == case.about:
                now = now.after(was["by"], was["on"], was["off"])
        standing.append(now)
    return standing


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
        found.append(MutedMessages(tuple(line_of(r) for r in reversed(rows))))
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
    found = found.where(messages.c.ticket.in_(numbers), *SHOWN).order_by(messages.c.seq.desc())
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


async def _exchanges(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    found = select(messages).where(messages.c.ticket.in_(numbers)).order_by(messages.c.seq, messages.c.at)
    rows = (await c.execute(found)).all()
    return [
        Exchange(tuple(known_of(r) for r in rows if case.ticket and r.ticket == case.ticket.number)) for case in cases
    ]


async def _last_heard(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    said = select(messages.c.ticket, messages.c.key, messages.c.at, messages.c.body)
    found = said.where(messages.c.ticket.in_(numbers), *SHOWN).order_by(messages.c.seq)
    last = {r.ticket: LastHeard(r.key, r.at, BODY.validate_json(r.body)) for r in await c.execute(found)}
    return [last.get(case.ticket.number if case.ticket else 0, LastHeard()) for case in cases]


async def _area_tickets(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    rows = await PERSONS_TICKETS.rows(c, persons=sorted({case.customer.person for case in cases}))
    known = [ticket_of(r) for r in rows]
    whose = [(case.customer.person, case.group.area) for case in cases]
    return [AreaTickets(tuple(t for t in known if (t.person, t.area) == one)) for one in whose]


async def _timelines(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    found = await timeline(c, [case.ticket.number for case in cases if case.ticket])
    return [found[case.ticket.number] if case.ticket else Timeline(()) for case in cases]


PARTS: Mapping[type, Callable[[Any, Sequence[Case]], Awaitable[Sequence[object]]]] = {
    OwnTickets: _own_tickets,
    OpenTickets: _open_tickets,
    TicketsElsewhere: _tickets_elsewhere,
    LastReply: _last_replies,
    HeldMessages: _held_messages,
    About: _about,
    Standing: _standing,
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
