"""Several messages of one person as one: what waits for a service's pace need not wait a turn each. Pure.

The message that shows several of ours has one id of the service. The first of ours is known by it, the others by the id
and their number, so that each id leads to one key, and nobody changes words that stand beside others'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from chatdesk.core.markup import Markup
from chatdesk.core.messages import Body, Outgoing

MOST = 20  # messages in one
MOST_CHARACTERS = 3000
SIGN = "#"


def joined(first: Outgoing, rest: Iterable[Outgoing]) -> tuple[Outgoing, int]:
    """The first with as many of those behind it as can be shown with it, and how many these are."""
    text, keys = _text(first), list[str]()
    for out in rest:
        if not first.joins or not out.joins or (out.to, out.author) != (first.to, first.author):
            break
        longer = text + "\n" + _text(out)
        if len(longer.text) > MOST_CHARACTERS or len(keys) + 2 > MOST:
            break
        text = longer
        keys.append(out.key)
    return (replace(first, body=Body(text), also=tuple(keys)), len(keys)) if keys else (first, 0)


def _text(out: Outgoing) -> Markup:
    return out.body.text if out.body else Markup("")


def natives(sent: Sequence[str], others: int) -> list[tuple[str, ...]]:
    """The ids under which each of them is known: the first, then the others."""
    if not others or len(sent) != 1:
        return [tuple(sent), *([()] * others)]
    (native,) = sent
    return [(native, f"{native}{SIGN}1"), *((f"{native}{SIGN}{n}",) for n in range(2, others + 2))]


def native_of(known: str) -> str:
    """The service's own id."""
    return known.split(SIGN, 1)[0]


def own(shown: Sequence[str]) -> tuple[str, ...]:
    """The ids of those messages of the service's in which it stands alone."""
    shared = {native_of(native) for native in shown if SIGN in native}
    return tuple(native for native in shown if native_of(native) not in shared)


def posts(shown: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """By key: the keys of all that stand in one message of the service's with it, in order."""
    places = {key: native for key, natives in shown.items() for native in natives if SIGN in native}
    by_native: dict[str, list[str]] = {}
    for key in sorted(places, key=lambda key: int(places[key].split(SIGN, 1)[1])):
        by_native.setdefault(native_of(places[key]), []).append(key)
    return {key: tuple(by_native[native_of(native)]) for key, native in places.items()}


def is_shared(shown: Sequence[str]) -> bool:
    return any(SIGN in native for native in shown)
