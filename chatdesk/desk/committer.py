"""The committer: decides what waits in lanes, commits it in batches, and answers only after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace

import structlog

from chatdesk.agent_console.call import Outcome, find, needs_of
from chatdesk.agent_console.call import decide as decide_call
from chatdesk.agent_console.command import Reply
from chatdesk.areas.directory import Directory
from chatdesk.conversations import albums, inputs
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import AreaTickets
from chatdesk.conversations.person_events import Redacted
from chatdesk.core.messages import Incoming, Outgoing
from chatdesk.desk import outbox
from chatdesk.desk.addresses import at_their_place
from chatdesk.desk.channel import Shown
from chatdesk.desk.clock import Clock
from chatdesk.desk.files import Files
from chatdesk.desk.lanes import Lanes
from chatdesk.desk.outbox import Said
from chatdesk.desk.places import Place
from chatdesk.desk.relay import Relay, Ride
from chatdesk.desk.settle import Settled, settle
from chatdesk.desk.to_the_end import to_the_end
from chatdesk.desk.unit import Unit
from chatdesk.desk.work import Wake, Work
from chatdesk.slices import Slice
from chatdesk.storage.bell import Bell
from chatdesk.storage.database import Database, is_outage

log = structlog.get_logger()
MOST_IN_A_BATCH = 64
FIRST = -1  # in a lane: before all that was said
FEW = 2.5  # pieces of work in a batch for which nobody waits
GATHER = 0.010  # seconds that a batch waits for as many as the last one had
FORGET = 0.9  # how fast a big batch is forgotten


@dataclass(eq=False, slots=True)
class Committer:
    database: Database
    directory: Directory
    slices: Sequence[Slice]
    clock: Clock
    bell: Bell
    files: Files
    relay: Relay | None  # without one another process delivers
    _lanes: Lanes = field(default_factory=Lanes, init=False)
    _waiting: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _usual: float = field(default=0.0, init=False)  # pieces of work in a batch lately
    _numbers: list[int] = field(default_factory=list, init=False)  # drawn and not used yet

    async def done(self, work: Work) -> Reply:
        """Put it into its lane, and wait until it is committed."""
        self._lanes.put(work)
        self._waiting.set()
        return await work.done

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
        noting: AbstractAsyncContextManager[Ride] = self.relay.noting() if self.relay else nullcontext(Ride())
        async with noting as ride, self.database.begin() as c:
            unit = Unit(c, self.directory, self.slices, self.clock.now(), numbers)
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
            if self.relay:
                self.relay.forget([w.said.part_of for w in batch if w.said and w.said.part_of])
                said = await self.relay.hand_over(c, said, ride, _natives(batch))
                ids = await unit.save(done, said, self.relay.noted(ride))
                taken = self.relay.handed(said, ids)
                taken += await self.relay.take_along(c, ride)
            else:
                await unit.save(done, said)
                taken = []
        self._numbers = numbers
        if self.relay:
            if any(w.said and w.said.moved_to for w in batch):
                self.relay.forget()
            self.relay.launch(taken)
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
            settled = settle(case, outcome.events, self.slices)
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
            return Outcome([e for s in self.slices for e in s.on_timer(work.timer.name, case)])
        assert work.said is not None
        return Outcome(inputs.decide(case, work.said, self._by_agent(work.said)))

    def _needs(self, work: Work) -> Sequence[type]:
        if work.call:
            return needs_of(find(work.call.command))
        if work.timer:
            return [kind for s in self.slices for kind in s.timer_needs(work.timer.name)]
        return inputs.needs_of(work.said, self._by_agent(work.said)) if work.said else ()

    def _by_agent(self, said: Incoming) -> bool:
        return self.directory.is_home(said.at)

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
        return settle(case, outcome.events, self.slices), outcome.reply


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
    """Of messages that have just been received; of one that comes in parts they are looked up when it is complete."""
    heard = [w.said for w in batch if w.said and w.said.native and not w.said.part_of]
    return {said.message: Shown(said.at.room, (said.native,)) for said in heard if said.native}


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
