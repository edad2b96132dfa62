"""What goes to the app: each delivery's tries, and when Slack gives up on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Literal

from ..pace import Pace
from .basics import Json, Undelivered

# https://docs.slack.dev/apis/events-api/#retries: "nearly immediately", "after 1 minute", "after 5 minutes".
RETRY_AFTER = (0.05, 60.0, 300.0)
# Slack's servers never restart all at once, the emulator does: what was due waits until apps have reconnected.
RESTART_SECONDS = 2.0

State = Literal["pending", "sent", "acked", "gave up"]
Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(slots=True)
class Delivery:
    id: str
    kind: Kind
    type: str  # the event's, the interaction's or the command
    payload: Json
    state: State = "pending"
    tries: int = 0
    error: str = ""
    due: float = 0.0  # when the next try is, in seconds since the epoch
    attempt: int = 0  # the retry number that this try carries; 0 = first
    socket: str = ""  # the connection that the last try went to, in Socket Mode
    sent_at: float = 0.0  # of the last try
    acked_at: float = 0.0

    @property
    def about(self) -> tuple[str, str]:
        """(the user who caused it, the ts of the message that it is about)"""
        event = self.payload.get("event", {})
        user = event.get("user") or self.payload.get("user") or self.payload.get("user_id") or ""
        ts = event.get("ts") or self.payload.get("container", {}).get("message_ts") or ""
        return str(user.get("id") if isinstance(user, dict) else user), str(ts)


class Deliveries:
    """Events are retried; interactions and commands are not, for a person waits for them.

    Nothing is buffered while no socket is open: the try fails and counts.
    """

    def __init__(self, transport: Callable[[Delivery], Awaitable[Json]], pace: Pace, changed: Callable[[], None]):
        self._transport = transport
        self._pace = pace
        self._changed = changed
        self._all: dict[str, Delivery] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def send_event(self, delivery_id: str, event_type: str, payload: Json) -> Delivery:
        delivery = Delivery(delivery_id, "events_api", event_type, payload)
        self._all[delivery_id] = delivery
        self._spawn(delivery)
        return delivery

    async def ask(self, delivery_id: str, kind: Kind, what: str, payload: Json) -> Json:
        """Send once and return the app's answer; raises Undelivered when there is none."""
        delivery = Delivery(delivery_id, kind, what, payload)
        self._all[delivery_id] = delivery
        try:
            return await self._try(delivery)
        except Undelivered as lost:
            self._give_up(delivery, lost)
            raise

    def redeliver(self, delivery_id: str) -> Delivery | None:
        """Slack says that an event may arrive more than once (https://docs.slack.dev/apis/events-api)."""
        delivery = self._all.get(delivery_id)
        if delivery is not None:
            delivery.attempt, delivery.due = 0, 0.0
            self._spawn(delivery)
        return delivery

    def overview(self) -> list[Json]:
        shown = ("id", "kind", "type", "state", "tries", "error", "socket", "sent_at", "acked_at")
        made = []
        for delivery in self._all.values():
            user, ts = delivery.about
            made.append({name: getattr(delivery, name) for name in shown} | {"user": user, "ts": ts})
        return made

    # -- running

    def _spawn(self, delivery: Delivery) -> None:
        delivery.state = "pending"
        task = asyncio.get_running_loop().create_task(self._run(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, delivery: Delivery) -> None:
        while True:
            await asyncio.sleep(max(0.0, delivery.due - time.time()))
            try:
                await self._try(delivery)
            except Undelivered as lost:
                wait = self._wait_before_retry(delivery, lost)
                if wait is None:
                    self._give_up(delivery, lost)
                    return
                delivery.state, delivery.error = "pending", str(lost)
                delivery.attempt += 1
                delivery.due = time.time() + wait
            else:
                return

    def _wait_before_retry(self, delivery: Delivery, lost: Undelivered) -> float | None:
        final = getattr(lost, "final", False) or delivery.attempt >= len(RETRY_AFTER)
        if delivery.kind != "events_api" or final:
            return None
        seconds = RETRY_AFTER[delivery.attempt]
        return seconds if delivery.attempt == 0 else seconds / max(1.0, self._pace.factor)

    async def _try(self, delivery: Delivery) -> Json:
        delivery.state = "sent"
        delivery.tries += 1
        delivery.sent_at = time.time()
        answer = await self._transport(delivery)
        delivery.state, delivery.error, delivery.acked_at = "acked", "", time.time()
        self._changed()
        return answer

    def _give_up(self, delivery: Delivery, lost: Undelivered) -> None:
        delivery.state, delivery.error = "gave up", str(lost)
        self._changed()

    # -- keeping

    def snapshot(self) -> list[Json]:
        return [asdict(d) for d in self._all.values() if d.state in ("pending", "sent")]

    def restore(self, plain: list[Json]) -> None:
        self._all = {d["id"]: Delivery(**d) for d in plain}

    def resume(self) -> None:
        """After a restart events go on where they were; a person's wait is over."""
        for delivery in self._all.values():
            if delivery.state not in ("pending", "sent"):
                continue
            if delivery.kind == "events_api":
                delivery.due = max(delivery.due, time.time() + RESTART_SECONDS)
                self._spawn(delivery)
            else:
                delivery.state, delivery.error = "gave up", "operation_timeout"

    async def stop(self) -> None:
        """Asked again until they end: Python 3.11's wait_for forgets a cancellation when what it waits for fails in
        the same instant, as an ack does when its socket is closed."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.1)
