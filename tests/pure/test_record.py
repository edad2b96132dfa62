"""What is kept of a message: nothing that was said is without a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import on_act
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_agent_message, on_customer_message
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import LastReply
from chatdesk.conversations.store.messages import Message
from chatdesk.conversations.ticket import State
from chatdesk.core.events import Event
from chatdesk.core.markup import Style, styled
from chatdesk.core.messages import Act, Incoming, plain
from chatdesk.desk.record import messages_of
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.desk.work import Work
from tests.builders import INGRID, NOW, PIOTR, STRANGER, a_case, a_ticket, an_act, an_incoming

NOBODY_WAITS = cast("Any", None)
MENTION = styled("@Ingrid", Style.MENTION, INGRID.identity.account)


def kept(case: Case, events: Sequence[Event], said: Incoming | None = None) -> list[Message]:
    work = Work("lane", 1, NOW, said=said, done=NOBODY_WAITS)
    return list(messages_of(work, settle(case, events, [TRUNK])))


@pytest.mark.parametrize(
    ("text", "case", "ticket", "state"),
    [
        ("I cannot log in", a_case(), 43, Delivery.QUEUED),
        ("It says 403", a_case(a_ticket()), 42, Delivery.QUEUED),
        ("Thanks", a_case(a_ticket(state=State.SOLVED)), 42, Delivery.QUEUED),
        ("Hello", a_case(), None, Delivery.RECEIVED),
        ("Hello", a_case(a_ticket()), 42, Delivery.QUEUED),
        ("", a_case(a_ticket()), None, Delivery.RECEIVED),
    ],
)
def test_of_the_customer(text: str, case: Case, ticket: int | None, state: Delivery) -> None:
    said = an_incoming(text)
    (row,) = kept(case, on_customer_message(case, said), said)
    assert (row.key, row.ticket, row.state, row.audience, row.side) == (said.key, ticket, state, "public", "customer")
    assert (row.account, row.author, row.body) == ("1001", "Anna Keller", said.body)


@pytest.mark.parametrize(
    ("said", "audience", "state", "why"),
    [
        (an_incoming("Looking", by=PIOTR.identity), "public", Delivery.QUEUED, ""),
        (an_incoming(";; her account", by=PIOTR.identity), "internal", Delivery.SENT, ""),
        (an_incoming(MENTION + " ?", by=PIOTR.identity), "undecided", Delivery.HELD, ""),
        (an_incoming("It is down", by=STRANGER), "public", Delivery.FAILED, "you are not an agent"),
        (an_incoming("", by=PIOTR.identity), "public", Delivery.FAILED, "it is empty"),
    ],
)
def test_of_the_agents(said: Incoming, audience: str, state: Delivery, why: str) -> None:
    case = a_case(a_ticket())
    (row,) = kept(case, on_agent_message(case, said), said)
    assert (row.key, row.ticket, row.side, row.audience, row.state) == (said.key, 42, "agent", audience, state)
    assert row.account == said.author.account
    assert why in row.why


def test_a_solution_is_a_message_unless_it_has_been_sent_before() -> None:
    case = a_case(a_ticket(), [LastReply("Restarted.")])
    resolved = ev.Resolved("t42:3", 11, body=plain("Restarted."), author=PIOTR.identity)
    assert [m.key for m in kept(case, [resolved])] == ["t42:3"]
    unsent = ev.Resolved("t42:3", 11, sent=False, body=plain("Restarted."), author=PIOTR.identity)
    assert kept(case, [unsent]) == []


def test_words_behind_a_command_are_kept_as_the_message_they_are() -> None:
    said = an_act("new", "Where is my quota?")
    (row,) = kept(a_case(a_ticket()), on_act(a_case(a_ticket()), said), said)
    assert (row.key, row.ticket, row.body, row.state) == (said.key, 43, plain("Where is my quota?"), Delivery.QUEUED)


def test_a_press_is_no_message() -> None:
    pressed = an_incoming("", act=Act("tickets"))
    assert kept(a_case(), [ev.CustomerAnswered("no_tickets")], pressed) == []
