"""Bulletins as rows, and who has been told of which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.bulletins.model import Bulletin, BulletinEnded, BulletinMade, BulletinOver, Bulletins, BulletinTold, Kind
from chatdesk.conversations.case import Case
from chatdesk.core.messages import Address
from chatdesk.slices import Logged
from chatdesk.storage.schema import bulletins, bulletins_told, conversations, tickets

USERS_FOR = timedelta(days=365)  # who asked about it within as long uses it [our own proposal]
SHOWN_FOR = timedelta(days=30)  # after its end


async def load(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    found: list[object] = []
    for case in cases:
        left = or_(bulletins.c.until.is_(None), bulletins.c.until > case.now - SHOWN_FOR)
        rows = await c.execute(
            select(bulletins).where(bulletins.c.area_id == case.group.area, left).order_by(bulletins.c.id)
        )
        told = await c.execute(
            select(bulletins_told.c.bulletin_id).where(bulletins_told.c.conversation_id == case.conversation.id)
        )
        found.append(Bulletins(tuple(map(_bulletin, rows)), frozenset(told.scalars())))
    return found


def _bulletin(r: Any) -> Bulletin:
    return Bulletin(r.id, r.area_id, r.service, Kind(r.kind), r.text, r.since, r.until, r.ended_at is not None)


async def save(c: AsyncConnection, happened: Sequence[Logged]) -> None:
    for one in happened:
        match one.event:
            case BulletinMade(by=by, area=area, service=service, kind=kind, since=since, until=until, text=text):
                row = {"area_id": area, "service": service, "kind": kind, "text": text, "person_id": by}
                end = datetime.fromisoformat(until) if until else None
                await c.execute(insert(bulletins).values(**row, since=datetime.fromisoformat(since), until=end))
            case BulletinEnded(bulletin=bulletin):
                ended = update(bulletins).where(bulletins.c.id == bulletin)
                await c.execute(ended.values(ended_at=one.case.now))
            case BulletinTold(bulletin=bulletin):
                told = {"bulletin_id": bulletin, "conversation_id": one.case.conversation.id}
                await c.execute(insert(bulletins_told).values(**told, over=False))
            case BulletinOver(bulletin=bulletin):
                there = bulletins_told.c.conversation_id == one.case.conversation.id
                await c.execute(
                    update(bulletins_told).where(bulletins_told.c.bulletin_id == bulletin, there).values(over=True)
                )


async def to_tell(c: AsyncConnection, now: datetime, most: int) -> list[tuple[int, Address]]:
    """Conversations that have not been told of a bulletin that is on, and use what it is about.

    Who wants none is told only as a new ticket of theirs is about it.
    """
    on = and_(
        bulletins.c.ended_at.is_(None),
        bulletins.c.since <= now,
        or_(bulletins.c.until.is_(None), bulletins.c.until > now),
    )
    about = and_(
        tickets.c.area_id == bulletins.c.area_id,
        or_(bulletins.c.service.is_(None), tickets.c.service == bulletins.c.service),
        tickets.c.opened_at > now - USERS_FOR,
        tickets.c.spam.is_(False),
    )
    wanted = or_(
        conversations.c.no_bulletins.is_(False), and_(tickets.c.is_open, tickets.c.opened_at >= bulletins.c.since)
    )
    told = exists().where(
        bulletins_told.c.bulletin_id == bulletins.c.id, bulletins_told.c.conversation_id == conversations.c.id
    )
    found = (
        select(bulletins.c.id, conversations.c.channel, conversations.c.room)
        .distinct()
        .select_from(bulletins)
        .join(tickets, about)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .where(on, wanted, conversations.c.left_at.is_(None), ~told)
        .limit(most)
    )
    return [(r.id, Address(r.channel, r.room)) for r in await c.execute(found)]


async def to_end(c: AsyncConnection, now: datetime, most: int) -> list[tuple[int, Address]]:
    """Conversations that were told of a bulletin that is over since, and have not read so."""
    over = or_(bulletins.c.ended_at.is_not(None), bulletins.c.until <= now)
    found = (
        select(bulletins.c.id, conversations.c.channel, conversations.c.room)
        .join(bulletins_told, bulletins_told.c.bulletin_id == bulletins.c.id)
        .join(conversations, conversations.c.id == bulletins_told.c.conversation_id)
        .where(over, bulletins_told.c.over.is_(False), conversations.c.left_at.is_(None))
        .limit(most)
    )
    return [(r.id, Address(r.channel, r.room)) for r in await c.execute(found)]
