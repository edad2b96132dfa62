"""Looks at the clock: wakes tickets whose time has come, measures the queue, throws away what has served."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Executable, and_, delete, func, select, update

from chatdesk.areas.area import MAIL
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
AGAIN = timedelta(minutes=1)  # until a timer that failed is tried again
MOST_UNSURE = 10.0  # seconds
INPUTS_KEPT = timedelta(days=30)  # no service delivers an input again after so long
SENT_KEPT = timedelta(days=90)


async def run(desk: Desk, sure: asyncio.Event) -> None:
    """Until cancelled. A look that fails is logged, and the next one comes.

    `sure`: it is known what became, while the desk was not running, of the replies that wait. Where a channel cannot
    tell in time, they leave as they are.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(MOST_UNSURE):
            await sure.wait()
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
    """Wake every ticket with a timer that is due. A timer is gone only after what it caused is saved.

    One that fails is tried again later, and those behind it do not wait for it.
    """
    now = desk.clock.now()
    async with desk.database.read() as c:
        found = select(timers).where(timers.c.due <= now).order_by(timers.c.due, timers.c.ticket)
        due = (await c.execute(found.limit(100))).all()
    for row in due:
        this = and_(timers.c.key == row.key, timers.c.due == row.due)
        after: Executable = delete(timers).where(this)
        try:
            at = Address(row.channel, row.room) if row.ticket is None else None
            await desk.wake(Wake(row.name, row.ticket, at))
        except Exception as fault:
            if is_outage(fault):
                raise
            log.exception("timer.failed", timer=row.key, due=row.due.isoformat())
            after = update(timers).where(this).values(due=now + AGAIN)
        async with desk.database.begin() as c:
            await c.execute(after)


async def measure(desk: Desk) -> None:
    """Bring the gauges up to date."""
    waiting, oldest = await waiting_since(desk)
    metrics.QUEUE_DEPTH.set(waiting)
    metrics.OLDEST_UNSENT.set((desk.clock.now() - oldest).total_seconds() if oldest else 0)
    metrics.PARKED.set(await count_parked(desk.database))


async def waiting_since(desk: Desk) -> tuple[int, datetime | None]:
    """How many deliveries wait, and since when the oldest does."""
    async with desk.database.read() as c:
        waiting = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.pending, outbox.c.channel != MAIL)
        row = (await c.execute(waiting)).one()
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
