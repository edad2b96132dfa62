"""All that the desk keeps of a person, as JSON values: what they may ask for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.store.messages import BODY
from chatdesk.desk import among
from chatdesk.desk.whom import names_of, with_merged
from chatdesk.storage.schema import conversations, identities, memberships, merges, messages, people, tickets, versions

OF_A_TICKET = ("number", "area_id", "group_id", "title", "state", "qualifier", "priority", "relates_to")
TIMES = ("opened_at", "changed_at", "ended_at")


async def exported(c: AsyncConnection, person: int, with_notes: bool) -> dict[str, Any]:
    """Agents' notes are theirs as much as the person's: only when they are asked for."""
    persons = await with_merged(c, person)
    since = (await c.execute(select(people.c.created_at).where(people.c.id == person))).scalar_one()
    chats = (await c.execute(select(conversations).where(conversations.c.person_id == person))).all()
    owned = select(tickets).where(tickets.c.person_id == person).order_by(tickets.c.number)
    return {
        "person": person,
        "names": await names_of(c, persons),
        "known_since": _time(since),
        "accounts": [_kept(r, "channel", "account", "name") for r in await _of(c, identities, person)],
        "agent_of": [_kept(r, "group_id", "channel", "account", "role") for r in await _of(c, memberships, person)],
        "merges": await _merges(c, persons),
        "conversations": [_kept(r, "id", "channel", "room", "area_id", "language") for r in chats],
        "tickets": [
            {**_kept(r, *OF_A_TICKET), **{n: _time(getattr(r, n)) for n in TIMES}} for r in await c.execute(owned)
        ],
        "messages": await _messages(c, messages.c.conversation_id.in_([r.id for r in chats]), with_notes),
        "messages_among_others": await _messages(c, among.said_by(await among.accounts_of(c, person)), with_notes),
    }


async def _of(c: AsyncConnection, table: Any, person: int) -> Sequence[Row[Any]]:
    return (await c.execute(select(table).where(table.c.person_id == person))).all()


async def _merges(c: AsyncConnection, persons: Sequence[int]) -> list[dict[str, Any]]:
    found = select(merges).where(or_(merges.c.kept.in_(persons), merges.c.gone.in_(persons))).order_by(merges.c.id)
    return [
        {**_kept(r, "how", "via"), "at": _time(r.at), "undone_at": _time(r.undone_at)} for r in await c.execute(found)
    ]


async def _messages(c: AsyncConnection, which: ColumnElement[bool], with_notes: bool) -> list[dict[str, Any]]:
    """With what they said before they were changed, and the names of their files."""
    found = select(messages).where(which)
    if not with_notes:
        found = found.where(messages.c.audience == "public")
    rows = (await c.execute(found.order_by(messages.c.at, messages.c.seq))).all()
    joined = versions.join(messages, messages.c.key == versions.c.message)
    old = select(versions).select_from(joined).where(which)
    before: dict[str, list[dict[str, Any]]] = {}
    for r in await c.execute(old.order_by(versions.c.number)):
        before.setdefault(r.message, []).append({"until": _time(r.until), **_said(r.body)})
    return [
        {
            **_kept(r, "key", "ticket", "side", "author", "audience", "state"),
            "at": _time(r.at),
            **_said(r.body),
            "before": before.get(r.key, []),
        }
        for r in rows
    ]


def _said(stored: str) -> dict[str, Any]:
    body = BODY.validate_json(stored)
    files = [{"kind": f.kind, "name": f.name, "type": f.type, "size": f.size} for f in body.files]
    return {"text": body.text.text, "quote": body.quote, "files": files}


def _kept(r: Row[Any], *names: str) -> dict[str, Any]:
    return {name: getattr(r, name) for name in names}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def as_text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
