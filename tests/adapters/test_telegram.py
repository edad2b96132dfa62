"""Telegram's updates as Incoming, and Outgoing as methods of the Bot API: golden files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
from aiogram.types import MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.adapters.telegram import render
from chatdesk.adapters.telegram.inbound import to_incoming, update_key
from chatdesk.adapters.telegram.markup import WORD_JOINER, from_entities, to_entities, without_names
from chatdesk.core.markup import Markup, Span, Style
from chatdesk.emulators.telegram.markup import with_detected
from tests.adapters.examples import check, delivery, examples, incoming_as_json
from tests.golden import Golden

CALLBACK_DATA = range(1, 65)  # bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton


@pytest.mark.parametrize("path", examples("telegram", "in"), ids=lambda p: p.stem)
def test_in(path: Path, golden: Golden) -> None:
    check(path, lambda raw: incoming_as_json(to_incoming(raw, "main")), golden)


def as_method(given_delivery: Any) -> Any:
    method, arguments = render.call(delivery(given_delivery))
    known = getattr(aiogram.methods, method[0].upper() + method[1:])
    known.model_validate(arguments, strict=False)
    assert arguments.keys() <= known.model_fields.keys()
    return {"method": method, "arguments": arguments}


@pytest.mark.parametrize("path", examples("telegram", "out"), ids=lambda p: p.stem)
def test_out(path: Path, golden: Golden) -> None:
    arguments = check(path, as_method, golden)["arguments"]
    for row in (arguments.get("reply_markup") or {}).get("inline_keyboard", ()):
        assert all(len(button["callback_data"].encode()) in CALLBACK_DATA for button in row)


@given(
    st.text(max_size=40),
    st.lists(
        st.tuples(
            st.sampled_from(sorted(set(Style) - {Style.MENTION, Style.LINK, Style.MESSAGE})),
            st.integers(0, 40),
            st.integers(1, 9),
        )
    ),
)
def test_entities_say_the_same_both_ways(text: str, spans: list[tuple[Style, int, int]]) -> None:
    """Offsets count UTF-16 code units there and code points here."""
    inside = [Span(s, start, start + n) for s, start, n in spans if start + n <= len(text)]
    markup = Markup(text, tuple(inside))
    entities = to_entities(markup)
    raw = text.encode("utf-16-le")
    for entity, span in zip(entities, inside, strict=True):
        cut = raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
        assert cut.decode("utf-16-le") == text[span.start : span.end]
    assert from_entities(text, [MessageEntity(**e) for e in entities]) == markup


def test_an_offset_within_a_character_does_not_fail() -> None:
    half = MessageEntity(type="bold", offset=1, length=1)
    assert from_entities("👩", [half]).text == "👩"


def test_a_group_whose_id_is_no_number_is_malformed() -> None:
    """The client library takes "-100123" for a number; who the bot is there has not been asked."""
    anna = {"id": 1001, "is_bot": False, "first_name": "Anna"}
    chat = {"id": "-100123", "type": "supergroup", "title": "Physics Lab"}
    message = {"message_id": 7, "date": 1772446500, "chat": chat, "from": anna, "text": "Help"}
    with pytest.raises(ValueError, match=r"chat\.id: Input should be a valid integer"):
        to_incoming({"update_id": 1, "message": message}, "main")


def test_a_malformed_update_has_a_name() -> None:
    assert update_key({"update_id": 7}, "main") == "telegram:main:update:7"
    assert update_key({}, "main").startswith("telegram:main:update:")
    assert update_key({"message": {}}, "main") != update_key({}, "main") == update_key({}, "main")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@ingrid knows", "@|ingrid knows"),
        ("ask (@ingrid) or @piotr_z", "ask (@|ingrid) or @|piotr_z"),
        ("a@b.org, 5 @ 3, @", "a@b.org, 5 @ 3, @"),
        ("https://example.org/@ingrid/1", "https://example.org/@ingrid/1"),
        ("/@ingrid", "/@|ingrid"),
        ("👩‍🔬 @ingrid", "👩‍🔬 @|ingrid"),
    ],
)
def test_a_name_is_no_link_to_a_stranger(text: str, shown: str) -> None:
    told = without_names(Markup(text))
    assert told.text == shown.replace("|", WORD_JOINER)
    assert not [e for e in with_detected(told.text, []) if e["type"] == "mention"]  # as Telegram finds them


@pytest.mark.parametrize("style", [Style.LINK, Style.CODE, Style.PRE])
def test_in_code_and_links_a_name_stays_as_it_is(style: Style) -> None:
    markup = Markup("see @ingrid and @piotr", (Span(style, 4, 11, "https://t.me/ingrid"), Span(Style.BOLD, 12, 22)))
    told = without_names(markup)
    assert told.text == f"see @ingrid and @{WORD_JOINER}piotr"
    assert told.spans == (markup.spans[0], Span(Style.BOLD, 12, 23))


@given(st.text(st.sampled_from("ab_@/. 👩"), max_size=60))
def test_telegram_finds_no_name_in_any_text(text: str) -> None:
    told = without_names(Markup(text)).text
    assert not [e for e in with_detected(told, []) if e["type"] == "mention"]
    assert told.replace(WORD_JOINER, "") == text
