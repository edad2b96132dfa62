"""Unit of work: one transaction for a batch. The only place where decisions are saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.agent_console.call import Call
from chatdesk.areas.area import Group, Services
from chatdesk.areas.directory import Directory
from chatdesk.conversations.case import Case, Conversation, Door
from chatdesk.conversations.decide import current, may_open
from chatdesk.conversations.events import CircleMoved
from chatdesk.conversations.phrases import known_language
from chatdesk.conversations.store.messages import change_messages, saved_messages
from chatdesk.conversations.store.tickets import (
    lock_conversations,
    lock_tickets,
    saved_conversations,
    saved_tickets,
    set_persons,
)
from chatdesk.conversations.ticket import Ticket
from chatdesk.core.messages import Address, Identity
from chatdesk.desk import log, outbox, within
from chatdesk.desk.earlier import draw_later, stand_otherwise
from chatdesk.desk.lost import base_of
from chatdesk.desk.moving import move
from chatdesk.desk.outbox import Said
from chatdesk.desk.places import Place, Places
from chatdesk.desk.record import changes_of, messages_of
from chatdesk.desk.settle import Settled
from chatdesk.desk.work import Work
from chatdesk.people.people import Agent, Customer, Roster
from chatdesk.people.store import person_of, persons_of, rosters
from chatdesk.slices import Logged, Slice, Timer
from chatdesk.storage.database import next_numbers
from chatdesk.storage.rows import Write, appended, insert_once, inserted, write
from chatdesk.storage.schema import conversations as conversation_rows
from chatdesk.storage.schema import events, inputs, timers

TICKET_NUMBER = "ticket_number"


class Unit:
    def __init__(
        self, c: AsyncConnection, directory: Directory, slices: Sequence[Slice], now: datetime, numbers: list[int]
    ) -> None:
        """`numbers`: ticket numbers that were drawn before and not used; what is drawn here is added to it."""
        self.c = c
        self._directory = directory
        self._slices = slices
        self._now = now
        self.numbers = numbers

    # -- load ---------------------------------------------------------------------------------------------

    async def places(self, batch: Sequence[Work]) -> list[Place | None]:
        """Where each piece of work belongs; None when it concerns no ticket, chat or message of ours."""
        found = await Places(self.c, self._directory).of(batch)
        return [
            await self._begun(w.call) if w.call and w.call.at else place for w, place in zip(batch, found, strict=True)
        ]

    async def _begun(self, call: Call) -> Place:
        """Where an agent opens a ticket for somebody: it is the agent's own group's."""
        assert call.at is not None
        group = (await self.desk_case(call.home, call.by)).group.id
        return Place(call.at, None, call.whose, asks=True, opens=True, group=group)

    async def first_time(self, keys: Iterable[str]) -> set[str]:
        """The inputs that have not been handled before; from now on they have been."""
        rows = [{"key": key, "at": self._now} for key in sorted(set(keys))]
        return await insert_once(self.c, inputs, rows, returning="key")

    async def forget(self, keys: Sequence[str]) -> None:
        """These inputs have not been handled after all."""
        if keys:
            await self.c.execute(delete(inputs).where(inputs.c.key.in_(keys)))

    async def cases(self, places: Sequence[Place]) -> list[Case]:
        """A frozen case for each place, everything it reads being locked until commit."""
        known = await self._conversations(places)
        put_off = await within.put_off(self.c, [(p.timer, known[p.at][0]) for p in places if p.timer])
        there = {p: p.within or put_off.get(p.at) for p in places}
        wanted = {p: p.ticket or within.own(put_off.get(p.at)) or known[p.at][0].current for p in places}
        tickets = await lock_tickets(self.c, {n for n in wanted.values() if n})
        groups = {p: self._group_of(p, known[p.at][0], tickets.get(wanted[p] or 0)) for p in places}
        formers = {p: self._former(p, tickets.get(wanted[p] or 0), groups[p]) for p in places}
        doors = {p: self._door(p, known[p.at][0], groups[p]) for p in places}
        opening = {p for p in places if _may_open(p, known[p.at][0], tickets.get(wanted[p] or 0), there[p])}
        targets = self._targets() if opening else []
        left = [g for gone in formers.values() for g in gone]
        involved = [*groups.values(), *filter(None, doors.values()), *left, *targets]
        members = await rosters(self.c, {g.id for g in involved})
        speakers = await self._speakers(places)
        await self._draw(len(opening))
        made, fresh = [], iter(self.numbers)
        for place in places:
            conversation, name = known[place.at]
            ticket = tickets.get(wanted[place] or 0)
            former, door = formers[place], doors[place]
            made.append(
                Case(
                    conversation,
                    ticket,
                    Customer(speakers.get(place) or _whose(conversation, ticket), conversation.circle or name),
                    groups[place],
                    self._now,
                    conversation.language,
                    _with_former(members, groups[place], former),
                    next(fresh) if place in opening else 0,
                    place.about,
                    area=self._directory.area(groups[place].area),
                    heard=place.heard,
                    speaker=place.newcomer.name if place.circle and place.newcomer else "",
                    within=within.of(there[place], ticket),
                    apart=self._directory.keeps_apart(place.at),
                    former=place.spoken_at if former else None,
                    door=self._opened(door, members) if door else None,
                    doors={g.id: self._opened(g, members) for g in targets},
                    has_elsewhere=len(self._directory.groups) > 1,
                    services=Services(self._directory.services),
                    areas=len(self._directory.areas),
                )
            )
        return made

    async def _speakers(self, places: Sequence[Place]) -> dict[Place, int]:
        """The persons who speak in circles: each is known as somebody with an account of their own."""
        speaking = {p: p.newcomer for p in places if p.circle and p.newcomer}
        persons = await persons_of(self.c, list(speaking.values()), self._now) if speaking else {}
        return {p: persons[i.channel, i.account] for p, i in speaking.items()}

    def _opened(self, group: Group, members: Mapping[str, Roster]) -> Door:
        return Door(group, self._directory.area(group.area), members[group.id])

    def _targets(self) -> list[Group]:
        """The groups to which filters may send a ticket that opens."""
        return [self._directory.group(id) for id in {f.then.group for f in self._directory.filters if f.then.group}]

    def _group_of(self, place: Place, conversation: Conversation, ticket: Ticket | None) -> Group:
        at = conversation.at
        if place.group:
            return self._directory.group(place.group)
        return self._directory.answering(ticket.group, at) if ticket else self._directory.entry_for(at)

    def _former(self, place: Place, ticket: Ticket | None, group: Group) -> Sequence[Group]:
        """The groups in whose room it was said, in a thread that the ticket has left."""
        at = place.spoken_at
        here = self._directory.at_home(at) if at else ()
        if at is None or ticket is None or not here:
            return ()
        stays = base_of(at.thread) == ticket.card if at.thread else group in here
        return () if stays else here

    def _door(self, place: Place, conversation: Conversation, group: Group) -> Group | None:
        """Where a new ticket opens, if not in the group of the current one."""
        by_agent = place.newcomer is None and place.ticket is not None
        if by_agent or place.group:
            return None
        door = self._directory.opening(conversation.group, conversation.at)
        return door if door.id != group.id else None

    async def _draw(self, count: int) -> None:
        """Every case that may open a ticket holds a number; what is not used serves the next batch."""
        missing = count - len(self.numbers)
        if missing > 0:
            self.numbers.extend(await next_numbers(self.c, TICKET_NUMBER, missing))

    async def _conversations(self, places: Sequence[Place]) -> dict[Address, tuple[Conversation, str]]:
        known = await lock_conversations(self.c, [p.at for p in places])
        new = [p for p in places if p.at not in known and p.newcomer]
        if not new:
            return known
        groups = {p.at: self._directory.answering(p.group or "", p.at) for p in new}
        rows = [
            {
                "channel": p.at.channel,
                "room": p.at.room,
                "area_id": groups[p.at].area,
                "group_id": groups[p.at].id,
                "language": known_language(p.newcomer.language if p.newcomer else None),
                "fresh": False,
                "seq": 0,
                "circle": p.circle.name if p.circle else "",
                "readers": p.circle.readers if p.circle else 0,
            }
            for p in sorted(new, key=lambda p: p.at.room)
        ]
        await insert_once(self.c, conversation_rows, rows, returning="id")
        owners = {p.at: owner for p in new if (owner := _owner(p))}
        persons = await persons_of(self.c, list(owners.values()), self._now)
        await set_persons(self.c, {at: persons[o.channel, o.account] for at, o in owners.items()})
        return known | await lock_conversations(self.c, [p.at for p in new])

    async def with_parts(self, cases: Sequence[Case], needs: Sequence[Sequence[type]]) -> list[Case]:
        """The cases with what their decisions asked for, one statement per kind of part."""
        loaders = {kind: load for part in self._slices for kind, load in part.parts.items()}
        configured = self._directory.parts
        done = [replace(case, parts={**configured, **case.parts}) for case in cases]
        for kind in dict.fromkeys(k for wanted in needs for k in wanted if k not in configured):
            which = [n for n, wanted in enumerate(needs) if kind in wanted]
            for n, part in zip(which, await loaders[kind](self.c, [done[n] for n in which]), strict=True):
                done[n] = replace(done[n], parts={**done[n].parts, kind: part})
        return done

    async def desk_case(self, home: Address, by: Identity, whose: Identity | None = None) -> Case:
        """A case for what concerns a whole group: no ticket and nobody's chat. `whose`: who is asked about.

        It is the caller's own group: at home there, elsewhere the first one for a caller of several.
        """
        here = self._directory.at_home(home)
        groups = here or [self._directory.group(self._directory.entry), *self._directory.groups]
        members = await rosters(self.c, [g.id for g in groups])
        theirs = [(g, agent) for g in groups if (agent := members[g.id].by_account(by.account))]
        theirs.sort(key=lambda one: not one[1].belongs)
        group = theirs[0][0] if theirs else groups[0]
        nobody = Conversation(0, home, 0, group.area, group.id)
        known = await person_of(self.c, whose) if whose else None
        customer = Customer(known or 0, whose.name if whose else "")
        area = self._directory.area(group.area)
        roster, services = members[group.id], Services(self._directory.services)
        return Case(nobody, None, customer, group, self._now, "en", roster, 0, area=area, services=services)

    # -- save ---------------------------------------------------------------------------------------------

    async def save(
        self, done: Sequence[tuple[Work, Settled]], said: Sequence[Said], also: Sequence[Write] = ()
    ) -> list[int]:
        """All that was decided, and what else there is to write, at once. The outbox's ids of what was said."""
        changed = [s.case.ticket for _, s in done if s.case.ticket and s.case.ticket != s.before.ticket]
        changed += [ticket for _, s in done for ticket in s.left]
        if len({t.number for t in changed}) < len(changed):
            raise RuntimeError("two decisions of a batch changed the same ticket")  # each is made alone then
        moved = [s.case.conversation for _, s in done if s.case.conversation != s.before.conversation]
        heard = [w.said for w, _ in done if w.said]
        found = [w.said for w, s in done if w.said and s.case.within == within.found(w.said)]
        changes = [change for _, s in done for change in changes_of(s)]
        for _, settled in done:
            for event in [h.event for h in settled.events if isinstance(h.event, CircleMoved)]:
                await move(self.c, settled.before.conversation, event.room)
        ids = await write(
            self.c,
            saved_tickets(changed, self._now),
            saved_conversations(moved),
            *saved_messages([(m, s.case) for w, s in done for m in messages_of(w, s)]),
            *outbox.linked([(i.message, i.at.channel, i.at.room, i.native) for i in heard if i.native]),
            *outbox.linked([(within.found(i), i.at.channel, i.at.room, i.under) for i in found if i.under]),
            outbox.queued(said, self._now, returning="id"),
            self._logged(done),
            *also,
        )
        await change_messages(self.c, changes, self._now)
        await self._save_timers(done)
        await self._save_slices(done)
        await draw_later(self.c, stand_otherwise([s for _, s in done]), self._now)
        return ids

    async def _save_slices(self, done: Sequence[tuple[Work, Settled]]) -> None:
        happened = [Logged(h.event, s.case, work.whose, work.via) for work, s in done for h in s.events]
        for part in self._slices:
            if wanted := [one for one in happened if isinstance(one.event, part.saves)]:
                await part.save(self.c, wanted)

    async def _save_timers(self, done: Sequence[tuple[Work, Settled]]) -> None:
        rows = [row for _, s in done for timer in s.timers if (row := _timer_row(timer, s.case))]
        if not rows:
            return
        await self.c.execute(delete(timers).where(timers.c.key.in_([r["key"] for r in rows])))
        latest = {r["key"]: r for r in rows}
        wanted = [r for r in latest.values() if r["due"]]
        await write(self.c, inserted(timers, wanted))

    def _logged(self, done: Sequence[tuple[Work, Settled]]) -> Write:
        rows = [
            log.row(
                happened.event,
                s.case.group.area,
                self._now,
                work.by,
                work.via,
                conversation=s.case.conversation.id or None,
                ticket=happened.ticket,
                seq=happened.seq,
            )
            for work, s in done
            for happened in s.events
        ]
        return appended(events, rows)


def _with_former(members: Mapping[str, Roster], group: Group, former: Sequence[Group]) -> Roster:
    """Those of a group that has lost the ticket know what they wrote."""
    if not former:
        return members[group.id]
    found: dict[str, Agent] = {}
    for one in (*former, group):
        found |= members[one.id].agents
    return Roster(found)


def _timer_row(timer: Timer, case: Case) -> dict[str, Any] | None:
    """None: it would belong to a ticket, and there is none."""
    row = {"area_id": case.group.area, "name": timer.name, "due": timer.due}
    if timer.of_conversation:
        talk = case.conversation
        key = f"c{talk.id}:{timer.name}"
        return row | {"key": key, "ticket": None, "channel": talk.at.channel, "room": talk.at.room}
    number = timer.ticket or (case.ticket.number if case.ticket else None)
    if number is None:
        return None
    return row | {"key": f"t{number}:{timer.name}", "ticket": number, "channel": "", "room": ""}


def _owner(place: Place) -> Identity | None:
    """Whose conversation is begun there. A circle's is nobody's among its people: what they said is not one's own."""
    if place.circle:
        return Identity(place.at.channel, place.circle.account, place.circle.name)
    return place.newcomer


def _whose(conversation: Conversation, ticket: Ticket | None) -> int:
    """In a circle each ticket is another person's; else all of them are the same one's."""
    return ticket.person if ticket and conversation.circle else conversation.person


def _may_open(place: Place, conversation: Conversation, ticket: Ticket | None, within: str | None) -> bool:
    meant = current(conversation, ticket, within)
    return (place.newcomer is not None or place.opens) and (place.asks or may_open(meant))
