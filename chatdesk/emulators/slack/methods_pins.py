"""pins.* of the Web API, and what a pin is (https://docs.slack.dev/reference/methods/pins.add)."""

from __future__ import annotations

import time

from .basics import Json, Refusal
from .calls import TIER_2, Call, method
from .core import Core
from .events import emit
from .messages import living, shown
from .records import Channel, Message


def _item(channel: Channel, entry: Json) -> Json:
    message = channel.messages[entry["ts"]]
    about = {"created": entry["created"], "created_by": entry["created_by"]}
    return {"type": "message", "channel": channel.id, "message": shown(message), **about}


def pin(core: Core, channel: Channel, message: Message, user: str) -> None:
    if any(p["ts"] == message.ts for p in channel.pins):
        raise Refusal("already_pinned")
    entry = {"ts": message.ts, "created": int(time.time()), "created_by": user}
    channel.pins.insert(0, entry)
    message.body["pinned_to"] = [channel.id]
    _tell(core, channel, "pin_added", entry, user)


def unpin(core: Core, channel: Channel, message: Message, user: str) -> None:
    entry = next((p for p in channel.pins if p["ts"] == message.ts), None)
    if entry is None:
        raise Refusal("no_pin")
    channel.pins.remove(entry)
    message.body.pop("pinned_to", None)
    _tell(core, channel, "pin_removed", entry, user)


def _tell(core: Core, channel: Channel, kind: str, entry: Json, user: str) -> None:
    """https://docs.slack.dev/reference/events/pin_added"""
    event = {"type": kind, "user": user, "channel_id": channel.id, "item": _item(channel, entry)}
    emit(core, kind, event | {"pin_count": len(channel.pins)}, channel)
    core.changed()


def _target(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    message = living(channel, call.need("timestamp", "no_item_specified"))
    if message is None:
        raise Refusal("message_not_found")
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel, message


@method("pins.add", "channel timestamp", "pins:write", TIER_2)
def pins_add(call: Call) -> Json:
    pin(call.core, *_target(call), call.core.workspace.app.bot_user_id)
    return {}


@method("pins.remove", "channel timestamp", "pins:write", TIER_2)
def pins_remove(call: Call) -> Json:
    unpin(call.core, *_target(call), call.core.workspace.app.bot_user_id)
    return {}


@method("pins.list", "channel", "pins:read", TIER_2)
def pins_list(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/pins.list"""
    channel = call.channel()
    return {"items": [_item(channel, entry) for entry in channel.pins]}
