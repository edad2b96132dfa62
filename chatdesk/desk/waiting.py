"""Whether the outbox has to be looked through: what one process knows of the rows that wait in it.

Most messages go out as soon as they are decided and never wait, and a look costs as much as deciding. A process that
is alone on its database left every waiting row there itself, and knows when one may have become free; one of several
has to look each time. A look a second finds what neither knows, such as rows of an earlier life.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

IDLE_LOOK = 1.0  # seconds between looks when nothing asks for one


class Waiting:
    def __init__(self, alone: bool) -> None:
        self._alone = alone
        self._free = True  # something may be at the head of its lane
        self._behind: set[str] = set()  # lanes in which something may wait behind what is on its way
        self._looked = 0.0
        self.asked = 0  # how often somebody has asked for a look

    @property
    def worth_a_look(self) -> bool:
        return not self._alone or self._free or time.monotonic() - self._looked > IDLE_LOOK

    def ask(self) -> None:
        self._free = True
        self.asked += 1

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Others who look before it commits do not see what it changes: who asked meanwhile asks again at its end."""
        before = self.asked
        try:
            yield
        finally:
            if self.asked != before:
                self.ask()

    def looked(self, found: bool, asked: int) -> None:
        """`asked`: how often before the look began."""
        self._looked = time.monotonic()
        self._free = found or self.asked != asked

    def left(self, lane: str, behind: bool) -> None:
        """Something was queued: behind what is on its way in its lane, or for another reason, such as the pace."""
        if behind:
            self._behind.add(lane)
        else:
            self.ask()

    def taken(self, lane: str) -> None:
        """The head of a lane was taken out of the queue; nobody knows what is behind it."""
        self._behind.add(lane)

    def back(self, lane: str, again: bool) -> None:
        """An attempt has ended: for good, or to be made again."""
        if again or lane in self._behind:
            self.ask()
        if not again:
            self._behind.discard(lane)
