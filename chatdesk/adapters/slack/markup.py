"""Markup and Slack's two ways to write it. Pure.

Outward: rich_text blocks, which nothing that a person typed can break out of, and escaped fallback text.
Inward: mrkdwn as Slack sends it, where `&lt;` is a sign and `<...>` a mention or a link.
See https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chatdesk.core.markup import Markup, Style, pieces, styled

_STYLES = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.STRIKE: "strike", Style.CODE: "code", Style.PRE: "code"}
_ANGLE = re.compile(r"<([^<>]+)>")
_SIGNS = re.compile(r"([*_~`])")


def escape(text: str) -> str:
    """The three characters that Slack reads as control."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Text for a mrkdwn field in which no sign styles anything: a zero-width space keeps signs apart."""
    return _SIGNS.sub("\u200b\\1\u200b", escape(text))


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def rich_text(markup: Markup, quote: str = "") -> dict[str, Any]:
    """A rich_text block, with words above it that it answers.

    See https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
    """
    elements = [_element(text, {s.style: s.target for s in spans}) for text, spans in pieces(markup) if text]
    said = [{"type": "rich_text_section", "elements": elements}]
    if quote:
        said.insert(0, {"type": "rich_text_quote", "elements": [{"type": "text", "text": quote}]})
    return {"type": "rich_text", "elements": said}


def _element(text: str, styles: Mapping[Style, str]) -> dict[str, Any]:
    if Style.MENTION in styles and not user_of(styles[Style.MENTION]).startswith("!"):
        return {"type": "user", "user_id": user_of(styles[Style.MENTION])}
    style = {_STYLES[s]: True for s in styles if s in _STYLES}
    made: dict[str, Any] = {"type": "text", "text": text}
    if Style.LINK in styles:
        target = styles[Style.LINK]
        made = {"type": "link", "url": target if "://" in target else f"https://{target}", "text": text}
    return made | ({"style": style} if style else {})


def user_of(account: str) -> str:
    """`T1/U2` is user U2 of team T1."""
    return account.rsplit("/", 1)[-1]


def from_mrkdwn(text: str, team: str, names: Mapping[str, str]) -> Markup:
    """Read what Slack sends: mentions by name, links by their words, all else as typed."""
    done, at = Markup(""), 0
    for found in _ANGLE.finditer(text):
        done += unescape(text[at : found.start()])
        done += _angle(found.group(1), team, names)
        at = found.end()
    return done + unescape(text[at:])


def _angle(inner: str, team: str, names: Mapping[str, str]) -> Markup:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        user = target[1:]
        return styled("@" + names.get(user, unescape(label) or user), Style.MENTION, f"{team}/{user}")
    if target.startswith("#"):
        return Markup("#" + (unescape(label) or target[1:]))
    if target.startswith("!"):
        called = "@" + (unescape(label).lstrip("@") or target[1:].split("^")[0])
        return Markup(called) if target.startswith("!date") else styled(called, Style.MENTION, f"{team}/{target}")
    url = unescape(target)
    return styled(unescape(label) or url.removeprefix("mailto:"), Style.LINK, url)
