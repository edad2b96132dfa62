"""Area and Group. Until `desk.yaml` is read, the settings make area `default` with group `support`."""

from __future__ import annotations

from dataclasses import dataclass

from chatdesk.core.messages import Address


@dataclass(frozen=True, slots=True)
class Area:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Experts for a defined class of requests. `home` is where their cards stand."""

    id: str
    area: str
    name: str
    home: Address
    answer_within: str = "one working day"  # first response, as users are told it
    hold: float = 10.0  # seconds that a reply waits for its author to undo it; 0: it goes at once
    thread: str = "reply"  # what plain text in a thread is: reply or note
    after_end: str = "ask"  # what a message after the end does: ask, reopen or new
    reopen_days: int = 10  # for reopen: as long after the end
