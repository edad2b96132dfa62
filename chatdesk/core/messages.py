"""What is said: neutral messages that every channel can read and write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chatdesk.core.markup import Markup


@dataclass(frozen=True, slots=True)
class Address:
    """A place where one can speak. Telegram's room is `<bot>/<chat>`, Slack's `<team>/<channel>`."""

    channel: str
    room: str
    thread: str | None = None  # a message key of ours ("card:42"), never a native id


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a person on a channel, as the channel tells of it."""

    channel: str
    account: str  # Telegram: the user's number; Slack: `<team>/<user>`
    name: str = ""
    language: str | None = None  # the channel's own hint (BCP 47)


@dataclass(frozen=True, slots=True)
class File:
    """Something attached. What a channel cannot pass on yet has only its kind, so that it can be spoken of."""

    kind: str  # photo, document, voice, ...
    name: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    text: Markup = Markup("")
    files: tuple[File, ...] = ()


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
class Incoming:
    """Something a person did on a channel, translated."""

    key: str  # the same for every delivery of the same thing: what de-duplicates
    at: Address
    author: Identity
    body: Body
    when: datetime
    order: int  # sorts what waits in one room: Telegram's update_id, Slack's ts in microseconds
    native: str | None = None  # the service's id of this message, so that it can be marked and quoted
    under: str | None = None  # the service's id of the thread's root; the desk's links turn it into a key
    act: Act | None = None  # a pressed button, or a typed command whose further words are the body


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, which each channel shows in the reader's zone where it can."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket at a glance. Channels with layout draw the facts as a table, others as lines."""

    title: str
    facts: tuple[tuple[str, str | Moment | Identity], ...]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """Whose message this delivery carries, and where its agents are told what became of it."""

    message: str | None  # key of the row in `messages` whose state follows this delivery; None: the bot's own words
    tell: Address | None = None
    mark: bool = False  # whether the author's own message is marked with the outcome
    last: bool = True  # of several deliveries that carry the message; only with the last it has been sent
    called: str = ""  # how its agents are told which delivery it is; empty: by its first words


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something to be said. Exactly one of these shapes:

    a message (`body` or `card`); a standing message (`standing`): posted the first time, edited in place
    ever after; a mark (`marks`): a reaction on the message with that key, or its end; new buttons under an
    old message (`replaces`); a private message that only `private_to` sees.
    """

    to: Address
    key: str
    body: Body | None = None
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    standing: bool = False
    marks: str | None = None
    mark: str = ""  # one of core.messages.Mark
    unmark: bool = False  # the mark is taken away again
    replaces: str | None = None
    private_to: Identity | None = None
    author: str | None = None  # the display name under which it is said
    fate: Fate | None = None
    ticket: int | None = None
    urgent: bool = False  # a person clicked and waits for it

    @property
    def lane(self) -> str:
        """What is sent strictly one after another: a card with its thread, a chat; marks bind nobody."""
        if self.marks or self.private_to:
            return f"mark:{self.key}"
        if self.to.thread or (self.standing and self.key.startswith("card:")):
            return self.to.thread or self.key
        return f"{self.to.channel}:{self.to.room}"


class Mark:
    """What a reaction of the desk says; each channel has its own sign for it."""

    RECEIVED = "received"
    SENT = "sent"
    NOTE = "note"
    FAILED = "failed"
    ASKING = "asking"
