"""The trunk as a slice: what conversations announce, load, save and time, plugged in like any feature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chatdesk.conversations import attention, inputs, timers
from chatdesk.conversations import events as ev
from chatdesk.conversations.announce import SLICE, announce
from chatdesk.conversations.parts import Abroad, Queues, Rosters
from chatdesk.conversations.store.parts import PARTS
from chatdesk.desk import queues
from chatdesk.people.people import Away
from chatdesk.people.store import set_away, set_back
from chatdesk.slices import Logged, Slice, Timer


async def _save(c: Any, happened: Sequence[Logged]) -> None:
    """Who is away, and who is back."""
    for one in happened:
        match one.event:
            case ev.AgentLeft(by=by, until=until, to=to, zone=zone):
                end = datetime.fromisoformat(until) if until else None
                await set_away(c, by, Away(one.case.now, end, zone, to))
            case ev.AgentReturned(by=by):
                await set_back(c, by)


TRUNK = Slice(
    name=SLICE,
    parts={**PARTS, Queues: queues.load, Rosters: queues.rosters, Abroad: queues.abroad},
    react=attention.react,
    announce=announce,
    save=_save,
    saves=(ev.AgentLeft, ev.AgentReturned),
    timers=lambda event, case: [Timer(*wanted) for wanted in timers.wanted(event, case)],
    on_timer=inputs.on_timer,
    timer_needs=inputs.needs_of_timer,
)
