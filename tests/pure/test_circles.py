"""What is said where several people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chatdesk.conversations import circles, inputs
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS
from chatdesk.conversations.announce.talk import customers_copy
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import card_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import OpenTickets, PendingMessages
from chatdesk.conversations.ticket import Ticket
from chatdesk.core.events import Event
from chatdesk.core.messages import Circle, Deed, Identity, Incoming, Outgoing, copy_key, plain
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.people.people import Customer
from tests.builders import CHAT, a_case, a_conversation, a_solved_ticket, a_ticket, an_act, an_incoming

LAB = Circle("-100", "Physics Lab", 12)
MAREK = Identity("telegram", "1002", "Marek Nowak")


def in_lab(ticket: Ticket | None = None, parts: Sequence[object] = (), **more: Any) -> Case:
    talk = a_conversation(circle=LAB.name, readers=LAB.readers, current=ticket.number if ticket else None)
    given: dict[str, Any] = {"conversation": talk, "customer": Customer(1, LAB.name), "speaker": "Anna Keller"}
    return a_case(ticket, parts, **(given | more))


def there(said: Incoming, **more: Any) -> Incoming:
    return replace(said, circle=LAB, **more)


def decided(case: Case, said: Incoming) -> Sequence[Event]:
    return inputs.decide(case, said, by_agent=False)


def answers(events: Sequence[Event]) -> list[str]:
    return [e.phrase for e in events if isinstance(e, ev.CustomerAnswered)]


@pytest.mark.parametrize("act", sorted(set(ACTS) - {*circles.IN_MENU, *circles.BUTTONS, *circles.ANSWERED}))
@pytest.mark.parametrize("words", ["", "my secret"])
def test_what_is_not_for_all_eyes_is_refused(act: str, words: str) -> None:
    phrases = answers(decided(in_lab(a_ticket()), there(an_act(act, words, ticket="42"))))
    assert phrases == ["circle.private", *(["not_passed_on"] if words else [])]


@pytest.mark.parametrize(("act", "phrase"), [("start", "circle.hello"), ("help", "circle.help")])
def test_start_and_help_open_no_ticket(act: str, phrase: str) -> None:
    assert decided(in_lab(), there(an_act(act))) == [ev.CustomerAnswered(phrase)]
    assert answers(decided(in_lab(), there(an_act(act, "my data is gone")))) == [phrase, "not_passed_on"]


@pytest.mark.parametrize("words", ["", "Hello", "hi!"])
def test_who_only_calls_is_told_how_to_ask(words: str) -> None:
    assert answers(decided(in_lab(), there(an_incoming(words)))) == ["circle.hello"]
    assert answers(decided(in_lab(a_solved_ticket()), there(an_incoming(words)))) == ["circle.hello"]


def test_a_message_shows_who_wrote_it() -> None:
    opened, said = decided(in_lab(), there(an_incoming("The plot is empty", by=MAREK)))
    assert isinstance(opened, ev.TicketOpened)
    assert isinstance(said, ev.CustomerSaid)
    assert said.author == MAREK
    assert customers_copy(said, apply(in_lab(), opened)).author == "Marek Nowak in Physics Lab (Telegram)"


@pytest.mark.parametrize("name", ["", "Physics Lab"])
def test_who_speaks_for_the_circle_has_its_name(name: str) -> None:
    said = ev.CustomerSaid("k", author=Identity("telegram", "-100", name), body=plain("x"))
    assert customers_copy(said, in_lab(a_ticket())).author == "Physics Lab (Telegram)"


def test_a_ticket_belongs_to_who_opened_it() -> None:
    said = there(an_incoming("The plot is empty", by=MAREK))
    case = replace(in_lab(), customer=Customer(5, LAB.name))
    assert settle(case, decided(case, said), [TRUNK]).case.subject.person == 5


def test_messages_after_the_end_keep_their_authors_whoever_says_what_they_are() -> None:
    pending = PendingMessages((("k1", plain("Again")),), {"k1": MAREK})
    case = in_lab(a_solved_ticket(), [pending])
    events = decided(case, there(an_act("after_reopen", ticket="42")))
    assert [e.author for e in events if isinstance(e, ev.CustomerSaid)] == [MAREK]


@pytest.mark.parametrize(
    ("name", "readers", "known"),
    [("Physics Lab", 12, []), ("Physics Lab", 0, []), ("Physics Lab", 13, [13]), ("Physics", 12, [12])],
)
def test_what_is_new_of_a_circle_is_noted(name: str, readers: int, known: list[int]) -> None:
    said = replace(an_incoming("More"), circle=Circle("-100", name, readers))
    events = decided(in_lab(a_ticket()), said)
    assert [e.readers for e in events if isinstance(e, ev.CircleSeen)] == known


def test_the_card_shows_a_new_name_at_once() -> None:
    said = replace(an_incoming("More"), circle=Circle("-100", "Physics", 13))
    case = in_lab(a_ticket())
    settled = settle(case, decided(case, said), [TRUNK])
    (card,) = [out.card for out in settled.outgoing if out.card]
    assert dict(card.facts)["From"] == "Physics in Telegram, a group of 13 people"


@pytest.mark.parametrize(
    ("readers", "words"), [(12, "read by all of Physics Lab in Telegram (12 people)"), (0, "Lab in Telegram, under")]
)
def test_the_card_says_who_reads(readers: int, words: str) -> None:
    case = in_lab(a_ticket())
    case = replace(case, conversation=replace(case.conversation, readers=readers))
    assert words in card_of(case).foot


def test_a_circle_that_lets_the_bot_in_is_greeted() -> None:
    joined = replace(there(an_incoming("")), deed=Deed.RETURNED)
    assert decided(in_lab(), joined) == [ev.CustomerAnswered("circle.hello")]
    back = in_lab(conversation=a_conversation(circle=LAB.name, readers=12, left=a_ticket().opened))
    assert decided(back, joined) == [ev.CustomerReturned(), ev.CustomerAnswered("circle.hello")]


def test_a_move_takes_the_conversation_along() -> None:
    said = replace(an_incoming(""), deed=Deed.MOVED, moved_to="main/-200")
    case = in_lab(a_ticket())
    (event,) = inputs.decide(case, said, by_agent=False)
    assert event == ev.CircleMoved("main/-200")
    assert apply(case, event).conversation.at == replace(CHAT, room="main/-200")


def say(**more: Any) -> Outgoing:
    given: dict[str, Any] = {"to": CHAT, "key": "x", "body": plain("x")}
    return Outgoing(**(given | more))


@pytest.mark.parametrize(
    ("out", "answer"),
    [
        (say(), "heard"),
        (say(key=copy_key("m")), "heard"),
        (say(key=copy_key("m", 1)), None),
        (say(edits=True), None),
        (say(marks="m", mark="👍"), None),
        (say(replaces="m"), None),
        (say(removes="m"), None),
        (say(answers="quoted"), "quoted"),
        (say(to=replace(CHAT, channel="slack", room="T1/C1")), None),
    ],
)
def test_an_answer_says_to_which_message(out: Outgoing, answer: str | None) -> None:
    case = in_lab(a_ticket(last_said="last"), heard="heard")
    assert [o.answers for o in circles.in_reply(case, [out])] == [answer]
    unheard = [o.answers for o in circles.in_reply(replace(case, heard=None), [out])]
    assert unheard == ["last" if answer == "heard" else answer]


def test_who_is_alone_gets_no_answers_to_messages() -> None:
    case = a_case(a_ticket(last_said="last"), heard="heard")
    assert circles.in_reply(case, [say()]) == [say()]


def test_who_pressed_a_button_is_named() -> None:
    case = in_lab(a_solved_ticket(), [OpenTickets(())], speaker="Marek Nowak")
    said = settle(case, decided(case, there(an_act("solved", ticket="42"), author=MAREK)), [TRUNK]).outgoing
    lines = [out.body.text.text for out in said if out.body]
    assert "Marek Nowak in Physics Lab says: it is solved." in lines


@pytest.mark.parametrize(
    ("about", "ours", "quote"),
    [
        ("status:42", True, ""),
        ("t42:7:conversations:0", True, ""),
        ("c7:4:conversations:0", True, ""),
        ("t42:5:asked", True, ""),
        (None, True, ""),  # so new that its id has not come back
        ("slack:T1/C1:9.1", True, "Which one?"),
        ("t42:5", True, "Which one?"),
        (None, False, "Which one?"),  # of somebody in the circle
    ],
)
def test_an_answer_to_the_bots_own_words_quotes_nothing(about: str | None, ours: bool, quote: str) -> None:
    said = there(
        replace(an_incoming("The left one"), body=replace(plain("The left one"), quote="Which one?")), answers_us=ours
    )
    *_, event = decided(in_lab(a_ticket(), about=about), said)
    assert isinstance(event, ev.CustomerSaid)
    assert event.body.quote == quote
