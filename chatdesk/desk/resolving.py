"""Our keys of messages become the services' own ids. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chatdesk.core.messages import Outgoing, Way
from chatdesk.desk.channel import Delivery, Shown
from chatdesk.desk.together import is_shared, native_of, own

BESIDE = ("edit:", "mark:")  # what lanes begin with that wait for no post
Known = Mapping[str, Shown]  # what is shown under our keys


NOWHERE = Shown("", ())


def place(out: Outgoing) -> tuple[str, str]:
    """What shares a pace: a room. What changes or marks messages there has a pace of its own, and does not wait."""
    beside = next((kind for kind in BESIDE if out.lane.startswith(kind)), "")
    return out.to.channel, f"{beside}{out.to.room}"


def keys(out: Outgoing) -> Sequence[str]:
    """Our keys that have to become native ids before this can be sent."""
    changed = out.key if out.standing or out.edits else None
    known = (out.marks, out.replaces, out.removes, out.to.thread, out.answers, changed, *_ways(out))
    return [key for key in known if key]


def needed(out: Outgoing) -> Sequence[str]:
    """Those of them without which it cannot be sent at all.

    What is said again later, or answers somebody at once, may lead nowhere as yet.
    """
    changed = out.key if out.edits else None
    ways = () if out.standing or out.private_to else _ways(out)
    return [key for key in (out.marks, out.replaces, out.removes, out.to.thread, changed, *ways) if key]


def _ways(out: Outgoing) -> Sequence[str]:
    """The messages that its words lead to."""
    if out.card:
        return tuple(value.key for _, value in out.card.facts if isinstance(value, Way))
    return tuple(out.body.text.messages()) if out.body and out.body.text.spans else ()


def resolved(out: Outgoing, natives: Known, again: bool = False, queued: datetime | None = None) -> Delivery | None:
    """The message with native ids; None while one that it refers to has none yet."""
    if any(key not in natives for key in needed(out)):
        return None
    target = out.marks or out.replaces or out.removes or (out.key if out.standing or out.edits else None)
    room, shown = natives.get(target, NOWHERE) if target else NOWHERE
    if out.edits and is_shared(shown):  # the words of others stand in it: the new ones follow below
        shown = shown[:1] if out.also else own(shown)
    elsewhere = bool(shown) and room != out.to.room  # its ticket has gone to another room since
    return Delivery(
        out,
        native=native_of(shown[0]) if shown else None,
        room=room if elsewhere else "",
        thread=_first(natives[out.to.thread]) if out.to.thread and not elsewhere else None,
        answers=_first(natives[out.answers]) if out.answers and out.answers in natives else None,
        shown={key: Shown(natives[key].room, (_first(natives[key]),)) for key in _ways(out) if key in natives},
        natives=tuple(dict.fromkeys(map(native_of, shown))),
        again=again,
        queued=queued,
    )


def _first(shown: Shown) -> str:
    return native_of(shown.natives[0])
