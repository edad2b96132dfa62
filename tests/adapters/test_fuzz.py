"""What the channels' pure parts make of anything at all: a value, or a ValueError that says which field is wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from aiogram.types import MessageEntity
from hypothesis import given, seed
from hypothesis import strategies as st

from chatdesk.adapters import acts
from chatdesk.adapters.slack import forms, gate, inbound, render, rich_text, talks
from chatdesk.adapters.slack.channel import REACTIONS
from chatdesk.adapters.slack.inbound import Workspace
from chatdesk.adapters.slack.markup import escape, from_mrkdwn, literal
from chatdesk.adapters.slack.rights import display_name
from chatdesk.adapters.slack.shapes import Shape, check, events, interactions
from chatdesk.adapters.telegram.inbound import to_incoming, update_key
from chatdesk.adapters.telegram.markup import from_entities, to_entities, without_names
from chatdesk.adapters.texts import MOST_LEVELS, all_cleaned, cleaned, digest
from chatdesk.agent_console.call import parse_line
from chatdesk.agent_console.shortcuts import SHORTCUTS
from chatdesk.core.errors import DeskError
from chatdesk.core.markup import Markup, Span, Style, split, units
from chatdesk.core.messages import Address, Body, Identity, Incoming
from tests.fuzz.slack import Requests
from tests.fuzz.telegram import Updates
from tests.processes import seeded, soak

WHERE = Workspace("T0001", {"U0PIOTR": "Piotr"})
TEXTS = st.text(max_size=60).map(cleaned)
SPANS = st.lists(st.tuples(st.sampled_from(sorted(Style)), st.integers(-3, 90), st.integers(-3, 90), TEXTS), max_size=5)


def check_incoming(said: Incoming | None) -> None:
    """It can be stored on every database, and found again."""
    if said is not None:
        assert len(said.key) < 500 and "\0" not in said.body.text.text
        json.dumps(said.body.text.text, ensure_ascii=False).encode()
        assert all(0 <= s.start <= s.end <= len(said.body.text.text) for s in said.body.text.spans)


def refusal(do: Callable[[], Any]) -> str:
    """What a malformed input is refused with; empty when it is taken."""
    try:
        do()
    except ValueError as fault:
        return str(fault)
    return ""


def test_any_update_is_taken_or_refused_with_its_fault() -> None:
    make, refused = Updates(seeded("fuzzed updates, pure")), 0
    for number in range(soak(20_000)):
        update = all_cleaned({"update_id": number, **next(make)})
        why = refusal(lambda u=update: check_incoming(to_incoming(u, "main")))  # type: ignore[misc]
        assert not why or why.startswith("not an update as Telegram documents it: "), why
        assert update_key(update, "main") == f"telegram:main:update:{number}"
        refused += bool(why)
    assert 0.2 < refused / soak(20_000) < 0.8


def pressed(payload: Any) -> None:
    inbound.call_of_press(payload, WHERE)
    check_incoming(talks.pressed_in(payload, WHERE))


def used(payload: Any) -> None:
    for shortcut in SHORTCUTS:
        forms.call_of_shortcut(shortcut, forms.quoted(payload, WHERE, None), payload, WHERE)


READ: Mapping[type[Shape], Callable[[Any], Any]] = {
    interactions.Submission: lambda payload: (forms.call_of_form(payload, WHERE), forms.blocks_of(payload)),
    interactions.Change: lambda payload: forms.call_of_change(payload, WHERE),
    interactions.Closing: lambda payload: forms.call_of_closing(payload, WHERE),
    interactions.Press: pressed,
    interactions.Shortcut: used,
    events.ChangeOfUser: lambda payload: display_name(payload["event"]["user"]),
}


def read(request: Any) -> None:
    """As the listeners do."""
    payload = all_cleaned(request.payload)
    if not isinstance(payload, dict):
        return
    shape = gate.shape_of(payload)
    check(shape, payload, "payload")
    if shape in READ:
        READ[shape](payload)
    elif shape is events.Envelope:
        event = payload["event"]
        assert len(inbound.message_key(event, "T0001")) and inbound.reaction_key(event, "T0001")
        if inbound.is_ours(event):
            assert inbound.root_of(event) and inbound.author_of(event)
        of_reaction = event.get("type") in REACTIONS
        check_incoming((inbound.to_reaction if of_reaction else inbound.to_incoming)(event, WHERE))


def test_any_payload_of_slacks_is_read_or_refused_with_its_fault() -> None:
    make, refused = Requests(seeded("fuzzed Slack, pure")), 0
    for _ in range(soak(5_000, 2_000)):
        request = next(make)
        try:
            why = refusal(lambda r=request: read(r))  # type: ignore[misc]
        except DeskError:
            why = ""
        assert not why or " as Slack documents it: " in why, why
        refused += bool(why)
    assert refused > 100


@seed(1)
@given(
    st.text(),
    st.lists(
        st.tuples(st.sampled_from(["bold", "text_link", "url", "email", "pre", "x"]), st.integers(), st.integers())
    ),
)
def test_entities_may_point_anywhere(text: str, found: list[tuple[str, int, int]]) -> None:
    entities = [MessageEntity(type=kind, offset=offset, length=length) for kind, offset, length in found]
    text = cleaned(text)
    markup = from_entities(text, entities)
    assert markup.text == text
    assert all(0 <= s.start <= s.end <= len(text) for s in markup.spans)


@seed(1)
@given(TEXTS, SPANS)
def test_whatever_is_said_can_be_written(text: str, spans: list[tuple[Style, int, int, str]]) -> None:
    markup = Markup(text, tuple(Span(s, a, b, target) for s, a, b, target in spans if 0 <= a < b <= len(text)))
    assert rich_text.written(markup, quote=text)["type"] == "rich_text"
    assert all(entity["length"] > 0 for entity in to_entities(without_names(markup)))
    assert all(units(part.text) <= 10 for part in split(markup, 10))
    assert isinstance(render.body(Body(markup, quote=text, origin=text)), list)
    assert "<" not in escape(text) + literal(text)


@seed(1)
@given(st.text())
def test_any_text_is_an_act_a_line_and_mrkdwn(text: str) -> None:
    text = cleaned(text)
    act = acts.from_text(text)
    assert act.ticket is None or act.ticket < 10**9
    assert not any("\0" in value for value in acts.from_text("keep?ticket=%00&a=" + text).args.values())
    assert isinstance(from_mrkdwn(text, "T1", {}), Markup)
    by = Identity("slack", "T1/U1")
    with suppress(DeskError):
        assert parse_line(text, by, "slack:slash", Address("slack", "T1/C1")).by == by


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda t: st.lists(t, max_size=4) | st.dictionaries(st.text(max_size=5), t, max_size=4),
    max_leaves=20,
)


@seed(1)
@given(JSON)
def test_any_json_can_be_cleaned_and_named(thing: Any) -> None:
    clean = all_cleaned(thing)
    json.dumps(clean, ensure_ascii=False).encode()
    assert "\\u0000" not in json.dumps(clean)
    assert digest(thing) == digest(thing)


def test_what_is_nested_too_deep_is_cut_off() -> None:
    thing: Any = "x"
    for _ in range(5_000):
        thing = [thing]
    clean, levels = all_cleaned(thing), 0
    while isinstance(clean, list):
        clean, levels = clean[0], levels + 1
    assert (clean, levels) == ("\ufffd", MOST_LEVELS)


PRESS = {"id": "x" * 300, "from": {"id": 7, "is_bot": False, "first_name": "Eve"}, "chat_instance": "1", "data": "x"}
CHAT = {"id": 7, "type": "private"}


@pytest.mark.parametrize(
    ("update", "why"),
    [
        ({"callback_query": {**PRESS, "message": {"message_id": 1, "date": 0, "chat": CHAT}}}, "an id is too long"),
        (
            {"message": {"message_id": 1, "date": 1, "chat": CHAT, "from": PRESS["from"], "text": "x" * 70_000}},
            "a text is too long",
        ),
        (
            {"message": {"message_id": 1, "date": 10**15, "chat": CHAT, "from": PRESS["from"], "text": "x"}},
            "message.date",
        ),
    ],
)
def test_an_update_that_no_database_takes_is_refused(update: dict[str, Any], why: str) -> None:
    assert why in refusal(lambda: to_incoming({"update_id": 1, **update}, "main"))


def test_texts_without_a_place_in_a_database_are_shown_with_a_sign_in_their_place() -> None:
    message = {"message_id": 1, "date": 1, "chat": CHAT, "from": PRESS["from"], "text": "a\0b\ud83dc"}
    said = to_incoming(all_cleaned({"update_id": 1, "message": message}), "main")
    assert said is not None and said.body.text.text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("kind", ["element", "block", "line", "list", "team", "names", "kinds", None, 7])
def test_a_type_of_tomorrow_reaches_nothing_of_the_readers_own(kind: Any) -> None:
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": kind, "text": "x"}]}],
    }
    assert rich_text.Reader("T1", {}).read([block]) == Markup("x")


def test_chance_can_be_played_again() -> None:
    first, second = ([next(make) for _ in range(50)] for make in (Updates(random.Random(7)), Updates(random.Random(7))))
    assert json.dumps(_timeless(first)) == json.dumps(_timeless(second))


def _timeless(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {k: _timeless(v) for k, v in thing.items() if "date" not in k}
    return [_timeless(v) for v in thing] if isinstance(thing, list) else thing
