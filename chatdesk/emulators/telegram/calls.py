"""One call of the Bot API: the table of methods, the arguments each one takes, and what a method works with."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..pace import Pace
from .chats import Bot, Chat, World
from .errors import bad_request, too_many
from .uploads import Upload

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
BOT_PER_SECOND, BOT_BURST = 30.0, 30.0  # "no more than 30 messages per second" overall
CHAT_PER_SECOND, CHAT_BURST = 1.0, 3.0  # one a second in a chat; "short bursts that go over this limit" are let through
GROUP_PER_SECOND, GROUP_BURST = 20 / 60, 20.0  # "20 messages per minute to the same group"


@dataclass(slots=True)
class Call:
    bot: Bot
    world: World
    pace: Pace
    arguments: dict[str, Any]
    changed: Callable[[], None]
    alive: Callable[[], bool]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        return self.arguments.get(name)

    def chat(self) -> Chat:
        if self.get("chat_id") in (None, ""):
            raise bad_request("chat_id is empty")
        return self.world.writable_chat(self.bot, self.arguments["chat_id"])

    def charge(self, chat: Chat | None = None) -> None:
        """Count this call for the published limits, or refuse it. Called right before the act, as the original does."""
        key, wait = ("telegram", str(self.bot.bot_id)), 0.0
        if chat is not None:
            rate = (CHAT_PER_SECOND, CHAT_BURST) if chat.is_private else (GROUP_PER_SECOND, GROUP_BURST)
            wait = self.pace.wait((*key, str(chat.chat_id)), *rate)
        if not wait:
            wait = self.pace.wait(key, BOT_PER_SECOND, BOT_BURST)
            if wait and chat is not None:
                self.pace.give_back((*key, str(chat.chat_id)))
        if wait:
            raise too_many(wait)


@dataclass(slots=True)
class Described:
    """A result that Telegram answers with a description beside it."""

    result: Any
    description: str


Run = Callable[[Call], Awaitable[Any]]
AnyRun = TypeVar("AnyRun", bound=Run)


@dataclass(slots=True, frozen=True)
class Method:
    name: str
    run: Run
    arguments: dict[str, str]  # name -> "text", "number", "decimal", "truth", "json", "chat" or "file"


METHODS: dict[str, Method] = {}  # by lower-case name: "All methods in the Bot API are case-insensitive."


def method(name: str, /, **arguments: str) -> Callable[[AnyRun], AnyRun]:
    """Register a method with all the arguments it takes. Documented arguments that the emulator cannot play are not
    listed, so that they are refused rather than silently ignored."""

    def register(run: AnyRun) -> AnyRun:
        METHODS[name.lower()] = Method(name, run, arguments)
        return run

    return register


def decode(given: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    """Arguments come as strings (query, forms) or as JSON values; an empty one counts as not given. Telegram ignores
    arguments it does not know; here they are refused, so that misspelt ones are found."""
    for name in given:
        if name not in kinds:
            raise bad_request(f"unknown argument '{name}'")
    return {name: _read(name, value, kinds[name]) for name, value in given.items() if value not in (None, "")}


def attach(given: dict[str, Any], uploads: dict[str, Upload], kinds: dict[str, str]) -> dict[str, Any]:
    """A file may be uploaded under the argument's own name or under any other, which `attach://name` then names;
    Telegram ignores one that nothing names, here it is refused."""
    direct = {name: f"attach://{name}" for name in uploads if kinds.get(name) == "file"}
    words = json.dumps(given)
    for name in uploads.keys() - direct.keys():
        if f"attach://{name}" not in words:
            raise bad_request(f"no argument names the file '{name}'")
    return given | direct


def _read(name: str, value: Any, kind: str) -> Any:
    if kind in ("text", "file"):
        return _text(name, value)
    if kind == "number" or (kind == "chat" and not str(value).startswith("@")):
        return _number(name, value)
    if kind == "decimal":
        return _decimal(name, value)
    if kind == "truth":
        return str(value).lower() in ("true", "1", "yes")
    if kind == "json" and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    return value


def _text(name: str, value: Any) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise bad_request(f'field "{name}" must be of type String')


def _decimal(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise bad_request(f"invalid {name} specified") from None


def _number(name: str, value: Any) -> int:
    try:
        return int(value) if isinstance(value, (str, int)) else int(str(value))
    except ValueError:
        raise bad_request("chat not found" if name == "chat_id" else f"invalid {name} specified") from None
