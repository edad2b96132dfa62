"""What plain text in a thread is, by the group's word; what begins with a sign says it itself."""

from __future__ import annotations

from typing import Any

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce import announce
from chatdesk.conversations.card import card_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.changes import on_agent_edit
from chatdesk.conversations.decide import on_agent_message
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About
from chatdesk.conversations.ticket import State
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup, Style, styled
from chatdesk.core.messages import Deed, Incoming, plain
from tests.builders import INGRID, PIOTR, a_case, a_group, a_known, a_ticket, an_incoming

MINE = a_ticket(state=State.IN_PROGRESS, assignee=PIOTR.person, told_who=True)


def a_thread(default: str, *parts: object) -> Case:
    return a_case(MINE, parts, group=a_group(thread=default))


def by_piotr(text: str | Markup, *files: str, **more: Any) -> Incoming:
    return an_incoming(text, *files, by=PIOTR.identity, **more)


@pytest.mark.parametrize(
    ("typed", "default", "kind", "kept"),
    [
        ("Try again", "reply", ev.AgentSaid, "Try again"),
        ("Try again", "note", ev.NoteAdded, "Try again"),
        *((f"{sign}Try again", "note", ev.AgentSaid, "Try again") for sign in ("!!", "!! ", "！！", "Reply: ")),
        *((f"{sign}Try again", "reply", ev.AgentSaid, "Try again") for sign in ("!!", "*!!* ", "reply: ")),
        *((f"{sign}Try again", "note", ev.NoteAdded, "Try again") for sign in (";; ", "note: ")),
        ("! Try again", "note", ev.NoteAdded, "! Try again"),
        ("in reply: x", "note", ev.NoteAdded, "in reply: x"),
        ("replying", "note", ev.NoteAdded, "replying"),
        ("!!! Attention", "note", ev.AgentSaid, "! Attention"),
    ],
)
def test_who_reads_it(typed: str, default: str, kind: type, kept: str) -> None:
    (event,) = on_agent_message(a_thread(default), by_piotr(typed))
    assert isinstance(event, ev.AgentSaid | ev.NoteAdded)
    assert type(event) is kind
    assert event.body == plain(kept)


def test_a_colleague_is_mentioned_in_a_note_without_a_question_and_in_a_reply_with_one() -> None:
    words = styled("@Ingrid", Style.MENTION, INGRID.identity.account) + " knows"
    assert isinstance(on_agent_message(a_thread("note"), by_piotr(words))[0], ev.NoteAdded)
    (asked,) = on_agent_message(a_thread("note"), by_piotr(Markup("!! ") + words))
    assert isinstance(asked, ev.AudienceAsked)
    assert asked.body.text == words


def test_nothing_behind_the_sign_is_refused() -> None:
    assert isinstance(on_agent_message(a_thread("note"), by_piotr("!!"))[0], ev.AgentRefused)


@pytest.mark.parametrize(("default", "kind"), [("reply", ev.AgentSaid), ("note", ev.NoteAdded)])
def test_a_file_alone_is_what_plain_text_is(default: str, kind: type) -> None:
    assert type(on_agent_message(a_thread(default), by_piotr("", "file"))[0]) is kind


# -- changed afterwards ------------------------------------------------------------------------------------


def edited(default: str, text: str, **known: Any) -> list[Event]:
    about = About(a_known(body=plain("Try again"), **known))
    return list(on_agent_edit(a_thread(default, about), by_piotr(text, deed=Deed.EDITED)))


def test_the_sign_is_no_part_of_what_was_said() -> None:
    assert edited("note", "!! Try again") == []
    (changed,) = edited("note", "!! Try once more")
    assert isinstance(changed, ev.ReplyEdited)
    assert changed.body == plain("Try once more")


def test_what_was_sent_stays_sent_when_the_sign_goes() -> None:
    assert edited("note", "Try again") == []


def test_what_waits_is_a_note_when_the_sign_goes() -> None:
    ended, note = edited("note", "Try again", state=Delivery.HELD)
    assert ended == ev.HoldEnded("slack:T1/C1:9.1", "edited")
    assert isinstance(note, ev.NoteAdded)


@pytest.mark.parametrize("default", ["reply", "note"])
def test_the_same_words_with_the_other_sign_are_no_longer_for_the_user(default: str) -> None:
    removed, note = edited(default, ";; Try again")
    assert isinstance(removed, ev.ReplyRemoved)
    assert isinstance(note, ev.NoteAdded)
    assert edited(default, "Try again", audience="internal") == []
    assert edited(default, ";; Try again", audience="internal") == []


def test_a_note_does_not_become_a_reply() -> None:
    (told,) = edited("note", "!! Now to her", audience="internal")
    assert isinstance(told, ev.AgentTold)
    assert told.why.startswith("A note stays a note, so nothing was sent.")


# -- where it is said --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "on_card", "in_thread"),
    [
        ("reply", "Replies in this thread go to Anna Keller in Telegram", "What you write here goes to Anna Keller."),
        ("note", "What you write in this thread stays among agents.", "Here among agents. To Anna Keller: !!"),
    ],
)
def test_card_and_thread_say_which(default: str, on_card: str, in_thread: str) -> None:
    case = a_thread(default)
    assert card_of(case).foot.startswith(on_card)
    (copy,) = announce(ev.CustomerSaid("telegram:main/1001:5", first=True, body=plain("Help")), case, 2)
    assert copy.foot.startswith(in_thread)
