"""The trunk as a slice: tickets and conversations use the same hooks as every feature."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import store, timers
from chatdesk.conversations.announce import announce
from chatdesk.conversations.ticket import Case
from chatdesk.core.events import Event
from chatdesk.slices import Slice, Timer


def _timers(event: Event, case: Case) -> Sequence[Timer]:
    return [Timer(timers.CLOSE, timers.due_after(event, case))] if timers.restarts(event) else []


TRUNK = Slice(
    name="conversations",
    parts=store.PARTS,
    announce=announce,
    timers=_timers,
    on_timer=timers.on_timer,
)
