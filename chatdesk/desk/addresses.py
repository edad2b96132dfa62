"""Addresses as rows: which there are of a ticket's customer, and where each message was that changes now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.area import Doors
from chatdesk.conversations.addresses import TIMER, Addresses, Known
from chatdesk.conversations.case import Case
from chatdesk.core.messages import Address, Incoming, Outgoing
from chatdesk.slices import Slice
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import conversations, identities, links, outbox, people, tickets, timers


async def _addresses(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    return [await _addresses_of(c, case) if case.ticket else Addresses() for case in cases]


async def _addresses_of(c: AsyncConnection, case: Case) -> Addresses:
    """The person's own chats in the ticket's area, and where the ticket was opened, whoever reads there.

    Not where the desk has no bot any more; and an erased person has none.
    """
    ticket, doors = case.subject, case.parts.get(Doors, Doors())
    assert isinstance(doors, Doors)
    mine, of_area = conversations.c.person_id == ticket.person, conversations.c.area_id == ticket.area
    own = and_(mine, of_area, conversations.c.circle == "")
    here = conversations.c.id.in_([id for id in (ticket.conversation, ticket.began) if id])
    found = select(conversations).join(people, people.c.id == ticket.person)
    found = found.where(or_(own, here), people.c.erased_at.is_(None))
    rows = [r for r in await c.execute(found.order_by(conversations.c.id)) if doors.lead_to(r.channel, r.room)]
    accounts = (await c.execute(select(identities).where(identities.c.person_id == ticket.person))).all()
    names = {(r.channel, r.account): r.name for r in accounts}
    return Addresses(
        tuple(
            Known(
                r.id,
                Address(r.channel, r.room),
                names.get((r.channel, r.room.split("/")[-1]), ""),
                r.circle,
                r.left_at is not None,
            )
            for r in rows
        )
    )


# -- messages at an earlier address -----------------------------------------------------------------------------


async def at_their_place(
    c: AsyncConnection, case: Case, said: Sequence[Outgoing], heard: Incoming | None
) -> Sequence[Outgoing]:
    """What changes or marks a message of a ticket that has moved goes to where that message is.

    And what answers one elsewhere quotes nothing: no service quotes across chats.
    """
    if case.ticket is None or case.ticket.began is None:
        return said
    here = _room(case.ticket.origin)
    places = {heard.message: _room(heard.at)} if heard else {}
    places |= await _places(c, {key for out in said for key in (_changed(out), out.answers) if key})
    return [_placed(out, here, places) for out in said]


def _changed(out: Outgoing) -> str | None:
    """Key of the message that it changes; standing messages have keys of their own at each address."""
    return out.marks or out.replaces or out.removes or (out.key if out.edits and not out.standing else None)


def _room(at: Address) -> tuple[str, str]:
    return at.channel, at.room


def _placed(out: Outgoing, here: tuple[str, str], places: Mapping[str, tuple[str, str]]) -> Outgoing:
    if _room(out.to) != here:
        return out
    if out.answers and places.get(out.answers, here) != here:
        out = replace(out, answers=None)
    there = places.get(_changed(out) or "", here)
    return out if there == here else replace(out, to=Address(*there))


async def _places(c: AsyncConnection, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Where these messages were heard, were sent, or are being sent; of a circle that has moved, where it was."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    coming = select(outbox.c.key, outbox.c.channel, outbox.c.room).where(outbox.c.pending, outbox.c.key.in_(wanted))
    there = select(links.c.key, links.c.channel, links.c.room).where(links.c.key.in_(wanted))
    found = [*await c.execute(coming), *await c.execute(there.order_by(links.c.part.desc()))]
    return {r.key: (r.channel, r.room) for r in found}


# -- persons who are parted ---------------------------------------------------------------------------------------


async def come_home(c: AsyncConnection, persons: Sequence[int], now: datetime) -> None:
    """Tickets of these persons that are answered in what is another's chat now are answered where they were opened."""
    joined = tickets.join(conversations, conversations.c.id == tickets.c.conversation_id)
    strayed = and_(
        tickets.c.person_id.in_(persons),
        tickets.c.began_in_id.is_not(None),
        conversations.c.circle == "",
        conversations.c.person_id != tickets.c.person_id,
    )
    found = select(tickets.c.number, tickets.c.area_id, tickets.c.began_in_id).select_from(joined).where(strayed)
    rows = (await c.execute(found.order_by(tickets.c.number))).all()
    for r in rows:
        await _bring_home(c, r)
    due = [_timer(r, now) for r in rows]
    if due:
        await write(c, upserted(timers, due, key="key"))


async def _bring_home(c: AsyncConnection, ticket: Any) -> None:
    home = (await c.execute(select(conversations).where(conversations.c.id == ticket.began_in_id))).one()
    back = {"conversation_id": home.id, "origin_channel": home.channel, "origin_room": home.room}
    await c.execute(update(tickets).where(tickets.c.number == ticket.number).values(back))
    about = conversations.c.current_ticket == ticket.number
    await c.execute(update(conversations).where(about, conversations.c.id != home.id).values(current_ticket=None))


def _timer(ticket: Any, now: datetime) -> dict[str, Any]:
    """Wakes the ticket: its customer is told, and its card is brought up to date."""
    key = f"t{ticket.number}:{TIMER}"
    row = {"key": key, "ticket": ticket.number, "area_id": ticket.area_id, "name": TIMER, "due": now}
    return {**row, "channel": "", "room": ""}


ADDRESSES = Slice(name="addresses", parts={Addresses: _addresses})
