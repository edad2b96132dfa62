"""Conversation and Case: all that a decision may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from chatdesk.areas.area import Area, Group, Services
from chatdesk.conversations.phrases import say_with
from chatdesk.conversations.ticket import REMOVED, Ticket, Turn
from chatdesk.conversations.writers import Mute, Writer
from chatdesk.core.errors import NotFound
from chatdesk.core.messages import Address, Identity, Incoming, ticket_in
from chatdesk.people.people import Customer, Roster


@dataclass(frozen=True, slots=True)
class Conversation:
    """One address where a person speaks, with the ticket that is spoken of now."""

    id: int
    at: Address
    person: int
    area: str
    group: str
    language: str = "en"  # in which we write to the customer
    writes: str | None = None  # the language that the customer writes, as soon as a text told; we may not speak it
    leaning: str | None = None  # another one that the last text was in: a second text in a row makes it `writes`
    chosen: bool = False  # whether the customer chose `language`, whatever the texts are in
    languages_told: bool = False  # whether the customer knows which languages the group answers
    current: int | None = None  # number of the current ticket
    fresh: bool = False  # the next message opens a new ticket even though one is open
    fresh_within: str | None = None  # key of the place within the chat where that was asked for
    circle: str = ""  # name of the circle of people who speak there; empty: one person does
    readers: int = 0  # how many people of a circle read what is said there; 0: not known
    left: datetime | None = None  # since when the customer cannot be reached there
    pending: tuple[tuple[str, int], ...] = ()  # (key, ended ticket) of messages that wait for what they are about
    album: Incoming | None = None  # a message whose parts are still arriving
    writers: tuple[Writer, ...] = ()  # who wrote in quick succession lately
    gathered: tuple[str, ...] = ()  # keys of messages that came too fast and wait to be passed on together
    mute: Mute | None = None
    no_bulletins: bool = False  # whether the customer wants to be told of no maintenance and no known problems
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants something, and the words that say what."""

    by: Identity = Identity("", "")
    words: str = ""  # behind a typed command
    args: Mapping[str, str] = field(default_factory=dict)  # of a button or a form


@dataclass(frozen=True, slots=True)
class Door:
    """The group to which a customer comes who opens a ticket."""

    group: Group
    area: Area
    roster: Roster


P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Case:
    conversation: Conversation
    ticket: Ticket | None
    customer: Customer
    group: Group
    now: datetime
    language: str
    roster: Roster
    number: int  # the number that a ticket opened now would get
    about: str | None = None  # key of the message that is edited, removed, reacted to, or answered
    asked: Asked = Asked()  # what parts may be looked up by
    area: Area = Area("", "")
    heard: str | None = None  # key of the message that has just been said
    speaker: str = ""  # who speaks or presses a button, where several people do
    within: str | None = None  # key of the place within the customer's chat where that happened
    apart: bool = False  # each ticket has a place of its own within that chat
    former: Address | None = None  # where it was said or done, when that is a thread that the ticket has left
    door: Door | None = None  # where a new ticket of the customer opens, when that is not in `group`
    doors: Mapping[str, Door] = field(default_factory=dict)  # the groups to which filters send a ticket that opens
    has_elsewhere: bool = False  # whether the desk has other groups
    areas: int = 1  # how many the desk has
    services: Services = field(default_factory=Services)  # that the desk knows
    parts: Mapping[type, object] = field(default_factory=dict)

    def part(self, kind: type[P]) -> P:
        """What a feature loaded for this case. Asking for a part that was not declared in `needs` is a fault."""
        found = self.parts.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"{kind.__name__} was not loaded: declare it in needs=")
        return found

    def say(self, phrase: str, /, **params: object) -> str:
        """What the customer reads: a sentence of the area's own where it has one, else the catalogue's."""
        return say_with(self.area.texts, self.language, phrase, **params)

    def title(self, ticket: Ticket) -> str:
        """A ticket's title as the customer reads it."""
        return self.say("title.removed") if ticket.title == REMOVED else ticket.title

    @property
    def subject(self) -> Ticket:
        """The ticket, for decisions that make no sense without one."""
        if self.ticket is None:
            raise NotFound("There is no such ticket.")
        return self.ticket

    @property
    def thread(self) -> Address:
        """The agents' side of the ticket: the thread under its card."""
        return replace(self.group.home, thread=self.subject.card)

    @property
    def here(self) -> Address:
        """The customer's side, where something was just said: the chat, or a place within it."""
        return replace(self.conversation.at, thread=self.within)

    @property
    def there(self) -> Address:
        """The customer's side of the ticket: its own place within the chat, or the chat."""
        ticket = self.subject
        return replace(ticket.origin, thread=ticket.place) if ticket.apart and self.apart else ticket.origin

    @property
    def apart_here(self) -> bool:
        """Whether something was said in a ticket's own place: what is written there is about that ticket."""
        return self.within is not None and ticket_in(self.within) is not None

    @property
    def speaks_of(self) -> int | None:
        """The number of the ticket that the customer's next words here are about."""
        return (ticket_in(self.within) if self.within else None) or self.conversation.current

    @property
    def next_key(self) -> str:
        """Key of a message that is written in a form: it has no id of a channel's own."""
        return f"t{self.subject.number}:{self.subject.seq + 1}"

    @property
    def who(self) -> str:
        """Who does it: "Anna Keller", or "Anna Keller in Physics Lab" where several people could."""
        return named_in(self.speaker, self.customer.name)

    @property
    def is_unattended(self) -> bool:
        """Whether it is our turn, and of nobody in particular: unclaimed, or its owner is not there."""
        ticket = self.subject
        return ticket.state.is_open and ticket.turn is Turn.DESK and not self.is_there(ticket.assignee)

    def is_there(self, person: int | None) -> bool:
        """Whether this agent can be expected to read what is said."""
        agent = self.roster.by_person(person)
        return agent is not None and not agent.is_away(self.now)

    @property
    def assignee_name(self) -> str | None:
        ticket = self.ticket
        agent = self.roster.by_person(ticket.assignee) if ticket else None
        return agent.name if agent else None


def named_in(name: str, circle: str) -> str:
    """Whoever speaks for the whole circle has its name."""
    return circle if name in ("", circle) else f"{name} in {circle}"
