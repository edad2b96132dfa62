"""The desk: takes in what people say and ask for, decides, and commits; answers only after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace

import structlog

from chatdesk.agent_console.call import Call, Outcome, find
from chatdesk.agent_console.call import decide as decide_call
from chatdesk.agent_console.command import Reply
from chatdesk.areas.directory import Directory
from chatdesk.conversations import albums, inputs
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import AreaTickets
from chatdesk.conversations.person_events import Redacted
from chatdesk.conversations.store.messages import tickets_of_messages
from chatdesk.core.errors import DeskError
from chatdesk.core.messages import Address, Identity, Incoming, Outgoing, original, ticket_in
from chatdesk.desk import lost, metrics, outbox
from chatdesk.desk.addresses import at_their_place
from chatdesk.desk.channel import Shown
from chatdesk.desk.clock import Clock
from chatdesk.desk.erasing import Counted, erase
from chatdesk.desk.files import Files
from chatdesk.desk.lanes import Lanes
from chatdesk.desk.outbox import Said
from chatdesk.desk.places import Place
from chatdesk.desk.relay import Relay, Ride
from chatdesk.desk.settle import Settled, settle
from chatdesk.desk.to_the_end import to_the_end
from chatdesk.desk.unit import Unit
from chatdesk.desk.work import Wake, Work
from chatdesk.people.store import accounts_at, set_members
from chatdesk.slices import Slice
from chatdesk.storage.bell import Bell
from chatdesk.storage.database import Database, is_outage
from chatdesk.storage.locks import Lock
from chatdesk.storage.rows import write

log = structlog.get_logger()
MOST_IN_A_BATCH = 64
FIRST = -1  # in a lane: before all that was said
FEW = 2.5  # pieces of work in a batch for which nobody waits
GATHER = 0.010  # seconds that a batch waits for as many as the last one had
FORGET = 0.9  # how fast a big batch is forgotten
QUICK = (0.2, 1.0)  # seconds until what is about an unknown message is looked at again
OWN_FAULT = "That could not be done because of a fault of the desk's own, and nothing was changed. Please try again."


class Desk:
    def __init__(
        self,
        database: Database,
        directory: Directory,
        slices: Sequence[Slice],
        clock: Clock,
        bell: Bell,
        files: Files,
        relay: Relay | None = None,
    ) -> None:
        """Without a relay another process delivers."""
        self.files = files
        self.database = database
        self.directory = directory
        self.clock = clock
        self.bell = bell
        self._slices = slices
        self._relay = relay
        self._lanes = Lanes()
        self._waiting = asyncio.Event()
        self._usual = 0.0  # pieces of work in a batch lately
        self._numbers: list[int] = []  # drawn and not used yet

    # -- what channels and timers call ----------------------------------------------------------------------

    async def receive(self, said: Incoming) -> bool:
        """Take in what someone said. Returns when it is durable; the same key twice changes nothing.

        False: it was written in a thread that is none of ours, or is about a message of which we know nothing, and
        nothing was kept of it. A person can be quick: what we sent may be answered before its id has come back to us.
        """
        metrics.messages_in(said.at.channel).inc()
        lane = f"{said.at.channel}:{said.at.room}:{said.under or ''}"
        for wait in (*(QUICK if said.needs_another else ()), 0.0):
            if (await self._done(Work(lane, said.order, self.clock.now(), said=said))).ok:
                return True
            await asyncio.sleep(wait)
        return False

    async def run(self, call: Call) -> Reply:
        """Do what someone asks for. The reply is for the caller alone; all else goes through the outbox."""
        try:
            find(call.command)
        except DeskError as refusal:
            return Reply(refusal.sentence, ok=False)
        lane = f"ticket:{call.ticket}" if call.ticket else f"by:{call.by.account}"
        try:
            return await self._done(Work(lane, 0, self.clock.now(), call=call))
        except Exception:
            log.exception("desk.call_failed", command=call.command, ticket=call.ticket)
            return Reply(OWN_FAULT, ok=False)

    async def wake(self, wake: Wake) -> None:
        """A timer is due."""
        lane = f"ticket:{wake.ticket}" if wake.at is None else f"{wake.at.channel}:{wake.at.room}:"
        await self._done(Work(lane, 0, self.clock.now(), timer=wake))

    async def ticket_of(self, place: Address, natives: Sequence[str]) -> int | None:
        """The ticket to which one of these messages of a room belongs, by the service's ids: itself, or its root."""
        async with self.database.begin() as c:
            keys = await outbox.keys_of(c, [(place.channel, place.room, native) for native in natives])
            owners = await tickets_of_messages(c, [original(key) for key in keys.values()])
        found = [owners.get(original(key)) or ticket_in(key) for key in keys.values()]
        return next((number for number in found if number), None)

    async def talkers(self, place: Address) -> set[str]:
        """The accounts of the user who is answered at this place; none where nobody is."""
        async with self.database.read() as c:
            return await accounts_at(c, place)

    async def lost(self, channel: str, room: str, native: str) -> None:
        """A message of ours was deleted on the service's side."""
        async with self.database.begin() as c:
            key = await lost.lose(c, channel, room, native, self.clock.now())
        if key:
            self.forget_lost()

    def forget_lost(self) -> None:
        """What is remembered of our messages may be no longer true."""
        if self._relay:
            self._relay.forget()

    def reopened(self, room: Address) -> None:
        """Something can be said in this room again."""
        if self._relay:
            self._relay.reopen(room)

    def deliver(self) -> None:
        """Something has been put into the outbox beside the committer."""
        if self._relay:
            self._relay.look()
        self.bell.ring()

    def duty(self, name: str) -> Lock:
        """What only one process of the desk may do at a time, such as polling."""
        return Lock(self.database, name)

    async def knows(self, channel: str, room: str, native: str) -> bool:
        """Whether this is a message that the desk has sent or heard."""
        async with self.database.begin() as c:
            return bool(await outbox.keys_of(c, [(channel, room, native)]))

    async def adopt(self, key: str, channel: str, room: str, native: str) -> None:
        """A message of ours that the service shows and we have no link to: we stopped before we noted it."""
        async with self.database.begin() as c:
            await write(c, *outbox.linked([(key, channel, room, native)]))

    async def set_agents(self, group: str, channel: str, members: Sequence[Identity]) -> None:
        """Exactly these accounts are the group's agents on that channel."""
        async with self.database.begin() as c:
            await set_members(c, group, channel, members, self.clock.now())

    async def erase(self, person: int) -> Counted:
        """Overwrite what is known of a person; the desk that delivers removes it on the agents' side."""
        async with self.database.begin() as c:
            unit = Unit(c, self.directory, self._slices, self.clock.now(), [])
            done = await erase(unit, person, self.clock.now())
        await self.files.sweep()
        self.bell.ring()
        return done

    async def _done(self, work: Work) -> Reply:
        self._lanes.put(work)
        self._waiting.set()
        return await work.done

    # -- the committer --------------------------------------------------------------------------------------

    async def work(self) -> None:
        """Decide and commit what waits, in batches, until cancelled."""
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            while self._lanes:
                await self._gather()
                batch = self._lanes.take(MOST_IN_A_BATCH)
                await to_the_end(self._commit(batch))
                self._usual = max(len(batch), self._usual * FORGET)

    async def _gather(self) -> None:
        """Under load the next messages are on their way: a fuller batch costs all of them less, and waits a little."""
        if self._usual < FEW:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER):
                while len(self._lanes) < self._usual - 1:
                    self._waiting.clear()
                    await self._waiting.wait()

    async def _commit(self, batch: list[Work]) -> None:
        try:
            await self._attempt(batch)
        except Exception as fault:
            if len(batch) > 1 and not is_outage(fault):
                log.warning("desk.batch_failed", size=len(batch), why=repr(fault))
                for work in batch:
                    await self._commit([work])
                return
            behind = self._lanes.drop({w.lane for w in batch if w.said}) if is_outage(fault) else []
            for work in [*batch, *behind]:  # what was said later must not come first: all of it is said again
                _fail(work, fault)

    async def _attempt(self, batch: list[Work]) -> None:
        """One transaction. What shares a conversation with something earlier in the batch waits for the next."""
        numbers = list(self._numbers)
        noting: AbstractAsyncContextManager[Ride] = self._relay.noting() if self._relay else nullcontext(Ride())
        async with noting as ride, self.database.begin() as c:
            unit = Unit(c, self.directory, self._slices, self.clock.now(), numbers)
            placed, ours, later = _apart(batch, await unit.places(batch))
            fresh = await unit.first_time(w.said.key for w, _ in placed if w.said)
            todo = [(w, p) for w, p in placed if w.said is None or w.said.key in fresh]
            done, replies, giving_way = await self._decide(unit, todo)
            await unit.forget([w.said.key for w in giving_way if w.said])
            later += giving_way
            for work in ours:
                settled, replies[work] = await self._without_ticket(unit, work)
                done += [(work, settled)] if settled and settled.events else []
            said = [
                Said(_for(w, out), s.case.group.area, w.arrived)
                for w, s in done
                for out in await at_their_place(c, s.case, s.outgoing, w.said)
            ]
            await outbox.drop_stale(c, said)
            if self._relay:
                said = await self._relay.hand_over(c, said, ride, _natives(batch))
                ids = await unit.save(done, said, self._relay.noted(ride))
                taken = self._relay.handed(said, ids)
                taken += await self._relay.take_along(c, ride)
            else:
                await unit.save(done, said)
                taken = []
        self._numbers = numbers
        if self._relay:
            if any(w.said and w.said.moved_to for w in batch):
                self._relay.forget()
            self._relay.launch(taken)
        self._lanes.put_back(later)
        for work in giving_way:
            work.gave_way = True
            self._lanes.put(Work(work.lane, FIRST, work.arrived, timer=Wake(albums.TIMER, at=_of(work, placed).at)))
        for work in batch:
            if work not in later:
                _answer(work, replies.get(work, Reply()))
        if {s.out.key for s in said} - {delivery.out.key for delivery, _ in taken}:
            self.bell.ring()  # somebody has to send the rest
        for work, settled in done:
            _log(work, settled)
        if any(isinstance(h.event, Redacted) for _, settled in done for h in settled.events):
            await self._sweep()

    async def _sweep(self) -> None:
        """All has been committed: what goes wrong here is done with the hourly tidying."""
        try:
            await self.files.sweep()
        except Exception:
            log.exception("desk.sweep_failed")

    async def _decide(
        self, unit: Unit, todo: Sequence[tuple[Work, Place]]
    ) -> tuple[list[tuple[Work, Settled]], dict[Work, Reply], list[Work]]:
        """What was decided, the replies, and what gives way to what came before it."""
        if not todo:
            return [], {}, []
        cases = await unit.cases([p for _, p in todo])
        giving_way = [w for (w, _), case in zip(todo, cases, strict=True) if _gives_way(w, case)]
        kept = [(one, case) for one, case in zip(todo, cases, strict=True) if one[0] not in giving_way]
        todo, cases = [one for one, _ in kept], [case for _, case in kept]
        cases = [replace(case, asked=work.asked) for (work, _), case in zip(todo, cases, strict=True)]
        needs = [(*self._needs(w), *_for_the_card(w, case)) for (w, _), case in zip(todo, cases, strict=True)]
        cases = await unit.with_parts(cases, needs)
        done: list[tuple[Work, Settled]] = []
        replies: dict[Work, Reply] = {}
        for (work, _), case in zip(todo, cases, strict=True):
            outcome = self._outcome(work, case)
            settled = settle(case, outcome.events, self._slices)
            if settled.case.ticket and settled.case.ticket.number == case.number:
                unit.numbers.remove(case.number)
            done.append((work, settled))
            replies[work] = outcome.reply
        return done, replies, giving_way

    def _outcome(self, work: Work, case: Case) -> Outcome:
        """Pure: which decision this piece of work needs."""
        if work.call:
            return decide_call(work.call, case)
        if work.timer:
            return Outcome([e for s in self._slices for e in s.on_timer(work.timer.name, case)])
        assert work.said is not None
        return Outcome(inputs.decide(case, work.said, self._by_agent(work.said)))

    def _needs(self, work: Work) -> Sequence[type]:
        if work.call:
            return find(work.call.command).needs
        if work.timer:
            return [kind for s in self._slices for kind in s.timer_needs(work.timer.name)]
        return inputs.needs_of(work.said, self._by_agent(work.said)) if work.said else ()

    def _by_agent(self, said: Incoming) -> bool:
        return self.directory.at_home(said.at) is not None

    async def _without_ticket(self, unit: Unit, work: Work) -> tuple[Settled | None, Reply]:
        """A thread that is not ours, what concerns the group or the caller, or a wrong number."""
        if work.call is None:
            return None, Reply(ok=False)
        command = find(work.call.command)
        if command.needs_ticket:
            which = f"#{work.call.ticket}" if work.call.ticket else "that number"
            return None, Reply(f"There is no ticket {which}.", ok=False)
        case = replace(await unit.desk_case(work.call.home, work.call.by, work.call.whose), asked=work.asked)
        (case,) = await unit.with_parts([case], [command.needs])
        outcome = decide_call(work.call, case)
        return settle(case, outcome.events, self._slices), outcome.reply


def _for_the_card(work: Work, case: Case) -> Sequence[type]:
    """The customer's earlier tickets, when a card may be new or an agent works on it: not with every message."""
    return (AreaTickets,) if work.call or case.number else ()


def _gives_way(work: Work, case: Case) -> bool:
    """Once: if that cannot be decided by itself, it is decided together with this."""
    return work.said is not None and not work.gave_way and albums.comes_first(case, work.said)


def _of(work: Work, placed: Iterable[tuple[Work, Place]]) -> Place:
    return next(place for one, place in placed if one is work)


def _apart(
    batch: Sequence[Work], places: Sequence[Place | None]
) -> tuple[list[tuple[Work, Place]], list[Work], list[Work]]:
    """(one per conversation, those without a conversation, those that wait for the next batch)."""
    first: dict[object, tuple[Work, Place]] = {}
    loose, later = [], []
    for work, place in zip(batch, places, strict=True):
        if place is None:
            loose.append(work)
        elif place.at in first:
            later.append(work)
        else:
            first[place.at] = (work, place)
    return list(first.values()), loose, later


def _for(work: Work, out: Outgoing) -> Outgoing:
    """What somebody clicked for is sent before what nobody waits for."""
    return replace(out, urgent=True) if work.call and not out.urgent else out


def _natives(batch: Sequence[Work]) -> dict[str, Shown]:
    return {w.said.message: Shown(w.said.at.room, (w.said.native,)) for w in batch if w.said and w.said.native}


def _answer(work: Work, reply: Reply) -> None:
    with suppress(asyncio.InvalidStateError):  # the caller has gone
        work.done.set_result(reply)


def _fail(work: Work, fault: Exception) -> None:
    with suppress(asyncio.InvalidStateError):
        work.done.set_exception(fault)


def _log(work: Work, settled: Settled) -> None:
    log.info(
        "desk.settled",
        input=work.said.key if work.said else None,
        via=work.via,
        ticket=settled.case.ticket.number if settled.case.ticket else None,
        events=[f"{type(h.event).__name__}:{h.seq}" for h in settled.events],
        outgoing=[out.key for out in settled.outgoing],
    )
