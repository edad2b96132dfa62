"""What becomes of a message that is removed, and of what repeats its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatdesk.agent_console.call import Outcome, decide
from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.apply import apply
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import Known
from chatdesk.conversations.redaction import Redactable, blot, blotted, quotes, suspect
from chatdesk.conversations.ticket import Held
from chatdesk.core.messages import Body, plain
from tests.builders import NOW, PIOTR, a_call, a_case, a_known, a_ticket

SECRET = "my login fails, password: hunter2 is what I type"
LATE = timedelta(hours=48)


def a_message(**more: Any) -> Known:
    """Anna's first one."""
    hers = {"key": "telegram:main/1001:5", "side": "customer", "account": "1001", "author": "Anna Keller"}
    return a_known(**{**hers, "body": plain(SECRET), **more})


def redact(known: Known, ticket: Any = None, asked: frozenset[str] = frozenset(), **answers: str) -> Outcome:
    case = a_case(ticket or a_ticket(), [Redactable((a_message(key="x"), known), asked)])
    return decide(a_call("redact", answers={"message": "2", "why": "secret", **answers}), case)


def redacted(outcome: Outcome) -> pe.Redacted:
    found = outcome.events[-1]
    assert isinstance(found, pe.Redacted)
    return found


@pytest.mark.parametrize(
    ("known", "here", "there"),
    [
        (a_message(), "edited", "removed"),
        (a_message(at=NOW - LATE), "edited", "left"),
        (a_known(), "left", "removed"),
        (a_known(at=NOW - LATE), "left", "edited"),
        (a_known(key="t42:5"), "edited", "removed"),
        (a_known(audience="internal"), "left", ""),
        (a_known(key="t42:5", audience="internal"), "edited", ""),
        (a_known(state=Delivery.BLOCKED), "left", ""),
        (a_known(state=Delivery.UNDONE), "left", ""),
    ],
)
def test_where_it_goes(known: Known, here: str, there: str) -> None:
    event = redacted(redact(known))
    assert (event.here, event.there) == (here, there)
    assert event.body.text.text == "Removed by Piotr Zieliński: a password or a key."


def test_a_solution_keeps_its_buttons() -> None:
    assert redacted(redact(a_known(key="t42:5"), asked=frozenset({"t42:5"}))).there == "edited"


def test_a_reply_that_waits_is_not_sent() -> None:
    waits = a_known(state=Delivery.HELD)
    ticket = a_ticket(held=(Held(waits.key, PIOTR.person),))
    assert redact(waits, ticket).events[0] == ev.HoldEnded(waits.key, "undone")
    assert redact(replace(waits, audience="undecided")).events[0] == ev.AudienceChosen(waits.key, "undone")


@pytest.mark.parametrize("message", ["3", "0", "t42:99", "-1", "nonsense"])
def test_a_message_that_is_not_there(message: str) -> None:
    outcome = redact(a_known(), message=message)
    assert not outcome.events
    assert outcome.reply.faults == {"message": f"Ticket #42 has no message {message}."}


def test_the_form_offers_the_latest_messages_with_the_named_one() -> None:
    part = Redactable(tuple(a_message(key=f"m{n}", body=plain(f"words {n}")) for n in range(1, 41)))
    case = a_case(a_ticket(), [part])
    case = replace(case, asked=replace(case.asked, args={"message": "m3"}))
    form = decide(a_call("redact", answers={"message": "m3"}), case).reply.form
    assert form is not None
    which, why = form.fields
    assert [c.label for c in which.choices][:2] == ["40. Anna Keller: words 40", "39. Anna Keller: words 39"]
    assert (len(which.choices), which.choices[-1].value, which.default, why.default) == (26, "m3", "m3", "secret")


def test_the_ticket_is_no_longer_called_by_it() -> None:
    event = redacted(redact(a_message(), a_ticket(title="my login fails, password: hunter2…")))
    after = apply(a_case(a_ticket(title="my login", last_reply=event.key)), event).subject
    assert (event.title, after.title, after.last_reply) == (True, "(removed)", None)
    assert not redacted(redact(a_message(), a_ticket(title="Login"))).title
    part = Redactable((a_message(body=plain("never mind")),), earlier={event.key: (SECRET,)})
    case = a_case(a_ticket(title="my login fails, password: hunter2…"), [part])
    assert redacted(decide(a_call("redact", answers={"message": "1", "why": "secret"}), case)).title


@pytest.mark.parametrize(
    ("known", "quote", "left"),
    [(a_message(), "", False), (a_message(), "hunter2", True), (a_message(), "hunter3", False),
     (a_message(at=NOW - LATE), "", True), (a_known(), "", True), (a_known(key="t42:5"), "", False)],
)  # fmt: skip
def test_people_are_sent_to_the_thread_only_where_something_is_left_to_them(
    known: Known, quote: str, left: bool
) -> None:
    quoting = a_message(key="q", body=Body(plain("What is that?").text, quote=quote))
    case = a_case(a_ticket(), [Redactable((known,), quoting=(quoting,))])
    done = decide(a_call("redact", answers={"message": "1", "why": "secret"}), case).reply.done
    assert done == f"The message is removed{'; the thread says what you have to delete yourselves' if left else ''}."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (SECRET, "(removed)"),
        ("#42 · my login fails, password: hunter2 is…", "#42 · (removed)"),
        ("Ticket #42: my login fails, password: hunt…\n\nIt waits.", "Ticket #42: (removed)\n\nIt waits."),
        ("«my login fails, password: hunter2…»: Not delivered", "«(removed)»: Not delivered"),
        ("my  login\nfails, password: hunter2 is what I type", "(removed)"),
        ("hunter2", "(removed)"),
        ("my login works", "my login works"),
        ("Something else", "Something else"),
        ("", ""),
        ("(removed)", "(removed)"),
    ],
)
def test_what_repeats_its_beginning(text: str, left: str) -> None:
    assert blot(text, SECRET) == left


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [("#1 · ok", "ok", "#1 · (removed)"), ("look", "ok", "look"), ("any", "", "any"),
     ("Re: AKIAABC…", "AKIAABCDEF", "Re: (removed)"), ("a … b", "x y", "a … b"),
     ("«Is it so?»", "Is it so?", "«(removed)»"), ("«Is it so?»!", "Is it so", "«(removed)?»!")],
)  # fmt: skip
def test_short_messages(text: str, said: str, left: str) -> None:
    assert blot(text, said) == left


def test_a_text_that_changes_loses_its_formatting() -> None:
    thing = {
        "text": {"text": f"x: {SECRET}", "spans": [{"start": 0}]},
        "more": [{"text": "plain", "spans": [1]}],
        "n": 1,
    }
    assert blotted(thing, SECRET) == {
        "text": {"text": "x: (removed)", "spans": []},
        "more": [{"text": "plain", "spans": [1]}],
        "n": 1,
    }


@pytest.mark.parametrize(
    ("quote", "is_quote"),
    [("hunter2", True), ("password:  hunter2", True), ("hunter2…", True), ("hunter3", False), ("", False),
     (f"Anna Keller: {SECRET}", True), ("Anna Keller: ", False)],
)  # fmt: skip
def test_a_quote_of_it(quote: str, is_quote: bool) -> None:
    assert quotes(quote, SECRET) is is_quote


def test_the_desk_asks_about_each_message_once() -> None:
    body, case = Body(plain(SECRET).text), a_case(a_ticket())
    for event in (
        ev.CustomerSaid("k", body=body),
        ev.CustomerEdited("k", body=body),
        ev.NoteAdded("k", 11, body=body, author=PIOTR.identity),
        ev.ReplyHeld("k", 11, body=body, author=PIOTR.identity),
        ev.AgentSaid("k", 11, body=body, author=PIOTR.identity, written=NOW),
    ):
        (seen,) = suspect(event, case)
        assert seen == pe.SecretSeen("k", "a password", isinstance(event, ev.CustomerSaid | ev.CustomerEdited))
    (seen,) = suspect(ev.CustomerSaid("k", body=replace(body, origin="Marek Nowak")), case)
    assert seen == pe.SecretSeen("k", "a password", passed_on=True)
    left = ev.AgentSaid("k", 11, body=body, author=PIOTR.identity)  # after it was held
    assert not suspect(left, case)
    assert not suspect(ev.CustomerSaid("k", body=plain("hello")), case)
    assert not suspect(ev.Claimed(11), case)
