"""What both chats ought to show: plain data, and the few things that happen in more than one place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tests.stage import ANNA, INGRID, MAREK, PIOTR

USERS = {ANNA: "Anna Keller", MAREK: "Marek Nowak"}
AGENTS = {PIOTR: "Piotr Zieliński", INGRID: "Ingrid Solberg"}


class Fate(StrEnum):
    """What has become of a message; the words of the people who see it."""

    GREETING = "greeting"  # a bare hello that no agent has to read
    ASKED = "asked"  # written after the end: the user has not said yet what it is about
    SHOWN = "shown"  # in the ticket's thread
    HELD = "held"  # an agent's reply: time sends it
    CROSSED = "crossed"  # an agent's reply: only its author sends it
    WHOM = "whom"  # it mentions a colleague: its author has not said yet whom it is for
    SENT = "sent"  # in the user's chat
    KEPT = "kept"  # the user has blocked the bot: it leaves when that has changed
    NOTE = "note"
    UNDONE = "undone"
    REMOVED = "removed"  # a note that its author has deleted
    REFUSED = "refused"  # the ticket takes no more

    @property
    def waits(self) -> bool:
        return self in (Fate.HELD, Fate.CROSSED, Fate.WHOM)


class State(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in progress"
    REOPENED = "reopened"
    SOLVED = "solved"
    VERIFIED = "verified"


@dataclass
class Said:
    """A message of a user's or an agent's."""

    label: str
    by: int | str
    ticket: str | None  # its name
    fate: Fate
    text: str  # as it passes to the other side
    typed: str = ""  # as its author reads it, where that is another
    files: tuple[str, ...] = ()
    since: int = 0  # order of waiting
    form: bool = False  # written in a form: the desk shows it in the thread
    gone: bool = False  # its author has deleted it
    joins: bool = False  # written in one breath with others: may be shown in one message with them
    signed: str = ""  # the emoji that an agent has put on a reply
    taken_back: bool = False  # it was sent before it became a note
    reads: str = ""  # what the user's chat shows, where a change could not be made because the bot is blocked
    mark: str = ""  # the emoji that the other side has put on it


@dataclass
class Ticket:
    name: str  # label of the message that opened it: its number may have gaps before it
    user: int
    title: str  # what was said first
    state: State = State.NEW
    qualifier: str = ""
    assignee: str | None = None
    turn: str = "desk"  # or user
    follows: str | None = None
    left: bool = False  # its card says that the user cannot be reached
    thread: list[str] = field(default_factory=list)  # labels of the user's messages, in order
    solution: str = ""  # label of what was given as the solution, as long as the user is asked about it
    asked: bool = False  # the user has the buttons below it: "solved" and "not yet"
    served: bool = False  # the buttons of an earlier solution could not be taken away

    def reopens(self, blocked: bool) -> None:
        """`blocked`: the chat cannot be changed, so that the buttons of the solution stay there, if they ever came."""
        self.served = self.served or (blocked and self.asked)
        self.state, self.turn, self.qualifier, self.left = State.REOPENED, "desk", "", blocked
        self.solution, self.asked = "", False

    @property
    def is_open(self) -> bool:
        return self.state not in (State.SOLVED, State.VERIFIED)

    @property
    def is_final(self) -> bool:
        return self.state is State.VERIFIED


@dataclass
class User:
    id: int
    current: str | None = None
    fresh: bool = False
    met: bool = False  # has written to the bot
    blocked: bool = False
    heard: list[str] = field(default_factory=list)  # labels of agents' replies in the chat, in order
    asked: list[tuple[str, str]] = field(default_factory=list)  # written after an end: (label, ticket)
    may_hold: set[str] = field(default_factory=set)  # words and files of agents that may ever have come to the chat


@dataclass
class World:
    users: dict[int, User] = field(default_factory=lambda: {id: User(id) for id in USERS})
    tickets: dict[str, Ticket] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    order: int = 0

    def tick(self) -> int:
        self.order += 1
        return self.order

    def of(self, ticket: Ticket) -> User:
        return self.users[ticket.user]

    def by(self, someone: int | str) -> Iterator[Said]:
        return (m for m in self.said.values() if m.by == someone)

    def waiting(self, ticket: Ticket) -> list[Said]:
        """Replies that wait there, the first to leave first."""
        found = [m for m in self.said.values() if m.ticket == ticket.name and m.fate in (Fate.HELD, Fate.CROSSED)]
        return sorted(found, key=lambda m: m.since)

    def release(self, message: Said) -> None:
        """It leaves for the user."""
        assert message.ticket is not None
        ticket = self.tickets[message.ticket]
        if ticket.is_final:
            message.fate = Fate.REFUSED
            return
        self.claimed_by_reply(ticket, str(message.by))
        ticket.turn = "user"
        self.deliver(message)

    def deliver(self, message: Said) -> None:
        user = self.of(self.tickets[message.ticket or ""])
        message.fate, message.since = (Fate.KEPT if user.blocked else Fate.SENT), self.tick()
        if not user.blocked:
            ticket = self.tickets[message.ticket or ""]
            ticket.asked = ticket.asked or ticket.solution == message.label
            user.heard.append(message.label)
            user.may_hold |= {message.text, *message.files}

    def claimed_by_reply(self, ticket: Ticket, agent: str) -> bool:
        """Whoever answers a ticket that nobody has takes care of it."""
        anew = ticket.assignee == agent and ticket.state in (State.NEW, State.ASSIGNED, State.REOPENED)
        if ticket.is_open and (ticket.assignee is None or anew):
            ticket.assignee, ticket.state = agent, State.IN_PROGRESS
            return True
        return False
