"""Words that must not be kept are removed from all rows that hold them: messages, versions, titles, the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import person_events as pe
from chatdesk.conversations import redaction
from chatdesk.conversations.card import place_called
from chatdesk.conversations.case import Case
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.store.messages import BODY, known_of
from chatdesk.conversations.store.tickets import moves_of
from chatdesk.conversations.ticket import REMOVED
from chatdesk.core.messages import Address, Body, File, copy_key, plain
from chatdesk.desk import outbox as outgoing
from chatdesk.desk.files import GONE
from chatdesk.desk.outbox import Said
from chatdesk.slices import Logged, Slice
from chatdesk.storage.rows import write
from chatdesk.storage.schema import conversations, files, links, messages, outbox, tickets, versions


async def _redactable(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    numbers = [case.ticket.number for case in cases if case.ticket]
    found = select(messages).where(messages.c.ticket.in_(numbers)).order_by(messages.c.seq, messages.c.at)
    rows = (await c.execute(found)).all()
    keys = [f"{r.key}:asked" for r in rows if redaction.written_by_desk(r.key)]
    queued = select(outbox.c.key).where(outbox.c.key.in_(keys)).union(select(links.c.key).where(links.c.key.in_(keys)))
    asked = {key.removesuffix(":asked") for key in (await c.execute(queued)).scalars()} if keys else set()
    moves = await moves_of(c, numbers)
    return [
        Redactable(
            tuple(known_of(r) for r in rows if case.ticket and r.ticket == case.ticket.number),
            frozenset(asked),
            moves[case.ticket.number] if case.ticket else (),
        )
        for case in cases
    ]


async def _save(c: AsyncConnection, happened: Sequence[Logged]) -> None:
    for one in happened:
        if isinstance(one.event, pe.Redacted):
            await redact(c, one.event, one.case)


async def redact(c: AsyncConnection, event: pe.Redacted, case: Case) -> None:
    """The message keeps who, when and what became of it; what repeats its words elsewhere does so no more."""
    said = event.was.text.text
    body = BODY.dump_json(event.body).decode()
    await c.execute(update(messages).where(messages.c.key == event.key).values(body=body, why=""))
    before = await _earlier(c, event.key)
    await forget_files(c, [file for was in (event.was, *before) for file in was.files])
    await c.execute(delete(versions).where(versions.c.message == event.key))
    talks = await _talks(c, case)
    for words in {said, *(was.text.text for was in before)} - {""}:
        await _unquote(c, talks, words)
        await _blot_outbox(c, case, event, words, talks)
        await _blot_titles(c, case, words, talks)


async def _talks(c: AsyncConnection, case: Case) -> list[int]:
    """The conversations in which the ticket has been spoken of."""
    spoken = select(messages.c.conversation_id).where(messages.c.ticket == case.subject.number).distinct()
    return sorted({case.conversation.id, *(await c.execute(spoken)).scalars()})


async def forget_files(c: AsyncConnection, gone: Sequence[File]) -> None:
    """What the desk has of them is thrown away once this is committed (`Files.sweep`)."""
    for file in gone:
        if file.source:
            dead = {"source": f"{GONE}{uuid4().hex}", "name": ""}
            await c.execute(update(files).where(files.c.source == file.source).values(dead))


async def _earlier(c: AsyncConnection, key: str) -> Sequence[Body]:
    """What it said before it was changed."""
    rows = await c.execute(select(versions.c.body).where(versions.c.message == key))
    return [BODY.validate_json(r.body) for r in rows]


async def _unquote(c: AsyncConnection, talks: Sequence[int], said: str) -> None:
    """Other messages that quote it."""
    quoting = and_(messages.c.conversation_id.in_(talks), messages.c.body.contains('"quote":"', autoescape=True))
    for r in (await c.execute(select(messages.c.key, messages.c.body).where(quoting))).all():
        body = BODY.validate_json(r.body)
        if body.quote and redaction.quotes(body.quote, said):
            new = BODY.dump_json(replace(body, quote="")).decode()
            await c.execute(update(messages).where(messages.c.key == r.key).values(body=new))
    joined = versions.join(messages, messages.c.key == versions.c.message)
    old = select(versions).select_from(joined).where(messages.c.conversation_id.in_(talks))
    for r in (await c.execute(old)).all():
        body = BODY.validate_json(r.body)
        if body.quote and redaction.quotes(body.quote, said):
            which = and_(versions.c.message == r.message, versions.c.number == r.number)
            await c.execute(update(versions).where(which).values(body=BODY.dump_json(replace(body, quote="")).decode()))


async def _blot_titles(c: AsyncConnection, case: Case, said: str, talks: Sequence[int]) -> None:
    """The places of those tickets are named anew; that of the case's own follows its title."""
    there = or_(tickets.c.conversation_id.in_(talks), tickets.c.began_in_id.in_(talks))
    rows = await c.execute(select(tickets).where(there))
    for r in rows.all():
        if (title := redaction.blot(r.title, said)) == r.title:
            continue
        await c.execute(update(tickets).where(tickets.c.number == r.number).values(title=title))
        if r.apart and r.number != case.subject.number:
            named = place_called(Address(r.origin_channel, r.origin_room), r.number, title, r.is_open)
            await write(c, outgoing.queued([Said(replace(named, edits=True), r.area_id)], case.now))


async def _blot_outbox(c: AsyncConnection, case: Case, event: pe.Redacted, said: str, talks: Sequence[int]) -> None:
    """Its own deliveries lose all they say. In others it is an excerpt or a quote; another's message stays as it is."""
    origin, ticket = case.subject.origin, case.subject.number
    rooms = select(conversations.c.channel, conversations.c.room).where(conversations.c.id.in_(talks))
    at_customer = tuple_(outbox.c.channel, outbox.c.room).in_(rooms)
    board = outbox.c.key.startswith("board:")  # it shows titles
    rows = await c.execute(select(outbox).where(or_(outbox.c.ticket == ticket, at_customer, board)))
    told = {origin.channel: plain(case.say("removed")), case.group.home.channel: event.body}
    own = {event.key, f"{event.key}:asked"}
    for r in rows.all():
        content = json.loads(r.content)
        if content["key"] in own or content["key"].startswith(copy_key(event.key, 0)[:-1]):
            new = _emptied(content, told[r.channel])
        else:
            new = _without(content, said)
        if new != content:
            await c.execute(update(outbox).where(outbox.c.id == r.id).values(content=json.dumps(new)))


def _emptied(content: dict[str, Any], body: Body) -> dict[str, Any]:
    """What has not left yet leaves as the note that something was removed."""
    if not content.get("body"):
        return content
    kept = {**content, "body": BODY.dump_python(body, mode="json", exclude_defaults=True)}
    if kept.get("fate"):
        kept["fate"] = {k: v for k, v in kept["fate"].items() if k != "called"}
    return kept


def _without(content: dict[str, Any], said: str) -> dict[str, Any]:
    """What is shown of it; keys and what buttons carry are no words."""
    body = content.get("body") or {}
    if (content.get("fate") or {}).get("message"):
        if not redaction.quotes(body.get("quote", ""), said):
            return content
        return {**content, "body": {**body, "quote": ""}}
    shown = {name: redaction.blotted(content[name], said) for name in ("body", "card", "foot") if content.get(name)}
    if called := (content.get("fate") or {}).get("called"):
        shown["fate"] = {**content["fate"], "called": redaction.blot(called, said)}
    if content.get("buttons"):
        shown["buttons"] = [{**b, "label": redaction.blot(b["label"], said)} for b in content["buttons"]]
    return {**content, **shown}


async def scrub_key(c: AsyncConnection, key: str) -> None:
    """Deliveries under this key keep nothing of what they said."""
    rows = (await c.execute(select(outbox.c.id, outbox.c.content).where(outbox.c.key == key))).all()
    for r in rows:
        content = json.loads(r.content)
        if content.get("body") and not content.get("edits"):
            new = _emptied(content, plain(REMOVED))
            await c.execute(update(outbox).where(outbox.c.id == r.id).values(content=json.dumps(new)))


REDACTION = Slice(
    name="redaction",
    parts={Redactable: _redactable},
    react=redaction.suspect,
    save=_save,
    saves=(pe.Redacted,),
)
