"""The updates of one bot: what waits, what was moved past, and the one long poll that may run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from .errors import ControlError, conflict

# https://core.telegram.org/bots/api#getupdates: these are sent only to a bot that asked for them by name
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# https://core.telegram.org/bots/api#getting-updates: "Incoming updates are stored on the server until the bot
# receives them either way, but they will not be kept longer than 24 hours."
KEPT_SECONDS = 24 * 3600
FIRST_UPDATE_ID = 700_000_001
LOST_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class Record:
    """One update, kept after its delivery too, so that it can be looked up and delivered once more."""

    update_id: int
    kind: str
    body: dict[str, Any]
    at: float
    state: str = "pending"
    tries: int = 0
    last_error: str = ""

    def wire(self) -> dict[str, Any]:
        return {"update_id": self.update_id, **self.body}


@dataclass(slots=True, eq=False)
class Delivery:
    """A place in the line. One `forced` by the control surface is not dropped by an offset before it was handed out."""

    update_id: int
    forced: bool = False
    handed: bool = False


class Poll:
    """A running getUpdates; `stop` holds why it must end early."""

    def __init__(self, alive: Callable[[], bool]) -> None:
        self.alive = alive
        self.wake = asyncio.Event()
        self.stop: Exception | None = None

    def end(self, reason: Exception) -> None:
        self.stop = reason
        self.wake.set()


class Stopped(Exception):
    """The emulator is going down: a running long poll answers what it has."""


class Queue:
    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self.waiting: list[Delivery] = []
        self.next_id = FIRST_UPDATE_ID
        self.confirmed = 0
        self.allowed: list[str] = []
        self.held = False
        self._poll: Poll | None = None
        self.listener: Callable[[], None] = lambda: None  # wakes the webhook's delivery

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def add(self, kind: str, body: dict[str, Any]) -> int:
        update_id = self.next_id
        self.next_id += 1
        self.records[update_id] = Record(update_id, kind, body, time.time())
        self.waiting.append(Delivery(update_id))
        self.notify()
        return update_id

    def notify(self) -> None:
        if self._poll:
            self._poll.wake.set()
        self.listener()

    def ready(self) -> list[Delivery]:
        """What may be handed out now, in order; what is older than 24 hours is forgotten first."""
        oldest = time.time() - KEPT_SECONDS
        if self.waiting and self.records[self.waiting[0].update_id].at <= oldest:
            self.records = {i: r for i, r in self.records.items() if r.state != "pending" or r.at > oldest}
            self.waiting = [d for d in self.waiting if d.update_id in self.records]
        return [] if self.held else list(self.waiting)

    def done(self, deliveries: Iterable[Delivery]) -> None:
        """These were received by the bot: they leave the line."""
        for delivery in deliveries:
            if delivery in self.waiting:
                self.waiting.remove(delivery)
            if delivery.update_id in self.records:
                self.records[delivery.update_id].state = "delivered"
            self.confirmed = max(self.confirmed, delivery.update_id)

    def move_past(self, offset: int) -> None:
        """https://core.telegram.org/bots/api#getupdates: an offset confirms all updates with a lower id; a negative
        one keeps that many from the end of the queue, "all previous updates will be forgotten"."""
        if offset < 0:
            self.done(self.waiting[:offset])
        else:
            self.done([d for d in self.waiting if d.update_id < offset and (d.handed or not d.forced)])

    async def poll(self, offset: int, limit: int, seconds: float, alive: Callable[[], bool]) -> list[dict[str, Any]]:
        if self._poll:
            self._poll.end(conflict(LOST_POLL))
        poll = self._poll = Poll(alive)
        self.move_past(offset)
        try:
            return await self._wait(poll, limit, time.monotonic() + seconds)
        except Stopped:
            return []
        finally:
            if self._poll is poll:
                self._poll = None

    async def _wait(self, poll: Poll, limit: int, until: float) -> list[dict[str, Any]]:
        while True:
            if poll.stop:
                raise poll.stop
            batch = self.ready()[:limit] if poll.alive() else []
            left = until - time.monotonic()
            if batch or left <= 0 or not poll.alive():
                return [self._hand_out(d) for d in batch]
            poll.wake.clear()
            try:
                await asyncio.wait_for(poll.wake.wait(), left)
            except TimeoutError:
                continue

    def _hand_out(self, delivery: Delivery) -> dict[str, Any]:
        delivery.handed = True
        record = self.records[delivery.update_id]
        record.tries += 1
        return record.wire()

    def end_poll(self, reason: Exception) -> None:
        if self._poll:
            self._poll.end(reason)

    def deliver_again(self, update_ids: list[int]) -> None:
        self._check(update_ids)
        again = [Delivery(i, forced=True) for i in update_ids]
        self.waiting = again + self.waiting
        for update_id in update_ids:
            self.records[update_id].state = "pending"
            self.records[update_id].at = time.time()
        self.notify()

    def release(self, order: list[int]) -> None:
        """Go on; what is named in `order` comes first, in that order."""
        self._check(order)
        place = {update_id: n for n, update_id in enumerate(order)}
        for delivery in self.waiting:
            delivery.forced = delivery.forced or delivery.update_id in place
        self.waiting.sort(key=lambda d: place.get(d.update_id, len(place)))
        self.held = False
        self.notify()

    def _check(self, update_ids: list[int]) -> None:
        for update_id in update_ids:
            if update_id not in self.records:
                raise ControlError(f"There is no update {update_id} of this bot.")

    def snapshot(self) -> dict[str, Any]:
        return {
            "records": [asdict(r) for r in self.records.values()],
            "waiting": [asdict(d) for d in self.waiting],
            "next_id": self.next_id,
            "confirmed": self.confirmed,
            "allowed": self.allowed,
            "held": self.held,
        }

    @classmethod
    def restore(cls, saved: dict[str, Any]) -> Queue:
        queue = cls()
        queue.records = {r["update_id"]: Record(**r) for r in saved["records"]}
        queue.waiting = [Delivery(**d) for d in saved["waiting"]]
        queue.next_id, queue.confirmed = saved["next_id"], saved["confirmed"]
        queue.allowed, queue.held = saved["allowed"], saved["held"]
        return queue
