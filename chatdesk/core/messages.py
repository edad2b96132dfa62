"""What is said: neutral messages that every channel can read and write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chatdesk.core.markup import Markup, in_line, shorten


@dataclass(frozen=True, slots=True)
class Address:
    """A place where one can speak. Telegram's room is `<bot>/<chat>`, Slack's `<team>/<channel>`."""

    channel: str
    room: str
    thread: str | None = None  # within the room: a key of ours ("card:42", "place:42"), never a native id


NAMELESS = "(no name)"  # where a name consists of nothing that can be read
MOST_NAME = 130  # characters; Telegram: a first and a last name of 64 each


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a person on a channel, as the channel tells of it."""

    channel: str
    account: str  # Telegram: the user's number; Slack: `<team>/<user>`
    name: str = ""  # of at most `MOST_NAME` characters: services that allow more have not been met
    language: str | None = None  # the channel's own hint (BCP 47)

    def __post_init__(self) -> None:
        if self.name and (len(self.name) > MOST_NAME or in_line(self.name) != self.name):
            object.__setattr__(self, "name", shorten(self.name, MOST_NAME) or NAMELESS)


@dataclass(frozen=True, slots=True)
class File:
    """Something attached: what it is, and where it can be fetched as long as the desk has not got it."""

    kind: str  # photo, video, animation, document, audio, voice, video_note, sticker, ...
    name: str = ""
    type: str = ""  # media type
    size: int = 0  # bytes; 0: not known
    source: str = ""  # `<channel>:<what the channel needs to fetch it>`
    fault: str = ""  # why it cannot be passed on: too_big, unseen, gone
    sign: str = ""  # the service's own sign of what is in it, where it has one
    part: str = ""  # the service's id of the message that brought it, when that is one of several parts
    words: Markup = Markup("")  # what was said with that part

    def is_same(self, other: File) -> bool:
        """Whether nothing else was put in its place: where a file can be fetched may change."""
        if self.sign and other.sign:
            return self.sign == other.sign
        return (self.kind, self.name, self.type, self.size) == (other.kind, other.name, other.type, other.size)


@dataclass(frozen=True, slots=True)
class Body:
    text: Markup = Markup("")
    files: tuple[File, ...] = ()
    quote: str = ""  # words of an earlier message that this one answers
    origin: str = ""  # of a forwarded message: who wrote it first, and when
    answers: str = ""  # key of the message that this one answers, where that is known

    @property
    def passable(self) -> tuple[File, ...]:
        """The files that can be passed on."""
        return tuple(f for f in self.files if f.source and not f.fault)

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.files


def plain(text: str) -> Body:
    return Body(Markup(text))


@dataclass(frozen=True, slots=True)
class Act:
    """What a button or a typed command asks for: a name and its arguments."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def ticket(self) -> int | None:
        """The number of the ticket that it names; None when that is no number that a ticket could have."""
        number = self.args.get("ticket", "")
        return int(number) if number.isdecimal() and len(number) < 10 else None


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    act: Act
    primary: bool = False
    group: str = ""  # buttons with a group may be folded into a menu under this heading


@dataclass(frozen=True, slots=True)
class Circle:
    """Several people in one place, who all read what is said there: a group in Telegram."""

    account: str  # of the place, as that of a person
    name: str
    readers: int = 0  # how many people that are; 0: not known


class Deed(StrEnum):
    """What a person did."""

    SAID = "said"  # wrote, pressed a button, typed a command
    EDITED = "edited"  # changed a message of theirs; the body is the new one
    REMOVED = "removed"  # deleted a message of theirs
    REACTED = "reacted"  # put emoji on a message, or took them back
    LEFT = "left"  # cannot be reached any more: blocked the bot, removed it from a circle
    RETURNED = "returned"  # can be reached again, or for the first time: a circle has let the bot in
    MOVED = "moved"  # the circle is in another room from now on


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person did on a channel, translated."""

    key: str  # the same for every delivery of the same thing: what de-duplicates
    at: Address
    author: Identity
    body: Body
    when: datetime
    order: int  # sorts what waits in one room: Telegram's update_id, Slack's ts in microseconds
    native: str | None = None  # the service's id of this message, so that it can be marked and quoted
    under: str | None = None  # the service's id of the thread's root, or of the place; the links turn it into a key
    within: str | None = None  # our key of the place within the room, as soon as that is known
    act: Act | None = None  # a pressed button, or a typed command whose further words are the body
    deed: Deed = Deed.SAID
    about: str | None = None  # the service's id of the message that is edited, removed, reacted to, or answered
    signs: tuple[str, ...] = ()  # the emoji that this person's reaction adds, in Unicode or as the channel calls them
    signs_off: tuple[str, ...] = ()  # those it takes back
    called: str = ""  # the name of the emoji, where the channel has names for them
    part_of: str = ""  # key of the message that this is a part of: of an album
    answers_us: bool = False  # in a circle: it answers a message that the desk sent
    circle: Circle | None = None  # where several people speak and read; it was meant for the desk all the same
    gathered: int = 0  # of how many messages it was made, which came too fast
    moved_to: str = ""  # the room that the circle is in from now on

    @property
    def message(self) -> str:
        """Key of the message that it is, or is a part of."""
        return self.part_of or self.key

    @property
    def needs_another(self) -> bool:
        """Whether it means nothing without the message that it is about."""
        return self.deed in (Deed.EDITED, Deed.REMOVED, Deed.REACTED)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, which each channel shows in the reader's zone where it can."""

    at: datetime
    words: str = ""  # what stands before it: "ours since"


@dataclass(frozen=True, slots=True)
class Way:
    """Words that lead to the message with this key, where a channel can; `link` is where, once that is known."""

    words: str
    key: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket at a glance. Channels with layout draw the facts as a table, others as lines."""

    title: str
    facts: tuple[tuple[str, str | Moment | Identity | Way], ...]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """Whose message this delivery carries, and where its agents are told what became of it."""

    message: str | None  # key of the row in `messages` whose state follows this delivery; None: the bot's own words
    tell: Address | None = None
    mark: bool = False  # whether the author's own message is marked with the outcome
    last: bool = True  # of several deliveries that carry the message; only with the last it has been sent
    called: str = ""  # how its agents are told which delivery it is; empty: by its first words


LEADING = ("card:", "board:", "place:")  # what keys begin with below which others are said


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something to be said. Exactly one of these shapes:

    a message (`body` or `card`); a standing message (`standing`): posted the first time, edited in place
    ever after; a mark (`marks`): a reaction on the message with that key, or its end; new buttons under an
    old message (`replaces`); the end of an old message (`removes`); a private message that only `private_to` sees;
    a place within the room (`opens`), which is standing and has its name as body.
    """

    to: Address
    key: str
    body: Body | None = None
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    standing: bool = False
    opens: bool = False
    anew: bool = False  # it is said again, since it was deleted on the service's side
    edits: bool = False  # the message that was sent under this key is changed
    marks: str | None = None
    mark: str = ""  # one of core.messages.Mark, or an emoji of a person's
    unmark: bool = False  # the mark is taken away again
    replaces: str | None = None
    removes: str | None = None
    answers: str | None = None  # key of an earlier message that it is an answer to
    foot: str = ""  # small print under it
    joins: bool = False  # it may be shown in one message with others of the same author
    also: tuple[str, ...] = ()  # keys of those that are shown with it; where it edits, the words are those of all
    private_to: Identity | None = None
    author: str | None = None  # the display name under which it is said
    fate: Fate | None = None
    ticket: int | None = None
    urgent: bool = False  # a person clicked and waits for it

    @property
    def lane(self) -> str:
        """What is sent strictly one after another: a card with its thread, a place with what is said in it, a chat;
        marks bind nobody, and a card that stands there is changed without waiting for its thread."""
        if self.edits and self.standing:
            return f"edit:{self.key}"
        if self.anew:  # what waits in its thread waits for it
            return f"anew:{self.key}"
        if self.marks or self.private_to:
            return f"mark:{self.key}"
        if self.to.thread or (self.standing and self.key.startswith(LEADING)):
            return self.to.thread or self.key
        return f"{self.to.channel}:{self.to.room}"


class Mark:
    """What a mark of the desk's says; each channel has its own sign for it."""

    RECEIVED = "received"
    HELD = "held"
    SENT = "sent"
    NOTE = "note"
    FAILED = "failed"
    UNDONE = "undone"
    ASKING = "asking"
    PINNED = "pinned"  # no sign: the message stays in sight at the head of its room


COPY = ":copy:"
TOGETHER = ":together"  # ends the key of a message that was made of several, after that of the last of them


def copy_key(message: str, part: int = 0) -> str:
    """Key of the part of a message's copy on the other side, counted from 0."""
    return f"{message}{COPY}{part}"


def single(key: str) -> str:
    """Key of the message that its author wrote: of several that were put together, the last."""
    return key.removesuffix(TOGETHER)


def asked_key(message: str) -> str:
    """Key of what asks the customer about a message; the words of a solution stand there, too."""
    return f"{message}:asked"


_SOLUTION = re.compile(r"(t\d+:\d+):asked")


def original(key: str) -> str:
    """Key of the message that is shown under this key: its own, or that of which it is a copy."""
    solution = _SOLUTION.fullmatch(key)
    return solution[1] if solution else key.rsplit(COPY, 1)[0]


def place_key(number: int) -> str:
    """Key of a ticket's own place within the customer's chat."""
    return f"place:{number}"


_OF_A_TICKET = re.compile(r"(?:t|card:|status:|place:)(\d{1,9})(?::|$)")


def ticket_in(key: str) -> int | None:
    """The number of the ticket that a key of the desk's own names."""
    found = _OF_A_TICKET.match(key)
    return int(found[1]) if found else None
