"""A text with its entities, however the bot or the person gave it (https://core.telegram.org/bots/api#formatting-options)."""

from __future__ import annotations

import re
from typing import Any

from .errors import bad_request
from .html_mode import HtmlMode, unparsable, utf16_length
from .markdown_mode import MarkdownMode

# https://core.telegram.org/bots/api#sendmessage: "1-4096 characters after entities parsing"; counted in UTF-16
# code units here, which is never more lenient than the original.
MOST_TEXT = 4096
MOST_CAPTION = 1024  # https://core.telegram.org/bots/api#sendphoto: "0-1024 characters after entities parsing"
Entities = list[dict[str, Any]]

_SETTABLE = {
    **dict.fromkeys(("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"), ""),
    **dict.fromkeys(("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre"), ""),
    **dict.fromkeys(("blockquote", "expandable_blockquote"), ""),
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
}
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)'])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,})"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@\w{4,32})"
    r"|(?P<hashtag>(?<!\w)#(?=\w*[^\W\d])\w{1,256})"
)
_OPAQUE = ("code", "pre", "text_link", "text_mention", "custom_emoji")


def read_text(text: str, parse_mode: str | None, entities: Any) -> tuple[str, Entities]:
    """Text and entities of a message that a bot sends, checked. Given entities are ignored with a parse mode."""
    read, found = parse(text, parse_mode, entities)
    if not read:
        raise bad_request("message text is empty")
    if utf16_length(read) > MOST_TEXT:
        raise bad_request("message is too long")
    return read, with_detected(read, found)


def read_caption(caption: str, parse_mode: str | None, entities: Any) -> tuple[str, Entities]:
    """The same for a caption, which may be empty."""
    read, found = parse(caption, parse_mode, entities)
    if utf16_length(read) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return read, with_detected(read, found)


def parse(text: str, parse_mode: str | None, entities: Any) -> tuple[str, Entities]:
    if parse_mode:
        modes: dict[str, type[HtmlMode | MarkdownMode]] = {"html": HtmlMode, "markdownv2": MarkdownMode}
        if parse_mode.lower() not in modes:
            raise bad_request("unsupported parse_mode")  # the legacy mode "Markdown" included
        read, found = modes[parse_mode.lower()](text).parse()
    else:
        read, found = text, check_entities(text, entities or [])
    return _trimmed(read, found)


def check_entities(text: str, entities: Any) -> Entities:
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array")
    return [_checked(entity, utf16_length(text)) for entity in entities]


def _checked(entity: Any, length: int) -> dict[str, Any]:
    if not isinstance(entity, dict) or entity.get("type") not in _SETTABLE:
        raise unparsable("Unsupported type specified")
    for name in ("offset", "length"):
        if type(entity.get(name)) is not int:
            raise unparsable(f'Field "{name}" must be of type Number')
    if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > length:
        raise unparsable("Entity lies outside of the text")  # Telegram drops it: refusing finds wrong offsets
    needed = _SETTABLE[entity["type"]]
    for name in entity.keys() - {"type", "offset", "length", needed, "language" if entity["type"] == "pre" else ""}:
        raise unparsable(f"unknown field '{name}'")
    if needed and not entity.get(needed):
        raise unparsable(f'Can\'t find field "{needed}"')
    return dict(entity)


def with_detected(text: str, given: Entities) -> Entities:
    """Telegram itself finds links, commands and names in what bots and people write, outside of code and links."""
    closed = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _OPAQUE]
    found = list(given)
    for match in _FOUND.finditer(text):
        begin = utf16_length(text[: match.start()])
        end = begin + utf16_length(match[0])
        if not any(start < end and begin < stop for start, stop in closed):
            found.append({"type": str(match.lastgroup), "offset": begin, "length": end - begin})
    unique = {(e["offset"], -e["length"], e["type"]): e for e in reversed(found)}
    return [unique[key] for key in sorted(unique)]


def _trimmed(text: str, entities: Entities) -> tuple[str, Entities]:
    """Telegram takes white space off both ends."""
    read = text.strip()
    shift = utf16_length(text[: len(text) - len(text.lstrip())])
    return read, clipped(entities, shift, shift + utf16_length(read))


def clipped(entities: Entities, begin: int, end: int) -> Entities:
    """The entities between two offsets, as they stand in that piece of the text."""
    kept = []
    for entity in entities:
        first = max(begin, entity["offset"])
        last = min(end, entity["offset"] + entity["length"])
        if last > first:
            kept.append({**entity, "offset": first - begin, "length": last - first})
    return kept
