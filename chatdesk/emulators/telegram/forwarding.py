"""Messages passed on: forwarded with their origin, or copied without it
(https://core.telegram.org/bots/api#forwardmessage, #copymessage)."""

from __future__ import annotations

from typing import Any

from . import wire
from .calls import Call, method
from .delivering import COMMON, GROUP_COMMON, deliver, prepare
from .errors import bad_request
from .markup import read_caption
from .media import MEDIA, WITH_CAPTION, media_kind
from .wire import JsonObject

_PASSED_ON = (
    *(*MEDIA, "text", "entities", "caption", "caption_entities", "has_media_spoiler", "show_caption_above_media"),
    *("location", "venue", "contact", "poll", "dice", "story", "link_preview_options"),
)
_SOURCE = {"from_chat_id": "chat", "message_id": "number"}
_FORWARDED = {name: kind for name, kind in GROUP_COMMON.items() if name != "reply_parameters"}
_UNCOPIED = ("story", "paid_media")  # "... paid media messages ... can't be copied", and stories have no method to send


def _source(call: Call, verb: str) -> JsonObject:
    """The message to pass on, from a chat that the bot sees; "messages with protected content can't be forwarded"."""
    if call.get("from_chat_id") is None:
        raise bad_request("from_chat_id is empty")
    chat = call.world.writable_chat(call.bot, call.arguments["from_chat_id"])
    message = chat.find(call.get("message_id") or 0)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.wire.get("has_protected_content") or not _content(message.wire):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message.wire


def _content(message: JsonObject) -> JsonObject:
    return {name: message[name] for name in _PASSED_ON if name in message}


def _origin(message: JsonObject) -> Any:
    """Whoever wrote it first (https://core.telegram.org/bots/api#messageorigin)."""
    if "forward_origin" in message:
        return message["forward_origin"]
    if "sender_chat" in message:
        return {"type": "chat", "date": message["date"], "sender_chat": message["sender_chat"]}
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}


@method("forwardMessage", **_FORWARDED, **_SOURCE)
async def forward_message(call: Call) -> JsonObject:
    source = _source(call, "forward")
    sending = prepare(call)
    call.charge(sending.chat)
    sending.more["forward_origin"] = _origin(source)
    return deliver(sending, _content(source))


@method("copyMessage", **COMMON, **_SOURCE, caption="text", parse_mode="text", caption_entities="json")
async def copy_message(call: Call) -> JsonObject:
    """ "If not specified, the original caption is kept"; it answers a MessageId."""
    source = _source(call, "copy")
    if any(name in source for name in _UNCOPIED):
        raise bad_request("message can't be copied")
    content = _content(source)
    if "caption" in call.arguments and media_kind(source) in WITH_CAPTION:
        kept = {name: value for name, value in content.items() if name not in ("caption", "caption_entities")}
        read = read_caption(call.get("caption"), call.get("parse_mode"), call.get("caption_entities"))
        content = kept | wire.with_caption(*read)
    sending = prepare(call)
    call.charge(sending.chat)
    return {"message_id": deliver(sending, content)["message_id"]}
