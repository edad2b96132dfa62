"""Parse mode MarkdownV2 (https://core.telegram.org/bots/api#markdownv2-style), strict: every reserved character that
is not part of a mark must be escaped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError
from .html_mode import byte_offset, link_entity, unparsable, utf16_length

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_CODE = ("Code", "Pre", "PreCode")
_MARKS = {"Bold": "*", "Italic": "_", "Underline": "__", "Strikethrough": "~", "Spoiler": "||", "Code": "`"}
_CLOSING = {**_MARKS, "Pre": "```", "PreCode": "```", "TextUrl": "]", "CustomEmoji": "]"}
_TYPES = {"Pre": "pre", "PreCode": "pre", **{name: name.lower() for name in _MARKS}}


@dataclass(slots=True)
class _Mark:
    name: str  # as the server's error texts call it
    offset: int
    place: int  # byte offset
    begin: int
    extra: dict[str, Any] = field(default_factory=dict)


class MarkdownMode:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._offset = 0
        self._open: list[_Mark] = []
        self._entities: list[dict[str, Any]] = []
        self._line_start = True

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._source):
            self._step()
        if self._open and self._open[-1].name == "BlockQuote":
            self._close_quote()
        if self._open:
            raise self._unclosed()
        return self._text, self._entities

    def _unclosed(self) -> ApiError:
        mark = self._open[-1]
        return unparsable(f"Can't find end of {mark.name} entity at byte offset {mark.place}")

    def _next(self, marks: str) -> bool:
        return self._source.startswith(marks, self._at)

    def _emit(self, read: str) -> None:
        self._text += read
        self._offset += utf16_length(read)
        self._line_start = read == "\n"

    def _step(self) -> None:
        here = self._source[self._at]
        after = self._source[self._at + 1 : self._at + 2]
        if here == "\\" and after and ord(after) <= 126:
            self._emit(after)
            self._at += 2
            return
        inside = self._open[-1].name if self._open else ""
        if here not in ("`" if inside in _CODE else _RESERVED):
            self._emit(here)
            self._at += 1
        elif here == "\n":
            self._new_line()
        elif inside == "BlockQuote" and self._next("||") and self._source[self._at + 2 : self._at + 3] in ("", "\n"):
            self._at += 2
            self._close_quote(expandable=True)
        elif inside and inside != "BlockQuote" and self._closes(inside):
            self._end(self._open.pop())
        else:
            self._begin(here)

    def _closes(self, inside: str) -> bool:
        if inside == "Italic" and self._next("__"):
            return False
        return self._next(_CLOSING[inside])

    def _new_line(self) -> None:
        quoted = any(mark.name == "BlockQuote" for mark in self._open)
        goes_on = self._source.startswith(">", self._at + 1)
        if quoted and not goes_on:
            if self._open[-1].name != "BlockQuote":
                raise self._unclosed()
            self._close_quote()
        self._emit("\n")
        self._at += 2 if quoted and goes_on else 1

    def _close_quote(self, *, expandable: bool = False) -> None:
        mark = self._open.pop()
        self._add("expandable_blockquote" if expandable else "blockquote", mark)

    def _add(self, kind: str, mark: _Mark, **extra: Any) -> None:
        if self._offset > mark.offset:
            self._entities.append({"type": kind, "offset": mark.offset, "length": self._offset - mark.offset, **extra})

    def _begin(self, here: str) -> None:
        mark = _Mark("", self._offset, byte_offset(self._source, self._at), len(self._text))
        if self._next("```"):
            self._begin_pre(mark)
        elif here == ">" and self._line_start and not self._open:
            mark.name = "BlockQuote"
            self._at += 1
        elif self._next("!["):
            mark.name = "CustomEmoji"
            self._at += 2
        elif here == "[":
            mark.name = "TextUrl"
            self._at += 1
        else:
            names = [name for name, marks in _MARKS.items() if self._next(marks)]
            if not names:
                raise unparsable(f"Character '{here}' is reserved and must be escaped with the preceding '\\'")
            mark.name = max(names, key=lambda name: len(_MARKS[name]))
            self._at += len(_MARKS[mark.name])
        self._open.append(mark)

    def _begin_pre(self, mark: _Mark) -> None:
        """A word right after the mark and before white space is the language."""
        self._at += 3
        end = self._at
        while end < len(self._source) and not self._source[end].isspace() and self._source[end] != "`":
            end += 1
        mark.name = "Pre"
        if self._at < end < len(self._source) and self._source[end] != "`":
            mark.name, mark.extra = "PreCode", {"language": self._source[self._at : end]}
            self._at = end
        for line_end in ("\r\n", "\n\r", "\n", "\r"):
            if self._next(line_end):
                self._at += len(line_end)
                break

    def _end(self, mark: _Mark) -> None:
        self._at += len(_CLOSING[mark.name])
        if mark.name == "TextUrl":
            url = self._url() if self._next("(") else self._text[mark.begin :]
            if entity := link_entity(url):
                self._add("text_link", mark, url=entity["url"])
        elif mark.name == "CustomEmoji":
            if not self._next("("):
                raise unparsable("Custom emoji entity must contain a tg://emoji URL")
            start, _, emoji_id = self._url().partition("?id=")
            if start != "tg://emoji" or not emoji_id.isdigit():
                raise unparsable("Custom emoji URL must have an emoji identifier")
            self._add("custom_emoji", mark, custom_emoji_id=emoji_id)
        else:
            self._add(_TYPES[mark.name], mark, **mark.extra)

    def _url(self) -> str:
        begin = self._at + 1
        self._at, url = begin, ""
        while self._at < len(self._source) and not self._next(")"):
            self._at += self._next("\\") and self._at + 1 < len(self._source)
            url += self._source[self._at]
            self._at += 1
        if not self._next(")"):
            raise unparsable(f"Can't find end of a URL at byte offset {byte_offset(self._source, begin)}")
        self._at += 1
        return url
