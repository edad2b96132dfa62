"""Methods that change and delete messages (https://core.telegram.org/bots/api#updating-messages)."""

from __future__ import annotations

import time
from typing import Any

from . import wire
from .calls import Call, method
from .chats import Chat, Message
from .errors import bad_request
from .keyboards import check_markup
from .markup import read_caption, read_text
from .media import ALBUM_KINDS, MEDIA, WITH_CAPTION, media_kind
from .sending import read_preview
from .sending_files import read_input_media

# https://core.telegram.org/bots/api#deletemessage: "only be deleted if it was sent less than 48 hours ago"
DELETABLE_SECONDS = 48 * 3600
MOST_DELETED = 100  # https://core.telegram.org/bots/api#deletemessages
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_PLACE = {"chat_id": "chat", "message_id": "number"}
_CONTENT = (*MEDIA, "text", "entities", "caption", "caption_entities", "link_preview_options")
_LOOKS = ("has_media_spoiler", "show_caption_above_media")


def _own_message(call: Call, chat: Chat) -> Message:
    """The bot's message to change; only those without a reply keyboard can be (#updating-messages)."""
    message = chat.find(_message_id(call))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != "bot" or message.keyboard is not None:
        raise bad_request("message can't be edited")
    return message


def _message_id(call: Call) -> int:
    if call.get("message_id") is None:
        raise bad_request("message identifier is not specified")
    return int(call.arguments["message_id"])


def _change(call: Call, chat: Chat, message: Message, **fields: Any) -> wire.JsonObject:
    """An inline keyboard that is not given again is gone."""
    if all(message.wire.get(name) == value for name, value in fields.items()):
        raise bad_request(NOT_MODIFIED)
    call.charge(chat)
    changed = {name: value for name, value in {**message.wire, **fields}.items() if value is not None}
    if fields.keys() - {"reply_markup"}:
        changed["edit_date"] = int(time.time())
    message.wire = changed
    call.changed()
    return changed


@method(
    "editMessageText",
    **_PLACE,
    text="text",
    parse_mode="text",
    entities="json",
    link_preview_options="json",
    reply_markup="json",
)
async def edit_message_text(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#editmessagetext"""
    text, entities = read_text(call.get("text") or "", call.get("parse_mode"), call.get("entities"))
    markup = check_markup(call.get("reply_markup") or {}, inline_only=True)
    chat = call.chat()
    message = _own_message(call, chat)
    if "text" not in message.wire:
        raise bad_request("there is no text in the message to edit")
    preview = read_preview(call)
    extra = {"link_preview_options": preview} if preview else {}
    return _change(call, chat, message, text=text, entities=entities or None, reply_markup=markup, **extra)


@method(
    "editMessageCaption",
    **_PLACE,
    caption="text",
    parse_mode="text",
    caption_entities="json",
    show_caption_above_media="truth",
    reply_markup="json",
)
async def edit_message_caption(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#editmessagecaption; no caption takes it away."""
    caption, entities = read_caption(call.get("caption") or "", call.get("parse_mode"), call.get("caption_entities"))
    markup = check_markup(call.get("reply_markup") or {}, inline_only=True)
    chat = call.chat()
    message = _own_message(call, chat)
    if media_kind(message.wire) not in WITH_CAPTION:
        raise bad_request("there is no caption in the message to edit")
    above = call.get("show_caption_above_media") or None
    held = {"caption": caption or None, "caption_entities": entities or None, "show_caption_above_media": above}
    return _change(call, chat, message, **held, reply_markup=markup)


@method("editMessageMedia", **_PLACE, media="json", reply_markup="json")
async def edit_message_media(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#editmessagemedia: a message of an album stays of the album's kind."""
    item = read_input_media(call, call.get("media"))
    markup = check_markup(call.get("reply_markup") or {}, inline_only=True)
    chat = call.chat()
    message = _own_message(call, chat)
    old = media_kind(message.wire)
    allowed = next((kinds for kinds in ALBUM_KINDS if old in kinds), set())
    if "media_group_id" in message.wire and item.kind not in allowed:
        raise bad_request("message can't be edited")
    if old not in WITH_CAPTION and "text" not in message.wire:
        raise bad_request("message can't be edited")
    call.charge(chat)
    rest = {name: value for name, value in message.wire.items() if name not in (*_CONTENT, *_LOOKS, "reply_markup")}
    message.wire = {**rest, **item.content(), "edit_date": int(time.time())}
    if markup:
        message.wire["reply_markup"] = markup
    call.changed()
    return message.wire


@method("editMessageReplyMarkup", **_PLACE, reply_markup="json")
async def edit_message_reply_markup(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    markup = check_markup(call.get("reply_markup") or {}, inline_only=True)
    chat = call.chat()
    return _change(call, chat, _own_message(call, chat), reply_markup=markup)


@method("deleteMessage", **_PLACE)
async def delete_message(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessage: in private chats of both sides, within 48 hours."""
    chat = call.chat()
    message = chat.find(_message_id(call))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(chat, message)
    call.charge()
    chat.delete(message)
    call.changed()
    return True


@method("deleteMessages", chat_id="chat", message_ids="json")
async def delete_messages(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessages: "If some of the specified messages can't be found, they are
    skipped"."""
    ids = call.get("message_ids")
    if not isinstance(ids, list) or not all(type(i) is int for i in ids):
        raise bad_request("can't parse message_ids JSON object")
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    chat = call.chat()
    found = [message for message in map(chat.find, ids) if message]
    for message in found:
        _check_deletable(chat, message)
    call.charge()
    for message in found:
        chat.delete(message)
    call.changed()
    return True


def _check_deletable(chat: Chat, message: Message) -> None:
    """https://core.telegram.org/bots/api#deletemessage: in a group a bot deletes the messages of others, of any age, as
    an administrator who may."""
    if chat.group and message.sender != "bot":
        if "can_delete_messages" not in chat.group.rights:
            raise bad_request("message can't be deleted")
        return
    if message.wire["date"] <= time.time() - DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
