"""What some decisions need beyond the case; loaded only for those that declare it in `needs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.ticket import Earlier, Ticket
from chatdesk.core.messages import Body, Identity
from chatdesk.people.people import Agent, Roster

EARLIER_SHOWN = 3  # tickets on a card; `history` tells the rest


@dataclass(frozen=True, slots=True)
class OwnTickets:
    """The tickets of this conversation, newest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class OpenTickets:
    """The open tickets of this conversation, oldest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class TicketsElsewhere:
    """The open tickets that were opened in this conversation and go on in another."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class GroupQueue:
    """The open tickets of one group, oldest first, and its agents."""

    group: str
    name: str
    roster: Roster
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Queues:
    """Those of all groups."""

    groups: tuple[GroupQueue, ...]

    def of(self, account: str) -> tuple[GroupQueue, ...]:
        """The groups whose agent this account is."""
        return tuple(g for g in self.groups if g.roster.by_account(account))


@dataclass(frozen=True, slots=True)
class Rosters:
    """The agents of all groups, and what is wrong with the channels of those where something is, by the group's id."""

    by_group: Mapping[str, Roster] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abroad:
    """The areas in which who asks is an agent, when that is not in the ticket's own group."""

    agent_of: Mapping[str, Agent] = field(default_factory=dict)  # by area


@dataclass(frozen=True, slots=True)
class LastReply:
    """What an agent last said to the customer on this ticket; empty when nobody has answered."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the customer said on the ticket, newest first: (key, text)."""

    messages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LastHeard:
    """What the customer last said on this ticket."""

    key: str = ""
    at: datetime | None = None
    body: Body = field(default_factory=Body)


@dataclass(frozen=True, slots=True)
class AreaTickets:
    """The customer's tickets of this area, wherever they asked, newest first."""

    tickets: tuple[Ticket, ...]

    def earlier(self, number: int) -> Earlier:
        """How those stand that were opened before this one."""
        before = [t for t in self.tickets if t.number < number]
        last = tuple((t.number, "withdrawn" if t.is_withdrawn else str(t.state)) for t in before[:EARLIER_SHOWN])
        return Earlier(len(before), last)


@dataclass(frozen=True, slots=True)
class HeldMessage:
    author: str  # account
    body: Body
    name: str = ""  # of the author


@dataclass(frozen=True, slots=True)
class HeldMessages:
    """Messages of agents on the ticket that wait: for a while, or for what their author says of them."""

    by_key: Mapping[str, HeldMessage]


@dataclass(frozen=True, slots=True)
class PendingMessages:
    """Messages of the customer that wait for what they say of them, oldest first: (key, body)."""

    messages: tuple[tuple[str, Body], ...]
    authors: Mapping[str, Identity] = field(default_factory=dict)  # by key


@dataclass(frozen=True, slots=True)
class GatheredMessage:
    key: str
    account: str
    author: str
    at: datetime
    body: Body
    ticket: int | None = None  # that was spoken of where it was written


@dataclass(frozen=True, slots=True)
class GatheredMessages:
    """Messages of the conversation that came too fast and wait to be passed on, oldest first."""

    messages: tuple[GatheredMessage, ...]


@dataclass(frozen=True, slots=True)
class MutedMessages:
    """The latest messages of the conversation that were written while it was muted, oldest first."""

    messages: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unreached:
    """Replies on the ticket that could not reach the customer, oldest first: (key, person, body)."""

    replies: tuple[tuple[str, int, Body], ...]
    authors: Mapping[str, Identity] = field(default_factory=dict)  # by key


@dataclass(frozen=True, slots=True)
class Known:
    """A message as it is kept."""

    key: str
    ticket: int | None
    side: str  # customer, agent
    account: str
    author: str
    audience: str  # public, internal, undecided
    state: Delivery
    at: datetime
    body: Body
    copies: Copies = Copies()  # what shows it on the other side
    seq: int = 0  # number of the event by which it came
    lost: frozenset[str] = frozenset()  # keys of copies that could not be delivered

    @property
    def waits(self) -> bool:
        return self.state is Delivery.HELD

    @property
    def never_sent(self) -> bool:
        """Whether nothing of it has left or will: nor does it leave by being changed."""
        return self.state is Delivery.UNDONE or (self.state is Delivery.FAILED and not self.there)

    @property
    def there(self) -> Sequence[str]:
        """Keys of what shows it on the other side, or is about to."""
        return [key for key in self.copies.keys(self.key) if key not in self.lost]


@dataclass(frozen=True, slots=True)
class About:
    """The message that somebody edits, removes, reacts to or answers; None when it is none that we keep."""

    message: Known | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The emoji that agents have on that message, the newest last: (person, sign)."""

    signs: tuple[tuple[int, str], ...] = ()

    def after(self, by: int, on: Sequence[str], off: Sequence[str]) -> Standing:
        """Once this person has put some there and taken others back."""
        kept = (one for one in self.signs if one not in [(by, sign) for sign in (*on, *off)])
        return Standing((*kept, *((by, sign) for sign in on)))


@dataclass(frozen=True, slots=True)
class Exchange:
    """All that was said on the ticket, in order."""

    messages: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """What messages of the ticket said before they were changed, by key, oldest first."""

    by_key: Mapping[str, tuple[tuple[datetime, str], ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a person looks it up."""

    at: datetime
    author: str
    audience: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All messages of the ticket, in order."""

    messages: tuple[Line, ...]
