"""What a person said among others: in circles, whose conversations are not theirs, though their words are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.desk.keeping import empty_messages
from chatdesk.storage.schema import conversations, identities, messages, tickets

_CIRCLES = select(conversations.c.id).where(conversations.c.circle != "")


def said_by(accounts: Sequence[str]) -> ColumnElement[bool]:
    """Messages of these accounts in circles."""
    theirs = and_(messages.c.account.in_(accounts), messages.c.side == "customer")
    return and_(theirs, messages.c.conversation_id.in_(_CIRCLES))


async def accounts_of(c: AsyncConnection, person: int) -> list[str]:
    found = select(identities.c.account).where(identities.c.person_id == person).order_by(identities.c.account)
    return list((await c.execute(found)).scalars())


async def tickets_among(c: AsyncConnection, accounts: Sequence[str], own: Sequence[int]) -> Sequence[Any]:
    """Tickets of circles that are theirs, or to which they said something: number and where that was."""
    wrote = select(messages.c.ticket).where(said_by(accounts), messages.c.ticket.is_not(None))
    where = and_(tickets.c.conversation_id.in_(_CIRCLES), or_(tickets.c.number.in_(own), tickets.c.number.in_(wrote)))
    columns = (tickets.c.number, tickets.c.origin_channel, tickets.c.origin_room)
    return list(await c.execute(select(*columns).where(where).order_by(tickets.c.number)))


async def forget(c: AsyncConnection, accounts: Sequence[str], name: str) -> Sequence[tuple[int, str]]:
    """Empty what they said among others; (ticket, key) of each message that was shown on one."""
    rows = (await c.execute(select(messages.c.ticket, messages.c.key).where(said_by(accounts)))).all()
    keys = [r.key for r in rows]
    await empty_messages(c, messages.c.key.in_(keys))
    await c.execute(update(messages).where(messages.c.key.in_(keys)).values(author=name, account="erased"))
    for account in accounts:
        held = conversations.c.writers.contains(f'"{account}"', autoescape=True)
        await c.execute(update(conversations).where(held).values(writers=""))
    return [(r.ticket, r.key) for r in rows if r.ticket]
