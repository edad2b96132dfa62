"""Words that every part of this package shares."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """The Web API says no: `{"ok": false, "error": error}` (https://docs.slack.dev/apis/web-api/#responses)."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}
        if messages:
            self.answer["response_metadata"] = {"messages": messages}
        self.status = 200
        self.headers: dict[str, str] = {}


class Wrong(Exception):
    """The control surface says no: a person could not do this, so nothing happened (HTTP 400)."""


class Undelivered(Exception):
    """A try to hand something to the app failed; the text is the reason that a retry carries."""


def flag(value: Any) -> bool:
    """Web API booleans arrive as JSON or as form text."""
    return value in (True, "true", "1", 1)
