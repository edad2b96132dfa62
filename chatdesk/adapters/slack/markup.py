"""Slack's mrkdwn: escaped outward, where no block can be; read inward, where a message has no blocks. Pure.

In what Slack sends `&lt;` is a sign and `<...>` a mention or a link.
See https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chatdesk.core.markup import Markup, Style, styled

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
