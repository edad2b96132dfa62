"""Which rooms take something now: their pace, and those that take nothing until a person mends them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence

from chatdesk.core.messages import Address, Outgoing
from chatdesk.desk.channel import Limit
from chatdesk.desk.pace import Pacer
from chatdesk.desk.resolving import place

Place = tuple[str, str]  # channel, room
Spent = set[Sequence[Limit]]  # limits found exhausted in one look


class Rooms:
    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._shut: dict[Place, float] = {}  # room -> monotonic time when its pace allows more
        self._queues: set[Place] = set()  # where something waits for that
        self._joined: tuple[set[Place], ...] = (set(), set())  # where more came to wait since the last looks

    def look(self) -> Collection[Place]:
        """Those that take nothing now; the others, whose time has come, are open again."""
        now = time.monotonic()
        self._shut = {room: until for room, until in self._shut.items() if until > now}
        return frozenset(self._shut)

    def patience(self, longest: float) -> float:
        """Seconds until the next one opens, `longest` at most."""
        now = time.monotonic()
        return min([longest, *(until - now for until in self._shut.values() if until > now)])

    async def may_go(self, out: Outgoing, limits: Sequence[Limit], spent: Spent) -> bool:
        """Whether the pace allows it now."""
        if limits in spent:
            return False
        wait = await self._pacer.take(limits)
        if wait:
            spent.add(limits)
            where = place(out)
            self._shut[where] = max(self._shut.get(where, 0.0), time.monotonic() + wait)
            self._queues.add(where)
        return not wait

    def queues_for(self, out: Outgoing) -> bool:
        """Whether others wait for the pace of the same room: then this waits behind them."""
        waits = place(out) in self._queues
        if waits:
            self._joined[0].add(place(out))
        return waits

    def waiting(self, rows: Iterable[Outgoing], shut: Collection[Place]) -> None:
        """All that a look found waiting anywhere but in these rooms: where nothing does, nobody queues any more.

        What has come to wait meanwhile may not have been committed when it looked.
        """
        now, before = self._joined
        self._queues &= self._shut.keys() | shut | {place(out) for out in rows} | now | before
        self._joined = set(), now

    def close(self, room: Address, seconds: float) -> None:
        """Nothing is taken there until a person mends it: what waits for that asks once in a while, not each."""
        self._shut[room.channel, room.room] = time.monotonic() + seconds
        self._queues.add((room.channel, room.room))

    def reopen(self, room: Address) -> None:
        self._shut.pop((room.channel, room.room), None)
