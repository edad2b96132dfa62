"""The form of a reply: what is drawn into it, what it makes of what is pressed, and what it asks before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chatdesk.agent_console.call import Outcome, decide
from chatdesk.areas.canned import Canned, CannedReply
from chatdesk.conversations import events as ev
from chatdesk.conversations import timers
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import HeldMessage, HeldMessages, LastHeard, OpenTickets
from chatdesk.conversations.ticket import Held, State, Turn, Writing
from chatdesk.core.forms import Field, Form, Kind
from chatdesk.core.messages import plain
from tests.builders import INGRID, NOW, OTTO, PIOTR, a_call, a_case, a_conversation, a_group, a_ticket

MINE = a_ticket(state=State.IN_PROGRESS, assignee=PIOTR.person, told_who=True)
HEARD = LastHeard("telegram:main/1001:5", NOW, plain("It says 403"))
CANNED = Canned(
    (
        CannedReply("quota", {"en": "{group}: {answer_within}", "de": "{group}, #{number}"}),
        CannedReply("login", {"pl": "Dzień dobry {user}"}),
    )
)


def pressed(case: Case, what: str = "", **answers: str) -> Form:
    outcome = decide(a_call("reply", answers=answers, pressed=what), case)
    assert outcome.reply.form is not None
    return outcome.reply.form


def field(form: Form, name: str) -> Field:
    return next(f for f in form.fields if f.name == name)


def sent(case: Case, command: str = "reply", **answers: str) -> Outcome:
    return decide(a_call(command, answers=answers, complete=True), case)


def a_reply(*parts: object, **more: Any) -> Case:
    return a_case(more.pop("ticket", MINE), [HEARD, CANNED, *parts], **more)


# -- what is drawn -----------------------------------------------------------------------------------------


def test_it_begins_with_the_users_last_words_and_begins_presence() -> None:
    outcome = decide(a_call("reply"), a_reply())
    assert outcome.events == [ev.WritingBegan(PIOTR.person)]
    form = outcome.reply.form
    assert form is not None
    (above,) = form.above
    assert (above.line, above.at, above.words) == ("Anna Keller wrote", NOW, plain("It says 403").text)
    assert field(form, "seen").default == HEARD.key
    assert [f.name for f in form.asked] == ["canned", "text", "then"]
    assert form.on_close == "stop_writing"


def test_without_canned_replies_there_is_nothing_to_choose() -> None:
    assert [f.name for f in pressed(a_case(MINE, [HEARD])).asked] == ["text", "then"]


@pytest.mark.parametrize(("writes", "first"), [(None, "quota"), ("de", "quota"), ("pl", "login")])
def test_what_the_user_reads_best_comes_first(writes: str | None, first: str) -> None:
    choice = field(pressed(a_reply(conversation=a_conversation(current=42, writes=writes))), "canned")
    assert (choice.kind, choice.live, choice.choices[0].value) == (Kind.CHOICE, True, first)
    assert choice.choices[0].group == {None: "In English", "de": "In German", "pl": "In Polish"}[writes]


def test_colleagues_who_answer_too_are_shown_and_oneself_is_not() -> None:
    writing = (Writing(PIOTR.person, NOW), Writing(INGRID.person, NOW))
    held = (Held("slack:T1/C1:9.1", INGRID.person), Held("slack:T1/C1:9.2", OTTO.person, asks=True))
    ticket = a_ticket(writing=writing, held=held)
    lines = [shown.line for shown in pressed(a_reply(ticket=ticket)).above]
    assert lines == [
        "Ingrid Solberg is writing a reply since",
        "Ingrid Solberg has answered; that reply is about to leave.",
        "Otto Novak has written a reply that has not been sent: it waits for its author's decision.",
        "Anna Keller wrote",
    ]


# -- what is pressed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("writes", "typed", "text"),
    [
        (None, "", "Support: one working day"),
        ("de", "", "Support, #42"),
        (None, "Hello!\n", "Hello!\n\nSupport: one working day"),
    ],
)
def test_a_canned_reply_goes_behind_what_was_typed(writes: str | None, typed: str, text: str) -> None:
    case = a_reply(conversation=a_conversation(current=42, writes=writes))
    form = pressed(case, "canned", canned="quota", text=typed)
    assert field(form, "text").default == text
    assert field(form, "text").drawn == field(form, "drawn").default == "1"
    again = pressed(case, "canned", canned="quota", text=text, drawn="1")
    assert field(again, "text").drawn == "2"


def test_drawing_it_anew_begins_no_presence() -> None:
    assert decide(a_call("reply", pressed="preview", answers={"text": "x"}), a_reply()).events == ()


def test_the_preview_is_what_the_user_reads() -> None:
    case = a_reply(OpenTickets((MINE, a_ticket(number=41))))
    (shown,) = pressed(case, "preview", text="Try again").below
    assert shown.line == "Anna Keller will read in Telegram:"
    assert shown.words is not None
    assert shown.words.text == "Piotr Zieliński · #42 I cannot log in\nTry again"


def test_a_long_one_is_previewed_in_parts() -> None:
    below = pressed(a_reply(), "preview", text="word " * 900).below
    assert [shown.line for shown in below] == ["Anna Keller will read in 2 messages in Telegram:", "and then:"]


def test_nothing_has_no_preview() -> None:
    assert [s.line for s in pressed(a_reply(), "preview", text=" ").below] == ["There is nothing to preview yet."]


# -- what is sent ------------------------------------------------------------------------------------------


def test_what_was_heard_meanwhile_is_asked_about_once() -> None:
    outcome = sent(a_reply(), text="Which browser?", seen="telegram:main/1001:4")
    assert not outcome.events
    form = outcome.reply.form
    assert form is not None
    assert form.above[0].line.startswith("Anna Keller has written since you opened this.")
    assert form.submit == "Send all the same"
    assert [type(e) for e in sent(a_reply(), text="Which browser?", seen=field(form, "seen").default).events] == [
        ev.AgentSaid
    ]


@pytest.mark.parametrize(
    ("command", "answers", "events"),
    [
        ("reply", {"then": "send"}, [ev.WritingEnded, ev.AgentSaid]),
        ("reply", {"then": "wait"}, [ev.WritingEnded, ev.AgentSaid, ev.ReplyAwaited]),
        ("reply", {"then": "note"}, [ev.WritingEnded, ev.NoteAdded]),
        ("ask", {}, [ev.WritingEnded, ev.AgentSaid, ev.ReplyAwaited]),
    ],
)
def test_what_then(command: str, answers: Mapping[str, str], events: list[type]) -> None:
    ticket = a_ticket(state=State.IN_PROGRESS, assignee=11, told_who=True, writing=(Writing(11, NOW),))
    case = a_reply(ticket=ticket)
    found = sent(case, command, text="Which browser?", seen=HEARD.key, **answers).events
    assert [type(e) for e in found] == events
    assert found[1].key == "t42:4"  # type: ignore[attr-defined]
    for event in found:
        case = apply(case, event)
    assert case.subject.writing == ()
    waits = ev.ReplyAwaited in events
    assert (case.subject.state is State.WAITING) is waits
    assert case.subject.turn is (Turn.DESK if ev.NoteAdded in events else Turn.CUSTOMER)


def test_a_question_that_is_held_waits_once_it_has_left() -> None:
    case = a_reply(group=a_group(hold=10))
    (held,) = sent(case, "ask", text="Which browser?").events
    after = apply(case, held)
    assert after.subject.state is State.IN_PROGRESS
    waiting = HeldMessages({"t42:3": HeldMessage(PIOTR.identity.account, plain("Which browser?"), PIOTR.name)})
    after = a_case(after.ticket, [waiting])
    assert [type(e) for e in timers.on_timer("send:t42:3", after)] == [ev.HoldEnded, ev.AgentSaid, ev.ReplyAwaited]


def test_a_solved_ticket_cannot_wait() -> None:
    outcome = sent(a_reply(ticket=a_ticket(state=State.SOLVED)), text="And now?", then="wait")
    assert outcome.reply.faults == {"then": "The ticket is solved: reopen it to wait for an answer."}


# -- a name ------------------------------------------------------------------------------------------------


def typed(text: str) -> Outcome:
    return decide(a_call("reply", answers={"text": text}), a_reply())


def test_a_canned_replys_name_opens_the_form_with_it() -> None:
    outcome = typed("QUOTA")
    assert outcome.events == [ev.WritingBegan(PIOTR.person)]
    assert outcome.reply.form is not None
    assert field(outcome.reply.form, "text").default == "Support: one working day"


@pytest.mark.parametrize(("text", "near"), [("qota", "quota"), ("log", "login")])
def test_what_is_near_a_name_is_not_sent(text: str, near: str) -> None:
    outcome = typed(text)
    assert not outcome.events
    assert f"There is no canned reply of that name; near it: {near}." in outcome.reply.text


@pytest.mark.parametrize("text", ["Done", "Your quota is 5 GB", "quota of yours is 5 GB now"])
def test_words_are_words(text: str) -> None:
    assert [type(e) for e in typed(text).events] == [ev.AgentSaid]


# -- time --------------------------------------------------------------------------------------------------


def test_who_left_the_form_open_is_not_writing_for_ever() -> None:
    case = apply(a_reply(), ev.WritingBegan(11))
    ((name, due, _, _),) = timers.wanted(ev.WritingBegan(11), case)
    assert due is not None
    assert (due - NOW).total_seconds() == 900
    assert timers.on_timer(name, case) == [ev.WritingEnded(11)]
    assert timers.on_timer(name, a_reply()) == []
    assert apply(case, ev.WritingEnded(11)).subject.writing == ()
