"""Faults that a test or a person asks an emulator to play on its next calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["fail", "delay", "slow_answer", "lose_answer", "hang_answer"]
HANG_SECONDS = 60.0  # how long an answer is held back at most
HANG_LOOK = 0.02


@dataclass(slots=True)
class Fault:
    """`fail`: refuse without acting; `delay`: act after `seconds`; `slow_answer`: act, and answer after `seconds`;
    `lose_answer`: act, then cut the connection; `hang_answer`: act, then say nothing until the caller has gone."""

    kind: Kind
    method: str = "*"
    times: int = 1  # calls that it is played on; -1 = until cleared
    seconds: float = 0.0
    status: int = 500
    retry_after: float | None = None  # seconds
    error: str = ""  # the service's own error text
    only: dict[str, Any] = field(default_factory=dict)  # played only on calls whose arguments have these values

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(get_args(Kind))}")

    @property
    def silent(self) -> bool:
        """Whether the caller hears nothing of what was done."""
        return self.kind in ("lose_answer", "hang_answer")

    def fits(self, method: str, arguments: dict[str, Any]) -> bool:
        named = self.method in ("*", method)
        return self.times != 0 and named and all(str(arguments.get(k)) == str(v) for k, v in self.only.items())


class Faults:
    """The faults still to be played, first asked first played."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        for fault in self._waiting:
            if fault.fits(method, arguments):
                fault.times -= fault.times > 0
                return fault
        return None


async def hang(there: Callable[[], bool]) -> None:
    """Hold an answer back as long as the caller is there."""
    for _ in range(int(HANG_SECONDS / HANG_LOOK)):
        if not there():
            return
        await asyncio.sleep(HANG_LOOK)
