"""What can happen to a ticket and in a conversation. `by` and `to` are person ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatdesk.areas.area import Area, Group
from chatdesk.conversations.writers import Writer
from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Act, Address, Body, Button, Identity, Incoming, asked_key
from chatdesk.people.people import Roster


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
    """The customer wrote while a reply was held, which its author could not know: the author is asked."""

    key: str
    by: int
    said: Body = unstored()


@dataclass(frozen=True, slots=True)
class HoldEnded(TicketEvent):
    """A held reply is held no longer: what became of it follows, or stands in `how`."""

    key: str
    how: str  # sent, note, undone, refused
    why: str = unstored("")


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
class CustomerReacted(TicketEvent):
    """Emoji on a message, and those taken back."""

    key: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentReacted(TicketEvent):
    key: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    by: int = 0


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


@dataclass(frozen=True, slots=True)
class Resent(TicketEvent):
    """A reply that could not reach the customer is sent once more."""

    key: str
    by: int
    author: Identity = unstored(Identity("", ""), compare=False)
    body: Body = unstored()


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


@dataclass(frozen=True, slots=True)
class CustomerRenamed(TicketEvent):
    """The customer is called otherwise, since persons were merged or parted: the card says so."""


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
