"""Methods that write, change and delete messages (https://core.telegram.org/bots/api#available-methods and
https://core.telegram.org/bots/api#updating-messages)."""

from __future__ import annotations

import time
from typing import Any

from . import wire
from .calls import Call, method
from .chats import Chat, Message
from .errors import bad_request
from .keyboards import check_markup
from .markup import read_text

# https://core.telegram.org/bots/api#deletemessage: "only be deleted if it was sent less than 48 hours ago"
DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
_REPLY_FIELDS = {"message_id", "chat_id", "allow_sending_without_reply", "quote"}


@method(
    "sendMessage",
    chat_id="chat",
    text="text",
    parse_mode="text",
    entities="json",
    link_preview_options="json",
    disable_notification="truth",
    protect_content="truth",
    reply_parameters="json",
    reply_markup="json",
)
async def send_message(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#sendmessage"""
    text, entities = read_text(call.get("text") or "", call.get("parse_mode"), call.get("entities"))
    markup = check_markup(call.get("reply_markup")) if call.get("reply_markup") is not None else None
    preview = _preview(call)
    chat = call.chat()
    reply_to, quote = _replied(chat, call.get("reply_parameters"))
    call.charge(chat)
    inline = markup if markup and "inline_keyboard" in markup else None
    made = wire.message(
        chat.next_message_id(),
        chat.info,
        call.bot.user,
        wire.with_text(text, entities),
        reply_to=reply_to,
        quote=quote,
        reply_markup=inline,
        has_protected_content=call.get("protect_content"),
        link_preview_options=preview,
    )
    message = Message(made, "bot", keyboard=None if inline else markup)
    chat.put(message)
    _show_panel(chat, message)
    chat.action = ""
    call.changed()
    return made


def _preview(call: Call) -> wire.JsonObject | None:
    """https://core.telegram.org/bots/api#linkpreviewoptions"""
    options = call.get("link_preview_options")
    if options is not None and not isinstance(options, dict):
        raise bad_request("can't parse link preview options JSON object")
    for name in (options or {}).keys() - _PREVIEW_FIELDS:
        raise bad_request(f"unknown argument '{name}'")
    return options or None


def _show_panel(chat: Chat, message: Message) -> None:
    """A reply keyboard stays until another one comes or it is removed (#replykeyboardmarkup, #replykeyboardremove)."""
    if message.keyboard and "keyboard" in message.keyboard:
        chat.panel = message.message_id
    elif message.keyboard and "remove_keyboard" in message.keyboard:
        chat.panel = 0


def _replied(chat: Chat, parameters: Any) -> tuple[wire.JsonObject | None, wire.JsonObject | None]:
    """The message replied to and the quote of it (https://core.telegram.org/bots/api#replyparameters)."""
    if parameters is None:
        return None, None
    if not isinstance(parameters, dict) or type(parameters.get("message_id")) is not int:
        raise bad_request("can't parse reply parameters JSON object")
    for name in parameters.keys() - _REPLY_FIELDS:
        raise bad_request(f"unknown argument '{name}'")
    here = parameters.get("chat_id") in (None, chat.chat_id, str(chat.chat_id))
    message = chat.find(parameters["message_id"]) if here else None
    if message is None:
        if parameters.get("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    words = parameters.get("quote")
    if not words:
        return message.wire, None
    position = message.wire.get("text", "").find(words)
    if position < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message.wire, {"text": words, "position": position, "is_manual": True}


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
    for name, value in fields.items():
        message.wire.pop(name, None)
        if value is not None:
            message.wire[name] = value
    if "text" in fields:
        message.wire["edit_date"] = int(time.time())
    call.changed()
    return message.wire


@method(
    "editMessageText",
    chat_id="chat",
    message_id="number",
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
    preview = _preview(call)
    extra = {"link_preview_options": preview} if preview else {}
    return _change(call, chat, message, text=text, entities=entities or None, reply_markup=markup, **extra)


@method("editMessageReplyMarkup", chat_id="chat", message_id="number", reply_markup="json")
async def edit_message_reply_markup(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    markup = check_markup(call.get("reply_markup") or {}, inline_only=True)
    chat = call.chat()
    return _change(call, chat, _own_message(call, chat), reply_markup=markup)


@method("deleteMessage", chat_id="chat", message_id="number")
async def delete_message(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessage: in private chats of both sides, within 48 hours."""
    chat = call.chat()
    message = chat.find(_message_id(call))
    if message is None:
        raise bad_request("message to delete not found")
    if message.wire["date"] <= time.time() - DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    call.charge()
    message.deleted = True
    if chat.panel == message.message_id:
        chat.panel = 0
    call.changed()
    return True
