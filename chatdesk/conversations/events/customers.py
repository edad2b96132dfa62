"""What customers say and do on a ticket, and whether they can be reached. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.events.basics import TicketEvent
from chatdesk.core.events import unstored
from chatdesk.core.messages import Address, Body, Button, Identity


@dataclass(frozen=True, slots=True)
class CustomerSaid(TicketEvent):
    key: str
    first: bool = False  # the message that opened the ticket
    author: Identity | None = unstored(None, compare=False)  # where several people speak
    gathered: int = unstored(0)  # of how many messages it was made, which came too fast
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class MessageKept(TicketEvent):
    """A message that is not passed on now: its author writes too fast (gathered) or is muted."""

    key: str
    how: str
    author: Identity = unstored()
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class Muted(TicketEvent):
    """Until an hour that an agent set, nothing of what is written there is shown to the agents."""

    by: int
    until: str  # ISO 8601
    why: str = unstored()

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.until)


@dataclass(frozen=True, slots=True)
class MuteEnded(TicketEvent):
    """`by`: the agent who ended it; 0: its time had come."""

    by: int
    kept: int  # messages that were written meanwhile


@dataclass(frozen=True, slots=True)
class CustomerThanked(TicketEvent):
    """A bare "thanks" after the end: the agents see it, and nothing else changes."""

    key: str
    author: Identity | None = unstored(None, compare=False)
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class CustomerGreeted(CustomerThanked):
    """A bare "hello" while the ticket is open: the agents see it, and it stays whose turn it was."""


@dataclass(frozen=True, slots=True)
class CustomerEdited(TicketEvent):
    """The customer changed a message: the thread shows the new words, and keeps the old ones."""

    key: str
    body: Body = unstored()


@dataclass(frozen=True, slots=True)
class GatheredEdited(TicketEvent):
    """The customer changed a message that the thread shows among others."""

    key: str
    body: Body = unstored()


@dataclass(frozen=True, slots=True)
class CustomerReacted(TicketEvent):
    """Emoji on a message, and those taken back."""

    key: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReachLost(TicketEvent):
    """The customer of this ticket cannot be reached any more where they wrote."""

    offers: tuple[Button, ...] = unstored(())  # their other addresses


@dataclass(frozen=True, slots=True)
class ReachBack(TicketEvent):
    """The customer can be reached again; what had to wait for that is sent now."""


@dataclass(frozen=True, slots=True)
class AddressChosen(TicketEvent):
    """From now on the customer is answered at another address of theirs: in that conversation."""

    by: int
    conversation: int
    to: Address = unstored()
    name: str = unstored("")  # of the address, as agents read it


@dataclass(frozen=True, slots=True)
class AddressTaken(TicketEvent):
    """The customer is told there which ticket this is; what had to wait is sent now."""

    kept: int = 0  # how many replies had to wait
