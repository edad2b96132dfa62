"""Markup and Telegram's entities, whose offsets count UTF-16 code units. Pure.

See https://core.telegram.org/api/entities#entity-length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aiogram.types import MessageEntity

from chatdesk.core.markup import Markup, Span, Style, units

_TO_ENTITY = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.STRIKE: "strikethrough",
    Style.CODE: "code",
    Style.PRE: "pre",
    Style.LINK: "text_link",
    Style.QUOTE: "blockquote",
    Style.UNDERLINE: "underline",
    Style.SPOILER: "spoiler",
}
_FROM_ENTITY = {name: style for style, name in _TO_ENTITY.items()} | {
    "url": Style.LINK,
    "email": Style.LINK,
    "expandable_blockquote": Style.QUOTE,
}
_NAME = re.compile(r"https?://\S+|(?<!\w)(@)(?=\w)")
_OPAQUE = (Style.LINK, Style.CODE, Style.PRE)  # in these Telegram looks for no names
WORD_JOINER = "\u2060"  # has no width


def without_names(markup: Markup) -> Markup:
    """The same, except that Telegram makes no link to an account of its own out of an "@name".

    Nobody on the other side knows Telegram's names: it would lead to a stranger. A link is written as one.
    """
    closed = [(s.start, s.end) for s in markup.spans if s.style in _OPAQUE]
    for found in reversed(list(_NAME.finditer(markup.text))):
        after = found.end(1)
        if after > 0 and not any(start < after <= end for start, end in closed):
            markup = markup.with_instead(after, after, WORD_JOINER)
    return markup


def to_entities(markup: Markup) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#messageentity."""
    return [
        {
            "type": _TO_ENTITY[span.style],
            "offset": units(markup.text[: span.start]),
            "length": units(markup.text[span.start : span.end]),
        }
        | ({"url": span.target} if span.style is Style.LINK else {})
        for span in markup.spans
        if span.style in _TO_ENTITY and span.end > span.start
    ]


def from_entities(text: str, entities: Sequence[MessageEntity]) -> Markup:
    spans = []
    for entity in entities:
        style = _FROM_ENTITY.get(entity.type)
        if style is None or entity.offset < 0 or entity.length < 0:
            continue
        start = _points(text, entity.offset)
        end = _points(text, entity.offset + entity.length)
        target = _target(entity, text[start:end]) if style is Style.LINK else ""
        spans.append(Span(style, start, end, target))
    return Markup(text, tuple(spans))


def _target(entity: MessageEntity, words: str) -> str:
    return entity.url or (f"mailto:{words}" if entity.type == "email" else words)


def _points(text: str, units: int) -> int:
    """The code point at an offset in UTF-16 code units."""
    return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore"))
