"""chat.* of the Web API."""

from __future__ import annotations

from .basics import Json, Refusal
from .blocks import check_message_blocks
from .calls import GENEROUS, POSTING, TIER_3, TIER_4, Call, method
from .core import Core
from .messages import add_message, change_message, delete_message, fill_ids, living, root_of, shown
from .records import Channel, Ephemeral, Message

TEXT_MOST = 40_000  # https://docs.slack.dev/reference/methods/chat.postMessage: msg_too_long
_LOOK = "username icon_emoji icon_url"
_CONTENT = "channel text blocks attachments thread_ts link_names parse mrkdwn as_user"


def content(call: Call, needs_some: bool = True) -> Json:
    """Text, blocks and attachments of a message; only what was given."""
    body: Json = {}
    if call.arguments.get("blocks") is not None:
        body["blocks"] = fill_ids(check_message_blocks(call.parsed("blocks", "invalid_blocks_format")))
    if call.arguments.get("attachments") is not None:
        attachments = call.parsed("attachments", "invalid_attachments")
        if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
            raise Refusal("invalid_attachments")
        for attachment in attachments:
            check_message_blocks(attachment.get("blocks", []))
        body["attachments"] = attachments
    if call.arguments.get("text") is not None:
        body["text"] = call.text("text")
        if len(body["text"]) > TEXT_MOST:
            raise Refusal("msg_too_long")
    if needs_some and not any(body.get(k, "") for k in ("text", "blocks", "attachments")):
        raise Refusal("no_text")
    return body


def metadata(call: Call) -> Json:
    """https://docs.slack.dev/messaging/message-metadata"""
    if call.arguments.get("metadata") is None:
        return {}
    given = call.parsed("metadata", "invalid_metadata_format")
    if given == {}:
        return {"metadata": {}}
    fits = isinstance(given, dict) and set(given) == {"event_type", "event_payload"}
    if not fits or not isinstance(given["event_type"], str) or not isinstance(given["event_payload"], dict):
        raise Refusal("invalid_metadata_format")
    return {"metadata": given}


def author(core: Core) -> Json:
    app, team = core.workspace.app, core.workspace.team
    profile = {"id": app.bot_id, "app_id": app.id, "name": app.name, "team_id": team["id"], "deleted": False}
    return {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}


def look(call: Call) -> Json:
    """Another name or picture needs its own scope (https://docs.slack.dev/reference/scopes/chat.write.customize)
    and makes the message a `bot_message` without a user (https://docs.slack.dev/reference/events/message/bot_message)."""
    given = {k: call.text(k) for k in _LOOK.split() if call.text(k)}
    if not given:
        return author(call.core)
    call.must_have("chat:write.customize")
    app = call.core.workspace.app
    icons = {k.removeprefix("icon_"): v for k, v in given.items() if k != "username"}
    icons = {"emoji" if k == "emoji" else "image_48": v for k, v in icons.items()}
    body: Json = {"subtype": "bot_message", "bot_id": app.bot_id, "app_id": app.id}
    body["username"] = given.get("username", app.name)
    return body | ({"icons": icons} if icons else {})


def _target(call: Call) -> Channel:
    workspace = call.core.workspace
    named = call.need("channel", "channel_not_found")
    if named in workspace.users:
        channel = workspace.direct(named)
    else:
        public = "chat:write.public" in workspace.app.scopes
        channel = call.channel(must_be_in=not public)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def _thread(call: Call, channel: Channel) -> Message | None:
    if not call.text("thread_ts"):
        return None
    root = root_of(channel, call.text("thread_ts"))
    if root is None:
        raise Refusal("thread_not_found")
    return root


@method(
    "chat.postMessage",
    f"{_CONTENT} {_LOOK} metadata reply_broadcast unfurl_links unfurl_media",
    "chat:write",
    POSTING,
)
def post_message(call: Call) -> Json:
    channel = _target(call)
    body = {"text": "", **look(call), **content(call), **metadata(call)}
    root = _thread(call, channel)
    if root is not None and call.flag("reply_broadcast"):
        body["subtype"] = "thread_broadcast"
    message = add_message(call.core, channel, body, root)
    return {"channel": channel.id, "ts": message.ts, "message": shown(message, with_metadata=True)}


@method("chat.postEphemeral", f"{_CONTENT} {_LOOK} user", "chat:write", TIER_4)
def post_ephemeral(call: Call) -> Json:
    channel = _target(call)
    user = call.need("user", "user_not_in_channel")
    if user not in channel.members or call.core.workspace.users[user]["deleted"]:
        raise Refusal("user_not_in_channel")
    body = {"text": "", **look(call), **content(call)}
    root = _thread(call, channel)
    return {"message_ts": whisper(call.core, channel, user, body, root.ts if root else "")}


def whisper(core: Core, channel: Channel, user: str, body: Json, thread_ts: str = "") -> str:
    """A message that one user sees, until it is replaced or removed; no event tells of it."""
    ts = core.workspace.new_ts()
    body = {"type": "message", "ts": ts, **body} | ({"thread_ts": thread_ts} if thread_ts else {})
    core.workspace.ephemerals.append(Ephemeral(channel.id, user, body))
    core.changed()
    return ts


def _own(call: Call, error: str) -> tuple[Channel, Message]:
    channel = call.channel(must_be_in=False)
    message = living(channel, call.need("ts", "message_not_found"))
    if message is None:
        raise Refusal("message_not_found")
    if message.body.get("bot_id") != call.core.workspace.app.bot_id:
        raise Refusal(error)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel, message


@method(
    "chat.update",
    "channel ts text blocks attachments metadata link_names parse as_user reply_broadcast",
    "chat:write",
    TIER_3,
)
def update(call: Call) -> Json:
    """Fields that are not given stay as they are, an empty array removes
    (https://docs.slack.dev/reference/methods/chat.update)."""
    channel, message = _own(call, "cant_update_message")
    change = content(call, needs_some=not _keeps_content(call)) | metadata(call)
    change_message(call.core, channel, message, change, call.core.workspace.app.bot_user_id)
    return {"channel": channel.id, "ts": message.ts, "text": message.body["text"], "message": shown(message, True)}


def _keeps_content(call: Call) -> bool:
    """An update may be of the metadata alone."""
    return call.arguments.get("metadata") is not None and call.arguments.get("blocks") is None


@method("chat.delete", "channel ts as_user", "chat:write", TIER_3)
def delete(call: Call) -> Json:
    channel, message = _own(call, "cant_delete_message")
    delete_message(call.core, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "channel message_ts", tier=GENEROUS)
def permalink(call: Call) -> Json:
    channel = call.channel(must_be_in=False)
    message = living(channel, call.need("message_ts", "message_not_found"))
    if message is None:
        raise Refusal("message_not_found")
    domain = call.core.workspace.team["domain"]
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.root_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
