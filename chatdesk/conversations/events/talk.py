"""What happens in a conversation, beside its tickets. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.ticket import Ticket
from chatdesk.conversations.writers import Writer
from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Act, Body, Identity, Incoming


@dataclass(frozen=True, slots=True)
class FreshTicketWanted(Event):
    """The next message opens a new ticket."""


@dataclass(frozen=True, slots=True)
class AlbumGrew(Event):
    """A part of a message in several parts has come; more may follow."""

    key: str  # of the whole
    album: Incoming = unstored()  # what there is of it


@dataclass(frozen=True, slots=True)
class AlbumEnded(Event):
    """No further part has come: the message is complete, and follows."""

    key: str


@dataclass(frozen=True, slots=True)
class CustomerLeft(Event):
    """The customer has blocked the bot."""


@dataclass(frozen=True, slots=True)
class CustomerReturned(Event):
    """The customer has unblocked the bot, or wrote again."""

    elsewhere: tuple[Ticket, ...] = unstored(())  # tickets that were opened here and go on at another address


@dataclass(frozen=True, slots=True)
class BulletinsWanted(Event):
    """The customer wants to be told of maintenance and known problems, or does not."""

    on: bool


@dataclass(frozen=True, slots=True)
class TicketChosen(Event):
    """From now on what the customer writes belongs to this ticket."""

    number: int


@dataclass(frozen=True, slots=True)
class AfterEndAsked(Event):
    """The customer wrote after the ticket had ended: the message is kept until they say what it is."""

    key: str
    number: int  # of the ticket that had ended
    author: Identity | None = unstored(None, compare=False)
    body: Body = unstored()
    written: datetime | None = unstored(None, compare=False)


@dataclass(frozen=True, slots=True)
class AfterEndAnswered(Event):
    """They have said it, or so much time has passed that it was decided for them."""

    number: int
    how: str  # reopen, new, thanks, time
    asked: str  # key of the question


@dataclass(frozen=True, slots=True)
class WriterSeen(Event):
    """Somebody writes in quick succession: how many messages in this minute."""

    count: int
    writer: Writer = unstored()


@dataclass(frozen=True, slots=True)
class FloodBegan(Event):
    """Somebody writes too fast, or the same again and again (`alike`): from now on it is gathered."""

    alike: bool
    writer: Writer = unstored()


@dataclass(frozen=True, slots=True)
class FloodEnded(Event):
    writer: Writer = unstored()


@dataclass(frozen=True, slots=True)
class GatheredPassed(Event):
    """What was gathered is passed on as one message, which follows."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CircleSeen(Event):
    """A circle is called otherwise, or read by more or fewer people, than was known."""

    readers: int
    name: str = unstored()


@dataclass(frozen=True, slots=True)
class CircleMoved(Event):
    """A circle is in another room from now on, with all that belongs to it."""

    room: str


@dataclass(frozen=True, slots=True)
class LanguageSet(Event):
    """What is known of the conversation's language from now on, as `Conversation` has it; codes of two letters."""

    language: str
    writes: str | None = None
    leaning: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LanguagesTold(Event):
    """The customer has been told which languages the group answers; that is said once."""


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
class PendingEdited(Event):
    """The customer changed a message that waits for what they say of it."""

    key: str
    body: Body = unstored()
