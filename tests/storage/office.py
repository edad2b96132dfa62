"""A relay with a channel that keeps what it is given, and who decides beside it as the desk does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.desk import outbox
from chatdesk.desk.channel import Delivery, Limit, Shown
from chatdesk.desk.clock import Clock
from chatdesk.desk.outbox import Said
from chatdesk.desk.pace import LocalPacer
from chatdesk.desk.relay import Relay
from chatdesk.storage.bell import LocalBell
from chatdesk.storage.database import Database
from chatdesk.storage.rows import write
from chatdesk.storage.schema import outbox as rows
from tests.builders import HOME
from tests.stage import until

A_LOOK = 2.5  # seconds: a process that is alone looks each second


def said(key: str, room: int = 1, **more: Any) -> Outgoing:
    return Outgoing(to=Address("telegram", f"main/{room}"), key=key, body=plain(key), **more)


def card(number: int, words: str = "") -> Outgoing:
    return Outgoing(to=HOME, key=f"card:{number}", body=plain(words), standing=True)


def under(number: int, key: str) -> Outgoing:
    """A message in the thread below a card."""
    return Outgoing(to=Address(HOME.channel, HOME.room, f"card:{number}"), key=key, body=plain(key))


class Recorder:
    """A channel: it may be shut for a while, have limits, and fail as `fault` says."""

    name = "telegram"
    trouble = ""
    doors: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        self.given: list[Delivery] = []
        self.arrived: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.limit: Callable[[Delivery], Sequence[Limit]] = lambda delivery: ()
        self.fault: Callable[[Delivery], Exception | None] = lambda delivery: None
        self.at_once = self.most_at_once = 0

    def limits(self, delivery: Delivery) -> Sequence[Limit]:
        return self.limit(delivery)

    async def send(self, delivery: Delivery) -> str | None:
        self.given.append(delivery)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.open.wait()
            if fault := self.fault(delivery):
                raise fault
        finally:
            self.at_once -= 1
        return self.arrive(delivery)

    def arrive(self, delivery: Delivery) -> str:
        self.arrived.append(delivery.out.key)
        return native(delivery.out.key)

    async def find(self, delivery: Delivery) -> str | None:
        return native(delivery.out.key) if delivery.out.key in self.arrived else None

    async def fetch(self, source: str) -> AsyncIterator[bytes]:
        yield b""

    async def close(self) -> None: ...


def native(key: str) -> str:
    """What the channel calls a message of ours."""
    return f"native of {key}"


class Office:
    """One process. Its relay only takes and sends in `delivering`; what it decides it hands over itself."""

    def __init__(self, database: Database, channel: Recorder, alone: bool = True) -> None:
        self.database = database
        self.channel = channel
        self.clock = Clock(database)
        self.bell = LocalBell()
        channels = {"telegram": channel, "slack": channel}
        self.relay = Relay(database, channels, LocalPacer(), self.clock, self.bell, alone)

    async def says(
        self, *out: Outgoing, heard: Mapping[str, str] | None = None, fails: Exception | None = None
    ) -> list[str]:
        """One transaction of the desk; what it hands over. `heard`: native ids of messages that came in with it."""
        links = [(key, HOME.channel, HOME.room, found) for key, found in (heard or {}).items()]
        async with self.relay.noting() as results, self.database.begin() as c:
            said = [Said(o, "default") for o in out]
            await outbox.drop_stale(c, said)
            shown = {key: Shown(HOME.room, (found,)) for key, found in (heard or {}).items()}
            said = await self.relay.hand_over(c, said, results, shown)
            queued = outbox.queued(said, self.clock.now(), returning="id")
            ids = await write(c, *outbox.linked(links), queued, *self.relay.noted(results))
            taken = self.relay.handed(said, ids)
            taken += await self.relay.take_along(c, results)
            if fails:
                raise fails
        self.relay.launch(taken)
        if {s.out.key for s in said} - {delivery.out.key for delivery, _ in taken}:
            self.bell.ring()
        return [s.out.key for s in said if s.delivery]

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.relay.run())
        try:
            yield
        finally:
            self.channel.open.set()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def states(self) -> dict[str, str]:
        async with self.database.read() as c:
            return {r.key: r.state for r in await c.execute(select(rows.c.key, rows.c.state).order_by(rows.c.id))}

    async def has_given(self, *keys: str, within: float = A_LOOK) -> None:
        """Wait until exactly these have been given to the channel, in any order."""

        async def look() -> bool:
            return Counter(d.out.key for d in self.channel.given) == Counter(keys)

        await until(look, f"{keys} given to the channel", within)

    async def has_sent_all(self, within: float = A_LOOK) -> None:
        """Wait until nothing waits any more, and all that ended is noted."""

        async def look() -> bool:
            return not {"queued", "sending"} & set((await self.states()).values())

        await until(look, "an empty outbox", within)
