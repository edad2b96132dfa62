"""A person is erased: words, names and accounts are overwritten; numbers, states and times stay, and the log is true.

Accounts are part of keys and rooms, so that those are written anew wherever they stand. In Slack the copies of what
the person said are deleted, and the cards lose the name. In the person's chat the topics lose their titles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.agent_console.card import card
from chatdesk.conversations import moving
from chatdesk.conversations.announce.attention import calls_no_more
from chatdesk.conversations.card import place_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.person_events import PersonErased
from chatdesk.conversations.store.messages import known_of
from chatdesk.conversations.store.tickets import moves_of
from chatdesk.core.errors import NotNow
from chatdesk.core.messages import Address, Body, Outgoing
from chatdesk.desk import among, log
from chatdesk.desk import outbox as outgoing
from chatdesk.desk.cursors import hold_boards
from chatdesk.desk.keeping import empty_messages, wordless
from chatdesk.desk.outbox import Said
from chatdesk.desk.places import Place
from chatdesk.desk.unit import Unit
from chatdesk.desk.whom import names_of, with_merged
from chatdesk.storage.rows import appended, write
from chatdesk.storage.schema import (
    conversations,
    events,
    identities,
    inputs,
    link_codes,
    link_tries,
    links,
    memberships,
    merges,
    messages,
    outbox,
    parked,
    people,
    tickets,
    timers,
)

NAME = "Erased person"
BY, VIA = "command line", "cli"
ERASED = "the person was erased."


@dataclass(frozen=True, slots=True)
class Counted:
    """What was overwritten."""

    conversations: int
    tickets: int
    messages: int


async def erase(unit: Unit, person: int, now: datetime) -> Counted:
    """In the unit's transaction. Refuses for agents: they would come back with the next look at the channel."""
    c = unit.c
    await hold_boards(c)
    if (await c.execute(select(memberships.c.group_id).where(memberships.c.person_id == person))).first():
        raise NotNow("This person is an agent: take them out of the group's channel first.")
    persons = await with_merged(c, person)
    names = await names_of(c, persons)
    locked = select(conversations).where(conversations.c.person_id == person).order_by(conversations.c.id)
    chats = (await c.execute(locked.with_for_update())).all()
    owned = select(tickets).where(tickets.c.person_id == person).order_by(tickets.c.number)
    own = (await c.execute(owned.with_for_update())).all()
    accounts = (await c.execute(select(identities).where(identities.c.person_id == person))).all()
    ids = [chat.id for chat in chats]
    theirs = await among.accounts_of(c, person)
    shared = await among.tickets_among(c, theirs, [t.number for t in own])
    shown = await among.forget(c, theirs, NAME)
    said = len(shown) + (await c.execute(select(func.count()).where(messages.c.conversation_id.in_(ids)))).scalar_one()
    await _words(c, chats, [t.number for t in own], now)
    await _names(c, person, persons, accounts)
    for chat in chats:
        await _place(c, chat)
    await _mentions(c, accounts, names)
    await _boards(c, [t.title for t in own])
    await _log(c, chats, person, now)
    await _show(unit, own, chats, now)
    await _show_among(unit, shared, shown, now)
    return Counted(len(chats), len(own), said)


async def _words(c: AsyncConnection, chats: Sequence[Row[Any]], numbers: Sequence[int], now: datetime) -> None:
    ids = [chat.id for chat in chats]
    await empty_messages(c, messages.c.conversation_id.in_(ids))
    hers = and_(messages.c.conversation_id.in_(ids), messages.c.side == "customer")
    await c.execute(update(messages).where(hers).values(author=NAME, account="erased"))
    gone = {"title": NAME, "last_words": 0, "emptied_at": now}
    await c.execute(update(tickets).where(tickets.c.number.in_(numbers)).values(gone))
    nothing = dict.fromkeys(("pending", "album", "writers", "gathered", "mute"), "") | {"fresh_within": None}
    await c.execute(update(conversations).where(conversations.c.id.in_(ids)).values(nothing))
    rooms = [and_(outbox.c.channel == chat.channel, outbox.c.room == chat.room) for chat in chats]
    rows = await c.execute(select(outbox).where(or_(outbox.c.ticket.in_(numbers), *rooms)))
    for r in rows.all():
        ended = {"state": str(Delivery.FAILED), "pending": False, "why": ERASED} if r.pending else {}
        new = {"content": json.dumps(wordless(r.content)), **ended}
        await c.execute(update(outbox).where(outbox.c.id == r.id).values(new))


async def _names(c: AsyncConnection, person: int, persons: Sequence[int], accounts: Sequence[Row[Any]]) -> None:
    await c.execute(update(people).where(people.c.id.in_(persons)).values(name=NAME))
    for n, one in enumerate(accounts):
        new = f"erased-{person}-{n}"
        which = and_(identities.c.channel == one.channel, identities.c.account == one.account)
        await c.execute(update(identities).where(which).values(account=new, name=NAME))
        by = and_(events.c.by_account == one.account, events.c.via == one.channel)
        await c.execute(update(events).where(by).values(by_account=new))
        await c.execute(update(merges).where(merges.c.by_account == one.account).values(by_account=new))
        old, pair = json.dumps([one.channel, one.account]), json.dumps([one.channel, new])
        await _replace(c, merges, "moved", old, pair)
        await c.execute(
            delete(link_tries).where(link_tries.c.channel == one.channel, link_tries.c.account == one.account)
        )
    await c.execute(delete(link_codes).where(link_codes.c.person_id.in_(persons)))


async def _place(c: AsyncConnection, chat: Row[Any]) -> None:
    """Where the person wrote: the room, and all keys that begin with it."""
    door = chat.room.split("/")[0]
    room = f"{door}/erased-{chat.id}"
    old, new = f"{chat.channel}:{chat.room}:", f"{chat.channel}:{room}:"
    for table, columns in (
        (messages, ("key",)),
        (links, ("key",)),
        (inputs, ("key",)),
        (outbox, ("key", "content")),
        (events, ("content",)),
        (timers, ("key", "name")),
        (tickets, ("last_said", "last_reply", "solution", "held", "called")),
    ):
        for column in columns:
            await _replace(c, table, column, old, new)
    await _replace(c, outbox, "content", json.dumps(chat.room), json.dumps(room))
    for table in (links, outbox, timers, link_codes):
        here = and_(table.c.channel == chat.channel, table.c.room == chat.room)
        await c.execute(update(table).where(here).values(room=room))
    lane = f"{chat.channel}:{chat.room}"
    await c.execute(update(outbox).where(outbox.c.lane == lane).values(lane=f"{chat.channel}:{room}"))
    await _replace(c, outbox, "lane", old, new)
    came_from = and_(tickets.c.origin_channel == chat.channel, tickets.c.origin_room == chat.room)
    await c.execute(update(tickets).where(came_from).values(origin_room=room))
    await c.execute(update(conversations).where(conversations.c.id == chat.id).values(room=room))


async def _boards(c: AsyncConnection, titles: Sequence[str]) -> None:
    """One that waits to be said with a title of theirs is not said: the next one has none."""
    waiting = and_(outbox.c.key.startswith("board:"), outbox.c.pending)
    for r in (await c.execute(select(outbox.c.id, outbox.c.content).where(waiting))).all():
        shown = json.loads(r.content).get("body")  # a pin has none
        if shown and any(title and title in shown["text"]["text"] for title in titles):
            ended = {"state": str(Delivery.FAILED), "pending": False, "why": ERASED}
            new = {"content": json.dumps(wordless(r.content)), **ended}
            await c.execute(update(outbox).where(outbox.c.id == r.id).values(new))


async def _replace(c: AsyncConnection, table: Any, column: str, old: str, new: str) -> None:
    field = table.c[column]
    found = field.contains(old, autoescape=True)
    await c.execute(update(table).where(found).values({column: func.replace(field, old, new)}))


async def _mentions(c: AsyncConnection, accounts: Sequence[Row[Any]], names: Sequence[str]) -> None:
    """What was said elsewhere with the name in it, boards with titles, and inputs that could not be processed."""
    written = {json.dumps(name, ensure_ascii=plain)[1:-1] for name in names if len(name) > 2 for plain in (True, False)}
    named = [outbox.c.content.contains(name, autoescape=True) for name in sorted(written)]
    mentions = or_(outbox.c.key.startswith("board:"), *named)
    rows = await c.execute(select(outbox.c.id, outbox.c.content).where(mentions, ~outbox.c.pending))
    for r in rows.all():
        await c.execute(update(outbox).where(outbox.c.id == r.id).values(content=json.dumps(wordless(r.content))))
    for one in accounts:
        tail = one.account.split("/")[-1]
        rows = await c.execute(select(parked.c.id, parked.c.raw).where(parked.c.channel == one.channel))
        hers = [r.id for r in rows.all() if re.search(rf"(?<!\w){re.escape(tail)}(?!\w)", r.raw)]
        await c.execute(delete(parked).where(parked.c.id.in_(hers)))


async def _log(c: AsyncConnection, chats: Sequence[Row[Any]], person: int, now: datetime) -> None:
    rows = [
        log.row(PersonErased(person), chat.area_id, now, BY, VIA, conversation=chat.id, seq=chat.seq + 1)
        for chat in chats
    ]
    ids = [chat.id for chat in chats]
    await write(c, appended(events, rows))
    await c.execute(update(conversations).where(conversations.c.id.in_(ids)).values(seq=conversations.c.seq + 1))
    await c.execute(update(people).where(people.c.id == person).values(erased_at=now))


async def _show(unit: Unit, own: Sequence[Row[Any]], chats: Sequence[Row[Any]], now: datetime) -> None:
    """The agents' side: cards without the name, and no copy of what the person said."""
    at = {chat.id: Address(chat.channel, f"{chat.room.split('/')[0]}/erased-{chat.id}") for chat in chats}
    was = {at[chat.id]: Address(chat.channel, chat.room) for chat in chats}
    places = [Place(at[t.conversation_id], t.number) for t in own if t.conversation_id in at]
    cases = await unit.cases(places) if places else []
    said: list[Said] = []
    for case in cases:
        area, number = case.group.area, case.subject.number
        moves = (await moves_of(unit.c, [number]))[number]
        shown = await _shown(unit.c, number, moves)
        said.append(Said(card(case), area))
        if case.subject.apart:  # the last that is said there: `forget_rooms` takes the account away once it was
            said.append(Said(replace(place_of(case), to=was[case.conversation.at], edits=True), area))
        said += [Said(out, area) for out in _former_cards(case, moves)]
        if case.subject.called:
            said.append(Said(calls_no_more(case), area))
        said += [Said(Outgoing(to=case.thread, key=f"{key}:gone", removes=key, ticket=number), area) for key in shown]
    await outgoing.drop_stale(unit.c, said)
    await write(unit.c, outgoing.queued(said, now))


async def forget_rooms(c: AsyncConnection) -> None:
    """What was said last in an erased person's chat no longer tells where that was, as soon as it was delivered."""
    last = and_(outbox.c.key.startswith("place:"), ~outbox.c.pending, outbox.c.room != tickets.c.origin_room)
    found = select(outbox.c.id, outbox.c.room, outbox.c.content, tickets.c.origin_room.label("now"))
    rows = await c.execute(found.join(tickets, tickets.c.number == outbox.c.ticket).where(last))
    for r in rows.all():
        content = r.content.replace(json.dumps(r.room), json.dumps(r.now))
        await c.execute(update(outbox).where(outbox.c.id == r.id).values(room=r.now, content=content))


async def _show_among(unit: Unit, shared: Sequence[Any], shown: Sequence[tuple[int, str]], now: datetime) -> None:
    """The same of what was said in circles, where the words of the others stay."""
    said: list[Said] = []
    for row in shared:
        (case,) = await unit.cases([Place(Address(row.origin_channel, row.origin_room), row.number)])
        moves = (await moves_of(unit.c, [row.number]))[row.number]
        said.append(Said(card(case), case.group.area))
        said += [Said(out, case.group.area) for out in _former_cards(case, moves)]
        said += [Said(out, case.group.area) for out in await _exchanges(unit.c, row.number, case, moves)]
        hers = [key for ticket, key in shown if ticket == row.number]
        rows = await unit.c.execute(select(messages.c.key, messages.c.copies).where(messages.c.key.in_(hers)))
        copies = [key for r in rows for key in Copies.read(r.copies).of(r.key)]
        for key in [*copies, *(moving.files_key(key, seq) for key in hers for seq in moves)]:
            gone = Outgoing(to=case.thread, key=f"{key}:gone", removes=key, ticket=row.number)
            said.append(Said(gone, case.group.area))
    await outgoing.drop_stale(unit.c, said)
    await write(unit.c, outgoing.queued(said, now))


def _former_cards(case: Case, moves: Sequence[int]) -> list[Outgoing]:
    """In the groups that had the ticket before: their cards were called by the person's words."""
    number, card = case.subject.number, moving.former_card(case)
    return [
        Outgoing(to=case.group.home, key=key, card=card, standing=True, edits=True, ticket=number)
        for key in moving.former_cards(number, moves)
    ]


async def _exchanges(c: AsyncConnection, number: int, case: Case, moves: Sequence[int]) -> list[Outgoing]:
    """What groups were shown to which the ticket came later, as it reads now."""
    if not moves:
        return []
    found = select(messages).where(messages.c.ticket == number).order_by(messages.c.seq, messages.c.at)
    said = [known_of(r) for r in await c.execute(found)]
    return [
        Outgoing(
            to=case.thread,
            key=moving.exchange_key(number, seq),
            body=Body(moving.exchange(number, said, seq)),
            edits=True,
            ticket=number,
        )
        for seq in moves
    ]


async def _shown(c: AsyncConnection, ticket: int, moves: Sequence[int]) -> list[str]:
    """Keys of the copies of the person's messages, and of what repeated the exchange when the ticket moved.

    On a ticket that began in a circle others have copies, too.
    """
    found = select(messages.c.key, messages.c.side, messages.c.account, messages.c.copies)
    rows = (await c.execute(found.where(messages.c.ticket == ticket))).all()
    hers = [r for r in rows if r.side == "customer" and r.account == "erased"]
    keys = [key for r in hers for key in Copies.read(r.copies).of(r.key)]
    keys += [moving.exchange_key(ticket, seq) for seq in moves]
    keys += [moving.files_key(r.key, seq) for r in rows for seq in moves]
    return list((await c.execute(select(links.c.key).where(links.c.key.in_(keys)).distinct())).scalars())
