"""The relay: takes the head of each lane and delivers it. The only part that talks to the outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.fate import Delivery as State
from chatdesk.conversations.fate import concerned, told
from chatdesk.conversations.store.messages import noted_fates
from chatdesk.core.messages import Address, Outgoing
from chatdesk.desk import metrics, outbox, together
from chatdesk.desk.attempts import Attempts
from chatdesk.desk.channel import Channel, Delivery, Shown
from chatdesk.desk.clock import Clock
from chatdesk.desk.natives import Natives
from chatdesk.desk.outbox import Queued, Result, Said
from chatdesk.desk.pace import Pacer
from chatdesk.desk.resolving import Known, keys, needed, resolved
from chatdesk.desk.rooms import Place, Rooms, Spent
from chatdesk.desk.to_the_end import to_the_end
from chatdesk.desk.waiting import IDLE_LOOK, Waiting
from chatdesk.storage.bell import Bell
from chatdesk.storage.database import Database, is_outage
from chatdesk.storage.rows import Write, write

log = structlog.get_logger()

MOST_IN_FLIGHT = 128  # calls of the services; each holds a task and a connection
LOOK_AHEAD = 256  # heads looked at to find those whose pace allows them
LINGER = 0.02  # seconds from a ring to our own transaction: what is decided meanwhile takes the results along
ORPHANED_AFTER = timedelta(minutes=2)  # some services tell a message's id later than they take it
ORPHAN = "what it belongs to was never sent."

Taken = tuple[Delivery, Queued]


class Ride(list[Result]):
    """A transaction that notes these results, and what it has taken to be sent after it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self.waits = list[Place]()  # where more will wait when it has ended


class Relay:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        pacer: Pacer,
        clock: Clock,
        bell: Bell,
        alone: bool = False,
    ):
        """`alone`: no other process delivers from this database."""
        self._database = database
        self._channels = channels
        self._clock = clock
        self._bell = bell
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._results = Ride()
        self._rides = 0
        self._natives = Natives()
        self._rooms = Rooms(pacer)
        self._attempts = Attempts(database, channels, pacer, clock, self._natives, self._rooms)
        self._waiting = Waiting(alone)
        self._promised = 0  # taken in transactions that have not ended yet
        self._looker: Ride | None = None  # looks for what may go out, and others wait for its end
        self._turned_away = False
        self._crowded = False  # something waits because too much was on its way

    async def run(self) -> None:
        """Deliver until cancelled; what is on its way then is noted first."""
        try:
            while True:
                try:
                    more = await to_the_end(self._turn())
                except Exception as fault:
                    log.warning("relay.turn_failed", why=str(fault), exc_info=not is_outage(fault))
                    await asyncio.sleep(IDLE_LOOK)
                    continue
                if not more:
                    await self._bell.wait(self._rooms.patience(IDLE_LOOK))
                    await self._linger()
        finally:
            await self._finish()

    async def _linger(self) -> None:
        """As long as deciding transactions take along what has come back, there is no need for one of our own."""
        rides = -1
        while rides != self._rides:
            rides = self._rides
            await asyncio.sleep(LINGER)

    async def _finish(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying.values(), timeout=10)
        if self._results:
            async with self.noting() as results, self._database.begin() as c:
                await write(c, *self.noted(results))

    async def _turn(self) -> bool:
        """One transaction: note what has come back, take what may go out. Whether to look again at once."""
        async with self.noting() as ride, self._database.begin() as c:
            await write(c, *self.noted(ride))
            taken = await self._take(c, ride)
        self.launch(taken)
        return len(taken) == MOST_IN_FLIGHT

    def forget(self, keys: Collection[str] | None = None) -> None:
        """Messages have been lost, have got further parts, or their room has moved: their keys lead to others soon."""
        self._natives.forget(keys)

    def reopen(self, room: Address) -> None:
        self._rooms.reopen(room)

    def look(self) -> None:
        """Others than the deciding transactions have put something into the outbox."""
        self._waiting.ask()

    # -- take -----------------------------------------------------------------------------------------------

    async def take_along(self, c: AsyncConnection, ride: Ride) -> list[Taken]:
        """In a transaction that decides: take what has waited, if there may be any."""
        self._rides += 1
        return await self._take(c, ride) if self._waiting.worth_a_look else []

    async def _take(self, c: AsyncConnection, ride: Ride) -> list[Taken]:
        """Mark what may go out now as being sent.

        One looks at a time: each passes over the rows that the other has locked, and one would find the last alone.
        """
        if self._room <= 0:
            return []
        if self._looker is not None and self._looker is not ride:
            self._turned_away = True
            return []
        self._looker = ride
        now, asked = self._clock.now(), self._waiting.asked
        look = self._rooms.look()
        rows = await outbox.heads(c, now, LOOK_AHEAD, look.shut, self._flying.keys())
        rows = [r for r in rows if r.out.to.channel in self._channels]
        natives = await self._natives.of(c, {key for r in rows for key in keys(r.out)})
        chosen: list[Taken] = []
        spent: Spent = set()
        await self._end_orphans(c, [r for r in rows if any(key not in natives for key in needed(r.out))], natives)
        for row in rows:
            delivery = resolved(row.out, natives, row.again, row.created)
            if self._room > 0 and delivery and await self._may_go(delivery, spent):
                self._promise(ride)
                chosen.append((delivery, row))
                self._waiting.taken(row.out.lane)
        chosen = await self._joined(c, chosen)
        await outbox.claim(c, [one for _, row in chosen for one in (row, *row.rest)], now)
        self._crowded = self._room <= 0 and len(chosen) < len(rows)
        if len(rows) < LOOK_AHEAD:
            self._rooms.found((row.out for row in rows), look)
        self._waiting.looked(bool(rows), asked)
        return chosen

    async def _joined(self, c: AsyncConnection, chosen: list[Taken]) -> list[Taken]:
        """Where messages wait for the pace of a room, those of one person behind the first go with it."""
        crowded = [row for _, row in chosen if row.out.joins and not row.again and self._rooms.queues_for(row.out)]
        if not crowded:
            return chosen
        behind = await outbox.behind(c, {row.out.lane: row.id for row in crowded})
        made = []
        for delivery, row in chosen:
            waiting = behind.get(row.out.lane, [])
            out, count = together.joined(row.out, [one.out for one in waiting])
            made.append((replace(delivery, out=out), replace(row, rest=tuple(waiting[:count]))))
        return made

    async def _end_orphans(self, c: AsyncConnection, stuck: Sequence[Queued], natives: Known) -> None:
        """What belongs to a message that was never sent, and will not be, holds up its lane no longer."""
        if not stuck:
            return
        old = self._clock.now() - ORPHANED_AFTER
        missing = [{key for key in needed(row.out) if key not in natives} for row in stuck]
        keys = set[str]().union(*missing)
        lost = await outbox.failed(c, keys, {row.out.ticket for row in stuck if row.out.ticket})
        coming = await outbox.coming(c, keys, apart_from={row.id for row in stuck})
        orphans = [
            row
            for row, keys in zip(stuck, missing, strict=True)
            if (keys if row.created < old else keys & lost) - coming
        ]
        await write(c, *self.noted([Result(row, State.FAILED, why=ORPHAN) for row in orphans]))

    # -- hand over --------------------------------------------------------------------------------------------

    async def hand_over(self, c: AsyncConnection, said: Sequence[Said], ride: Ride, natives: Known) -> list[Said]:
        """What is being said, with a delivery where it need not wait: its lane is empty, its pace allows it, and nobody
        waits for the same.

        `natives`: ids of messages that have just been received.
        """
        self._natives.learn(natives)
        for result in ride:
            if result.natives and not result.row.out.edits:
                self._natives.learn({result.row.out.key: Shown(result.row.out.to.room, result.natives)})
        done = {r.row.id for r in ride if r.state is not State.QUEUED}
        busy = await outbox.busy(c, {s.out.lane for s in said}, done)
        known = await self._natives.of(c, {key for s in said for key in keys(s.out)})
        self._rooms.open()
        spent: Spent = set()
        decided = list[Said]()
        for one in said:
            lane = one.out.lane
            self._crowded = self._crowded or self._room <= 0
            delivery = None if lane in busy or self._crowded else self._ready(one.out, known)
            if delivery and not await self._may_go(delivery, spent):
                delivery = None
            if delivery is None:
                ride.waits.append(self._rooms.comes(one.out))
                self._waiting.left(lane, behind=lane in busy)
            else:
                self._promise(ride)
            busy.add(lane)
            decided.append(replace(one, delivery=delivery))
        return decided

    def _ready(self, out: Outgoing, natives: Known) -> Delivery | None:
        """Unless others wait for the pace of the same room."""
        if out.to.channel not in self._channels or self._rooms.queues_for(out):
            return None
        return resolved(out, natives, queued=self._clock.now())

    def handed(self, said: Sequence[Said], ids: Sequence[int]) -> list[Taken]:
        """Those that do not wait, as rows of the outbox."""
        now = self._clock.now()
        rows = zip(said, ids, strict=True)
        return [(s.delivery, Queued(i, s.out, 0, False, s.area, now, s.received)) for s, i in rows if s.delivery]

    @property
    def _room(self) -> int:
        return MOST_IN_FLIGHT - len(self._flying) - self._promised

    def _promise(self, ride: Ride) -> None:
        """It counts as being on its way from now on, until its transaction has ended and `launch` has sent it."""
        ride.taken += 1
        self._promised += 1

    def launch(self, taken: Sequence[Taken]) -> None:
        """Send what was taken; only after the commit."""
        for delivery, row in taken:
            self._flying[row.id] = asyncio.create_task(self._deliver(delivery, row))

    async def _may_go(self, delivery: Delivery, spent: Spent) -> bool:
        return await self._rooms.may_go(delivery.out, self._channels[delivery.out.to.channel].limits(delivery), spent)

    # -- deliver --------------------------------------------------------------------------------------------

    async def _deliver(self, delivery: Delivery, row: Queued) -> None:
        try:
            result = await self._attempts.make(delivery, row)
        finally:
            self._flying.pop(row.id, None)
        shown = together.natives(result.natives, len(row.rest))
        for one, natives in zip((row, *row.rest), shown, strict=True):
            self._results.append(replace(result, row=one, natives=natives))
        self._bell.ring()
        metrics.messages_out(row.out.to.channel, str(result.state)).inc(1 + len(row.rest))
        log.info(
            "relay.delivered",
            key=row.out.key,
            also=delivery.out.also,
            state=str(result.state),
            natives=result.natives,
            attempt=row.attempts + 1,
            why=result.why,
        )

    # -- note -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def noting(self) -> AsyncIterator[Ride]:
        """What has come back, for one transaction to note; when that fails it is still to be noted."""
        ride, self._results = self._results, Ride()
        try:
            with self._waiting.transaction():
                yield ride
            self._natives.forget([r.row.out.key for r in ride if r.natives and r.row.out.edits])  # a further message
        except BaseException:
            self._results[:0] = ride
            raise
        finally:
            self._promised -= ride.taken
            self._rooms.came(ride.waits)
            if self._looker is ride:
                self._ends_its_look()

    def _ends_its_look(self) -> None:
        self._looker = None
        if self._turned_away:
            self._turned_away = False
            self._waiting.ask()
            self._bell.ring()

    def noted(self, results: Sequence[Result]) -> list[Write]:
        """What has come back, to be written in somebody's transaction: our own, or one that decides."""
        if not results:
            return []
        now = self._clock.now()
        for r in results:
            self._waiting.back(r.row.out.lane, again=r.state is State.QUEUED)
            if r.row.received and r.state is State.SENT:
                metrics.received_to_sent(r.row.out.to.channel).observe((now - r.row.received).total_seconds())
        fates = [(m, r.state, r.why, r.again) for r in results if (m := concerned(r.row.out, r.state))]
        ended = [r for r in results if r.state is not State.QUEUED]
        said = [Said(out, r.row.area) for r in ended for out in told(r.row.out, r.state, r.why, r.again)]
        for one in said:
            self._waiting.left(one.out.lane, behind=False)
        return [*outbox.noted(results, now), noted_fates(fates), outbox.queued(said, now)]
