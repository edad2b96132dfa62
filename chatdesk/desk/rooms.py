"""Which rooms take something now: their pace, and those that take nothing until a person mends them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatdesk.core.messages import Address, Outgoing
from chatdesk.desk.channel import Limit
from chatdesk.desk.pace import Pacer
from chatdesk.desk.resolving import place

Place = tuple[str, str]  # channel, room
Spent = set[Sequence[Limit]]  # limits found exhausted in one look


@dataclass(frozen=True, slots=True)
class Look:
    """One look into the outbox for what may go out."""

    number: int
    shut: frozenset[Place]  # rooms that it passes over


class Rooms:
    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._shut: dict[Place, float] = {}  # room -> monotonic time when its pace allows more
        self._queues: set[Place] = set()  # where something waits for that
        self._coming = Counter[Place]()  # where more comes to wait, in transactions that have not ended
        self._came: dict[Place, int] = {}  # the last look that had begun when such a transaction ended
        self._looks = 0

    def look(self) -> Look:
        """Begin to look for what may go out."""
        self.open()
        self._looks += 1
        return Look(self._looks, frozenset(self._shut))

    def open(self) -> None:
        """Those whose time has come take something again."""
        now = time.monotonic()
        self._shut = {room: until for room, until in self._shut.items() if until > now}

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
        return place(out) in self._queues

    def comes(self, out: Outgoing) -> Place:
        """It will wait, once its transaction has ended: say so to `came`."""
        where = place(out)
        self._coming[where] += 1
        return where

    def came(self, where: Iterable[Place]) -> None:
        """A transaction has ended in which these came to wait: looks that begin from now on will find them."""
        for room in where:
            self._coming[room] -= 1
            self._came[room] = self._looks
        self._coming = +self._coming

    def found(self, rows: Iterable[Outgoing], look: Look) -> None:
        """All that a look found waiting, but for the rooms that it passed over: where nothing waits, nobody queues.

        What was not committed when it began it may not have seen.
        """
        self._came = {room: last for room, last in self._came.items() if last >= look.number}
        waits = {place(out) for out in rows} | look.shut
        self._queues &= self._shut.keys() | waits | self._coming.keys() | self._came.keys()

    def close(self, room: Address, seconds: float) -> None:
        """Nothing is taken there until a person mends it: what waits for that asks once in a while, not each."""
        self._shut[room.channel, room.room] = time.monotonic() + seconds
        self._queues.add((room.channel, room.room))

    def reopen(self, room: Address) -> None:
        self._shut.pop((room.channel, room.room), None)
