"""What some decisions need beyond the case; loaded only for those that declare it in `needs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chatdesk.conversations.ticket import Ticket
from chatdesk.core.messages import Body


@dataclass(frozen=True, slots=True)
class OwnTickets:
    """The tickets of this conversation, newest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class OpenTickets:
    """The open tickets of this conversation, oldest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """The open tickets of the group, oldest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class LastReply:
    """What an agent last said to the customer on this ticket; empty when nobody has answered."""

    text: str


@dataclass(frozen=True, slots=True)
class HeldMessage:
    author: str  # account
    body: Body


@dataclass(frozen=True, slots=True)
class HeldMessages:
    """Messages of the ticket whose author has not yet said whom they are for."""

    by_key: Mapping[str, HeldMessage]


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
