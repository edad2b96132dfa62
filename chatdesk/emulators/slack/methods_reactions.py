"""reactions.* of the Web API, and what a reaction is (https://docs.slack.dev/reference/methods/reactions.add)."""

from __future__ import annotations

import re

from .basics import Json, Refusal
from .calls import TIER_2, TIER_3, Call, method
from .core import Core
from .events import emit_reaction
from .messages import living, shown
from .records import Channel, Message

# https://slack.com/help/articles/202931348: how many emoji a message takes, of all and of each person.
EMOJI_PER_MESSAGE = 50
EMOJI_PER_PERSON = 23
# Which emoji a workspace has is not modelled: a name of the right form exists.
_EMOJI_NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


def _reacted(call: Call) -> tuple[Channel, Message]:
    if not call.text("channel") or not call.text("timestamp"):
        raise Refusal("no_item_specified")
    channel = call.channel()
    message = living(channel, call.text("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    return channel, message


def react(core: Core, channel: Channel, message: Message, user: str, name: str) -> None:
    if not _EMOJI_NAME.fullmatch(name):
        raise Refusal("invalid_name")
    reactions = message.body.get("reactions", [])
    entry = next((r for r in reactions if r["name"] == name), None)
    if entry is not None and user in entry["users"]:
        raise Refusal("already_reacted")
    if sum(user in r["users"] for r in reactions) >= EMOJI_PER_PERSON:
        raise Refusal("too_many_reactions")
    if entry is None:
        if len(reactions) >= EMOJI_PER_MESSAGE:
            raise Refusal("too_many_emoji")
        entry = {"name": name, "users": [], "count": 0}
        message.body["reactions"] = [*reactions, entry]
    entry["users"].append(user)
    entry["count"] += 1
    emit_reaction(core, channel, message.body, user, name, added=True)
    core.changed()


def unreact(core: Core, channel: Channel, message: Message, user: str, name: str) -> None:
    reactions = message.body.get("reactions", [])
    entry = next((r for r in reactions if r["name"] == name and user in r["users"]), None)
    if entry is None:
        raise Refusal("no_reaction")
    entry["users"].remove(user)
    entry["count"] -= 1
    if not entry["users"]:
        reactions.remove(entry)
    if not reactions:
        del message.body["reactions"]
    emit_reaction(core, channel, message.body, user, name, added=False)
    core.changed()


@method("reactions.add", "channel name timestamp", "reactions:write", TIER_3)
def reactions_add(call: Call) -> Json:
    name = call.need("name", "invalid_name").strip(":")
    channel, message = _reacted(call)
    if channel.is_archived:
        raise Refusal("is_archived")
    react(call.core, channel, message, call.core.workspace.app.bot_user_id, name)
    return {}


@method("reactions.remove", "channel name timestamp", "reactions:write", TIER_2)
def reactions_remove(call: Call) -> Json:
    name = call.need("name", "invalid_name").strip(":")
    channel, message = _reacted(call)
    if channel.is_archived:
        raise Refusal("is_archived")
    unreact(call.core, channel, message, call.core.workspace.app.bot_user_id, name)
    return {}


@method("reactions.get", "channel timestamp full", "reactions:read", TIER_3)
def reactions_get(call: Call) -> Json:
    channel, message = _reacted(call)
    return {"type": "message", "channel": channel.id, "message": shown(message)}
