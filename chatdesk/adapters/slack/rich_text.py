"""Slack's rich_text blocks, read and written. Pure.

People's messages come with them beside the mrkdwn text, which says less: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
What has no counterpart here is written as a person would write it without: a list as lines with a sign before each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from chatdesk.adapters.texts import cleaned
from chatdesk.core.markup import Markup, Span, Style, pieces, styled

Raw = Mapping[str, Any]
_STYLES = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.STRIKE: "strike", Style.CODE: "code"}
_BLOCKS = {Style.PRE: "rich_text_preformatted", Style.QUOTE: "rich_text_quote"}
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d)")  # and not `host:443`
BULLET = "•"
INDENT = "   "


# -- read ---------------------------------------------------------------------------------------------------------


class Reader:
    """Reads the blocks of one message; `names`: how the members of the team are called."""

    def __init__(self, team: str, names: Mapping[str, str]) -> None:
        self._team = team
        self._names = names
        self._kinds: Mapping[str, Callable[[Raw], Markup]] = {
            "text": self._text,
            "link": self._link,
            "user": self._user,
            "usergroup": self._usergroup,
            "broadcast": self._broadcast,
            "channel": self._channel,
            "emoji": self._emoji,
            "date": self._date,
            "color": self._color,
        }

    def read(self, blocks: Iterable[Raw]) -> Markup | None:
        """The text of a person's message; None when its blocks are not such."""
        found = [self._block(part) for b in blocks if b.get("type") == "rich_text" for part in b.get("elements", ())]
        if not found:
            return None
        done = found[0]
        for part in found[1:]:
            done = done + ("" if not done.text or done.text.endswith("\n") else "\n") + part
        return done.without_end()

    def _block(self, block: Raw) -> Markup:
        match block.get("type"):
            case "rich_text_list":
                return self._list(block)
            case "rich_text_quote":
                return _over(self._line(block), Style.QUOTE)
            case "rich_text_preformatted":
                return _over(self._line(block), Style.PRE)
            case _:
                return self._line(block)

    def _list(self, block: Raw) -> Markup:
        done = Markup("")
        for number, item in enumerate(block.get("elements", ()), int(block.get("offset") or 0) + 1):
            sign = f"{number}." if block.get("style") == "ordered" else BULLET
            done = done + ("\n" if done.text else "") + f"{INDENT * int(block.get('indent') or 0)}{sign} "
            done = done + self._line(item)
        return done

    def _line(self, block: Raw) -> Markup:
        done = Markup("")
        for element in block.get("elements", ()):
            done = done + self._element(element)
        return done

    def _element(self, element: Raw) -> Markup:
        made = self._kinds.get(str(element.get("type")), _nothing)(element)
        for style, name in _STYLES.items():
            if (element.get("style") or {}).get(name):
                made = _over(made, style)
        return made

    def _text(self, element: Raw) -> Markup:
        return Markup(str(element.get("text") or ""))

    def _link(self, element: Raw) -> Markup:
        url = str(element.get("url") or "")
        return styled(str(element.get("text") or url.removeprefix("mailto:")), Style.LINK, url)

    def _user(self, element: Raw) -> Markup:
        user = str(element.get("user_id"))
        return styled("@" + self._names.get(user, user), Style.MENTION, f"{self._team}/{user}")

    def _usergroup(self, element: Raw) -> Markup:
        group = str(element.get("usergroup_id"))
        return styled("@" + group, Style.MENTION, f"{self._team}/!subteam^{group}")

    def _broadcast(self, element: Raw) -> Markup:
        who = str(element.get("range") or "channel")
        return styled("@" + who, Style.MENTION, f"{self._team}/!{who}")

    def _channel(self, element: Raw) -> Markup:
        return Markup(f"#{element.get('channel_id')}")

    def _emoji(self, element: Raw) -> Markup:
        """The sign itself; a team's own emoji has none, and keeps its name."""
        try:
            return Markup(cleaned("".join(chr(int(code, 16)) for code in str(element["unicode"]).split("-"))))
        except (KeyError, ValueError, OverflowError):
            return Markup(f":{element.get('name')}:")

    def _date(self, element: Raw) -> Markup:
        return Markup(str(element.get("fallback") or ""))

    def _color(self, element: Raw) -> Markup:
        return Markup(str(element.get("value") or ""))


def _nothing(element: Raw) -> Markup:
    return Markup(str(element.get("text") or ""))


def _over(markup: Markup, style: Style) -> Markup:
    text = markup.text
    return Markup(text, (Span(style, 0, len(text)), *markup.spans)) if text else markup


# -- write --------------------------------------------------------------------------------------------------------


def written(markup: Markup, quote: str = "") -> dict[str, Any]:
    """A rich_text block, with words above it that it answers."""
    parts: list[dict[str, Any]] = []
    if quote:
        parts.append({"type": "rich_text_quote", "elements": [{"type": "text", "text": quote}]})
    for text, spans in pieces(markup):
        styles = {s.style: s.target for s in spans}
        kind = next((name for style, name in _BLOCKS.items() if style in styles), "rich_text_section")
        if text and (not parts or parts[-1]["type"] != kind or (quote and len(parts) == 1)):
            parts.append({"type": kind, "elements": []})
        if text:
            parts[-1]["elements"].append(_written(text, styles))
    return {"type": "rich_text", "elements": _apart(parts) or [{"type": "rich_text_section", "elements": []}]}


def _apart(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A quotation and code begin a line of their own: the line break beside them would be a second one."""
    for before, after in pairwise(parts):
        if after["type"] != "rich_text_section":
            _trim(before, -1, str.removesuffix)
        if before["type"] != "rich_text_section":
            _trim(after, 0, str.removeprefix)
    return [part for part in parts if part["elements"]]


def _trim(part: dict[str, Any], at: int, cut: Callable[[str, str], str]) -> None:
    element = part["elements"][at] if part["elements"] else {"type": ""}
    if element["type"] == "text":
        text = cut(element["text"], "\n")
        part["elements"][at] = element | {"text": text}
        if not text:
            del part["elements"][at]


def _written(text: str, styles: Mapping[Style, str]) -> dict[str, Any]:
    if Style.MENTION in styles and not user_of(styles[Style.MENTION]).startswith("!"):
        return {"type": "user", "user_id": user_of(styles[Style.MENTION])}
    style = {_STYLES[s]: True for s in styles if s in _STYLES}
    made: dict[str, Any] = {"type": "text", "text": text}
    if Style.LINK in styles:
        target = styles[Style.LINK]
        made = {"type": "link", "url": target if _SCHEME.match(target) else f"https://{target}", "text": text}
    return made | ({"style": style} if style else {})


def user_of(account: str) -> str:
    """`T1/U2` is user U2 of team T1."""
    return account.rsplit("/", 1)[-1]
