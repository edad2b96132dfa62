"""What can happen to a ticket and in a conversation. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Act, Body, Identity


@dataclass(frozen=True, slots=True)
class TicketEvent(Event):
    """Belongs to a ticket and counts in its sequence; all others belong to the conversation."""


@dataclass(frozen=True, slots=True)
class TicketOpened(TicketEvent):
    number: int
    relates_to: int | None = None
    title: str = unstored()


@dataclass(frozen=True, slots=True)
class CustomerSaid(TicketEvent):
    key: str
    first: bool = False  # the message that opened the ticket
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class CustomerThanked(TicketEvent):
    """A bare "thanks" after the end: the agents see it, and nothing else changes."""

    key: str
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class CustomerGreeted(CustomerThanked):
    """A bare "hello" while the ticket is open: the agents see it, and it stays whose turn it was."""


@dataclass(frozen=True, slots=True)
class AgentSaid(TicketEvent):
    """A reply: it leaves for the customer under the agent's display name."""

    key: str
    by: int
    typed: bool = True  # it stands in the thread already; False: written in a form, so it must be shown there
    body: Body = unstored()
    author: Identity = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class NoteAdded(TicketEvent):
    """An internal note: it never leaves the agents' side."""

    key: str
    by: int
    typed: bool = True  # it stands in the thread already; False: written in a form, so it must be shown there
    body: Body = unstored()
    author: Identity = unstored()


@dataclass(frozen=True, slots=True)
class AudienceAsked(TicketEvent):
    """An agent's message mentions a colleague: it is held until its author says whom it is for."""

    key: str
    by: int
    body: Body = unstored()
    author: Identity = unstored()


@dataclass(frozen=True, slots=True)
class AudienceChosen(TicketEvent):
    """The author of a held message has said whom it is for."""

    key: str
    audience: str


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
class Resolved(TicketEvent):
    """`sent`: whether the solution is a message of its own; an unchanged last reply is not sent twice."""

    key: str
    by: int
    qualifier: str = "fixed"
    sent: bool = True
    body: Body = unstored()
    author: Identity = unstored()

    @property
    def asked(self) -> str:
        """Key of the customer's message with the buttons "solved" and "not solved"."""
        return f"{self.key}:asked"


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
class FreshTicketWanted(Event):
    """The next message opens a new ticket."""


@dataclass(frozen=True, slots=True)
class CustomerAnswered(Event):
    """The bot says something of its own to the customer: a phrase, with buttons. `params` are for display.

    `once`: it is the answer to a button of the ticket; as long as nothing has happened since, pressing again
    says it again in the same place, so that there is always an answer and never a second message.
    """

    phrase: str
    buttons: tuple[tuple[str, Act], ...] = unstored(())
    params: tuple[tuple[str, str], ...] = unstored(())
    once: bool = unstored(False)


@dataclass(frozen=True, slots=True)
class AgentRefused(Event):
    """An agent-side message was not sent; its author alone is told why (which may name the customer)."""

    key: str
    why: str = unstored()
    author: Identity = unstored()
