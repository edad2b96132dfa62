"""Spoils JSON: takes away, puts in, swaps, nests and lengthens, as chance says."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Place = tuple[Any, Any]  # what holds it, under which key or number

WORDS = (
    "", " ", "\n\n\n", "\x00", "a\x00b", "\ud83d", "x\udc00y", "\u202e\u2066right to left", "👩‍🔬" * 40,
    "e" + "\u0301" * 200, "<!channel> <@U0PIOTR> <https://x.org|y>", "<b>bold</b><script>alert(1)</script>",
    "*_`~> [a](b) ```", "@everyone", "'; DROP TABLE tickets; --", "{number} %s %(x)s {0.__class__}",
    "../../etc/passwd", "=HYPERLINK(\"x\")", "\r\nX-Evil: 1", "/new", "/start x", "/end 99999999999999999999",
    "/language xx", "/", "/@", "//new@desk", "hello", "thanks", ";; a note", "note: x", "resolve?ticket=42",
    "choose?ticket=999999999999", "keep?ticket=٣", "solved?ticket=1&ticket=%00", "?", "???=&&", "NaN", "null",
    "-1", "1e999", "１２", "T0DESK/U0PIOTR", "card:1", "status:1", "telegram:main:update:1", "main/1001",
    "true", "2026-02-30T25:61:61Z", "1772446500.000100", "1772446500", "99999999999999999999.9", ".", "1.2.3",
    "🏳️‍🌈", "İ", "ß",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2**31 - 1, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30, 0.5, -0.0, 1e308,
    253402300799, 253402300800, -62135596801, 32503680000,
)  # fmt: skip
KEYS = ("type", "id", "text", "from", "chat", "user", "ts", "__class__", "", "self", "self_", "\x00", "\ud800", "0")
LONG = (5_000, 70_000)
MOST_LEVELS = 40  # of one change: the emulator carries 200


class Mutation:
    """`mutation(thing)`: a copy of it that is spoilt in one to four places."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._ways: tuple[Callable[[Place], None], ...] = (
            *[self._put_odd] * 4, *[self._take_away] * 2, self._truncate, self._wrap, self._rename, self._put_in,
            self._repeat, self._swap, self._nest, self._lengthen, self._retype,
        )  # fmt: skip

    def __call__(self, thing: Json) -> Json:
        holder = [copy.deepcopy(thing)]
        for _ in range(self._chance.choice((1, 1, 1, 2, 2, 4))):
            places = list(_places(holder[0]))
            if places:
                self._chance.choice(self._ways)(self._chance.choice(places))
        return holder[0]

    def odd(self) -> Json:
        """A value that fits nowhere in particular."""
        pick = self._chance.random()
        if pick < 0.45:
            return self._chance.choice(WORDS)
        if pick < 0.8:
            return self._chance.choice(NUMBERS)
        return copy.deepcopy(
            self._chance.choice((None, True, False, [], {}, [[]], {"": None}, [None], [{}], {"id": {}}))
        )

    def words(self) -> str:
        """What a person may type, or somebody who means no good."""
        return " ".join(self._chance.choice(WORDS) for _ in range(self._chance.randint(1, 3)))

    def _put_odd(self, place: Place) -> None:
        holder, key = place
        holder[key] = self.odd()

    def _take_away(self, place: Place) -> None:
        holder, key = place
        del holder[key]

    def _truncate(self, place: Place) -> None:
        holder, key = place
        value = holder[key]
        if isinstance(value, str | list):
            holder[key] = value[: len(value) // 2]
        elif isinstance(value, dict):
            holder[key] = dict(list(value.items())[: len(value) // 2])

    def _wrap(self, place: Place) -> None:
        holder, key = place
        holder[key] = [holder[key]] if self._chance.random() < 0.5 else {"value": holder[key]}

    def _rename(self, place: Place) -> None:
        holder, key = place
        if isinstance(holder, dict):
            holder[self._chance.choice(KEYS)] = holder.pop(key)

    def _put_in(self, place: Place) -> None:
        holder, _ = place
        if isinstance(holder, dict):
            holder[self._chance.choice(KEYS)] = self.odd()
        else:
            holder.insert(0, self.odd())

    def _repeat(self, place: Place) -> None:
        holder, key = place
        if isinstance(holder, list):
            holder.extend(copy.deepcopy(holder[key]) for _ in range(self._chance.choice((1, 30))))
        elif isinstance(holder[key], str):
            holder[key] *= 3

    def _swap(self, place: Place) -> None:
        holder, key = place
        other = self._chance.choice(list(_places(holder)))
        holder[key] = copy.deepcopy(other[0][other[1]])

    def _nest(self, place: Place) -> None:
        holder, key = place
        value, by = holder[key], self._chance.choice(("list", "same"))
        for _ in range(self._chance.randint(2, MOST_LEVELS)):
            value = [value] if by == "list" else {key if isinstance(key, str) else "x": value}
        holder[key] = value

    def _lengthen(self, place: Place) -> None:
        holder, key = place
        if isinstance(holder[key], str):
            words = holder[key] or "x"
            holder[key] = words * (self._chance.choice(LONG) // len(words))

    def _retype(self, place: Place) -> None:
        holder, key = place
        value = holder[key]
        holder[key] = str(value) if isinstance(value, int | float | dict) else [value] if isinstance(value, str) else 7


def _places(thing: Json, level: int = 0) -> Iterator[Place]:
    """All that can be spoilt: deep down no more, so that nothing grows without end."""
    if level > 12:
        return
    keys = list(thing) if isinstance(thing, dict) else range(len(thing)) if isinstance(thing, list) else ()
    for key in keys:
        yield thing, key
        yield from _places(thing[key], level + 1)
