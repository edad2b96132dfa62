"""A ticket goes to another group: the rule, the exchange as one text, what is heard in the thread that it has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatdesk.agent_console.call import Outcome, decide
from chatdesk.agent_console.many import faults, form, offered
from chatdesk.areas.area import Area, Emoji, Groups, Lease
from chatdesk.conversations import events as ev
from chatdesk.conversations import lease, moving
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case, Door
from chatdesk.conversations.changes import on_agent_edit, on_agent_removal
from chatdesk.conversations.decide import on_agent_message
from chatdesk.conversations.emoji import on_agent_reaction
from chatdesk.conversations.fate import Delivery as State
from chatdesk.conversations.parts import About, AreaTickets, Exchange, HeldMessage, HeldMessages, Known, Rosters
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.ticket import Earlier, Held, Turn, Writing
from chatdesk.conversations.ticket import State as TicketState
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Address, Body, Deed, Mark, Outgoing, Way, plain
from chatdesk.desk.channel import Shown
from chatdesk.desk.resolving import needed, resolved
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from tests.builders import (
    HOME,
    INGRID,
    LENDING,
    LIBRARY,
    NOW,
    OTTO,
    PIOTR,
    a_call,
    a_case,
    a_file,
    a_group,
    a_known,
    a_roster,
    a_ticket,
    an_incoming,
)

OLD = Address("slack", "T1/C1", "card:42")
GROUPS = Groups((a_group(), LENDING), (Area("default", "Default"), LIBRARY))
ROSTERS = Rosters({"lending": a_roster(OTTO, INGRID)}, {})
FIRST = a_known(key="telegram:main/1001:5", side="customer", author="Anna Keller", seq=1, body=plain("My job is stuck"))


def the_case(*parts: object, **more: Any) -> Case:
    busy = {"held": (), "writing": (Writing(12, NOW),), "called": "t42:2:call", "told_owner": 11, "told_who": True}
    ticket = a_ticket(assignee=11, state=TicketState.WAITING, turn=Turn.CUSTOMER, **{**busy, **more})
    return a_case(ticket, [GROUPS, ROSTERS, Exchange((FIRST,)), *parts], has_elsewhere=True)


def move(case: Case, to: str = "lending", why: str = "It is  about\na book") -> Outcome:
    return decide(a_call("move", answers={"to": to, "why": why}, complete=True), case)


def after(case: Case) -> Case:
    for event in move(case).events:
        case = apply(case, event)
    return case


def test_it_is_nobodys_in_the_new_group() -> None:
    done = move(the_case())
    (moved,) = done.events
    assert isinstance(moved, ev.Moved)
    assert (moved.by, moved.was, moved.to, moved.why) == (11, "support", "lending", "It is about a book")
    assert (moved.left, moved.left_name, moved.name) == (OLD, "Support", "Piotr Zieliński")
    assert done.reply.text == "Ticket #42 is with Lending Desk now."
    case = apply(the_case(), moved)
    ticket = case.subject
    assert (ticket.number, ticket.group, ticket.area, ticket.card) == (42, "lending", "library", "card:42:3")
    assert (ticket.assignee, ticket.state, ticket.turn) == (None, TicketState.ASSIGNED, Turn.DESK)
    assert (ticket.held, ticket.writing, ticket.called, ticket.told_owner, ticket.told_who) == (
        (),
        (),
        None,
        None,
        False,
    )
    assert (case.group, case.area, case.roster) == (LENDING, LIBRARY, a_roster(OTTO, INGRID))
    assert case.thread == Address("slack", "T1/C2", "card:42:3")


def test_refusals_are_sentences() -> None:
    assert move(the_case(), "libary").reply.faults == {
        "to": "There is no group libary. There are: Lending Desk (lending)."
    }
    assert move(the_case(), "SUPPORT").reply.faults == {"to": "It is with Support already."}
    assert move(the_case(), "lending desk").events  # by name, in whatever case
    assert move(the_case(), why=" ").reply.faults == {"why": "This is needed."}
    alone = replace(the_case(), has_elsewhere=False)
    assert "Move is not possible" in move(alone).reply.text


def test_a_channel_in_which_nothing_can_be_said_is_told() -> None:
    case = the_case(replace(ROSTERS, troubles={"lending": "it is archived"}))
    done = move(case)
    assert "Nothing can be said in its channel now (it is archived): the card waits for that." in done.reply.text
    card = next(o.card for o in settle(case, done.events, [TRUNK]).outgoing if o.key == "card:42" and o.standing)
    assert card and "Nothing can be said there now (it is archived)" in card.foot


def test_a_group_that_does_not_speak_the_users_language_says_which_ones_it_does() -> None:
    assert [type(e) for e in move(the_case()).events] == [ev.Moved]
    german = the_case()
    german = replace(german, conversation=replace(german.conversation, writes="de", languages_told=True))
    assert [type(e) for e in move(german).events] == [ev.Moved, ev.LanguagesTold]


def test_what_waits_for_its_time_leaves_and_what_waits_for_a_word_does_not() -> None:
    held = {
        "slack:T1/C1:1": HeldMessage(PIOTR.identity.account, plain("It goes on"), PIOTR.name),
        "slack:T1/C1:2": HeldMessage(INGRID.identity.account, plain("Does it?"), INGRID.name),
        "slack:T1/C1:3": HeldMessage(OTTO.identity.account, plain("@Piotr?"), OTTO.name),
    }
    waiting = (Held("slack:T1/C1:1", 11), Held("slack:T1/C1:2", 12, asks=True))
    case = the_case(HeldMessages(held), held=waiting)
    known = tuple(a_known(key=key, state=State.HELD, seq=2, body=one.body) for key, one in held.items())
    case = replace(case, parts={**case.parts, Exchange: Exchange((FIRST, *known))})
    done = move(case).events
    assert [type(e).__name__ for e in done] == [
        *("HoldEnded", "AgentSaid", "HoldEnded", "AgentTold", "AudienceChosen", "AgentTold", "Moved")
    ]
    told = [e.author.account for e in done if isinstance(e, ev.AgentTold)]
    assert told == [INGRID.identity.account, OTTO.identity.account]
    said = settle(case, done, [TRUNK]).outgoing
    assert {o.to.thread for o in said if o.private_to} == {"card:42"}
    exchange = next(o for o in said if o.key.endswith(":exchange"))
    assert exchange.body and "It goes on" in exchange.body.text.text and "Does it?" not in exchange.body.text.text
    marks = [(o.marks, o.mark, o.unmark) for o in said if o.mark == Mark.UNDONE]
    assert marks == [("slack:T1/C1:2", Mark.UNDONE, False), ("slack:T1/C1:3", Mark.UNDONE, False)]


def test_the_new_card_comes_first_and_the_old_one_twice() -> None:
    case = the_case()
    done = settle(case, move(case).events, [TRUNK])
    first, *rest = done.outgoing
    assert (first.key, first.to, first.edits, first.lane) == ("card:42:3", LENDING.home, False, "card:42:3")
    old = [o for o in rest if o.card]
    assert [(o.key, o.to.room, o.lane, o.buttons) for o in old] == [
        ("card:42", "T1/C1", "edit:card:42", ()),
        ("card:42", "T1/C1", "card:42", ()),
    ]
    assert "card:42:3" not in needed(old[0])  # it can be said at once
    assert "card:42:3" in needed(old[1])  # it leads somewhere
    gone = next(o for o in rest if o.removes)
    assert (gone.removes, gone.to) == ("t42:2:call", HOME)
    assert {o.key for o in rest if o.to.channel == "telegram"} == {"status:42", "moved:card:42:3"}
    assert [t.name for t in done.timers if t.due is None] == [lease.REMIND, lease.RETURN]


def test_an_outside_help_desk_is_sent_what_was_said_once() -> None:
    outside = replace(LENDING, home=Address("email", "help@example.org"), redirect=True)
    case = the_case(Groups((a_group(), outside), (Area("default", "Default"), LIBRARY)))
    done = settle(case, move(case).events, [TRUNK])
    assert [o.key for o in done.outgoing if o.to.channel == "email" and o.key == "t42:3:exchange"]
    later = settle(done.case, [ev.CustomerSaid("telegram:main/1001:9", body=plain("Hello?"))], [TRUNK])
    assert not [o for o in later.outgoing if o.to.channel == "email"]
    assert [o for o in later.outgoing if o.to.channel == "telegram"]


def test_other_tickets_of_another_area_are_not_shown_there() -> None:
    case = the_case(AreaTickets((a_ticket(number=7),)), earlier=Earlier(1, ((7, "new"),)))
    assert settle(case, move(case).events, [TRUNK]).case.subject.earlier == Earlier()


def test_a_lease_begins_with_a_claim_in_the_new_group() -> None:
    case = after(the_case())
    case = replace(case, group=replace(case.group, lease=Lease(timedelta(hours=1), timedelta(hours=2))))
    case = apply(case, ev.Claimed(13))
    assert lease.timers(ev.Claimed(13), case) == ((lease.REMIND, NOW + timedelta(hours=1)), (lease.RETURN, None))


# -- the exchange --------------------------------------------------------------------------------------------------


def said(n: int, text: str, **more: Any) -> Known:
    return a_known(key=f"slack:T1/C1:{n}", seq=n, body=plain(text), **more)


def test_the_exchange_is_one_text_that_says_who_when_and_to_whom() -> None:
    words = moving.exchange(
        42,
        [
            FIRST,
            replace(said(2, "Look"), audience="internal"),
            replace(said(3, "Gone"), state=State.UNDONE),
            replace(said(4, "Not there"), state=State.BLOCKED),
            replace(said(5, ""), body=Body(Markup("So"), (a_file("photo", name="a.png"),), quote="Which\none?")),
            said(9, "After the move"),
        ],
        9,
    )
    assert words.text == (
        "Anna Keller · 2026-03-02 09:15 UTC\nMy job is stuck\n\n"
        "Piotr Zieliński · 2026-03-02 09:15 UTC · internal note\nLook\n\n"
        "Piotr Zieliński · 2026-03-02 09:15 UTC · not delivered\nNot there\n\n"
        "Piotr Zieliński · 2026-03-02 09:15 UTC\n> Which one?\nSo\n[a.png]"
    )
    assert [words.text[s.start : s.end] for s in words.spans][:2] == ["Anna Keller", "Piotr Zieliński"]
    assert moving.exchange(42, [], 9).text == "Nothing had been said before."


@pytest.mark.parametrize("length", [10, 200, 3000, 9000])
def test_a_long_exchange_keeps_its_beginning_and_its_end(length: int) -> None:
    messages = [said(n, f"{n}: " + "x" * length) for n in range(1, 60)]
    text = moving.exchange(42, messages, 100).text
    assert len(text) < moving.MOST + 200
    assert "\n1: x" in text and "\n59: x" in text
    left_out = [n for n in range(1, 60) if f"\n{n}: x" not in text]
    assert (f"… {len(left_out)} of 59 messages are left out here: /desk show 42" in text) == bool(left_out)


def test_the_newest_files_go_along() -> None:
    files = Body(files=(a_file("photo"),))
    messages = [replace(said(n, ""), body=files) for n in range(1, 30)]
    assert [m.seq for m in moving.with_files(messages, 20)] == list(range(10, 20))


def test_the_cards_that_it_has_left() -> None:
    assert moving.former_cards(42, ()) == []
    assert moving.former_cards(42, (7, 12)) == ["card:42", "card:42:7"]


# -- the thread that it has left -----------------------------------------------------------------------------------


def in_old_thread(**more: Any) -> Case:
    """Piotr, who is no agent of the new group, still does something there."""
    case = after(the_case())
    known = a_known(seq=2)
    parts = {**case.parts, About: About(known), Emoji: Emoji()}
    return replace(case, former=OLD, roster=a_roster(PIOTR, OTTO), about=known.key, parts=parts, **more)


def shown(case: Case, *events: Any) -> list[Outgoing]:
    return list(settle(case, events, [TRUNK]).outgoing)


@pytest.mark.parametrize("words", ["It runs again", ";; a note", "!! a reply"])
@pytest.mark.parametrize("by", [PIOTR, OTTO, INGRID])
def test_what_is_written_there_is_refused_with_the_way(words: str, by: Any) -> None:
    case = in_old_thread()
    (refused,) = on_agent_message(case, an_incoming(words, by=by.identity))
    assert isinstance(refused, ev.AgentRefused)
    told, mark = shown(case, refused)
    assert told.private_to == by.identity and told.to == OLD
    assert told.body and told.body.text.text == (
        "Your message was not sent: Ticket #42 has moved to Lending Desk. It goes on here: #42"
    )
    assert list(told.body.text.messages()) == ["card:42:3"]
    assert "card:42:3" not in needed(told)  # even when there is no card yet
    assert mark.mark == Mark.FAILED


def test_what_the_user_has_can_still_be_changed_there() -> None:
    case = in_old_thread()
    edit = an_incoming("Try later", by=PIOTR.identity, deed=Deed.EDITED)
    (edited,) = on_agent_edit(case, edit)
    assert isinstance(edited, ev.ReplyEdited)
    at_user, line = shown(case, edited)
    assert at_user.to.channel == "telegram" and at_user.body and "Piotr Zieliński\nTry later" in at_user.body.text.text
    assert line.to == case.thread and line.body and "changed an earlier reply" in line.body.text.text
    (removed,) = on_agent_removal(case, replace(edit, deed=Deed.REMOVED))
    assert [o.removes for o in shown(case, removed) if o.to.channel == "telegram"] == ["slack:T1/C1:9.1:copy:0"]


def test_emoji_command_nothing_there_and_cross_to_the_user() -> None:
    case = in_old_thread()
    eyes = an_incoming("", by=PIOTR.identity, deed=Deed.REACTED, signs=("👀",), called="eyes")
    (told,) = on_agent_reaction(case, eyes)
    assert isinstance(told, ev.AgentTold) and told.why == "Ticket #42 has moved to Lending Desk."
    (crossed,) = on_agent_reaction(case, replace(eyes, signs=("🎉",), called="tada"))
    assert isinstance(crossed, ev.AgentReacted)


def test_what_the_user_changes_is_told_to_those_who_have_it() -> None:
    case = replace(after(the_case()), about=FIRST.key)
    case = replace(case, parts={**case.parts, About: About(FIRST)})
    (line,) = shown(case, ev.CustomerEdited(FIRST.key, body=plain("My book is stuck")))
    assert line.to == case.thread and line.body and "reads now: «My book is stuck»" in line.body.text.text
    (line,) = shown(case, ev.CustomerReacted(FIRST.key, on=("👍",)))
    assert line.to == case.thread and line.body and "with 👍: «My job is stuck»" in line.body.text.text


def test_a_mark_is_made_where_its_message_stands() -> None:
    mark = Outgoing(to=LENDING.home, key="x:sent", marks="x", mark=Mark.SENT)
    there = {"x": Shown("T1/C1", ("9.1",)), "card:42:3": Shown("T1/C2", ("7.1",))}
    delivery = resolved(mark, there)
    assert delivery and (delivery.native, delivery.place) == ("9.1", HOME)
    gone = Outgoing(to=replace(LENDING.home, thread="card:42:3"), key="x:gone", removes="x")
    delivery = resolved(gone, there)
    assert delivery and (delivery.room, delivery.thread) == ("T1/C1", None)
    here = resolved(replace(mark, to=HOME), there)
    assert here and here.room == ""


def test_words_lead_to_another_room() -> None:
    line = Outgoing(to=OLD, key="line", body=Body(moving.way(after(the_case()))))
    there = {"card:42": Shown("T1/C1", ("1.1",)), "card:42:3": Shown("T1/C2", ("7.1",))}
    assert resolved(line, {"card:42": there["card:42"]}) is None
    delivery = resolved(line, there)
    assert delivery and delivery.shown == {"card:42:3": Shown("T1/C2", ("7.1",))}


# -- a new ticket, and several at once -----------------------------------------------------------------------------


def test_a_new_ticket_opens_where_the_user_comes_in_and_what_follows_stays() -> None:
    door = Door(a_group(), Area("default", "Default"), a_roster())
    case = replace(after(the_case()), door=door, number=43)
    assert apply(case, ev.TicketOpened(43, title="New")).subject.group == "support"
    assert apply(case, ev.TicketOpened(43, title="New")).area.id == "default"
    assert apply(case, ev.TicketOpened(43, relates_to=42, title="New")).subject.group == "lending"


def test_the_form_for_several_offers_all_groups() -> None:
    (to, why) = form("move", GROUPS.groups).fields
    assert [c.value for c in to.choices] == ["support", "lending"] and why.required
    assert "move" in offered(2) and "move" not in offered(1)
    replies = [move(the_case(), "support").reply, move(the_case(), "support").reply]
    assert faults(replies) == {"to": "It is with Support already."}


def test_a_way_is_a_fact_of_the_old_card() -> None:
    case = after(the_case())
    card = moving.former_card(case, "Piotr")
    assert card.facts[0] == ("Moved to", Way("Lending Desk", "card:42:3"))
    assert card.title == "#42 · I cannot log in"


def test_who_wrote_it_in_the_old_thread_is_asked_to_delete_it() -> None:
    """The desk cannot, and they do not read the new thread."""
    known = a_known(seq=2)
    case = after(the_case())
    case = replace(case, parts={**case.parts, Redactable: Redactable((FIRST, known), moves=(3,))})
    removed = pe.Redacted(known.key, 13, "secret", "left", "removed", body=plain("Removed."), was=known.body)
    said = shown(case, removed)
    (asked,) = [o for o in said if o.to == Address("slack", PIOTR.identity.account)]
    assert asked.body and "please delete it here yourself" in asked.body.text.text
    (exchange,) = [o for o in said if o.key == "t42:3:exchange"]
    assert exchange.edits and exchange.body and "Removed." in exchange.body.text.text
    assert "Try again" not in exchange.body.text.text and "My job is stuck" in exchange.body.text.text
