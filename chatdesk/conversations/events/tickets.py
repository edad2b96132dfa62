"""What becomes of a ticket: its states, who has it, what it is called, where it is. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chatdesk.areas.area import Area, Group
from chatdesk.conversations.events.basics import TicketEvent
from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Address, Body, Identity, asked_key
from chatdesk.people.people import Roster


@dataclass(frozen=True, slots=True)
class TicketOpened(TicketEvent):
    number: int
    relates_to: int | None = None
    title: str = unstored()


@dataclass(frozen=True, slots=True)
class Filtered(TicketEvent):
    """A filter of this name matched what opened the ticket; `group`: id of the group that it opens in for that."""

    filter: str
    group: str = ""
    why: str = unstored("")
    reply: str = unstored("")  # what the customer is told for that
    door: Group | None = unstored(None, compare=False)
    area: Area | None = unstored(None, compare=False)
    roster: Roster | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class Claimed(TicketEvent):
    by: int


@dataclass(frozen=True, slots=True)
class TakenOver(TicketEvent):
    by: int
    was: int


@dataclass(frozen=True, slots=True)
class Released(TicketEvent):
    by: int


@dataclass(frozen=True, slots=True)
class Assigned(TicketEvent):
    by: int
    to: int


@dataclass(frozen=True, slots=True)
class CustomerTold(TicketEvent):
    """The customer has been told who takes care; that is said once."""

    who: int


@dataclass(frozen=True, slots=True)
class OwnerTold(TicketEvent):
    """The thread has mentioned who has the ticket, so that they follow it; that is said once to each in a row."""

    who: int


@dataclass(frozen=True, slots=True)
class Moved(TicketEvent):
    """The ticket goes to another group: nobody has it there, and it goes on in a new thread."""

    VERSION: ClassVar[int] = 2

    by: int
    was: str  # id of the group that had it
    to: str
    why: str = unstored("")
    name: str = unstored("")  # of who moved it, who need not be known to the new group
    left: Address = unstored()  # the thread that it leaves
    left_name: str = unstored("")  # of the group that had it, as agents read it
    released: tuple[str, ...] = unstored(())  # keys of the replies that left with it, before their time
    trouble: str = unstored("")  # why nothing can be said in the new group's channel now
    group: Group = unstored()
    area: Area = unstored()
    roster: Roster = unstored()
    returned: bool = False  # it came there by mistake
    followed: bool = False  # the area that had it goes on seeing it


@dataclass(frozen=True, slots=True)
class Shared(TicketEvent):
    """Another area may read the ticket, or may no more."""

    by: int
    area: str
    on: bool = True
    name: str = unstored("")  # of the area, as agents read it


@dataclass(frozen=True, slots=True)
class CustomerRenamed(TicketEvent):
    """The customer is called otherwise, since persons were merged or parted: the card says so."""


@dataclass(frozen=True, slots=True)
class EarlierChanged(TicketEvent):
    """The customer's earlier tickets stand otherwise, or are others: the card says so."""


@dataclass(frozen=True, slots=True)
class OwnerGone(TicketEvent):
    """The owner's account is no more: the ticket is free to claim."""

    who: int


@dataclass(frozen=True, slots=True)
class CardLost(TicketEvent):
    """Somebody deleted the card: it is posted again, and the thread goes on under the new one."""


@dataclass(frozen=True, slots=True)
class Resolved(TicketEvent):
    """`sent`: whether the solution is a message of its own; an unchanged last reply is not sent twice."""

    key: str
    by: int
    qualifier: str = "fixed"
    sent: bool = True
    body: Body = unstored()
    author: Identity = unstored()
    shown: str | None = unstored(None)  # key of the message in the customer's chat that carries the solution already

    @property
    def asked(self) -> str:
        """Key of the customer's message with the buttons "solved" and "not solved"."""
        return asked_key(self.key)


@dataclass(frozen=True, slots=True)
class Verified(TicketEvent):
    """The customer says that it is solved."""

    asked: str | None = None  # key of the message whose buttons have served


@dataclass(frozen=True, slots=True)
class Withdrawn(TicketEvent):
    """The customer ends a ticket that nobody has solved."""


@dataclass(frozen=True, slots=True)
class Reopened(TicketEvent):
    by: int
    by_customer: bool
    asked: str | None = None  # key of the message whose buttons have served
    wrote: bool = unstored(False)  # by writing again, which claims nothing; the log has that message next


@dataclass(frozen=True, slots=True)
class Closed(TicketEvent):
    """Ten working days after the solution nobody has objected."""


@dataclass(frozen=True, slots=True)
class TitleSet(TicketEvent):
    by: int
    title: str = unstored()


@dataclass(frozen=True, slots=True)
class PrioritySet(TicketEvent):
    by: int
    was: str
    priority: str


@dataclass(frozen=True, slots=True)
class TicketTagged(TicketEvent):
    """Words by which tickets are sorted."""

    by: int
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeSet(TicketEvent):
    by: int
    was: str
    type: str


@dataclass(frozen=True, slots=True)
class ServiceSet(TicketEvent):
    """Ids of services; None: it is about none that is known."""

    by: int
    was: str | None
    service: str | None


@dataclass(frozen=True, slots=True)
class SpamMarked(TicketEvent):
    """It is no request for help, and ends; or it is one after all, and is open again. `by` 0: a filter says so."""

    by: int
    on: bool = True


@dataclass(frozen=True, slots=True)
class LeaseReminded(TicketEvent):
    """Whoever has the ticket has let it wait: they are reminded once."""

    who: int


@dataclass(frozen=True, slots=True)
class LeaseEnded(TicketEvent):
    """It went on waiting: the ticket is free to claim again."""

    was: int


@dataclass(frozen=True, slots=True)
class HandedOver(TicketEvent):
    """Its owner is away: a colleague has the ticket now, or nobody."""

    by: int
    to: int | None = None
    until: str | None = None  # ISO 8601; None: until further notice


@dataclass(frozen=True, slots=True)
class AgentLeft(Event):
    """An agent is away: what they hold is handed over to a colleague, or returned to the queue."""

    by: int
    until: str | None = None  # ISO 8601; None: until further notice
    to: int | None = None
    tickets: tuple[int, ...] = ()  # what they hold
    zone: str = "UTC"  # of the agent


@dataclass(frozen=True, slots=True)
class AgentReturned(Event):
    """An agent is there again, before the end that was told or because there was none."""

    by: int
