"""Where else a customer can be answered, and what choosing an address does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatdesk.agent_console.call import Outcome, decide
from chatdesk.conversations import addresses, reach
from chatdesk.conversations import events as ev
from chatdesk.conversations.addresses import Addresses, Known
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Unreached
from chatdesk.conversations.ticket import State
from chatdesk.core.messages import Address, plain
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from tests.builders import CHAT, NOW, a_call, a_case, a_conversation, a_ticket

HERE = Known(7, CHAT, "Anna Keller", left=True)
THERE = Known(8, Address("telegram", "campus/1001"), "Anna Keller")
OTHER = Known(9, Address("telegram", "main/1002"), "Anna at work")
LAB = Known(3, Address("telegram", "main/-5"), circle="Physics Lab")
BOTH = Addresses((HERE, THERE))
KEPT = Unreached((("slack:T1/C1:9.1", 11, plain("Try again")),))


def cut_off(*parts: object, **more: Any) -> Case:
    """Anna has blocked the bot."""
    return a_case(a_ticket(left=NOW, **more), parts, conversation=a_conversation(current=42, left=NOW))


def moved(*parts: object, **talk: Any) -> Case:
    """The same, as the ticket stands in the conversation that was chosen."""
    there = {"id": 8, "at": THERE.at, "current": None, **talk}
    ticket = a_ticket(left=NOW, began=7, conversation=8, origin=THERE.at)
    return a_case(ticket, [BOTH, *parts], conversation=a_conversation(**there))


def asked(case: Case, to: str = "") -> Outcome:
    return decide(a_call("address", answers={"to": to} if to else {}), case)


def test_an_address_is_called_by_its_bot_and_where_it_matters_by_its_account() -> None:
    assert BOTH.name(THERE) == "campus (Telegram)"
    several = Addresses((LAB, HERE, THERE, OTHER))
    assert [several.name(one) for one in several.known] == [
        "Physics Lab (Telegram, a group)",
        "main (Telegram, as Anna Keller)",
        "campus (Telegram, as Anna Keller)",
        "main (Telegram, as Anna at work)",
    ]
    assert [several.find(which) for which in ("1", "4", "c8", "0", "5", "c42", "campus", "9" * 30)] == [
        *(LAB, OTHER, THERE),
        *[None] * 5,
    ]


def test_who_cannot_be_reached_is_offered_where_they_can() -> None:
    (lost,) = reach.on_timer(replace(cut_off(BOTH), ticket=a_ticket()))
    assert isinstance(lost, ev.ReachLost)
    assert [(b.label, b.act.args) for b in lost.offers] == [
        ("Answer in campus (Telegram)", {"ticket": "42", "to": "c8"}),
    ]
    for known in (Addresses(), Addresses((HERE,)), Addresses((HERE, replace(THERE, left=True)))):
        assert reach.on_timer(replace(cut_off(known), ticket=a_ticket())) == [ev.ReachLost()]


def test_the_list_has_numbers_and_says_where_it_is_answered_now() -> None:
    reply = asked(cut_off(BOTH)).reply
    assert reply.text.splitlines() == [
        "Addresses of Anna Keller, for ticket #42:",
        "1. main (Telegram), answered here now, cannot be reached",
        "2. campus (Telegram)",
        "Choose one with /desk address 42 and its number.",
    ]
    assert [b.label for b in reply.buttons] == ["Answer in campus (Telegram)"]
    assert asked(cut_off()).reply.text.startswith("No other address of Anna Keller is known here.")


@pytest.mark.parametrize(
    ("to", "known", "why"),
    [
        ("3", BOTH, "Anna Keller has no address 3: the numbers are 1 to 2."),
        ("c9", BOTH, "Anna Keller has no address c9"),
        ("2", Addresses((HERE,)), "no other one is known."),
        ("1", BOTH, "Ticket #42 is answered in main (Telegram) already."),
        ("2", Addresses((HERE, replace(THERE, left=True))), "cannot be reached in campus (Telegram) either."),
    ],
)
def test_what_cannot_be_chosen_is_refused(to: str, known: Addresses, why: str) -> None:
    refused = asked(cut_off(known), to)
    assert not refused.events and why in refused.reply.text


def test_nobody_moves_a_ticket_while_its_customer_is_asked_something_there() -> None:
    talk = a_conversation(current=42, pending=("telegram:main/1001:8",))
    refused = asked(a_case(a_ticket(state=State.SOLVED), [BOTH], conversation=talk), "2")
    assert not refused.events and "is being asked there" in refused.reply.text


def test_choosing_moves_the_ticket_and_keeps_where_it_began() -> None:
    done = asked(cut_off(BOTH), "2")
    assert done.events == [ev.AddressChosen(11, 8, to=THERE.at, name="campus (Telegram)")]
    assert done.reply.done == "Ticket #42 is answered in campus (Telegram) from now on."
    settled = settle(cut_off(BOTH), done.events, [TRUNK])
    ticket = settled.case.subject
    assert (ticket.conversation, ticket.origin, ticket.began) == (8, THERE.at, 7)
    assert settled.case.conversation.current is None
    assert [(t.name, t.due) for t in settled.timers] == [(addresses.TIMER, NOW)]
    assert "telegram" not in {out.to.channel for out in settled.outgoing}  # said there, in the language of that place
    back = apply(replace(settled.case, conversation=a_conversation(id=8)), ev.AddressChosen(11, 7, to=CHAT)).subject
    assert (back.conversation, back.origin, back.began, back.status) == (7, CHAT, 7, "status:42")
    assert ticket.status == "status:42:c8"


def test_who_is_still_there_reads_that_it_goes_on_elsewhere() -> None:
    here = a_case(a_ticket(), [BOTH])
    said = settle(here, asked(here, "2").events, [TRUNK]).outgoing
    (status,) = [out for out in said if out.to == CHAT]
    assert (status.key, status.edits, status.standing) == ("status:42", True, True)


def test_at_the_new_address_the_customer_is_told_and_gets_what_waited() -> None:
    case = moved(KEPT)
    events = addresses.on_timer(case)
    assert [type(e).__name__ for e in events] == ["TicketChosen", "AddressTaken", "Resent"]
    settled = settle(case, events, [TRUNK])
    there = [out.key for out in settled.outgoing if out.to == THERE.at]
    assert there == ["t42:3:conversations:0", "status:42:c8", "slack:T1/C1:9.1:copy:0"]
    assert settled.case.conversation.current == 42 and settled.case.subject.left is None
    assert "card:42" in {out.key for out in settled.outgoing}


def test_a_wake_that_comes_twice_tells_nothing_again() -> None:
    once = settle(moved(), addresses.on_timer(moved()), [TRUNK]).case
    assert addresses.on_timer(once) == []


def test_who_has_left_there_too_cannot_be_reached() -> None:
    assert addresses.on_timer(moved(left=NOW)) == [ev.ReachLost(offers=addresses.offers(moved()))]
