"""The desk, as channels, timers and commands know it: what people say and ask for comes in here.

What is decided about is put before the committer, and answered after its commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from chatdesk.agent_console.call import Call, find
from chatdesk.agent_console.command import Reply
from chatdesk.areas.directory import Directory
from chatdesk.conversations.store.messages import tickets_of_messages
from chatdesk.core.errors import DeskError
from chatdesk.core.messages import Address, Incoming, original, ticket_in
from chatdesk.desk import lost, metrics, outbox
from chatdesk.desk.clock import Clock
from chatdesk.desk.committer import Committer
from chatdesk.desk.erasing import Counted, erase
from chatdesk.desk.files import Files
from chatdesk.desk.relay import Relay
from chatdesk.desk.rights import set_agents
from chatdesk.desk.unit import Unit
from chatdesk.desk.work import Wake, Work
from chatdesk.people.people import Membership
from chatdesk.people.store import accounts_at
from chatdesk.slices import Slice
from chatdesk.storage.bell import Bell
from chatdesk.storage.database import Database
from chatdesk.storage.locks import Lock
from chatdesk.storage.rows import write

log = structlog.get_logger()
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
        self._committer = Committer(database, directory, slices, clock, bell, files, relay)

    async def receive(self, said: Incoming) -> bool:
        """Take in what someone said. Returns when it is durable; the same key twice changes nothing.

        False: it was written in a thread that is none of ours, or is about a message of which we know nothing, and
        nothing was kept of it. A person can be quick: what we sent may be answered before its id has come back to us.
        """
        metrics.messages_in(said.at.channel).inc()
        lane = f"{said.at.channel}:{said.at.room}:{said.under or ''}"
        for wait in (*(QUICK if said.needs_another else ()), 0.0):
            if (await self._committer.done(Work(lane, said.order, self.clock.now(), said=said))).ok:
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
            return await self._committer.done(Work(lane, 0, self.clock.now(), call=call))
        except Exception:
            log.exception("desk.call_failed", command=call.command, ticket=call.ticket)
            return Reply(OWN_FAULT, ok=False)

    async def wake(self, wake: Wake) -> None:
        """A timer is due."""
        lane = f"ticket:{wake.ticket}" if wake.at is None else f"{wake.at.channel}:{wake.at.room}:"
        await self._committer.done(Work(lane, 0, self.clock.now(), timer=wake))

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

    async def set_agents(self, group: str, channel: str, members: Sequence[Membership], via: str) -> None:
        """Exactly these accounts of that channel may act in the group. `via`: what told us so, for the record."""
        async with self.database.begin() as c:
            await set_agents(c, self.directory.group(group), channel, members, via, self.clock.now())

    async def erase(self, person: int) -> Counted:
        """Overwrite what is known of a person; the desk that delivers removes it on the agents' side."""
        async with self.database.begin() as c:
            unit = Unit(c, self.directory, self._slices, self.clock.now(), [])
            done = await erase(unit, person, self.clock.now())
        await self.files.sweep()
        self.bell.ring()
        return done

    async def work(self) -> None:
        """Decide and commit what waits, until cancelled."""
        await self._committer.work()
