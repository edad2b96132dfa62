"""What happens to persons and to what they must not have said. `by`, `kept` and `gone` are person ids."""

from __future__ import annotations

from dataclasses import dataclass

from chatdesk.conversations.events import TicketEvent
from chatdesk.core.events import Event, unstored
from chatdesk.core.messages import Address, Body


@dataclass(frozen=True, slots=True)
class LinkCodeGiven(Event):
    """Somebody gets a code that links another account of theirs to this one."""

    person: int
    code: str = unstored()


@dataclass(frozen=True, slots=True)
class LinkCodeRefused(Event):
    why: str  # wrong, expired, used, own, linked, tries


@dataclass(frozen=True, slots=True)
class AccountsLinked(Event):
    """By a code: the accounts of `gone` are those of `kept` from now on."""

    kept: int
    gone: int
    code: str = unstored()
    told: Address = unstored()  # where the code was asked for
    language: str = unstored("en")  # that is spoken there


@dataclass(frozen=True, slots=True)
class AccountsUnlinked(Event):
    """A link by code is undone."""

    merge: int
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class RightsChanged(Event):
    """Others may act in a group from now on: (account, role) of who came, who went, whose role is another."""

    group: str
    came: tuple[tuple[str, str], ...] = ()
    went: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonErased(Event):
    """All that the person said, their names and accounts have been overwritten."""

    person: int


@dataclass(frozen=True, slots=True)
class PersonsMerged(TicketEvent):
    """An agent knows that this ticket's customer and that of another ticket are the same person."""

    by: int
    kept: int
    gone: int
    other: int  # number of the other ticket
    name: str = unstored("")  # of the person who is kept
    names: tuple[str, str] = unstored(("", ""))  # of this customer and the other one until now


@dataclass(frozen=True, slots=True)
class PersonsParted(TicketEvent):
    """A merge was a mistake: each has again what was theirs."""

    by: int
    merge: int
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class Redacted(TicketEvent):
    """What a message said is removed wherever the desk can; that it was there, who removed it and why stays.

    `here`, `there`: what becomes of it among the agents and at the customer's: edited, removed, or left where the
    service does not let a bot do either.
    """

    key: str
    by: int
    why: str  # secret, personal, mistake, other
    here: str
    there: str
    title: bool = False  # the ticket was called by its words
    body: Body = unstored()  # what stands in its place
    was: Body = unstored()  # what it said


@dataclass(frozen=True, slots=True)
class SecretSeen(TicketEvent):
    """A message looks as if it held a password or a key."""

    key: str
    what: str  # password, private key, ...
    by_customer: bool = True
    passed_on: bool = unstored(False)  # somebody else wrote it first
