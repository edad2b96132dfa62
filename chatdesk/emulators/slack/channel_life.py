"""What becomes of a channel: renamed, archived, brought back, deleted, and what is pinned in it.

https://docs.slack.dev/reference/events/channel_archive and its siblings; private channels have group_archive ...
"""

from __future__ import annotations

from .basics import Json, Refusal, Wrong
from .core import Core
from .events import emit
from .messages import add_message
from .messages import expire as expire_messages
from .methods_pins import pin as add_pin
from .methods_pins import unpin as remove_pin
from .people import joined_channel, message_for
from .records import Channel


def _channel(core: Core, user: Json, named: object) -> Channel:
    channel = core.workspace.find_channel(named)
    if channel is None or channel.is_im or not core.workspace.sees(user, channel):
        raise Wrong(f"{user['name']} sees no channel {named}.")
    return channel


def _tell(core: Core, channel: Channel, what: str, event: Json) -> None:
    """Of public channels every app with channels:read hears, of private ones those in them."""
    kind = f"{_prefix(channel)}_{what}"
    emit(core, kind, {"type": kind, **event}, channel if channel.private else None)


def _prefix(channel: Channel) -> str:
    return "group" if channel.private else "channel"


def _say(core: Core, channel: Channel, user: Json, what: str, text: str, **more: str) -> None:
    """The line that Slack writes into the channel (https://docs.slack.dev/reference/events/message#subtypes)."""
    body = {"subtype": f"{_prefix(channel)}_{what}", "user": user["id"], "text": f"<@{user['id']}> {text}", **more}
    add_message(core, channel, body)


async def archive(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = _channel(core, user, given["channel"])
    if channel.is_archived:
        raise Wrong(f"{channel.name} is archived.")
    _say(core, channel, user, "archive", "archived the channel")
    channel.is_archived = True
    _tell(core, channel, "archive", {"channel": channel.id, "user": user["id"], "is_moved": 0})
    core.changed()
    return {}


async def unarchive(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = _channel(core, user, given["channel"])
    if not channel.is_archived:
        raise Wrong(f"{channel.name} is not archived.")
    channel.is_archived = False
    _tell(core, channel, "unarchive", {"channel": channel.id, "user": user["id"]})
    _say(core, channel, user, "unarchive", "un-archived the channel")
    core.changed()
    return {}


async def rename(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    name, old = str(given["name"]).removeprefix("#"), channel.name
    if core.workspace.find_channel(name) is not None:
        raise Wrong(f"There is a channel {name} already.")
    channel.name = name
    channel.previous_names.insert(0, old)
    named = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    named |= {"is_channel": not channel.private, "is_private": channel.private, "is_mpim": False}
    _tell(core, channel, "rename", {"channel": named})
    text = f'has renamed the channel from "{old}" to "{name}"'
    _say(core, channel, user, "name", text, old_name=old, name=name)
    return {}


async def delete(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = _channel(core, user, given["channel"])
    _tell(core, channel, "deleted", {"channel": channel.id, "actor_id": user["id"]})
    del core.workspace.channels[channel.id]
    core.workspace.ephemerals = [e for e in core.workspace.ephemerals if e.channel != channel.id]
    core.changed()
    return {}


async def pin(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    try:
        add_pin(core, channel, message_for(channel, given["ts"]), user["id"])
    except Refusal as refusal:
        raise Wrong(str(refusal)) from refusal
    return {}


async def unpin(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    channel = joined_channel(core, user, given["channel"])
    try:
        remove_pin(core, channel, message_for(channel, given["ts"]), user["id"])
    except Refusal as refusal:
        raise Wrong(str(refusal)) from refusal
    return {}


async def expire(core: Core, given: Json) -> Json:
    """The workspace keeps messages for so long and no longer."""
    channel = core.workspace.find_channel(given["channel"])
    if channel is None:
        raise Wrong(f"There is no channel {given['channel']}.")
    try:
        before = float(given["before"])
    except (TypeError, ValueError) as bad:
        raise Wrong("before: a ts.") from bad
    return {"ts": expire_messages(core, channel, before)}
