"""The table of Web API methods: what each takes, needs and may be called how often."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .basics import Json, Refusal, flag
from .core import Core
from .records import Channel


@dataclass(frozen=True, slots=True)
class Tier:
    name: str
    per_minute: float
    burst: float


# https://docs.slack.dev/apis/web-api/rate-limits; how large a burst is taken is not published: one minute's worth.
TIER_2 = Tier("tier 2", 20, 20)
TIER_3 = Tier("tier 3", 50, 50)
TIER_4 = Tier("tier 4", 100, 100)
# "chat.postMessage: 1 per second per channel", short bursts above it are taken.
POSTING = Tier("posting", 60, 4)
# auth.test and chat.getPermalink have a special tier: "hundreds of requests per minute".
GENEROUS = Tier("generous", 600, 600)
# apps.connections.open is tier 1 (1 per minute); a burst of reconnecting sockets is let in.
CONNECTING = Tier("tier 1", 1, 10)


@dataclass(slots=True)
class Call:
    core: Core
    arguments: Json

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        value = self.text(name)
        if not value:
            more = [f"[ERROR] missing required field: {name}"] if error == "invalid_arguments" else None
            raise Refusal(error, more)
        return value

    def flag(self, name: str) -> bool:
        return flag(self.arguments.get(name))

    def parsed(self, name: str, error: str) -> Any:
        """An argument that is JSON: as it stands in a JSON body, as text in a form."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as bad:
            raise Refusal(error) from bad

    def channel(self, must_be_in: bool = True) -> Channel:
        """What the bot may see: public channels, and private ones that it is in; to act it must be in them."""
        workspace = self.core.workspace
        channel = workspace.find_channel(self.need("channel", "channel_not_found"))
        if channel is None or (channel.private and not workspace.bot_in(channel)):
            raise Refusal("channel_not_found")
        if must_be_in and not workspace.bot_in(channel):
            raise Refusal("not_in_channel")
        return channel

    def must_have(self, scope: str) -> None:
        granted = self.core.workspace.app.scopes
        if scope not in granted:
            raise Refusal("missing_scope", needed=scope, provided=",".join(granted))

    def limit(self, default: int, most: int) -> int:
        given = self.text("limit")
        if not given:
            return default
        if not given.isdigit() or not 0 < int(given) <= most:
            raise Refusal("invalid_limit")
        return int(given)

    def page(self, items: Sequence[tuple[str, Any]], limit: int, newest_first: bool = False) -> tuple[list[Any], str]:
        """The items from the cursor on, and the next cursor (https://docs.slack.dev/apis/web-api/pagination)."""
        start = _from_cursor(self.text("cursor"))
        if start:
            items = [i for i in items if (i[0] <= start if newest_first else i[0] >= start)]
        rest = items[limit : limit + 1]
        cursor = base64.b64encode(f"next:{rest[0][0]}".encode()).decode() if rest else ""
        return [item for _, item in items[:limit]], cursor


def _from_cursor(cursor: str) -> str:
    if not cursor:
        return ""
    try:
        said = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as bad:
        raise Refusal("invalid_cursor") from bad
    if not said.startswith("next:"):
        raise Refusal("invalid_cursor")
    return said.removeprefix("next:")


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    act: Callable[[Call], Json]
    takes: frozenset[str]
    scope: str | tuple[str, ...]  # one of these must be granted; empty = none
    tier: Tier
    by_app_token: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        if isinstance(self.scope, tuple):
            return self.scope
        return (self.scope,) if self.scope else ()


METHODS: dict[str, Method] = {}


def method(
    name: str, takes: str = "", scope: str | tuple[str, ...] = "", tier: Tier = TIER_3, by_app_token: bool = False
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    def register(act: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(name, act, frozenset(takes.split()), scope, tier, by_app_token)
        return act

    return register
