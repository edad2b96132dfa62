"""Formatted text without a syntax: characters and the spans that style them.

Channels read their native formatting into it and write it out again; nothing that a person typed is
ever parsed on the way out, so `<!channel>`, HTML and Markdown in a message stay what they are: text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise


class Style(StrEnum):
    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    PRE = "pre"
    LINK = "link"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Span:
    """`start` and `end` count code points of the text; `target` is a link's address or a mention's account."""

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

    def without_start(self, count: int) -> Markup:
        """The same without the first `count` characters and the white space after them."""
        rest = self.text[count:]
        cut = len(self.text) - len(rest.lstrip())
        kept = (replace(s, start=max(0, s.start - cut), end=s.end - cut) for s in self.spans if s.end > cut)
        return Markup(self.text[cut:], tuple(kept))


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


def shorten(text: str, most: int) -> str:
    """One line of at most `most` characters, cut at a word where that loses little."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most * 2 // 3 else head).rstrip(" ,.;:") + "…"
