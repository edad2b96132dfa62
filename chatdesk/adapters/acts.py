"""Acts as short texts, for the data that buttons carry: `resolve?ticket=42`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from chatdesk.adapters.texts import cleaned
from chatdesk.core.messages import Act


def to_text(act: Act) -> str:
    return f"{act.name}?{urlencode(act.args)}" if act.args else act.name


def from_text(text: str) -> Act:
    """Whatever the text is: a client of Telegram's may send any (https://core.telegram.org/bots/api#callbackquery)."""
    name, _, args = text.partition("?")
    return Act(name, {key: cleaned(value) for key, value in parse_qsl(args)})
