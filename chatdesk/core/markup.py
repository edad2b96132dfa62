"""Formatted text without a syntax: characters and the spans that style them.

Channels read their native formatting into it and write it out again; nothing that a person typed is
ever parsed on the way out, so `<!channel>`, HTML and Markdown in a message stay what they are: text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from unicodedata import category

_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
JOINER = "\u200d"  # binds two signs to one: 👩‍🔬


class Style(StrEnum):
    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    PRE = "pre"
    LINK = "link"
    MENTION = "mention"
    QUOTE = "quote"
    UNDERLINE = "underline"
    SPOILER = "spoiler"
    MESSAGE = "message"  # leads to the message with the key in `target`, where a channel can


@dataclass(frozen=True, slots=True)
class Span:
    """`start` and `end` count code points; `target` is a link's address, a mention's account, a message's key."""

    style: Style
    start: int
    end: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Markup:
    text: str
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __add__(self, other: Markup | str) -> Markup:
        more = other if isinstance(other, Markup) else Markup(other)
        shift = len(self.text)
        moved = tuple(replace(s, start=s.start + shift, end=s.end + shift) for s in more.spans)
        return Markup(self.text + more.text, self.spans + moved)

    def mentions(self) -> Iterator[str]:
        """The accounts that are mentioned, in the channel's own spelling."""
        return (s.target for s in self.spans if s.style is Style.MENTION)

    def messages(self) -> Iterator[str]:
        """The keys of the messages that it leads to."""
        return (s.target for s in self.spans if s.style is Style.MESSAGE)

    def cut(self, start: int, end: int) -> Markup:
        """The characters from `start` to `end` with the styles they have."""
        kept = (s for s in self.spans if s.start < end and start < s.end)
        moved = (replace(s, start=max(s.start, start) - start, end=min(s.end, end) - start) for s in kept)
        return Markup(self.text[start:end], tuple(moved))

    def without_start(self, count: int) -> Markup:
        """The same without the first `count` characters and the white space after them."""
        rest = self.text[count:].lstrip()
        return self.cut(len(self.text) - len(rest), len(self.text))

    def without_end(self) -> Markup:
        """The same without the white space at its end."""
        return self.cut(0, len(self.text.rstrip()))

    def with_instead(self, start: int, end: int, text: str) -> Markup:
        """The same with `text` in the place of the characters from `start` to `end`; styles keep to their words."""
        by = len(text) - (end - start)

        def moved(at: int) -> int:
            return at if at <= start else max(start, at + by)

        spans = (replace(s, start=moved(s.start), end=moved(s.end)) for s in self.spans)
        return Markup(self.text[:start] + text + self.text[end:], tuple(spans))

    def with_bare_names(self) -> Markup:
        """Who is mentioned by name alone: the sign before it means somebody else on another channel."""
        done = self
        for span in sorted(self.spans, key=lambda s: -s.start):
            if span.style is Style.MENTION and self.text.startswith("@", span.start):
                done = done.with_instead(span.start, span.start + 1, "")
        return done


def styled(text: str, style: Style, target: str = "") -> Markup:
    return Markup(text, (Span(style, 0, len(text), target),) if text else ())


def bold(text: str) -> Markup:
    return styled(text, Style.BOLD)


def pieces(markup: Markup) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The text cut wherever a style begins or ends: (characters, the spans over them)."""
    edges = {0, len(markup.text)} | {s.start for s in markup.spans} | {s.end for s in markup.spans}
    cuts = sorted(e for e in edges if 0 <= e <= len(markup.text))
    for start, end in pairwise(cuts):
        yield markup.text[start:end], tuple(s for s in markup.spans if s.start <= start and end <= s.end)


def in_line(text: str) -> str:
    """Without the signs that turn the direction of writing: they would turn what stands behind them, too."""
    return text.translate(_TURNING)


def shorten(text: str, most: int) -> str:
    """One line of at most `most` characters, cut at a word where that loses little."""
    line = " ".join(in_line(text).split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most * 2 // 3 else head).rstrip(" ,.;:") + "…"


def units(text: str) -> int:
    """The length in UTF-16 code units, in which the narrowest channel counts; never less than characters."""
    return len(text.encode("utf-16-le")) // 2


def split(markup: Markup, most: int) -> list[Markup]:
    """The same in parts of at most `most` UTF-16 code units, each with its styles; none of them is blank.

    A part ends with a paragraph, a line or a word where that leaves it at least half full.
    """
    parts, rest = list[Markup](), markup
    while units(rest.text) > most:
        end = _end_of_part(rest.text, most)
        if part := rest.cut(0, end):
            parts.append(part)
        rest = rest.without_start(end)
    return [*parts, rest] if rest or not parts else parts


def _end_of_part(text: str, most: int) -> int:
    """Where the first part of a text that is too long ends; never within a sign that is written with several."""
    longest = len(text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore"))
    for sign in ("\n\n", "\n", " "):
        if (at := text.rfind(sign, longest // 2, longest + 1)) > 0:
            return at
    end = longest
    while end > max(1, longest // 2) and _are_one(text[end - 1], text[end]):
        end -= 1
    return end


def _are_one(before: str, after: str) -> bool:
    """Whether the second sign belongs to the first: an accent, a tone of skin, what a joiner binds."""
    return JOINER in (before, after) or category(after)[0] == "M" or "\U0001f3fb" <= after <= "\U0001f3ff"
