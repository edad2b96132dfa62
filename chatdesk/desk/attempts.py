"""One attempt to deliver, and what its end means for the row in the outbox."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta

import structlog

from chatdesk.conversations.fate import Delivery as State
from chatdesk.core.errors import Gone, Rejected, Shut, TryLater, Unreachable
from chatdesk.desk.channel import Channel, Delivery, is_new_message
from chatdesk.desk.clock import Clock
from chatdesk.desk.lost import lose
from chatdesk.desk.natives import Natives
from chatdesk.desk.outbox import Queued, Result
from chatdesk.desk.pace import Pacer
from chatdesk.desk.resolving import keys
from chatdesk.desk.rooms import Rooms
from chatdesk.desk.waiting import IDLE_LOOK
from chatdesk.storage.database import Database

log = structlog.get_logger()
BACKOFF = (1.0, 300.0)  # seconds: first wait, longest wait
GIVE_UP_AFTER = timedelta(hours=48)
MOST_LOOKS = 5  # for the thread that a message belongs to
A_MOMENT = timedelta(seconds=2)  # until what was deleted has been said again


class Attempts:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        pacer: Pacer,
        clock: Clock,
        natives: Natives,
        rooms: Rooms,
    ) -> None:
        self._database = database
        self._channels = channels
        self._pacer = pacer
        self._clock = clock
        self._natives = natives
        self._rooms = rooms

    async def make(self, delivery: Delivery, row: Queued) -> Result:
        again = row.again and is_new_message(delivery)
        channel = self._channels[row.out.to.channel]
        try:
            if again and (found := await channel.find(delivery)):
                return Result(row, State.SENT, (found,))
            sent = await channel.send(delivery)
        except Unreachable as fault:
            return Result(row, State.BLOCKED, why=fault.why)
        except Gone as fault:
            return await self._gone(delivery, row, fault)
        except Rejected as fault:
            return Result(row, State.FAILED, why=fault.why)
        except Shut as fault:
            self._rooms.close(delivery.place, fault.after or IDLE_LOOK)
            return self._later(row, fault, again)
        except TryLater as fault:
            limits = channel.limits(delivery)
            if fault.after and limits:
                await self._pacer.pause(limits[-1].name, fault.after)  # the narrowest: others find out for themselves
            return self._later(row, fault, again or (fault.perhaps_done and is_new_message(delivery)))
        except Exception as fault:
            log.exception("relay.channel_fault", key=row.out.key)
            return self._later(row, TryLater(f"{type(fault).__name__}: {fault}"), again)
        natives = (sent,) if isinstance(sent, str) else sent or ()
        return Result(row, State.SENT, natives if is_new_message(delivery) else (), again=again)

    async def _gone(self, delivery: Delivery, row: Queued, fault: Gone) -> Result:
        """What it changes was deleted, and is said anew by who keeps it; what belongs below it waits for that.

        Another process may have found that before: then it is ours to look up again. What changes or marks a message
        in a thread tells of that message alone, and nothing of the thread.
        """
        now, out = self._clock.now(), row.out
        self._natives.forget(keys(out))
        root = delivery.thread if delivery.native is None else delivery.native if out.standing else None
        if root is None or row.attempts >= MOST_LOOKS:
            return Result(row, State.FAILED, why=fault.why)
        async with self._database.begin() as c:
            await lose(c, out.to.channel, delivery.place.room, root, now)
        if out.edits:
            return Result(row, State.FAILED, why=fault.why)
        return Result(row, State.QUEUED, why=fault.why, due=now + A_MOMENT)

    def _later(self, row: Queued, fault: TryLater, again: bool) -> Result:
        now = self._clock.now()
        if now - row.created > GIVE_UP_AFTER and not isinstance(fault, Shut):
            return Result(row, State.FAILED, why=f"given up after two days: {fault.why}")
        first, longest = BACKOFF
        wait = fault.after or min(longest, first * 2 ** min(row.attempts, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
        return Result(row, State.QUEUED, why=fault.why, due=now + timedelta(seconds=wait), again=again)
