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
from chatdesk.conversations.fate import Delivery as State
from chatdesk.conversations.parts import Known
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.store.messages import BODY, known_of
from chatdesk.conversations.store.tickets import moves_of
from chatdesk.conversations.ticket import REMOVED
from chatdesk.core.messages import COPY, Address, Body, File, Outgoing, copy_key, plain
from chatdesk.desk import outbox as outgoing
from chatdesk.desk import together
from chatdesk.desk.cursors import hold_boards
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
    copies = {copy_key(r.key): r.key for r in rows if r.side == "customer"}
    shown = {copies[key]: at.natives for key, at in (await outgoing.natives(c, list(copies))).items()}
    posts = together.posts(shown)
    below = frozenset(key for key in posts if together.own(shown[key]))
    earlier = await _earlier(c, [r.key for r in rows])
    return [
        Redactable(
            tuple(known_of(r) for r in rows if case.ticket and r.ticket == case.ticket.number),
            frozenset(asked),
            moves[case.ticket.number] if case.ticket else (),
            posts,
            below,
            {key: tuple(was.text.text for was in bodies) for key, bodies in earlier.items()},
            await _quoting(c, await _talks(c, case)) if case.ticket else (),
        )
        for case in cases
    ]


async def _save(c: AsyncConnection, happened: Sequence[Logged]) -> None:
    for one in happened:
        if isinstance(one.event, pe.Redacted):
            await redact(c, one.event, one.case)


async def redact(c: AsyncConnection, event: pe.Redacted, case: Case) -> None:
    """The message keeps who, when and what became of it; what repeats its words elsewhere does so no more."""
    await hold_boards(c)
    said = event.was.text.text
    body = BODY.dump_json(event.body).decode()
    await c.execute(update(messages).where(messages.c.key == event.key).values(body=body, why=""))
    before = (await _earlier(c, [event.key])).get(event.key, ())
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


async def _earlier(c: AsyncConnection, keys: Sequence[str]) -> dict[str, tuple[Body, ...]]:
    """What they said before they were changed, by key."""
    rows = await c.execute(select(versions).where(versions.c.message.in_(keys)).order_by(versions.c.number))
    found: dict[str, tuple[Body, ...]] = {}
    for r in rows:
        found[r.message] = (*found.get(r.message, ()), BODY.validate_json(r.body))
    return found


async def _quoting(c: AsyncConnection, talks: Sequence[int]) -> tuple[Known, ...]:
    """The messages of these conversations that quote something."""
    quoting = and_(messages.c.conversation_id.in_(talks), messages.c.body.contains('"quote":"', autoescape=True))
    found = [known_of(r) for r in (await c.execute(select(messages).where(quoting).order_by(messages.c.at))).all()]
    return tuple(known for known in found if known.body.quote)


async def _unquote(c: AsyncConnection, talks: Sequence[int], said: str) -> None:
    """Other messages that quote it."""
    for known in await _quoting(c, talks):
        if redaction.quotes(known.body.quote, said):
            new = BODY.dump_json(replace(known.body, quote="")).decode()
            await c.execute(update(messages).where(messages.c.key == known.key).values(body=new))
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
    """Its own deliveries lose all they say. In others it is an excerpt or a quote; another's message stays as it is.

    What the agents have been shown of that is shown anew.
    """
    origin, ticket = case.subject.origin, case.subject.number
    rooms = select(conversations.c.channel, conversations.c.room).where(conversations.c.id.in_(talks))
    at_customer = tuple_(outbox.c.channel, outbox.c.room).in_(rooms)
    board = outbox.c.key.startswith("board:")  # it shows titles
    spoken = select(messages.c.ticket).where(messages.c.conversation_id.in_(talks), messages.c.ticket.is_not(None))
    of_these = or_(outbox.c.ticket == ticket, outbox.c.ticket.in_(spoken))
    rows = await c.execute(select(outbox).where(or_(of_these, at_customer, board)).order_by(outbox.c.id))
    told = {origin.channel: plain(case.say("removed")), case.group.home.channel: event.body}
    own = {event.key, f"{event.key}:asked"}
    post = case.part(Redactable).post_with(event.key, event.body)
    latest = dict[str, Said | None]()  # of what stands there, where it has to be shown anew
    for r in rows.all():
        content = json.loads(r.content)
        is_own = content["key"] in own or content["key"].startswith(copy_key(event.key, 0)[:-1])
        if content.get("also"):
            new = _with_others(content, event.key, post)
        elif is_own:
            new = _emptied(content, told[r.channel])
        else:
            new = _without(content, said)
        if new != content:
            await c.execute(update(outbox).where(outbox.c.id == r.id).values(content=json.dumps(new)))
        if new.get("removes"):
            latest.pop(new["removes"], None)
        elif _is_post(new) and r.channel == case.group.home.channel:
            anew = new != content and not is_own and r.state in (State.SENT, State.SENDING)
            latest[new["key"]] = Said(_anew(new), r.area_id) if anew else None
    await write(c, outgoing.queued([said for said in latest.values() if said], case.now))


def _is_post(content: dict[str, Any]) -> bool:
    """Whether it is a message in a thread or beside it that all read."""
    others = ("marks", "replaces", "private_to", "standing", "also")
    return bool(content.get("body")) and not any(content.get(name) for name in others)


def _anew(content: dict[str, Any]) -> Outgoing:
    return replace(outgoing.OUTGOING.validate_python(content), edits=True, joins=False, fate=None)


def _with_others(content: dict[str, Any], key: str, post: tuple[Sequence[str], Body] | None) -> dict[str, Any]:
    """What shows it together with others shows them still."""
    if post is None or copy_key(key) not in (content["key"], *content["also"]):
        return content
    return {**content, "body": BODY.dump_python(post[1], mode="json", exclude_defaults=True)}


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
    if _is_somebodys(content):
        if not redaction.quotes(body.get("quote", ""), said):
            return content
        return {**content, "body": {**body, "quote": ""}}
    shown = {name: redaction.blotted(content[name], said) for name in ("body", "card", "foot") if content.get(name)}
    if called := (content.get("fate") or {}).get("called"):
        shown["fate"] = {**content["fate"], "called": redaction.blot(called, said)}
    if content.get("buttons"):
        shown["buttons"] = [{**b, "label": redaction.blot(b["label"], said)} for b in content["buttons"]]
    return {**content, **shown}


def _is_somebodys(content: dict[str, Any]) -> bool:
    """Whether it shows what a person wrote."""
    of_message = bool((content.get("fate") or {}).get("message"))
    return of_message or COPY in content["key"] or redaction.written_by_desk(content["key"])


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
