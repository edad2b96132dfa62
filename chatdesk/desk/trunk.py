"""The trunk as a slice: what conversations announce, load and time, plugged in like any feature."""

from __future__ import annotations

from chatdesk.conversations import inputs, store, timers
from chatdesk.conversations.announce import SLICE, announce
from chatdesk.slices import Slice, Timer

TRUNK = Slice(
    name=SLICE,
    parts=store.PARTS,
    announce=announce,
    timers=lambda event, case: [Timer(*wanted) for wanted in timers.wanted(event, case)],
    on_timer=inputs.on_timer,
    timer_needs=inputs.needs_of_timer,
)
