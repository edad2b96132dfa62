"""Persons as rows: codes that link accounts, merges, and their end. A merge moves rows and says which, to be undone.

Conversations and tickets are locked by whoever writes them: an update of theirs waits for that, and sees what it left.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import person_events as pe
from chatdesk.conversations.case import Case
from chatdesk.conversations.linking import (
    ALPHABET,
    GOOD_FOR,
    LENGTH,
    LinkCode,
    Linking,
    Merge,
    Other,
    code_key,
    digest,
    normal,
    other_number,
)
from chatdesk.conversations.timers import RENAMED
from chatdesk.core.language import ENGLISH
from chatdesk.core.messages import Address, Identity
from chatdesk.desk.addresses import come_home
from chatdesk.desk.earlier import draw_all
from chatdesk.desk.lost import wake
from chatdesk.desk.scrub import scrub_key
from chatdesk.slices import Logged, Slice
from chatdesk.storage.rows import inserted, write
from chatdesk.storage.schema import (
    absences,
    conversations,
    identities,
    link_codes,
    link_tries,
    memberships,
    merges,
    people,
    tickets,
)

COUNTED = timedelta(hours=1)  # for how long a code that was given counts

# -- parts --------------------------------------------------------------------------------------------------


async def _linking(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    return [await _linking_of(c, case) for case in cases]


async def _linking_of(c: AsyncConnection, case: Case) -> Linking:
    by = case.asked.by
    who = select(identities.c.person_id).where(identities.c.channel == by.channel, identities.c.account == by.account)
    person = (await c.execute(who)).scalar_one_or_none() or 0
    given = select(func.count()).where(link_codes.c.person_id == person, link_codes.c.made_at > case.now - COUNTED)
    tried = and_(link_tries.c.channel == by.channel, link_tries.c.account == by.account)
    wrong = select(func.count()).where(tried, link_tries.c.at > case.now - GOOD_FOR)
    typed = normal(case.asked.words or case.asked.args.get("code", ""))
    return Linking(
        person=person,
        is_agent=person in await _agents(c, [person]),
        fresh="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
        given=(await c.execute(given)).scalar_one(),
        wrong=(await c.execute(wrong)).scalar_one(),
        typed=await _code(c, typed) if typed else None,
        linked=await _linked(c, person, by) if person else None,
    )


async def _code(c: AsyncConnection, typed: str) -> LinkCode | None:
    """Locked, so that it serves once."""
    found = select(link_codes).where(link_codes.c.digest == digest(typed)).with_for_update()
    row = (await c.execute(found)).one_or_none()
    if row is None:
        return None
    known = and_(identities.c.channel == row.channel, identities.c.account == row.account)
    owner = (await c.execute(select(identities).where(known))).one_or_none()
    person = owner.person_id if owner else row.person_id  # it may have been merged since
    spoken = select(conversations.c.language).where(
        conversations.c.channel == row.channel, conversations.c.room == row.room
    )
    return LinkCode(
        person,
        owner.name if owner else "",
        Identity(row.channel, row.account, owner.name if owner else ""),
        Address(row.channel, row.room),
        row.expires_at,
        row.used_at is not None,
        person in await _agents(c, [person]),
        (await c.execute(spoken)).scalars().first() or ENGLISH,
    )


async def _agents(c: AsyncConnection, persons: Collection[int]) -> set[int]:
    """Those who are agents of any group."""
    found = select(memberships.c.person_id).where(memberships.c.person_id.in_(persons))
    return set((await c.execute(found)).scalars())


async def into(c: AsyncConnection, person: int) -> list[Any]:
    """All merges that stand and have led into this person, the latest first."""
    rows: list[Any] = []
    level = {person}
    while level:
        found = select(merges).where(merges.c.kept.in_(level), merges.c.undone_at.is_(None))
        new = [r for r in await c.execute(found) if r.id not in {known.id for known in rows}]
        rows += new
        level = {r.gone for r in new}
    return sorted(rows, key=lambda r: r.id, reverse=True)


async def _linked(c: AsyncConnection, person: int, by: Identity) -> Merge | None:
    """The link by code that this account came by; else the latest one of its person."""
    rows = [r for r in await into(c, person) if r.how == "code"]
    own = [r for r in rows if [by.channel, by.account] in json.loads(r.moved)["identities"]]
    row = next(iter([*own, *rows]), None)
    return Merge(row.id, row.kept, row.gone) if row else None


async def _others(c: AsyncConnection, cases: Sequence[Case]) -> Sequence[object]:
    return [await _other(c, case) for case in cases]


async def _other(c: AsyncConnection, case: Case) -> Other:
    """Only of the same area: what stands in another one is not this agent's to know."""
    joined = tickets.join(people, people.c.id == tickets.c.person_id)
    found = select(tickets.c.person_id, people.c.name).select_from(joined)
    wanted = and_(tickets.c.number == (other_number(case.asked.args) or 0), tickets.c.area_id == case.group.area)
    row = (await c.execute(found.where(wanted))).one_or_none()
    here = case.customer.person
    agents = await _agents(c, [here, row.person_id if row else here])
    merged = next((r for r in await into(c, here) if r.how == "agent"), None)
    return Other(
        row.person_id if row else 0,
        row.name if row else "",
        row is not None and row.person_id in agents,
        here in agents,
        Merge(merged.id, merged.kept, merged.gone) if merged else None,
    )


# -- save ---------------------------------------------------------------------------------------------------


async def _save(c: AsyncConnection, happened: Sequence[Logged]) -> None:
    for one in happened:
        match one.event:
            case pe.LinkCodeGiven(person=person, code=code):
                await _give(c, one, person, code)
            case pe.LinkCodeRefused(why=why) if why in ("wrong", "expired", "used"):
                row = {"channel": one.by.channel, "account": one.by.account, "at": one.case.now}
                await write(c, inserted(link_tries, [row]))
            case pe.AccountsLinked(kept=kept, gone=gone, code=code):
                await c.execute(
                    update(link_codes).where(link_codes.c.digest == digest(code)).values(used_at=one.case.now)
                )
                await scrub_key(c, code_key(code))
                await merge(c, kept, gone, "code", one)
            case pe.PersonsMerged(kept=kept, gone=gone):
                await merge(c, kept, gone, "agent", one)
            case pe.AccountsUnlinked(merge=number) | pe.PersonsParted(merge=number):
                await part(c, number, one.case.now)


async def _give(c: AsyncConnection, one: Logged, person: int, code: str) -> None:
    now = one.case.now
    row = {
        "digest": digest(code),
        "person_id": person,
        "channel": one.by.channel,
        "account": one.by.account,
        "room": one.case.conversation.at.room,
        "made_at": now,
        "expires_at": now + GOOD_FOR,
        "used_at": None,
    }
    await write(c, inserted(link_codes, [row]))


async def merge(c: AsyncConnection, kept: int, gone: int, how: str, one: Logged) -> None:
    """All that was `gone`'s is `kept`'s. Accounts first: who makes a conversation holds its account meanwhile.

    The cards of the tickets that change hands say so.
    """
    moved = {
        "identities": await _move(c, identities, ("channel", "account"), gone, kept),
        "conversations": await _move(c, conversations, ("id",), gone, kept),
        "tickets": await _move(c, tickets, ("number",), gone, kept),
        "memberships": await _move(c, memberships, ("group_id", "channel", "account"), gone, kept),
        "assigned": await _move(c, tickets, ("number",), gone, kept, "assignee_id"),
        "absent": await _move_absence(c, gone, kept, one.case.now),
        "deputies": await _move(c, absences, ("person_id",), gone, kept, "deputy_id"),
    }
    here = one.case.ticket.number if one.case.ticket and how == "agent" else None  # its card says so by itself
    await _rename(c, [n for n in moved["tickets"] if n != here], one.case.now)
    await draw_all(c, kept, one.case.now)
    row = {
        "kept": kept,
        "gone": gone,
        "how": how,
        "at": one.case.now,
        "by_account": one.by.account,
        "via": one.via,
        "moved": json.dumps(moved),
        "undone_at": None,
    }
    await write(c, inserted(merges, [row]))


async def _move_absence(c: AsyncConnection, gone: int, kept: int, now: datetime) -> list[int]:
    """Who is away stays away; of two absences the one that is known of who stays, unless it is over."""
    over = delete(absences).where(absences.c.person_id == kept, absences.c.until <= now)
    theirs = select(absences.c.person_id).where(absences.c.person_id.in_((gone, kept)))
    if gone not in set((await c.execute(theirs)).scalars()):
        return []
    await c.execute(over)
    if kept in set((await c.execute(theirs)).scalars()):
        return []
    await c.execute(update(absences).where(absences.c.person_id == gone).values(person_id=kept))
    return [kept]


async def _rename(c: AsyncConnection, numbers: Sequence[int], now: datetime) -> None:
    """The cards of these tickets show another name."""
    found = select(tickets.c.number, tickets.c.area_id).where(tickets.c.number.in_(numbers))
    areas = {r.number: r.area_id for r in await c.execute(found)}
    if areas:
        await wake(c, RENAMED, areas, now)


async def _move(
    c: AsyncConnection, table: Any, keys: Sequence[str], old: int, new: int, column: str = "person_id"
) -> list[Any]:
    """Give the rows of one person to another; their keys."""
    changed = update(table).where(table.c[column] == old).values({column: new})
    rows = await c.execute(changed.returning(*(table.c[key] for key in keys)))
    return [list(row) if len(keys) > 1 else row[0] for row in rows]


async def part(c: AsyncConnection, number: int, now: datetime) -> None:
    """Undo a merge: what it moved goes back, with what has come since to the accounts and chats that it moved.

    Only what is still the merged person's: other merges may have been undone meanwhile.
    """
    row = (await c.execute(select(merges).where(merges.c.id == number).with_for_update())).one()
    if row.undone_at is not None:
        return
    moved = json.loads(row.moved)
    now_with, back = await _root(c, row.kept), row.gone
    accounts = [tuple(a) for a in moved["identities"]]
    await _give_back(c, identities, ("channel", "account"), accounts, now_with, back)
    await _give_back(c, memberships, ("channel", "account"), accounts, now_with, back)
    chats = [conversations.c.id.in_(moved["conversations"]), *_chats_of(accounts)]
    theirs = update(conversations).where(conversations.c.person_id == now_with, or_(*chats)).values(person_id=back)
    ids = list((await c.execute(theirs.returning(conversations.c.id))).scalars())
    opened_in = func.coalesce(tickets.c.began_in_id, tickets.c.conversation_id)
    own = or_(tickets.c.number.in_(moved["tickets"]), opened_in.in_(ids))
    given = update(tickets).where(tickets.c.person_id == now_with, own).values(person_id=back)
    await _rename(c, list((await c.execute(given.returning(tickets.c.number))).scalars()), now)
    for person in (now_with, back):
        await draw_all(c, person, now)
    await _give_back(c, tickets, ("number",), moved["assigned"], now_with, back, "assignee_id")
    await _give_back(c, absences, ("person_id",), moved.get("deputies", []), now_with, back, "deputy_id")
    if moved.get("absent"):
        there = select(absences.c.person_id).where(absences.c.person_id == back)
        if (await c.execute(there)).first() is None:
            await c.execute(update(absences).where(absences.c.person_id == now_with).values(person_id=back))
    await come_home(c, [now_with, back], now)
    await c.execute(update(merges).where(merges.c.id == number).values(undone_at=now))


def _chats_of(accounts: Sequence[tuple[str, ...]]) -> list[Any]:
    """A private chat's room ends with its account."""
    return [
        and_(conversations.c.channel == channel, conversations.c.room.endswith(f"/{account}", autoescape=True))
        for channel, account in accounts
    ]


async def _give_back(
    c: AsyncConnection,
    table: Any,
    keys: Sequence[str],
    which: Sequence[Any],
    old: int,
    new: int,
    column: str = "person_id",
) -> None:
    if not which:
        return
    key = table.c[keys[0]] if len(keys) == 1 else tuple_(*(table.c[k] for k in keys))
    await c.execute(update(table).where(table.c[column] == old, key.in_(which)).values({column: new}))


async def _root(c: AsyncConnection, person: int) -> int:
    """Who this person is part of by now."""
    while True:
        found = select(merges.c.kept).where(merges.c.gone == person, merges.c.undone_at.is_(None))
        kept = (await c.execute(found.order_by(merges.c.id.desc()).limit(1))).scalar_one_or_none()
        if kept is None:
            return person
        person = kept


async def tidy(c: AsyncConnection, now: datetime) -> None:
    """Codes and tries that have served; the messages that carried the codes keep no word of them."""
    old = select(link_codes.c.digest).where(link_codes.c.made_at < now - COUNTED)
    for made in (await c.execute(old)).scalars().all():
        await scrub_key(c, f"link:{made[:20]}")
        await c.execute(delete(link_codes).where(link_codes.c.digest == made))
    await c.execute(delete(link_tries).where(link_tries.c.at < now - COUNTED))


PERSONS = Slice(
    name="persons",
    parts={Linking: _linking, Other: _others},
    save=_save,
    saves=(
        pe.LinkCodeGiven,
        pe.LinkCodeRefused,
        pe.AccountsLinked,
        pe.AccountsUnlinked,
        pe.PersonsMerged,
        pe.PersonsParted,
    ),
)
