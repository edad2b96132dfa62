"""Keeps the board of each group true and pinned, and opens its days. One process does it, every few seconds.

A board is said like anything else, by the outbox, and only when it would read otherwise than before: however much
happens, its channel sees one change in a few seconds, and nobody who clicks waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.area import Group
from chatdesk.conversations import day
from chatdesk.conversations.board import board, board_key, pinned
from chatdesk.conversations.store.tickets import open_tickets, tickets_since
from chatdesk.core.messages import Outgoing
from chatdesk.desk import cursors, outbox
from chatdesk.desk.desk import Desk
from chatdesk.desk.duties import Look, kept
from chatdesk.desk.outbox import OUTGOING, Said
from chatdesk.storage.rows import write
from chatdesk.storage.schema import events, links
from chatdesk.storage.schema import outbox as outbox_rows

EVERY = 3.0  # seconds between looks
ANYWAY = timedelta(minutes=1)  # between looks at the tickets when nothing has happened: time makes them overdue


@dataclass(frozen=True, slots=True)
class Shown:
    """What the channel shows of a board."""

    words: str = ""  # a digest of what was said last
    pinned: str = ""  # the service's id of the message that we pinned


@dataclass(slots=True)
class Seen:
    """What one holder of the duty remembers."""

    events: int = -1  # the last event that the boards know of
    tickets_at: datetime | None = None
    checked: set[str] = field(default_factory=set)  # groups whose pin has been set anew since the duty was taken


async def run(desk: Desk) -> None:
    """Until cancelled."""
    await kept(desk, "boards", EVERY, lambda: _looks(desk))


def _looks(desk: Desk) -> Look:
    seen = Seen()

    async def on() -> None:
        nonlocal seen
        seen = await look(desk, seen)

    return on


async def look(desk: Desk, seen: Seen) -> Seen:
    """Say what has changed, in one transaction with what is known of it, where it is read once more: `hold_boards`."""
    now, groups = desk.clock.now(), [g for g in desk.directory.groups if g.has_room]
    async with desk.database.read() as c:
        said, learnt, now_seen = await _news(c, groups, seen, now)
    if not said and not learnt:
        return now_seen
    areas = {(g.home.channel, g.home.room): g.area for g in groups}
    async with desk.database.begin() as c:
        await cursors.hold_boards(c)
        said, learnt, now_seen = await _news(c, groups, seen, now)
        rows = [Said(out, areas[out.to.channel, out.to.room]) for out in said]
        await outbox.drop_stale(c, rows)
        await write(c, outbox.queued(rows, now), cursors.moved(learnt))
    desk.deliver()
    return now_seen


async def _news(
    c: AsyncConnection, groups: Sequence[Group], seen: Seen, now: datetime
) -> tuple[list[Outgoing], dict[str, str], Seen]:
    """(what there is to say, what is known then of each board and day, what has been seen)."""
    seen = replace(seen, checked=set(seen.checked))
    known = await cursors.of(c, [name for g in groups for name in (board_key(g.id), _day_key(g))])
    said, learnt = await _boards(c, groups, known, seen, now)
    for group in groups:
        opened = await _day(c, group, known.get(_day_key(group)), now)
        said += opened[0]
        learnt |= opened[1]
    return said, learnt, seen


# -- boards ---------------------------------------------------------------------------------------------------


async def _boards(
    c: AsyncConnection, groups: Sequence[Group], known: Mapping[str, str], seen: Seen, now: datetime
) -> tuple[list[Outgoing], dict[str, str]]:
    keys = [board_key(g.id) for g in groups]
    found = select(links).where(links.c.key.in_(keys), links.c.part == 0)
    natives = {r.key: r.native for r in await c.execute(found)}
    waiting = select(outbox_rows.c.lane).where(outbox_rows.c.pending, outbox_rows.c.lane.in_(keys))
    coming = {r.lane for r in await c.execute(waiting)}
    latest = (await c.execute(select(func.max(events.c.id)))).scalar() or 0
    stale = latest != seen.events or seen.tickets_at is None or now - seen.tickets_at >= ANYWAY
    tickets = await open_tickets(c, [g.id for g in groups]) if stale else None
    if tickets is not None:
        seen.events, seen.tickets_at = latest, now
    said, learnt = list[Outgoing](), dict[str, str]()
    for group, key in zip(groups, keys, strict=True):
        before = _shown(known.get(key))
        after = before
        if tickets is not None and (key in natives or key not in coming):
            new = board(group, tickets.get(group.id, ()), now)
            after = replace(after, words=_digest(new))
            if after.words != before.words or key not in natives:
                said.append(replace(new, edits=key in natives))
        after, again = _pin(group, natives.get(key), after, seen)
        said += again
        if after != before:
            learnt[key] = json.dumps(asdict(after))
    return said, learnt


def _pin(group: Group, native: str | None, shown: Shown, seen: Seen) -> tuple[Shown, list[Outgoing]]:
    """Pin what is not pinned so far as we know; nobody tells what happened before we listened."""
    if native is None or (native == shown.pinned and group.id in seen.checked):
        return shown, []
    seen.checked.add(group.id)
    return replace(shown, pinned=native), [pinned(group)]


def _shown(value: str | None) -> Shown:
    return Shown(**json.loads(value)) if value else Shown()


def _digest(out: Outgoing) -> str:
    return sha256(OUTGOING.dump_json(out, exclude_defaults=True)).hexdigest()


async def unpinned(desk: Desk, group: str) -> None:
    """Somebody has taken a board down: it is pinned again at the next look."""
    key = board_key(group)
    async with desk.database.begin() as c:
        shown = _shown((await cursors.of(c, [key])).get(key))
        await write(c, cursors.moved({key: json.dumps(asdict(replace(shown, pinned="")))}))


# -- days -------------------------------------------------------------------------------------------------------


def _day_key(group: Group) -> str:
    return f"day:{group.id}"


async def _day(
    c: AsyncConnection, group: Group, last: str | None, now: datetime
) -> tuple[list[Outgoing], dict[str, str]]:
    """The line that opens the day, once it has opened; a desk that never saw one open begins with the next."""
    if group.day_opens is None:
        return [], {}
    opened = day.opened(group.day_opens, now)
    learnt = {_day_key(group): opened.isoformat()}
    if last is None or datetime.fromisoformat(last) >= opened:
        return [], learnt if last is None else {}
    after = datetime.fromisoformat(last)
    tickets = await tickets_since(c, group.id, after)
    line = day.line(group, group.day_opens, tickets, after, opened)
    return list(_some(line)), learnt


def _some(line: Outgoing | None) -> Iterator[Outgoing]:
    if line is not None:
        yield line
