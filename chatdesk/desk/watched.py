"""What agents have written in threads lately: a channel compares it with what stands there now.

A service that tells nobody of a change while nobody listens is asked afterwards. Not for all that was ever said: for
what was written within the last week, in the threads that have changed last.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import String, and_, cast, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.fate import Delivery
from chatdesk.core.messages import Address
from chatdesk.storage.schema import events, inputs, links, messages, tickets

WATCHED = timedelta(days=7)  # since a message was written; inputs are known for longer than that
MOST_THREADS = 500  # of a room; those that changed last


@dataclass(slots=True)
class Thread:
    """A card, and what agents have said under it, by the service's own ids."""

    root: str
    messages: dict[str, str] = field(default_factory=dict)  # id of the message -> account of who wrote it
    waits: bool = False  # a reply in it has not left for the user yet


async def threads(c: AsyncConnection, room: Address, now: datetime) -> list[Thread]:
    """Those of a room in which something is to be compared: where a reply waits first, then those that changed last.

    What was never sent or was taken back is left out: nothing becomes of it, whatever its author does with it. So is
    what they wrote in a form: that is shown by a message of the desk's own, under another key than the channel's.
    """
    since = now - WATCHED
    here = (links.c.channel == room.channel, links.c.room == room.room)
    lately = (tickets.c.changed_at >= since, tickets.c.emptied_at.is_(None), *here)
    columns = (tickets.c.number, tickets.c.changed_at, links.c.native)
    card = literal("card:") + cast(tickets.c.number, String)
    first = select(*columns, literal(0).label("seq")).select_from(tickets.join(links, links.c.key == card))
    moved = and_(events.c.ticket == tickets.c.number, events.c.name == "Moved")
    again = links.c.key == card + ":" + cast(events.c.seq, String)
    later = select(*columns, events.c.seq).select_from(tickets.join(events, moved).join(links, again))
    roots = union_all(first.where(*lately), later.where(*lately)).subquery()
    rows = await c.execute(select(roots).order_by(roots.c.changed_at.desc(), roots.c.seq).limit(MOST_THREADS))
    found: dict[int, list[tuple[int, Thread]]] = {}  # of each ticket, with the events since which it goes on there
    for r in rows:
        found.setdefault(r.number, []).append((r.seq, Thread(r.native)))
    said = select(messages.c.ticket, messages.c.seq, messages.c.account, messages.c.state, links.c.native)
    said = said.select_from(messages.join(links, links.c.key == messages.c.key))
    said = said.where(messages.c.ticket.in_(found), messages.c.side == "agent", messages.c.at >= since, *here)
    said = said.where(messages.c.key.startswith(f"{room.channel}:{room.room}:", autoescape=True))
    refused = and_(messages.c.state == str(Delivery.FAILED), messages.c.copies == "")  # else a part may have arrived
    for r in await c.execute(said.where(messages.c.state != str(Delivery.UNDONE), ~refused)):
        thread = next((t for seq, t in reversed(found[r.ticket]) if seq < r.seq), None)
        if thread is None:
            continue
        thread.messages[r.native] = r.account
        thread.waits = thread.waits or r.state == Delivery.HELD
    known = (t for threads in found.values() for _, t in threads)
    return sorted((t for t in known if t.messages), key=lambda t: not t.waits)


async def heard(c: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Those of these inputs that the desk has taken in."""
    return set((await c.execute(select(inputs.c.key).where(inputs.c.key.in_(keys)))).scalars()) if keys else set()
