"""The addresses of one customer: where else a ticket can be answered when they cannot be reached where it is. Pure.

An address is a conversation: with another bot of the desk, or of another account that is linked. Only those of the
ticket's own customer are known here, and of its area: what stands in another one is not its agents' to know. Choosing
one moves the ticket there: what waited leaves there, and what the customer writes there belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Unreached
from chatdesk.core.events import Event
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Address, Button, Identity
from chatdesk.people.people import Agent

TIMER = "address"  # wakes a ticket where it is answered now, as soon as that has been chosen
MOST_OFFERED = 5  # buttons
MOST_OF_A_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class Known:
    """An address of the customer's."""

    conversation: int
    at: Address
    account: str = ""  # what the account is called there
    circle: str = ""  # name of the circle that reads what is said there
    left: bool = False  # the customer cannot be reached there

    @property
    def door(self) -> str:
        """The bot: rooms are `<bot>/<chat>`."""
        return self.at.room.split("/")[0]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Those that are known of the ticket's customer, the oldest first, which numbers them from 1."""

    known: tuple[Known, ...] = ()

    def find(self, which: str) -> Known | None:
        """By number; by conversation, as buttons name it: `c7`."""
        if which.isdecimal() and 0 < int(which[:9]) <= len(self.known):
            return self.known[int(which[:9]) - 1]
        return next((one for one in self.known if which == f"c{one.conversation}"), None)

    def name(self, one: Known) -> str:
        """As agents read it: "campus-bot (Telegram)", with the account where there are several."""
        channel = one.at.channel.capitalize()
        if one.circle:
            return shorten(f"{one.circle} ({channel}, a group)", MOST_OF_A_NAME)
        accounts = {k.at.room.split("/")[-1] for k in self.known if not k.circle}
        who = f", as {one.account}" if len(accounts) > 1 and one.account else ""
        return shorten(f"{one.door} ({channel}{who})", MOST_OF_A_NAME)


def others(case: Case) -> Sequence[Known]:
    """Where the customer could be answered instead."""
    return [k for k in case.part(Addresses).known if k.conversation != case.subject.conversation and not k.left]


def offers(case: Case) -> tuple[Button, ...]:
    part, number = case.part(Addresses), str(case.subject.number)
    return tuple(
        Button(f"Answer in {part.name(one)}", Act("address", {"ticket": number, "to": f"c{one.conversation}"}))
        for one in others(case)[:MOST_OFFERED]
    )


def chosen(case: Case, by: Agent, one: Known) -> Sequence[Event]:
    name = case.part(Addresses).name(one)
    return [ev.AddressChosen(by.person, one.conversation, to=one.at, name=name)]


def resent(case: Case) -> Sequence[Event]:
    """What could not reach the customer, once more."""
    kept, nobody = case.part(Unreached), Identity("", "")
    return [ev.Resent(key, by, body=body, author=kept.authors.get(key, nobody)) for key, by, body in kept.replies]


def on_timer(case: Case) -> Sequence[Event]:
    """The ticket has come to another conversation, which is about it from now on."""
    ticket, talk = case.subject, case.conversation
    again = resent(case)
    is_current = talk.current == ticket.number and not talk.fresh
    if ticket.state.is_final or (is_current and not ticket.left and not again):
        return []
    if talk.left:
        return [ev.ReachLost(offers=offers(case))]
    current = [] if is_current else [ev.TicketChosen(ticket.number)]
    return [*current, ev.AddressTaken(len(again)), *again]
