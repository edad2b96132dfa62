"""Acts as short texts, for the data that buttons carry: `resolve?ticket=42`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from chatdesk.core.messages import Act


def to_text(act: Act) -> str:
    return f"{act.name}?{urlencode(act.args)}" if act.args else act.name


def from_text(text: str) -> Act:
    name, _, args = text.partition("?")
    return Act(name, dict(parse_qsl(args)))
