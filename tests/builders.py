"""Frozen defaults for pure tests: keyword arguments override, no database is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chatdesk.agent_console.call import Call
from chatdesk.areas.area import Area, Emoji, Group, Groups
from chatdesk.areas.canned import Canned
from chatdesk.areas.filter import Filters
from chatdesk.conversations.addresses import Addresses
from chatdesk.conversations.case import Case, Conversation
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.linking import Linking, Other
from chatdesk.conversations.parts import (
    About,
    Abroad,
    AreaTickets,
    Exchange,
    GatheredMessages,
    Heard,
    HeldMessages,
    Known,
    LastHeard,
    LastReply,
    MutedMessages,
    OpenTickets,
    OwnTickets,
    PendingMessages,
    Queues,
    Rosters,
    Standing,
    Timeline,
    Unreached,
    Versions,
)
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Act, Address, Body, File, Identity, Incoming
from chatdesk.people.people import Agent, Customer, Roster

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)  # a Monday
CHAT = Address("telegram", "main/1001")
HOME = Address("slack", "T1/C1")
ANNA = Identity("telegram", "1001", "Anna Keller", "en")


def an_agent(name: str = "Piotr Zieliński", person: int = 11, user: str = "U0PIOTR") -> Agent:
    return Agent(person, name, Identity("slack", f"T1/{user}", name))


PIOTR = an_agent()
INGRID = an_agent("Ingrid Solberg", 12, "U0INGRID")
OTTO = an_agent("Otto Novak", 13, "U0OTTO")
STRANGER = Identity("slack", "T1/U0GUEST", "Gus Guest")


def a_roster(*agents: Agent) -> Roster:
    return Roster({a.identity.account: a for a in agents or (PIOTR, INGRID, OTTO)})


def a_group(**more: Any) -> Group:
    return replace(Group("support", "default", "Support", HOME, hold=0, flood=0), **more)


LENDING = Group("lending", "library", "Lending Desk", Address("slack", "T1/C2"), names={"de": "Ausleihe"})
LIBRARY = Area("library", "Library")


def a_ticket(**more: Any) -> Ticket:
    plain = Ticket(
        number=42,
        conversation=7,
        person=1,
        area="default",
        group="support",
        origin=CHAT,
        opened=NOW,
        turn_since=NOW,
        title="I cannot log in",
        seq=2,
    )
    return replace(plain, **more)


def a_solved_ticket(**more: Any) -> Ticket:
    """Solved by Piotr, and Anna has been asked whether it is."""
    solved = a_ticket(
        state=State.SOLVED, assignee=PIOTR.person, told_who=True, solution="t42:5:asked", qualifier="fixed", seq=5
    )
    return replace(solved, **more)


def a_conversation(**more: Any) -> Conversation:
    return replace(Conversation(7, CHAT, 1, "default", "support", current=None, seq=3), **more)


NOTHING_LOADED: Mapping[type, object] = {
    OwnTickets: OwnTickets(()),
    OpenTickets: OpenTickets(()),
    Queues: Queues(()),
    LastReply: LastReply(""),
    HeldMessages: HeldMessages({}),
    Timeline: Timeline(()),
    About: About(),
    Standing: Standing(),
    PendingMessages: PendingMessages(()),
    Unreached: Unreached(()),
    GatheredMessages: GatheredMessages(()),
    MutedMessages: MutedMessages(()),
    Versions: Versions({}),
    Heard: Heard(()),
    Emoji: Emoji(),
    Canned: Canned(),
    Filters: Filters(),
    LastHeard: LastHeard(),
    AreaTickets: AreaTickets(()),
    Linking: Linking(),
    Other: Other(),
    Redactable: Redactable(),
    Groups: Groups(),
    Rosters: Rosters(),
    Exchange: Exchange(),
    Addresses: Addresses(),
    Abroad: Abroad(),
}


def a_case(ticket: Ticket | None = None, parts: Sequence[object] = (), **more: Any) -> Case:
    """A case of Anna's; with a ticket, that is the one spoken of."""
    plain = Case(
        conversation=a_conversation(current=ticket.number if ticket else None),
        ticket=ticket,
        customer=Customer(1, "Anna Keller"),
        group=a_group(),
        now=NOW,
        language="en",
        roster=a_roster(),
        number=43,
        parts={**NOTHING_LOADED, **{type(p): p for p in parts}},
    )
    return replace(plain, **more)


def a_known(**more: Any) -> Known:
    """A reply of Piotr's that was sent an hour ago."""
    body = Body(Markup("Try again"))
    hour_ago = NOW - timedelta(hours=1)
    plain = Known(
        "slack:T1/C1:9.1",
        42,
        "agent",
        "T1/U0PIOTR",
        PIOTR.name,
        "public",
        Delivery.SENT,
        hour_ago,
        body,
        copies=Copies((0,), 1),
    )
    return replace(plain, **more)


def a_file(kind: str, **more: Any) -> File:
    return replace(File(kind, f"{kind}.bin", size=3, source=f"telegram:main:{kind}"), **more)


def an_incoming(
    text: str | Markup = "I cannot log in", *files: str, by: Identity = ANNA, act: Act | None = None, **more: Any
) -> Incoming:
    """Something that Anna says, or an agent in the thread of the ticket when `by` is an agent's account."""
    words = text if isinstance(text, Markup) else Markup(text)
    anna = by.channel == "telegram"
    plain = Incoming(
        key="telegram:main/1001:5" if anna else "slack:T1/C1:5.000001",
        at=CHAT if anna else HOME,
        author=by,
        body=Body(words, tuple(a_file(kind) for kind in files)),
        when=NOW,
        order=5,
        native="5" if anna else "5.000001",
        under=None if anna else "1.000001",
        act=act,
    )
    return replace(plain, **more)


def an_act(name: str, words: str = "", /, **args: str) -> Incoming:
    """A button of Anna's, or a command that she types with `words` behind it."""
    return an_incoming(words, act=Act(name, args))


def a_call(command: str, by: Agent | Identity = PIOTR, **more: Any) -> Call:
    identity = by.identity if isinstance(by, Agent) else by
    return replace(Call(command, identity, "slack:button", HOME, ticket=42), **more)
