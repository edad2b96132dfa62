"""A ticket: its states, who has it, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatdesk.core.markup import shorten
from chatdesk.core.messages import Address, Body, place_key

WITHDRAWN = "withdrawn"
INVALID = "invalid"  # of the qualifiers of GGUS: spam and tests
REMOVED = "(removed)"  # stands where words of a removed message stood
TITLE_LENGTH = 60  # characters; what Zammad takes of a first Telegram message


class State(StrEnum):
    """EOSC-hub's and GGUS's states (confluence.egi.eu, "Ticket Status Values")."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in progress"
    WAITING = "waiting for reply"
    ON_HOLD = "on hold"
    REOPENED = "reopened"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    VERIFIED = "verified"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self not in (State.SOLVED, State.UNSOLVED, State.VERIFIED, State.CLOSED)

    @property
    def is_final(self) -> bool:
        """Verified and closed tickets take no update; a further message opens a new, linked ticket."""
        return self in (State.VERIFIED, State.CLOSED)


class Priority(StrEnum):
    """EOSC-hub's scale; every ticket starts low."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    TOP = "top"


class TicketType(StrEnum):
    """FitSM's two; a ticket is taken for an incident until somebody says otherwise, as in GGUS's older form."""

    INCIDENT = "incident"
    REQUEST = "service request"


class Turn(StrEnum):
    """Who has to speak next."""

    DESK = "desk"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that waits. Time sends it, unless `asks`: then only its author does."""

    key: str
    by: int  # person
    asks: bool = False
    awaits: bool = False  # an answer of the customer, once it has left


@dataclass(frozen=True, slots=True)
class Writing:
    """An agent who is writing a reply."""

    by: int  # person
    since: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """The customer's other tickets of the area, as this one's card shows them."""

    count: int = 0
    last: tuple[tuple[int, str], ...] = ()  # (number, state), the newest first


NONE_EARLIER = Earlier()


def card_key(number: int, moved_seq: int = 0) -> str:
    return f"card:{number}:{moved_seq}" if moved_seq else f"card:{number}"


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    conversation: int
    person: int
    area: str
    group: str
    origin: Address
    opened: datetime
    turn_since: datetime  # since when it is the turn of who has it
    title: str = ""
    state: State = State.NEW
    priority: Priority = Priority.LOW
    assignee: int | None = None
    assigned_at: datetime | None = None
    turn: Turn = Turn.DESK
    told_who: bool = False  # whether the customer knows who takes care
    last_said: str | None = None  # key of the customer's last message
    last_words: int = 0  # its print, to tell whether the next says nearly the same
    last_reply: str | None = None  # key of the last message an agent sent to the customer
    solution: str | None = None  # key of the message that carried the solution and its two buttons
    qualifier: str | None = None  # how it was solved: fixed, workaround, withdrawn, ...
    relates_to: int | None = None
    seq: int = 0  # number of its last event
    heard: datetime | None = None  # when the last message of the customer was written
    answered: datetime | None = None  # when the last reply in its thread was written
    held: tuple[Held, ...] = ()  # replies that wait, oldest first
    left: datetime | None = None  # since when the customer cannot be reached where they wrote
    ended: datetime | None = None  # when it was last solved, unsolved or withdrawn
    writing: tuple[Writing, ...] = ()  # agents who are writing a reply, the first to begin first
    earlier: Earlier = NONE_EARLIER
    tags: tuple[str, ...] = ()  # in alphabetical order
    told_owner: int | None = None  # the last person whom the thread has told that it is theirs
    called: str | None = None  # key of the line in the channel that says that somebody waits for nobody
    apart: bool = False  # it was given a place of its own within the customer's chat
    moved_seq: int = 0  # number of the event by which it last went to another group; 0: it never did
    began: int | None = None  # conversation in which it was opened, once the customer has been answered in another
    type: TicketType = TicketType.INCIDENT
    service: str | None = None  # id of the service that it is about
    spam: bool = False
    came_from: str | None = None  # id of the group that had it before this one
    shared: tuple[str, ...] = ()  # ids of further areas that may read it

    @property
    def card(self) -> str:
        """Key of its card; in each group to which it goes there is another one."""
        return card_key(self.number, self.moved_seq)

    @property
    def is_withdrawn(self) -> bool:
        """The customer ended it: no solution was sent."""
        return self.state is State.SOLVED and self.qualifier == WITHDRAWN

    @property
    def status(self) -> str:
        """Key of the standing message that tells the customer how the ticket is doing: one at each address."""
        elsewhere = self.began is not None and self.began != self.conversation
        return f"status:{self.number}:c{self.conversation}" if elsewhere else f"status:{self.number}"

    @property
    def place(self) -> str:
        """Key of its own place within the customer's chat, where it has one."""
        return place_key(self.number)


def title_of(body: Body) -> str:
    """The first words of the message that opens a ticket, or what it holds."""
    if body.text:
        return shorten(body.text.text, TITLE_LENGTH)
    return shorten(", ".join(f.name or f.kind.replace("_", " ") for f in body.files), TITLE_LENGTH)
