"""Looks at the clock: wakes tickets whose time has come, measures the queue, throws away what has served."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, delete, func, select

from chatdesk.core.messages import Address
from chatdesk.desk import cursors, keeping, metrics, persons
from chatdesk.desk.desk import Desk
from chatdesk.desk.erasing import forget_rooms
from chatdesk.desk.lost import LOST
from chatdesk.desk.parking import count_parked
from chatdesk.desk.work import Wake
from chatdesk.storage.database import is_outage
from chatdesk.storage.schema import absences, inputs, outbox, timers

log = structlog.get_logger()
LOOK = 1.0  # seconds between looks
INPUTS_KEPT = timedelta(days=30)  # no service delivers an input again after so long
SENT_KEPT = timedelta(days=90)


async def run(desk: Desk) -> None:
    """Until cancelled. A look that fails is logged, and the next one comes."""
    looks, seen = 0, None
    while True:
        try:
            await desk.clock.look()
            seen = await forget_lost(desk, seen)
            await tick(desk)
            await measure(desk)
            if looks % 3600 == 0:
                await tidy(desk)
        except Exception as fault:
            log.warning("timers.failed", why=str(fault), exc_info=not is_outage(fault))
        looks += 1
        await asyncio.sleep(LOOK)


async def forget_lost(desk: Desk, seen: str | None) -> str | None:
    """Another process may have found that a message of ours was deleted: the last that is known of."""
    found = await cursors.read(desk.database, LOST)
    if found != seen:
        desk.forget_lost()
    return found


async def tick(desk: Desk) -> None:
    """Wake every ticket with a timer that is due. A timer is gone only after what it caused is saved."""
    now = desk.clock.now()
    async with desk.database.read() as c:
        found = select(timers).where(timers.c.due <= now).order_by(timers.c.due, timers.c.ticket)
        due = (await c.execute(found.limit(100))).all()
    for row in due:
        at = Address(row.channel, row.room) if row.ticket is None else None
        await desk.wake(Wake(row.name, row.ticket, at))
        async with desk.database.begin() as c:
            await c.execute(delete(timers).where(timers.c.key == row.key, timers.c.due == row.due))


async def measure(desk: Desk) -> None:
    """Bring the gauges up to date."""
    waiting, oldest = await waiting_since(desk)
    metrics.QUEUE_DEPTH.set(waiting)
    metrics.OLDEST_UNSENT.set((desk.clock.now() - oldest).total_seconds() if oldest else 0)
    metrics.PARKED.set(await count_parked(desk.database))


async def waiting_since(desk: Desk) -> tuple[int, datetime | None]:
    """How many deliveries wait, and since when the oldest does."""
    async with desk.database.read() as c:
        row = (await c.execute(select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.pending))).one()
    return row[0], row[1]


async def tidy(desk: Desk) -> None:
    now = desk.clock.now()
    async with desk.database.begin() as c:
        await c.execute(delete(inputs).where(inputs.c.at < now - INPUTS_KEPT))
        await c.execute(delete(absences).where(absences.c.until < now))
        await c.execute(delete(outbox).where(and_(~outbox.c.pending, outbox.c.created_at < now - SENT_KEPT)))
        await persons.tidy(c, now)
        await keeping.tidy(c, desk.directory.areas, now)
        await forget_rooms(c)
    await desk.files.sweep()
