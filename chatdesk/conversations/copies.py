"""Which messages show one message on the other side: a long one is several, and an edit may change how many. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatdesk.core.messages import COPY, Body, Outgoing, copy_key


@dataclass(frozen=True, slots=True)
class Copies:
    """The numbers of those that are there, in order, and how many there ever were: no number is used again."""

    live: tuple[int, ...] = ()
    made: int = 0

    @classmethod
    def read(cls, text: str) -> Copies:
        made, _, live = text.partition(":")
        return cls(tuple(int(n) for n in live.split(",") if n), int(made or 0))

    def __str__(self) -> str:
        return f"{self.made}:{','.join(map(str, self.live))}" if self.made else ""

    def keys(self, message: str) -> Sequence[str]:
        return [copy_key(message, n) for n in self.live]

    def of(self, message: str) -> Sequence[str]:
        """The same, where nothing has been noted: a message has one then."""
        return self.keys(message) or [copy_key(message)]

    def after(self, message: str, said: Iterable[Outgoing]) -> Copies:
        """As they are once this has been said."""
        gone = {out.removes for out in said if out.removes}
        kept = [n for n in self.live if copy_key(message, n) not in gone]
        new = {int(o.key.rsplit(":", 1)[1]) for o in said if not o.removes and o.key.startswith(f"{message}{COPY}")}
        return Copies((*kept, *sorted(new - set(self.live))), max([self.made, *(n + 1 for n in new)]))


def in_place(old: Copies, was: Sequence[Body], new: Sequence[Body]) -> Sequence[tuple[int, Body, bool]]:
    """(number, body, whether it is changed in place) of what has to be said so that it reads `new` instead of `was`.

    Files cannot be added to words nor taken from them: such a part is said anew, at the end.
    """
    said, made = [], old.made
    for n, body in enumerate(new):
        fits = n < min(len(old.live), len(was)) and was[n].files == body.files
        if not fits:
            said.append((made, body, False))
            made += 1
        elif was[n] != body:
            said.append((old.live[n], body, True))
    return said


def left_over(old: Copies, was: Sequence[Body], new: Sequence[Body]) -> Sequence[int]:
    """The numbers of those that are shown no longer."""
    kept = {n for n, body in enumerate(new) if n < len(was) and was[n].files == body.files}
    return [number for n, number in enumerate(old.live) if n not in kept]
