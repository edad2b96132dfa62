"""Events of the Events API: which the app gets, and their envelope (https://docs.slack.dev/apis/events-api)."""

from __future__ import annotations

import secrets
import time

from .basics import Json
from .core import Core
from .records import Channel

_LIFE = ("archive", "unarchive", "rename", "deleted", "left")
# The scope that an event type asks for (https://docs.slack.dev/reference/events).
_SCOPE = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
    "file_deleted": "files:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    **{f"channel_{what}": "channels:read" for what in _LIFE},
    **{f"group_{what}": "groups:read" for what in _LIFE},
}
_LAST_WORDS = ("tokens_revoked", "app_uninstalled")  # all that an app without tokens is still told
_MESSAGE_KIND = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def emit(core: Core, kind: str, event: Json, channel: Channel | None = None) -> str | None:
    """Queue an event when the app asked for its kind and may have it; returns the delivery's id."""
    app, team = core.workspace.app, core.workspace.team
    scope = _SCOPE.get(kind)
    allowed = scope is None or scope in app.scopes
    if app.lost and kind not in _LAST_WORDS:
        return None
    if kind not in app.events or not allowed or (channel is not None and not core.workspace.bot_in(channel)):
        return None
    event = {**event, "event_ts": event.get("event_ts") or event.get("ts") or core.workspace.new_ts()}
    event_id = f"Ev{core.workspace.number('event'):08d}"
    who = {"enterprise_id": None, "team_id": team["id"], "user_id": app.bot_user_id, "is_bot": True}
    payload = {
        "token": app.verification_token,
        "team_id": team["id"],
        "context_team_id": team["id"],
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [{**who, "is_enterprise_install": False}],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": f"4-{secrets.token_hex(16)}",
    }
    core.deliveries.send_event(event_id, str(event["type"]), payload)
    return event_id


def emit_message(core: Core, channel: Channel, message: Json) -> None:
    event = {**message, "channel": channel.id, "channel_type": channel.type}
    emit(core, _MESSAGE_KIND[channel.type], event, channel)
    mention = f"<@{core.workspace.app.bot_user_id}"
    words = str(message.get("text", ""))
    mentions = f"{mention}>" in words or f"{mention}|" in words
    if mentions and "subtype" not in message and "bot_id" not in message and not channel.is_im:
        emit(core, "app_mention", {**message, "type": "app_mention", "channel": channel.id}, channel)


def emit_membership(core: Core, channel: Channel, user: str, joined: bool) -> None:
    """https://docs.slack.dev/reference/events/member_joined_channel

    Of its own leaving the app learns by channel_left.
    """
    letter = "G" if channel.private else "C"
    event: Json = {"user": user, "channel": channel.id, "channel_type": letter, "team": core.workspace.team["id"]}
    if joined:
        emit(core, "member_joined_channel", {"type": "member_joined_channel", **event}, channel)
    elif user == core.workspace.app.bot_user_id:
        kind = "group_left" if channel.private else "channel_left"
        emit(core, kind, {"type": kind, "channel": channel.id})
    else:
        emit(core, "member_left_channel", {"type": "member_left_channel", **event}, channel)


def emit_reaction(core: Core, channel: Channel, message: Json, user: str, name: str, added: bool) -> None:
    """https://docs.slack.dev/reference/events/reaction_added"""
    kind = "reaction_added" if added else "reaction_removed"
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    event = {"type": kind, "user": user, "reaction": name, "item": item}
    if "user" in message:  # what was posted under another name has no author
        event["item_user"] = message["user"]
    emit(core, kind, event, channel)


def emit_file(core: Core, channel: Channel, file_id: str, user: str) -> None:
    """https://docs.slack.dev/reference/events/file_shared"""
    event = {"type": "file_shared", "channel_id": channel.id, "file_id": file_id, "user_id": user}
    emit(core, "file_shared", event | {"file": {"id": file_id}}, channel)


def emit_user(core: Core, user: Json, new: bool) -> None:
    kind = "team_join" if new else "user_change"
    emit(core, kind, {"type": kind, "user": user, "cache_ts": int(time.time())})
