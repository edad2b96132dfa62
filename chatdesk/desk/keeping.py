"""How long words are kept: closed tickets lose theirs after as many days as their area says. The log stays as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.area import Area
from chatdesk.conversations.redaction import body_without
from chatdesk.conversations.store.messages import BODY
from chatdesk.conversations.ticket import REMOVED, State
from chatdesk.desk.scrub import forget_files
from chatdesk.storage.schema import messages, outbox, tickets, versions

log = structlog.get_logger()
MOST = 200  # tickets an hour and area, so that nobody waits for it
FINAL = [str(s) for s in State if s.is_final]


async def tidy(c: AsyncConnection, areas: Sequence[Area], now: datetime) -> None:
    for area in areas:
        if area.retention_days is None:
            continue
        over = now - timedelta(days=area.retention_days)
        old = and_(tickets.c.area_id == area.id, tickets.c.state.in_(FINAL), tickets.c.emptied_at.is_(None))
        found = select(tickets.c.number).where(old, tickets.c.changed_at < over).order_by(tickets.c.number).limit(MOST)
        numbers = list((await c.execute(found.with_for_update())).scalars())
        if numbers:
            await empty(c, numbers, now)
            log.info("keeping.emptied", area=area.id, tickets=numbers)


async def empty(c: AsyncConnection, numbers: Sequence[int], now: datetime) -> None:
    """These tickets keep numbers, states and times, and no word of what was said on them."""
    await empty_messages(c, messages.c.ticket.in_(numbers))
    done = and_(outbox.c.ticket.in_(numbers), ~outbox.c.pending)
    for r in (await c.execute(select(outbox.c.id, outbox.c.content).where(done))).all():
        await c.execute(update(outbox).where(outbox.c.id == r.id).values(content=json.dumps(wordless(r.content))))
    gone = {"title": REMOVED, "emptied_at": now}
    await c.execute(update(tickets).where(tickets.c.number.in_(numbers)).values(gone))


async def empty_messages(c: AsyncConnection, which: Any) -> None:
    """Of messages that a condition names: the words, the files, and what they said before."""
    rows = (await c.execute(select(messages.c.key, messages.c.body).where(which))).all()
    for r in rows:
        body = BODY.validate_json(r.body)
        await forget_files(c, body.files)
        new = BODY.dump_json(body_without(body)).decode()
        await c.execute(update(messages).where(messages.c.key == r.key).values(body=new, why=""))
    own = select(messages.c.key).where(which)
    for old in (await c.execute(select(versions.c.body).where(versions.c.message.in_(own)))).scalars():
        await forget_files(c, BODY.validate_json(old).files)
    await c.execute(delete(versions).where(versions.c.message.in_(own)))


def wordless(content: str) -> dict[str, Any]:
    """A delivery that has been made, as far as it is no words: where to, under which key, what kind."""
    made = json.loads(content)
    kept = {k: v for k, v in made.items() if k not in ("card", "foot", "author", "buttons", "private_to")}
    if made.get("body") or made.get("card"):
        kept["body"] = {"text": {"text": REMOVED}}
    if made.get("fate"):
        kept["fate"] = {k: v for k, v in made["fate"].items() if k != "called"}
    return kept
