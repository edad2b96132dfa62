"""Bulletins: planned maintenance and known problems, of which users are told before they ask."""

from __future__ import annotations

from chatdesk.bulletins import rules, store
from chatdesk.bulletins.model import BulletinEnded, BulletinMade, BulletinOver, Bulletins, BulletinTold
from chatdesk.slices import Slice

SLICE = Slice(
    name="bulletins",
    parts={Bulletins: store.load},
    announce=rules.announce,
    save=store.save,
    saves=(BulletinMade, BulletinEnded, BulletinTold, BulletinOver),
    on_timer=rules.on_timer,
    timer_needs=rules.timer_needs,
)
