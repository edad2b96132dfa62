"""What the desk asks of a channel, and what a channel may ask of the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from chatdesk.core.messages import Address, Outgoing


@dataclass(frozen=True, slots=True)
class Limit:
    """A published rate limit: a bucket of `burst` tokens that refills at `per_second`."""

    name: str
    per_second: float
    burst: float


class Shown(NamedTuple):
    """A message of ours as a service shows it: in which room, under which ids."""

    room: str
    natives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outgoing message whose keys have been turned into the service's own ids."""

    out: Outgoing
    native: str | None = None  # the message to edit or to mark; None: post a new one
    thread: str | None = None  # the root of the thread to post in
    answers: str | None = None  # the message that it is an answer to
    room: str = ""  # where `native` stands, when that is not where it is said
    shown: Mapping[str, Shown] = field(default_factory=dict)  # the messages that its words lead to, by our keys
    natives: tuple[str, ...] = ()  # of a message that is several there: all of them, the first being `native`
    again: bool = False  # it may have been sent before a crash
    queued: datetime | None = None  # when it was said: no earlier can it have arrived

    @property
    def place(self) -> Address:
        """The room that it is about."""
        return Address(self.out.to.channel, self.room or self.out.to.room)


class Listener(Protocol):
    """What hears people: a bot, or a workspace."""

    name: str
    trouble: str  # why it does not hear now, as a person reads it; empty while it does

    async def listen(self) -> None:
        """Hear people until cancelled."""
        ...


Sent = str | tuple[str, ...] | None


class Channel(Protocol):
    name: str
    trouble: str  # why nothing of it hears now, as a person reads it; empty while it does

    @property
    def doors(self) -> Mapping[str, str]:
        """The same for each of its bots, or of its groups' rooms, by its id."""
        ...

    def limits(self, delivery: Delivery) -> Sequence[Limit]:
        """The limits that this delivery counts against; none when the pace is off."""
        ...

    async def send(self, delivery: Delivery) -> Sent:
        """Deliver it; the service's id of a new message, or of each that it is. Fails as TryLater, Unreachable or
        Rejected."""
        ...

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        """The content of a file that came by this channel, in pieces. Fails as TryLater or Rejected."""
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """Whether this message, which was on its way when its process stopped, has arrived: its native id.

        None when it has not, or where the service cannot tell.
        """
        ...

    async def close(self) -> None: ...


def is_new_message(delivery: Delivery) -> bool:
    """Whether sending it twice would be seen twice; edits and marks are the same however often they are made."""
    return delivery.native is None and not delivery.out.private_to
