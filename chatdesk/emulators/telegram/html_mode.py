"""Parse mode HTML (https://core.telegram.org/bots/api#html-style), strict and with the server's error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, bad_request
from .keyboards import is_link

_TYPES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAME = re.compile(r"[^\s<>/=]*")
_ATTRIBUTE = re.compile(r"\s+([^\s=<>\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[a-zA-Z0-9.-]+))?")
_SYMBOL = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_SYMBOLS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def unparsable(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


def byte_offset(text: str, index: int) -> int:
    return len(text[:index].encode())


def utf16_length(text: str) -> int:
    """https://core.telegram.org/bots/api#messageentity: offsets and lengths are in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def link_entity(url: str) -> dict[str, Any] | None:
    """A text_link, or None: a link that Telegram cannot follow is shown as plain text."""
    if not is_link(url):
        return None
    return {"type": "text_link", "url": url if "://" in url else f"http://{url}/"}


@dataclass(slots=True)
class _Tag:
    name: str
    offset: int
    begin: int  # index in the text that was written so far
    entity: dict[str, Any] | None
    attributes: dict[str, str] = field(default_factory=dict)


class HtmlMode:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._offset = 0
        self._open: list[_Tag] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._character()
            elif self._source.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return self._text, self._entities

    def _character(self) -> None:
        symbol = _SYMBOL.match(self._source, self._at)
        read = _decode(symbol) if symbol else self._source[self._at]
        self._at = symbol.end() if symbol else self._at + 1
        self._text += read
        self._offset += utf16_length(read)

    def _start_tag(self) -> None:
        begin = self._at
        place = f"at byte offset {byte_offset(self._source, begin)}"
        found = _NAME.match(self._source, begin + 1)
        name = found[0].lower() if found else ""
        self._at = found.end() if found else begin + 1
        attributes: dict[str, str] = {}
        while pair := _ATTRIBUTE.match(self._source, self._at):
            attributes[pair[1].lower()] = _SYMBOL.sub(_decode, (pair[2] or "").strip("\"'"))
            self._at = pair.end()
        rest = re.compile(r"\s*>").match(self._source, self._at)
        if ">" not in self._source[begin:]:
            raise unparsable(f"Unclosed start tag {place}")
        if name not in _TYPES:
            raise unparsable(f'Unsupported start tag "{name}" {place}')
        if rest is None:
            raise unparsable(f'Unexpected character in the tag "{name}" {place}')
        self._at = rest.end()
        tag = _Tag(name, self._offset, len(self._text), None, attributes)
        tag.entity = self._entity_of(tag, place)
        self._open.append(tag)

    def _entity_of(self, tag: _Tag, place: str) -> dict[str, Any] | None:
        if tag.name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" {place}')
        if tag.name == "tg-emoji":
            if not tag.attributes.get("emoji-id", "").isdigit():
                raise unparsable(f"Invalid custom emoji identifier specified {place}")
            return {"type": "custom_emoji", "custom_emoji_id": tag.attributes["emoji-id"]}
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            return {"type": "expandable_blockquote"}
        language = tag.attributes.get("class", "")
        outer = self._open[-1] if self._open else None
        if tag.name == "code" and language.startswith("language-") and outer and outer.name == "pre" and outer.entity:
            outer.entity["language"] = language.removeprefix("language-")
            return None
        return {"type": _TYPES[tag.name]}

    def _end_tag(self) -> None:
        begin = self._at
        place = f"at byte offset {byte_offset(self._source, begin)}"
        if not self._open:
            raise unparsable(f"Unexpected end tag {place}")
        found = re.compile(r"</([^\s<>]*)\s*>").match(self._source, begin)
        if not found:
            raise unparsable(f"Unclosed end tag {place}")
        tag = self._open.pop()
        if found[1].lower() != tag.name:
            raise unparsable(f'Unmatched end tag {place}, expected "</{tag.name}>", found "</{found[1].lower()}>"')
        self._at = found.end()
        entity = tag.entity
        if entity and tag.name == "a":
            entity = link_entity(tag.attributes.get("href") or self._text[tag.begin :])
        if entity and self._offset > tag.offset:
            self._entities.append({**entity, "offset": tag.offset, "length": self._offset - tag.offset})


def _decode(symbol: re.Match[str]) -> str:
    if symbol[1]:
        return _SYMBOLS[symbol[1]]
    code = int(symbol[2]) if symbol[2] else int(symbol[3], 16)
    return symbol[0] if code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)
