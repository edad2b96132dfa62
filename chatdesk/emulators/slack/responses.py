"""response_url: answering an interaction for half an hour, five times at most.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import time

from .basics import Json, Refusal
from .calls import Call
from .messages import add_message, change_message, delete_message, living, root_of
from .methods_chat import author, content, metadata, whisper
from .records import Channel, Ephemeral, ResponseUrl

MOST_USES = 5
LIVES_SECONDS = 30 * 60
_TAKES = frozenset(
    (
        *("text", "blocks", "attachments", "mrkdwn", "metadata", "thread_ts", "unfurl_links", "unfurl_media"),
        *("response_type", "replace_original", "delete_original"),
    )
)


def respond(call: Call, key: str) -> Json:
    place = call.core.workspace.response_urls.get(key)
    if place is None or time.time() - place.made > LIVES_SECONDS:
        raise _gone("expired_url")
    if place.uses >= MOST_USES:
        raise _gone("used_url")
    unknown = sorted(set(call.arguments) - _TAKES)
    if unknown:
        raise Refusal("invalid_arguments", [f"[ERROR] unknown argument: {u}" for u in unknown])
    channel = call.core.workspace.channels.get(place.channel)
    if channel is None:
        raise Refusal("channel_not_found")
    if call.flag("delete_original"):
        _delete(call, place, channel)
    elif call.flag("replace_original") and place.source_ts:
        _replace(call, place, channel)
    else:
        say(call, channel, place.user)
    place.uses += 1
    return {}


def say(call: Call, channel: Channel, user: str) -> None:
    """A new message: for that user alone unless `response_type` is in_channel."""
    body = {"text": "", **author(call.core), **content(call)}
    thread = call.text("thread_ts")
    if call.text("response_type", "ephemeral") != "in_channel":
        whisper(call.core, channel, user, body, thread)
        return
    root = root_of(channel, thread) if thread else None
    if thread and root is None:
        raise Refusal("thread_not_found")
    add_message(call.core, channel, body | metadata(call), root)


def _whispered(call: Call, place: ResponseUrl) -> Ephemeral | None:
    return next((e for e in call.core.workspace.ephemerals if e.body["ts"] == place.source_ts), None)


def _replace(call: Call, place: ResponseUrl, channel: Channel) -> None:
    change = content(call)
    if place.ephemeral:
        ephemeral = _whispered(call, place)
        if ephemeral is None:
            raise Refusal("message_not_found")
        kept = {k: v for k, v in ephemeral.body.items() if k not in ("text", "blocks", "attachments")}
        ephemeral.body = {**kept, "text": "", **change}
        ephemeral.state = {}
        call.core.changed()
        return
    message = living(channel, place.source_ts)
    if message is None:
        raise Refusal("message_not_found")
    change_message(call.core, channel, message, {"text": "", "blocks": [], **change}, author(call.core)["user"])


def _delete(call: Call, place: ResponseUrl, channel: Channel) -> None:
    if place.ephemeral:
        ephemeral = _whispered(call, place)
        if ephemeral is not None:
            call.core.workspace.ephemerals.remove(ephemeral)
            call.core.changed()
        return
    message = living(channel, place.source_ts)
    if message is None:
        raise Refusal("message_not_found")
    delete_message(call.core, channel, message)


def _gone(error: str) -> Refusal:
    refusal = Refusal(error)
    refusal.status = 404
    return refusal
