"""Messages in channels: how they are kept, changed and shown; every way to act on one ends here."""

from __future__ import annotations

import secrets
from copy import deepcopy

from .basics import Json
from .core import Core
from .events import emit_message
from .records import TOMBSTONE, Channel, Message


def shown(message: Message, with_metadata: bool = False) -> Json:
    """The message object with what is derived: counts of reactions and of the thread's replies."""
    body = deepcopy(message.body)
    if not with_metadata:
        body.pop("metadata", None)
    if message.replies:
        body |= {"thread_ts": message.ts, "reply_count": len(message.replies), "latest_reply": message.replies[-1]}
    return body


def shown_root(channel: Channel, message: Message, with_metadata: bool = False) -> Json:
    body = shown(message, with_metadata)
    if message.replies:
        authors = [channel.messages[ts].body.get("user", "") for ts in message.replies]
        users = list(dict.fromkeys(a for a in authors if a))
        body |= {"reply_users": users, "reply_users_count": len(users), "subscribed": False, "is_locked": False}
    return body


def living(channel: Channel, ts: object) -> Message | None:
    message = channel.messages.get(str(ts))
    return None if message is None or message.deleted else message


def root_of(channel: Channel, ts: object) -> Message | None:
    """The thread that a ts belongs to; a deleted root still holds its replies."""
    message = channel.messages.get(str(ts))
    if message is None or (message.deleted and not message.replies):
        return None
    return channel.messages.get(message.root_ts)


def add_message(core: Core, channel: Channel, body: Json, root: Message | None = None) -> Message:
    body = {k: v for k, v in body.items() if k != "blocks" or v}
    body = {"type": "message", "ts": core.workspace.new_ts(), "team": core.workspace.team["id"], **body}
    if root is not None:
        body["thread_ts"] = root.ts
        if "user" in root.body:
            body["parent_user_id"] = root.body["user"]
    message = Message(body)
    channel.messages[message.ts] = message
    if root is not None:
        root.replies.append(message.ts)
    emit_message(core, channel, shown(message))
    core.changed()
    return message


def change_message(core: Core, channel: Channel, message: Message, change: Json, editor: str) -> None:
    """https://docs.slack.dev/reference/events/message/message_changed"""
    before = shown(message)
    words_changed = "text" in change and change["text"] != message.body.get("text")
    message.body |= change
    for key in [k for k, v in change.items() if v in ([], {})]:
        message.body.pop(key, None)
    if words_changed:
        message.body["edited"] = {"user": editor, "ts": core.workspace.new_ts()}
    _emit_change(core, channel, before, shown(message))


def delete_message(core: Core, channel: Channel, message: Message) -> None:
    """A root that has replies stays as a tombstone, and its end arrives as a change
    (https://docs.slack.dev/reference/events/message/message_deleted)."""
    before = shown(message)
    _take_away(channel, message)
    if message.replies:
        _emit_change(core, channel, before, shown(message))
        return
    event = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
    _emit_hidden(core, channel, event)


def expire(core: Core, channel: Channel, before: float) -> list[str]:
    """What was written before that time (seconds) is kept no longer, and no event tells of it; the ts of each.

    https://slack.com/help/articles/203457187-Customize-message-and-file-retention
    """
    old = [m for m in channel.messages.values() if not m.deleted and float(m.ts) < before]
    for message in reversed(old):
        _take_away(channel, message)
    core.changed()
    return [m.ts for m in old]


def _take_away(channel: Channel, message: Message) -> None:
    message.deleted = True
    channel.pins = [p for p in channel.pins if p["ts"] != message.ts]
    if message.is_reply:
        channel.messages[message.root_ts].replies.remove(message.ts)
    if message.replies:
        message.body = {
            **{k: message.body[k] for k in ("type", "ts", "team")},
            **{"subtype": "tombstone", "user": "USLACKBOT", "text": TOMBSTONE, "hidden": True},
        }


def _emit_change(core: Core, channel: Channel, before: Json, after: Json) -> None:
    _emit_hidden(core, channel, {"subtype": "message_changed", "message": after, "previous_message": before})


def _emit_hidden(core: Core, channel: Channel, event: Json) -> None:
    emit_message(core, channel, {"type": "message", "hidden": True, "ts": core.workspace.new_ts(), **event})
    core.changed()


def fill_ids(blocks: list[Json]) -> list[Json]:
    """Slack names the blocks and elements that the app did not name."""
    blocks = deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", secrets.token_hex(3))
        elements = block.get("elements", []) if block["type"] == "actions" else []
        for element in (*elements, block.get("accessory"), block.get("element")):
            if element and element["type"] != "image":
                element.setdefault("action_id", secrets.token_hex(3))
    return blocks
