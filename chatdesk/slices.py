"""The plug: all that a feature may do, in one record. Every hook has an empty default."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.messages import Identity, Outgoing

# The connection is Any on purpose: naming its class here would carry SQLAlchemy into the pure floors.
Load = Callable[[Any, Sequence[Case]], Awaitable[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Timer:
    """Asks to be woken for a ticket or conversation; `due` None takes it back. One timer per each and name."""

    name: str
    due: datetime | None
    ticket: int | None = None  # another than the one the event belongs to
    of_conversation: bool = False  # it belongs to the conversation, which may have no ticket yet


@dataclass(frozen=True, slots=True)
class Logged:
    """An event on its way into the log: with the case after the decision, who caused it and by what surface."""

    event: Event
    case: Case
    by: Identity
    via: str


Save = Callable[[Any, Sequence[Logged]], Awaitable[None]]


def no_events(event: Event, case: Case) -> Sequence[Event]:
    return ()


def no_outgoing(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
    return ()


def no_timers(event: Event, case: Case) -> Sequence[Timer]:
    return ()


def no_needs(name: str) -> Sequence[type]:
    return ()


async def nothing_saved(c: Any, happened: Sequence[Logged]) -> None:
    return None


def nothing_due(name: str, case: Case) -> Sequence[Event]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    name: str
    parts: Mapping[type, Load] = field(default_factory=dict)  # what decisions may ask for in `needs`
    react: Callable[[Event, Case], Sequence[Event]] = no_events
    announce: Callable[[Event, Case, int], Sequence[Outgoing]] = no_outgoing
    save: Save = nothing_saved  # what an event changes beside tickets and messages, in the same transaction
    saves: tuple[type[Event], ...] = ()  # the events that `save` is for
    timers: Callable[[Event, Case], Sequence[Timer]] = no_timers
    on_timer: Callable[[str, Case], Sequence[Event]] = nothing_due
    timer_needs: Callable[[str], Sequence[type]] = no_needs  # parts that `on_timer` asks for
