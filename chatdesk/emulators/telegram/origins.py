"""Where a forwarded message comes from (https://core.telegram.org/bots/api#messageorigin): what the control surface
calls it, and the four objects that stand for it."""

from __future__ import annotations

import time
import zlib
from typing import Any

from .chats import World
from .errors import ControlError
from .wire import sender

JsonObject = dict[str, Any]
_HOW = (
    "forward_from must be a user's id, the name of a user who hides it, "
    '{"chat": title}, or {"channel": title, "message_id": number}; chat and channel may have a signature.'
)


def origin(world: World, given: int | str | JsonObject, date: float | None = None) -> JsonObject:
    """A MessageOrigin: a user's id, a hidden user's name, or an object that names a chat or a channel post."""
    sent = {"date": int(time.time() - 3600 if date is None else date)}
    if isinstance(given, str) and given.strip():
        return {"type": "hidden_user", **sent, "sender_user_name": given}
    if isinstance(given, int):
        if given not in world.users:
            raise ControlError(f"There is no user {given}.")
        return {"type": "user", **sent, "sender_user": sender(world.users[given])}
    if not isinstance(given, dict):
        raise ControlError(_HOW)
    allowed = {"chat", "signature"} if "chat" in given else {"channel", "message_id", "signature", "username"}
    title = given.get("chat") or given.get("channel")
    if not isinstance(title, str) or given.keys() - allowed:
        raise ControlError(_HOW)
    signed = {"author_signature": given["signature"]} if given.get("signature") else {}
    if "chat" in given:
        return {"type": "chat", **sent, "sender_chat": named_chat(title, "supergroup"), **signed}
    if not isinstance(given.get("message_id"), int):
        raise ControlError(_HOW)
    chat = named_chat(title, "channel", given.get("username"))
    return {"type": "channel", **sent, "chat": chat, "message_id": given["message_id"], **signed}


def named_chat(title: str, kind: str, username: str | None = None) -> JsonObject:
    """A chat that the bot is no member of; the same title is the same chat."""
    number = -1_002_000_000_000 - zlib.crc32(f"{kind} {title}".encode()) % 900_000_000
    named = {"username": username} if username else {}
    return {"id": number, "type": kind, "title": title, **named}


def in_words(found: JsonObject) -> str:
    """The origin as a person reads it above a forwarded message."""
    if found["type"] == "user":
        return name_of(found["sender_user"])
    if found["type"] == "hidden_user":
        return str(found["sender_user_name"])
    title = name_of(found.get("sender_chat") or found.get("chat") or {})
    signature = found.get("author_signature")
    return f"{title} ({signature})" if signature else title


def name_of(who: JsonObject) -> str:
    """The name of a user or the title of a chat."""
    return str(who.get("title") or " ".join(n for n in (who.get("first_name"), who.get("last_name")) if n))
