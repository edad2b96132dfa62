"""What the agents are told of a delivery."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatdesk.conversations.fate import PERHAPS_TWICE, Delivery, concerned, told
from chatdesk.core.messages import Address, Fate, Mark, Outgoing, plain
from tests.builders import CHAT

THREAD = Address("slack", "T1/C1", thread="card:42")
REPLY = Outgoing(
    to=CHAT,
    key="t42:3:conversations:0",
    body=plain("Piotr\nPlease try again, the quota of your project was full"),
    fate=Fate("slack:T1/C1:9.000001", tell=THREAD, mark=True),
    ticket=42,
)
COPY = replace(REPLY, to=THREAD, fate=Fate("telegram:main/1001:5", tell=THREAD))
OWN_WORDS = replace(REPLY, body=plain("Piotr takes care of your ticket #42."), fate=Fate(None, tell=THREAD))
STATUS = replace(OWN_WORDS, key="status:42", standing=True)
SENT, FAILED, BLOCKED = Delivery.SENT, Delivery.FAILED, Delivery.BLOCKED


@pytest.mark.parametrize(
    ("out", "state", "doubtful", "marks", "line"),
    [
        (REPLY, SENT, False, [Mark.SENT], ""),
        (REPLY, SENT, True, [Mark.SENT], PERHAPS_TWICE),
        (REPLY, FAILED, False, [Mark.FAILED], "Not delivered: too long"),
        (REPLY, BLOCKED, False, [Mark.FAILED], "Not delivered: too long"),
        (REPLY, FAILED, True, [Mark.FAILED], "Not delivered: too long"),
        (COPY, SENT, False, [], ""),
        (COPY, SENT, True, [], PERHAPS_TWICE),
        (COPY, FAILED, False, [], "Not delivered: too long"),
        (OWN_WORDS, SENT, False, [], ""),
        (OWN_WORDS, BLOCKED, False, [], "Not delivered: too long"),
        (STATUS, SENT, False, [], ""),
        (STATUS, FAILED, False, [], ""),
        (STATUS, SENT, True, [], PERHAPS_TWICE),
    ],
)
def test_told(out: Outgoing, state: Delivery, doubtful: bool, marks: list[str], line: str) -> None:
    said = told(out, state, "too long", doubtful)
    assert [o.mark for o in said if o.marks] == marks
    assert all(o.marks == "slack:T1/C1:9.000001" for o in said if o.marks)
    lines = [o.body.text.text for o in said if o.body]
    assert [text.split("»: ")[1] for text in lines] == ([line] if line else [])
    assert all(o.to == THREAD and o.ticket == 42 and o.fate is None for o in said)


@pytest.mark.parametrize("state", list(Delivery))
def test_what_nobody_waits_for_is_told_to_nobody(state: Delivery) -> None:
    assert told(replace(REPLY, fate=None), state, "why", True) == ()
    assert told(replace(REPLY, fate=Fate("key")), state, "why", True) == ()


def test_the_line_names_the_message_by_its_first_words() -> None:
    (line,) = [o.body.text.text for o in told(REPLY, FAILED, "gone.", False) if o.body]
    assert line == "«Piotr Please try again, the quota of…»: Not delivered: gone."


def test_an_agents_message_is_named_without_the_name_over_it() -> None:
    called = replace(REPLY, fate=Fate("slack:T1/C1:9.000001", tell=THREAD, mark=True, called="«Please try again»"))
    (line,) = [o.body.text.text for o in told(called, FAILED, "gone.", False) if o.body]
    assert line == "«Please try again»: Not delivered: gone."


PART = replace(REPLY, fate=Fate("slack:T1/C1:9.000001", THREAD, mark=True, last=False, called="«Please», part 1 of 2"))


@pytest.mark.parametrize(
    ("out", "state", "concerns", "marks"),
    [
        (REPLY, SENT, True, [Mark.SENT]),
        (REPLY, FAILED, True, [Mark.FAILED]),
        (REPLY, Delivery.QUEUED, True, []),
        (PART, SENT, False, []),
        (PART, FAILED, True, [Mark.FAILED]),
        (PART, BLOCKED, True, [Mark.FAILED]),
        (PART, Delivery.QUEUED, True, []),
        (OWN_WORDS, SENT, False, []),
        (replace(REPLY, fate=None), SENT, False, []),
    ],
)
def test_a_message_in_parts_is_sent_with_its_last_and_fails_with_any(
    out: Outgoing, state: Delivery, concerns: bool, marks: list[str]
) -> None:
    assert concerned(out, state) == ("slack:T1/C1:9.000001" if concerns else None)
    if state is not Delivery.QUEUED:
        assert [o.mark for o in told(out, state, "gone", False) if o.marks] == marks


def test_the_line_has_a_key_of_its_own() -> None:
    keys = [o.key for o in told(REPLY, FAILED, "gone", True)]
    assert keys == ["slack:T1/C1:9.000001:failed", "t42:3:conversations:0:fate:failed"]
