"""Replies and quotes (https://core.telegram.org/bots/api#replyparameters, #textquote, #externalreplyinfo)."""

from __future__ import annotations

from typing import Any

from .html_mode import utf16_length
from .markup import Entities, clipped

JsonObject = dict[str, Any]
MOST_QUOTE = 1024  # https://core.telegram.org/bots/api#replyparameters: "0-1024 characters after entities parsing"
# https://core.telegram.org/bots/api#textquote: "only bold, italic, underline, strikethrough, spoiler, custom_emoji, and
# date_time entities are kept in quotes"
_KEPT = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"})


def words_of(wire: JsonObject) -> tuple[str, Entities]:
    """What can be quoted of a message: its text or its caption."""
    if "text" in wire:
        return wire["text"], wire.get("entities", [])
    return wire.get("caption", ""), wire.get("caption_entities", [])


def kept_in_quote(entities: Entities) -> Entities:
    return [e for e in entities if e["type"] in _KEPT]


def find_quote(wire: JsonObject, words: str, entities: Entities | None, near: int = 0) -> JsonObject | None:
    """The quote of a message, nearest to an offset in UTF-16 code units; None where the words do not stand. With
    `entities` they must be formatted the same, too: "an exact substring of the message to be replied to, including
    bold, italic, ... entities"."""
    text, all_entities = words_of(wire)
    fitting = []
    at = text.find(words)
    while words and at >= 0:
        position = utf16_length(text[:at])
        here = kept_in_quote(clipped(all_entities, position, position + utf16_length(words)))
        if entities is None or _ordered(here) == _ordered(kept_in_quote(entities)):
            fitting.append((abs(position - near), position, here))
        at = text.find(words, at + 1)
    if not fitting:
        return None
    _, position, here = min(fitting, key=lambda found: found[0])
    made: JsonObject = {"text": words, "position": position, "is_manual": True}
    return {**made, "entities": here} if here else made


def _ordered(entities: Entities) -> Entities:
    return sorted(entities, key=lambda e: (e["offset"], e["length"], e["type"]))
