"""The rota: who of a group is on shift, and until when."""

from __future__ import annotations

from chatdesk.rota import rules, store
from chatdesk.rota.model import Rota, ShiftEnded, ShiftSet, ShiftsSwapped
from chatdesk.slices import Slice

SLICE = Slice(
    name="rota",
    parts={Rota: store.load},
    announce=rules.announce,
    save=store.save,
    saves=(ShiftSet, ShiftEnded, ShiftsSwapped),
    timers=rules.timers,
    on_timer=rules.on_timer,
    timer_needs=rules.timer_needs,
)
