"""Places within a customer's chat: what is said there is about their ticket, and answered there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatdesk.conversations import albums
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import on_act
from chatdesk.conversations.announce import announce
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import place_of, status_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.parts import OpenTickets, OwnTickets
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.messages import Address, Incoming, plain
from chatdesk.desk.settle import settle
from tests.builders import CHAT, a_case, a_conversation, a_ticket, an_act, an_incoming

PLACE = "place:42"
APART = a_ticket(apart=True)
OTHER = a_ticket(number=43, title="The disk is full")


def in_place(ticket: Ticket = APART, within: str | None = PLACE, **talk: Any) -> Case:
    """Another ticket is the current one in the chat."""
    conversation = replace(a_conversation(current=43), **talk)
    case = a_case(ticket, [OpenTickets((APART, OTHER)), OwnTickets((APART, OTHER))])
    return replace(case, conversation=conversation, within=within, apart=True)


def test_what_is_written_in_a_place_chooses_nothing() -> None:
    assert [type(e) for e in on_customer_message(in_place(), an_incoming("More"))] == [ev.CustomerSaid]
    chosen = on_customer_message(in_place(within=None), an_incoming("More"))
    assert [type(e) for e in chosen] == [ev.TicketChosen, ev.CustomerAnswered, ev.CustomerSaid]


@pytest.mark.parametrize(
    ("asked_in", "within", "opens"),
    [(None, PLACE, False), ("place:43", PLACE, False), (PLACE, PLACE, True), (None, None, True), (PLACE, None, True)],
)
def test_a_new_ticket_is_asked_for_in_one_place(asked_in: str | None, within: str | None, opens: bool) -> None:
    case = in_place(within=within, fresh=True, fresh_within=asked_in)
    events = on_customer_message(case, an_incoming("Something else"))
    assert isinstance(events[0], ev.TicketOpened) is opens


def test_commands_in_a_place_are_about_its_ticket() -> None:
    (asked,) = on_act(in_place(), an_act("end"))
    assert isinstance(asked, ev.CustomerAnswered) and dict(asked.params)["number"] == "42"
    (listed,) = on_act(in_place(), an_act("tickets"))
    assert isinstance(listed, ev.CustomerAnswered) and not listed.buttons
    begun = apply(in_place(), ev.FreshTicketWanted())
    assert (begun.conversation.fresh, begun.conversation.fresh_within) == (True, PLACE)
    chosen = apply(begun, ev.TicketChosen(43)).conversation
    assert (chosen.fresh, chosen.fresh_within) == (False, None)


def test_answers_go_where_the_words_were() -> None:
    (out,) = announce(ev.CustomerAnswered("help"), in_place(), 3)
    assert out.to == Address(CHAT.channel, CHAT.room, PLACE)
    (out,) = announce(ev.CustomerAnswered("help"), in_place(within=None), 3)
    assert out.to == CHAT


def test_a_ticket_speaks_in_its_place_as_long_as_the_bot_has_places() -> None:
    assert status_of(in_place(within=None)).to.thread == PLACE
    assert status_of(replace(in_place(), apart=False)).to == CHAT
    assert status_of(in_place(a_ticket())).to == CHAT


def test_a_ticket_that_is_opened_gets_a_place_first() -> None:
    case = replace(a_case(), apart=True)
    opened = settle(case, [ev.TicketOpened(43, title="The disk is full")], ())
    assert [out.key for out in opened.outgoing] == ["card:43", "place:43", "status:43"]
    place = opened.outgoing[1]
    assert place.opens and place.standing and place.lane == "place:43" and place.to == CHAT
    assert opened.outgoing[2].lane == "place:43"
    circle = replace(case, conversation=a_conversation(circle="Physics Lab"))
    assert "place:43" not in [o.key for o in settle(circle, [ev.TicketOpened(43, title="x")], ()).outgoing]
    assert [o.key for o in settle(a_case(), [ev.TicketOpened(43, title="x")], ()).outgoing] == ["card:43", "status:43"]


def test_its_name_follows_title_and_end() -> None:
    named = settle(in_place(), [ev.TitleSet(11, title="Login fails")], ())
    (place,) = [out for out in named.outgoing if out.opens]
    assert place.edits and place.body == plain("#42 Login fails") and place.lane == "edit:place:42"
    assert place_of(a_case(a_ticket(state=State.VERIFIED))).body == plain("✅ #42 I cannot log in")
    long = place_of(a_case(a_ticket(title="x" * 200))).body
    assert long and len(long.text.text) <= 100
    claimed = settle(in_place(), [ev.Claimed(11)], ())
    assert not [out for out in claimed.outgoing if out.opens]


def test_messages_after_two_ends_wait_for_two_answers() -> None:
    case = in_place(a_ticket(state=State.SOLVED, apart=True))
    for key, number in (("a", 42), ("b", 43), ("c", 42)):
        case = apply(case, ev.AfterEndAsked(key, number, body=plain(key)))
    assert case.conversation.pending == (("a", 42), ("b", 43), ("c", 42))
    asks = [bool(out.buttons) for key, n in (("a", 42), ("b", 43), ("c", 42))
            for out in announce(ev.AfterEndAsked(key, n, body=plain(key)), case, 3)]  # fmt: skip
    assert asks == [True, True, False]
    case = apply(case, ev.AfterEndAnswered(42, "reopen", asked="a:asked"))
    assert case.conversation.pending == (("b", 43),)


def test_an_album_waits_where_it_was_sent() -> None:
    def decide(case: Case, said: Incoming) -> list[ev.CustomerSaid]:
        return [ev.CustomerSaid(f"{case.within}: {said.key}", body=said.body)]

    part = an_incoming("", "photo", part_of="album:1")
    (grew,) = albums.gathered(in_place(), part, decide)
    assert isinstance(grew, ev.AlbumGrew) and grew.album.within == PLACE
    waiting = apply(in_place(), grew)
    elsewhere = albums.gathered(replace(waiting, within=None), an_incoming("Beside it"), decide)
    assert [e.key for e in elsewhere if isinstance(e, ev.CustomerSaid)] == ["None: telegram:main/1001:5"]
    ended = albums.ended(replace(waiting, within=None), decide)
    assert [e.key for e in ended if isinstance(e, ev.CustomerSaid)] == [f"{PLACE}: album:1"]
