"""Slack's composer: what a person types becomes mrkdwn `text` and a rich_text block.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: all that people send has this form
https://docs.slack.dev/messaging/formatting-message-text: marks, references in angle brackets, escaping
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from . import emoji
from .basics import Json
from .messages import fill_ids

_LOUD = r"!(?:here|channel|everyone|subteam\^\w+|date\^\d+\^[^<>|]+)"
_REFERENCE = rf"<(?:[@#]\w+|{_LOUD}|(?:https?://|mailto:|tel:)[^<>\s|]+)(?:\|[^<>]*)?>"
_ENTITY = r"&(?:amp|lt|gt);"
_URL = r"https?://[^\s<>|]*[^\s<>|.,;:!?)'\"*_~`]"
_SIGN = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CODE = re.compile(r"(```[\s\S]+?```|`[^`\n]+`)")
_PRE = re.compile(r"\n?```\n?([\s\S]+?)\n?```\n?")
_RAW = re.compile(f"({_REFERENCE}|{_ENTITY})|([&<>])")
_RAW_OR_URL = re.compile(f"({_REFERENCE}|{_ENTITY})|([&<>])|({_URL})")
_BULLETS = "•◦▪"  # by depth
_ITEM = re.compile(rf"( *)(?:[-{_BULLETS}]|(\d+)\.) +(\S.*)")
_QUOTE = re.compile(r"&gt; ?(.*)")
_DATE = re.compile(r"!date\^(\d+)\^([^^]+)(?:\^(.+))?")
_STYLES = {3: "bold", 4: "italic", 5: "strike"}  # by the groups of _INLINE


def _marked(mark: str) -> str:
    return rf"(?<!\w)[{mark}](?=\S)((?:<[^<>]*>|[^{mark}\n<])+?)(?<=\S)[{mark}](?!\w)"


_INLINE = re.compile(
    rf"<([^<>]+)>|`([^`\n]+)`|{_marked('*')}|{_marked('_')}|{_marked('~')}|(?<!\w):({emoji.NAME}):(?!\w)"
)


class _Line(NamedTuple):
    kind: str  # the rich_text element that it belongs to
    words: str
    style: str = ""  # of a list
    indent: int = 0


def compose(typed: str) -> tuple[str, list[Json]]:
    """`text` and `blocks` of what a person typed; text that is already as Slack writes it stays as it is."""
    text = written(typed)
    return text, fill_ids([{"type": "rich_text", "elements": list(_elements(text))}])


def written(typed: str) -> str:
    """Escaped, with links in brackets, emoji by name and a bullet before each list item."""
    pieces = (
        _RAW.sub(_write, piece) if n % 2 else _RAW_OR_URL.sub(_write, emoji.named(piece))
        for n, piece in enumerate(_CODE.split(typed))
    )
    around_pre = re.split(r"(```[\s\S]+?```)", "".join(pieces))
    return "".join(p if n % 2 else "\n".join(map(_bulleted, p.split("\n"))) for n, p in enumerate(around_pre))


def _write(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return _SIGN[found[2]] if found[2] else f"<{_RAW.sub(_write, found[3])}>"


def _bulleted(line: str) -> str:
    item = _ITEM.fullmatch(line)
    if item is None or item[2]:
        return line
    depth = len(item[1]) // 4
    return f"{'    ' * depth}{_BULLETS[depth % len(_BULLETS)]} {item[3]}"


# -- the block


def _elements(text: str) -> Iterator[Json]:
    """Neighbouring lines of one kind are one element; a section before another element ends with a line break."""
    made = [(kind, list(lines)) for kind, lines in groupby(_lines(text), key=lambda line: (line.kind, *line[2:]))]
    for n, ((kind, style, indent), lines) in enumerate(made):
        words = "\n".join(line.words for line in lines)
        if kind == "rich_text_list":
            items = [{"type": "rich_text_section", "elements": list(_inline(line.words, {}))} for line in lines]
            yield {"type": kind, "style": style, "indent": indent, "border": 0, "elements": items}
        elif kind == "rich_text_preformatted":
            yield {"type": kind, "border": 0, "elements": list(_literal(words, {}))}
        else:
            ending = "\n" if kind == "rich_text_section" and n < len(made) - 1 else ""
            yield {"type": kind, "elements": list(_inline(words + ending, {}))}


def _lines(text: str) -> Iterator[_Line]:
    for n, part in enumerate(_PRE.split(text)):
        if n % 2:
            yield _Line("rich_text_preformatted", part)
        elif part:
            yield from map(_line, part.split("\n"))


def _line(line: str) -> _Line:
    quote, item = _QUOTE.fullmatch(line), _ITEM.fullmatch(line)
    if quote:
        return _Line("rich_text_quote", quote[1])
    if item:
        return _Line("rich_text_list", item[3], "ordered" if item[2] else "bullet", len(item[1]) // 4)
    return _Line("rich_text_section", line)


def _inline(text: str, style: Json) -> Iterator[Json]:
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield _text(text[at : found.start()], style)
        yield from _piece(found, style)
        at = found.end()
    if at < len(text):
        yield _text(text[at:], style)


def _piece(found: re.Match[str], style: Json) -> Iterator[Json]:
    group = found.lastindex or 0
    if group == 1:
        yield _styled(_reference(found[1]), style)
    elif group == 2:
        yield from _literal(found[2], style | {"code": True})
    elif group in _STYLES:
        yield from _inline(found[group], style | {_STYLES[group]: True})
    else:
        yield _styled(emoji.element(found[6]), style)


def _literal(text: str, style: Json) -> Iterator[Json]:
    """Code: no marks, but links."""
    for n, part in enumerate(re.split(r"<([^<>]+)>", text)):
        if part:
            yield _styled(_reference(part), style) if n % 2 else _text(part, style)


def _text(text: str, style: Json) -> Json:
    return _styled({"type": "text", "text": _plain(text)}, style)


def _styled(element: Json, style: Json) -> Json:
    return element | ({"style": dict(style)} if style else {})


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _reference(inside: str) -> Json:
    target, _, label = inside.partition("|")
    date = _DATE.fullmatch(target)
    if date:
        link = {"url": _plain(date[3])} if date[3] else {}
        return {"type": "date", "timestamp": int(date[1]), "format": date[2], "fallback": _plain(label), **link}
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": _plain(target), **({"text": _plain(label)} if label else {})}


# -- the other way


def text_of(blocks: list[Json]) -> str:
    """The `text` that Slack puts beside rich_text blocks that were made outright."""
    said = [_said(e) for b in blocks if b["type"] == "rich_text" for e in b["elements"]]
    return "\n".join(words.removesuffix("\n") for words in said)


def _said(element: Json) -> str:
    parts = element["elements"]
    if element["type"] == "rich_text_list":
        return "\n".join(_item_said(element, n, item) for n, item in enumerate(parts, 1))
    words = "".join(map(_mrkdwn, parts))
    if element["type"] == "rich_text_preformatted":
        return f"```{words}```"
    return words if element["type"] == "rich_text_section" else "\n".join(f"&gt; {w}" for w in words.split("\n"))


def _item_said(element: Json, n: int, item: Json) -> str:
    depth = int(element.get("indent", 0))
    mark = f"{n}." if element.get("style") == "ordered" else _BULLETS[depth % len(_BULLETS)]
    return f"{'    ' * depth}{mark} {''.join(map(_mrkdwn, item['elements']))}"


def _mrkdwn(element: Json) -> str:
    words = _unstyled(element)
    for style, mark in (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*")):
        words = f"{mark}{words}{mark}" if element.get("style", {}).get(style) else words
    return words


def _unstyled(element: Json) -> str:
    kind, text = element["type"], re.sub("[&<>]", lambda sign: _SIGN[sign[0]], str(element.get("text", "")))
    references = {
        "user": lambda: f"<@{element['user_id']}>",
        "channel": lambda: f"<#{element['channel_id']}>",
        "usergroup": lambda: f"<!subteam^{element['usergroup_id']}>",
        "broadcast": lambda: f"<!{element['range']}>",
        "emoji": lambda: f":{element['name']}:",
        "date": lambda: f"<!date^{element['timestamp']}^{element['format']}|{element.get('fallback', '')}>",
        "link": lambda: f"<{element['url'].replace('&', '&amp;')}{'|' + text if text else ''}>",
    }
    return references[kind]() if kind in references else text
