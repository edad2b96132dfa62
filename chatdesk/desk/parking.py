"""Inputs that cannot be processed: kept with their error, listed, and tried again when a person says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update

from chatdesk.core.messages import Incoming
from chatdesk.desk.desk import Desk
from chatdesk.storage.database import Database, is_outage
from chatdesk.storage.rows import insert_once
from chatdesk.storage.schema import parked

log = structlog.get_logger()
TRIES = 3
MOST_WHY = 1000  # characters
MOST_KEY = 500  # characters: those of a malformed input may be any, and a database indexes only short ones
Raw = Mapping[str, Any]
Translate = Callable[[Raw], Incoming | None]


@dataclass(frozen=True, slots=True)
class Parked:
    id: int
    channel: str
    key: str
    raw: dict[str, Any]
    why: str
    tries: int
    at: datetime


async def accept(desk: Desk, channel: str, key: str, raw: Raw, translate: Translate) -> bool:
    """Take in one native input. Returns once it is durable: handled, or parked after three tries.

    False: it is none of ours. A database that is away is no fault of the input: the error goes up, and
    nothing is acknowledged.
    """
    why = ""
    for attempt in range(1, TRIES + 1):
        try:
            said = translate(raw)
            return said is not None and await desk.receive(said)
        except Exception as fault:
            if is_outage(fault):
                raise
            why = f"{type(fault).__name__}: {fault}"
            last = attempt == TRIES
            log.warning("input.failed", channel=channel, key=key, attempt=attempt, why=why[:MOST_WHY], exc_info=last)
    await park(desk, channel, key, raw, why)
    return True


def bounded(key: str) -> str:
    return key if len(key) <= MOST_KEY else sha256(key.encode()).hexdigest()


async def park(desk: Desk, channel: str, key: str, raw: Raw, why: str) -> None:
    key = bounded(key)
    why = why[:MOST_WHY]
    log.error("input.parked", channel=channel, key=key, why=why)
    row = {"channel": channel, "key": key, "raw": json.dumps(raw), "why": why, "tries": TRIES}
    async with desk.database.begin() as c:
        await insert_once(c, parked, [{**row, "at": desk.clock.now()}], returning="id")


async def parked_inputs(database: Database) -> list[Parked]:
    async with database.read() as c:
        rows = (await c.execute(select(parked).order_by(parked.c.id))).all()
    return [Parked(r.id, r.channel, r.key, json.loads(r.raw), r.why, r.tries, r.at) for r in rows]


async def count_parked(database: Database) -> int:
    async with database.read() as c:
        return (await c.execute(select(func.count()).select_from(parked))).scalar_one()


async def retry(desk: Desk, one: Parked, translate: Translate) -> str | None:
    """Try a parked input again; the error when it fails again, None when it went through."""
    why = await _fault(desk, one, translate)
    which = parked.c.id == one.id
    async with desk.database.begin() as c:
        if why is None:
            await c.execute(delete(parked).where(which))
        else:
            await c.execute(update(parked).where(which).values(tries=parked.c.tries + 1, why=why[:MOST_WHY]))
    return why


async def _fault(desk: Desk, one: Parked, translate: Translate) -> str | None:
    try:
        said = translate(one.raw)
        if said is not None and not await desk.receive(said):
            return "It was written in a thread that this desk does not know."
    except Exception as fault:
        if is_outage(fault):
            raise
        return f"{type(fault).__name__}: {fault}"
    return None
