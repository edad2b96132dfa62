"""What agents write: replies, how long they wait, what becomes of them, and notes. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.events.basics import TicketEvent
from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Body, Button, Identity


@dataclass(frozen=True, slots=True)
class AgentSaid(TicketEvent):
    """A reply: it leaves for the customer under the agent's display name."""

    key: str
    by: int
    typed: bool = True  # it stands in the thread already; False: written in a form, so it must be shown there
    kept: bool = unstored(False)  # the customer cannot be reached: it leaves when they can
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
class ReplyHeld(TicketEvent):
    """A reply waits: some seconds in which its author can undo it, or until its author says what becomes of it."""

    key: str
    by: int
    asks: bool = False  # a colleague's reply waits already: the author decides, no time does
    typed: bool = True
    awaits: bool = unstored(False)  # once it has left, the ticket waits for the customer's answer
    body: Body = unstored()
    author: Identity = unstored()


@dataclass(frozen=True, slots=True)
class ReplyAwaited(TicketEvent):
    """What an agent has just said is a question: the ticket waits for the customer's answer."""

    by: int


@dataclass(frozen=True, slots=True)
class WritingBegan(TicketEvent):
    """An agent has opened the form for a reply: colleagues see that somebody is writing."""

    by: int


@dataclass(frozen=True, slots=True)
class WritingEnded(TicketEvent):
    """That agent has sent it, closed it, or left it open for too long."""

    by: int


@dataclass(frozen=True, slots=True)
class HoldCrossed(TicketEvent):
    """The customer wrote or ended the ticket while a reply was held, which its author could not know: the author is
    asked."""

    key: str
    by: int
    ended: bool = unstored(False)
    said: Body = unstored()


@dataclass(frozen=True, slots=True)
class HoldEnded(TicketEvent):
    """A held reply is held no longer: what became of it follows, or stands in `how`."""

    key: str
    how: str  # sent, note, undone, refused
    why: str = unstored("")
    asked: bool = unstored(False, compare=False)  # it was held until its author would decide, not for a time


@dataclass(frozen=True, slots=True)
class ReplyEdited(TicketEvent):
    """An agent changed a reply after it was sent: the customer sees the new words in its place."""

    key: str
    by: int
    body: Body = unstored()


@dataclass(frozen=True, slots=True)
class ReplyRemoved(TicketEvent):
    """An agent took a reply back after it was sent, by deleting it or by making it a note.

    `gone`: it is young enough to be deleted at the customer's; an older one is changed to say that it was removed.
    """

    key: str
    by: int
    gone: bool = True
    becomes: str = "removed"  # or note


@dataclass(frozen=True, slots=True)
class NoteEdited(TicketEvent):
    key: str
    by: int
    body: Body = unstored()


@dataclass(frozen=True, slots=True)
class NoteRemoved(TicketEvent):
    key: str
    by: int


@dataclass(frozen=True, slots=True)
class AgentReacted(TicketEvent):
    key: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    by: int = 0


@dataclass(frozen=True, slots=True)
class Resent(TicketEvent):
    """A reply that could not reach the customer is sent once more."""

    key: str
    by: int
    author: Identity = unstored(Identity("", ""), compare=False)
    body: Body = unstored()


@dataclass(frozen=True, slots=True)
class AgentTold(Event):
    """Something that one agent alone is told about a message, with what may be done."""

    key: str
    why: str = unstored()
    author: Identity = unstored()
    offers: tuple[Button, ...] = unstored(())


@dataclass(frozen=True, slots=True)
class AgentRefused(Event):
    """An agent-side message was not sent; its author alone is told why (which may name the customer)."""

    key: str
    why: str = unstored()
    author: Identity = unstored()
