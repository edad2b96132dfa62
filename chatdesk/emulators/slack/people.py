"""What people do in channels: post, edit, delete, react, join and leave."""

from __future__ import annotations

from collections.abc import Callable

from .basics import Json, Refusal, Wrong
from .blocks import check_message_blocks
from .composer import compose, text_of
from .core import Core
from .events import emit_membership, emit_user
from .files import post_files
from .messages import add_message, change_message, delete_message, fill_ids, living, root_of
from .methods_lookup import channel_object
from .methods_reactions import react as add_reaction
from .methods_reactions import unreact as remove_reaction
from .people_files import attached
from .records import Channel, Message


def channel_for(core: Core, user: Json, named: object) -> Channel:
    channel = core.workspace.find_channel(named)
    if channel is None or not core.workspace.sees(user, channel):
        raise Wrong(f"{user['name']} sees no channel {named}.")
    return channel


def joined_channel(core: Core, user: Json, named: object) -> Channel:
    channel = channel_for(core, user, named)
    if user["id"] not in channel.members:
        raise Wrong(f"{user['name']} is not in {channel.name}.")
    if channel.is_archived:
        raise Wrong(f"{channel.name} is archived.")
    return channel


def message_for(channel: Channel, ts: object) -> Message:
    message = living(channel, ts)
    if message is None:
        raise Wrong(f"There is no message {ts} in {channel.name or channel.id}.")
    return message


async def put_user(core: Core, given: Json) -> Json:
    new = str(given.get("id", "")) not in core.workspace.users
    if new and not given.get("name"):
        raise Wrong("A new user needs a name.")
    user = core.workspace.put_user(given)
    emit_user(core, user, new)
    core.changed()
    return user


async def put_channel(core: Core, given: Json) -> Json:
    unknown = [m for m in given.get("members", []) if m not in core.workspace.users]
    if unknown:
        raise Wrong(f"There is no user {unknown[0]}.")
    if given.get("id") not in core.workspace.channels and not given.get("name"):
        raise Wrong("A new channel needs a name.")
    channel = core.workspace.put_channel(given)
    core.changed()
    return whole_channel(core, channel)


def whole_channel(core: Core, channel: Channel) -> Json:
    return channel_object(channel, core.workspace.app.bot_user_id) | {"members": channel.members}


async def join(core: Core, given: Json) -> Json:
    """Whoever may invite does; the app's bot is invited the same way."""
    user = core.workspace.users.get(given["user"])
    channel = core.workspace.find_channel(given["channel"])
    if user is None or channel is None:
        raise Wrong(f"There is no user {given['user']} or no channel {given['channel']}.")
    if user["id"] in channel.members:
        raise Wrong(f"{user['name']} is already in {channel.name}.")
    channel.members.append(user["id"])
    emit_membership(core, channel, user["id"], joined=True)
    core.changed()
    return {}


async def presence(core: Core, given: Json) -> Json:
    """Who comes and goes: no event tells of it (https://docs.slack.dev/apis/web-api/user-presence-and-status)."""
    if given["user"] not in core.workspace.users:
        raise Wrong(f"There is no user {given['user']}.")
    if given["presence"] not in ("active", "away"):
        raise Wrong("presence: active or away.")
    (core.workspace.away.discard if given["presence"] == "active" else core.workspace.away.add)(given["user"])
    return {}


async def leave(core: Core, given: Json) -> Json:
    channel = core.workspace.find_channel(given["channel"])
    if channel is None or given["user"] not in channel.members:
        raise Wrong(f"{given['user']} is not in {given['channel']}.")
    channel.members.remove(given["user"])
    emit_membership(core, channel, given["user"], joined=False)
    core.changed()
    return {}


async def post(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    words = _words(given, with_files=bool(given.get("files")))
    root = root_of(channel, given["thread_ts"]) if given.get("thread_ts") else None
    if given.get("thread_ts") and root is None:
        raise Wrong(f"There is no message {given['thread_ts']} in {channel.name}.")
    body: Json = {"user": user["id"], **words}
    shown = attached(core, user["id"], given["files"]) if "files" in given else []
    if user["is_bot"]:
        body["bot_id"] = user["profile"]["bot_id"]
    else:
        body["client_msg_id"] = f"{core.workspace.number('client message'):032x}"
    if shown:
        message = post_files(core, channel, body, shown, root)
        return {"ts": message.ts, "files": [f["id"] for f in shown]}
    return {"ts": add_message(core, channel, body, root).ts}


def _words(given: Json, with_files: bool) -> Json:
    """`text` and `blocks`: what the composer makes of typed words, or the blocks that are given outright; files may
    go without a word."""
    if with_files and not str(given.get("text", "")).strip() and "blocks" not in given:
        return {"text": "", "blocks": []}
    if "text" not in given and "blocks" not in given:
        raise Wrong("Say what: text or blocks is missing.")
    if given.get("blocks") is None:
        text, blocks = compose(str(given.get("text") or ""))
    else:
        try:
            blocks = fill_ids(check_message_blocks(given["blocks"]))
        except Refusal as refusal:
            raise Wrong(f"{refusal}: {refusal.answer.get('response_metadata', {}).get('messages', '')}") from refusal
        text = str(given["text"]) if given.get("text") else text_of(blocks)
    if not text.strip():
        raise Wrong("An empty message cannot be sent.")
    return {"text": text, "blocks": blocks}


def _own(core: Core, given: Json, or_admin: bool = False) -> tuple[Channel, Message]:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    message = message_for(channel, given["ts"])
    if message.body.get("user") != user["id"] and not (or_admin and user["is_admin"]):
        raise Wrong("People change their own messages only.")
    return channel, message


async def edit(core: Core, given: Json) -> Json:
    channel, message = _own(core, given)
    words = _words(given, with_files="files" in message.body)
    if words["text"] != message.body["text"] or given.get("blocks") is not None:  # saved as it was: no change
        change_message(core, channel, message, words, given["user"])
    return {}


async def delete(core: Core, given: Json) -> Json:
    """Admins delete what others wrote, the app's messages too."""
    delete_message(core, *_own(core, given, or_admin=True))
    return {}


async def unfurl(core: Core, given: Json) -> Json:
    """Slack shows what a link leads to: a change of the message that nobody made
    (https://docs.slack.dev/messaging/unfurling-links-in-messages)."""
    channel = core.workspace.find_channel(given["channel"])
    if channel is None:
        raise Wrong(f"There is no channel {given['channel']}.")
    message = message_for(channel, given["ts"])
    link = str(given.get("url") or "https://example.org/")
    preview = {"id": 1, "from_url": link, "original_url": link, "fallback": link, "title": link, "text": "A page."}
    attachments = given.get("attachments", [preview])
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise Wrong("attachments: a list of objects.")
    change_message(core, channel, message, {"attachments": attachments}, "")
    return {}


Reacting = Callable[[Core, Channel, Message, str, str], None]


async def react(core: Core, given: Json) -> Json:
    return _with_reaction(core, given, add_reaction)


async def unreact(core: Core, given: Json) -> Json:
    return _with_reaction(core, given, remove_reaction)


def _with_reaction(core: Core, given: Json, act: Reacting) -> Json:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    message = message_for(channel, given["ts"])
    name = str(given["emoji"]).strip(":")
    try:
        act(core, channel, message, user["id"], name)
    except Refusal as refusal:
        raise Wrong(f"{refusal}: {name}") from refusal
    return {}
