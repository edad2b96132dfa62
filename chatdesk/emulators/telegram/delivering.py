"""What all methods that send a message share: where it goes, what it replies to, its keyboard, the limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import wire
from .calls import Call
from .chats import Chat, Message
from .errors import bad_request
from .keyboards import check_markup
from .markup import parse
from .replies import MOST_QUOTE, find_quote
from .wire import JsonObject

# https://core.telegram.org/bots/api#sendmessage and its siblings
GROUP_COMMON = {
    "chat_id": "chat",
    "disable_notification": "truth",
    "protect_content": "truth",
    "reply_parameters": "json",
    "message_thread_id": "number",
}
COMMON = GROUP_COMMON | {"reply_markup": "json"}
_REPLY_FIELDS = {
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_entities",
    "quote_position",
}


@dataclass(slots=True)
class Sending:
    """A call whose common arguments are right. `more` are the fields that they give the message."""

    call: Call
    chat: Chat
    markup: JsonObject | None = None
    more: JsonObject = field(default_factory=dict)


def prepare(call: Call) -> Sending:
    """Check the common arguments; nothing is sent yet."""
    markup = check_markup(call.get("reply_markup")) if call.get("reply_markup") is not None else None
    chat = call.chat()
    topic = chat.find_topic(call.arguments["message_thread_id"], call.bot) if call.get("message_thread_id") else None
    more = _replied(chat, call.get("reply_parameters"), topic)
    if topic:
        more |= {"message_thread_id": topic, "is_topic_message": True}
    if call.get("protect_content"):
        more["has_protected_content"] = True
    return Sending(call, chat, markup, more)


def deliver(sending: Sending, content: JsonObject) -> JsonObject:
    """Put the message into the chat. The limits were asked before (`Call.charge`)."""
    chat, markup = sending.chat, sending.markup
    inline = markup if markup and "inline_keyboard" in markup else None
    bot = sending.call.bot.user
    made = wire.message(chat.next_message_id(), chat.info, bot, content, reply_markup=inline, **sending.more)
    message = Message(made, "bot", keyboard=None if inline else markup)
    chat.put(message)
    _show_panel(chat, message)
    chat.action = ""
    sending.call.changed()
    return made


def _show_panel(chat: Chat, message: Message) -> None:
    """A reply keyboard stays until another one comes or it is removed (#replykeyboardmarkup, #replykeyboardremove)."""
    if message.keyboard and "keyboard" in message.keyboard:
        chat.panel = message.message_id
    elif message.keyboard and "remove_keyboard" in message.keyboard:
        chat.panel = 0


def _replied(chat: Chat, parameters: Any, topic: int | None) -> JsonObject:
    """The message replied to and the quote of it (https://core.telegram.org/bots/api#replyparameters): it may lie in
    another topic, and `allow_sending_without_reply` is "Always False for replies in another chat or forum topic"."""
    if parameters is None:
        return {}
    if not isinstance(parameters, dict) or type(parameters.get("message_id")) is not int:
        raise bad_request("can't parse reply parameters JSON object")
    for name in parameters.keys() - _REPLY_FIELDS:
        raise bad_request(f"unknown argument '{name}'")
    here = parameters.get("chat_id") in (None, chat.chat_id, str(chat.chat_id))
    message = chat.find(parameters["message_id"]) if here else None
    if message is None:
        gone = chat.messages.get(parameters["message_id"]) if here else None
        elsewhere = gone is not None and gone.wire.get("message_thread_id") != topic
        if parameters.get("allow_sending_without_reply") and not elsewhere:
            return {}
        raise bad_request("message to be replied not found")
    if not parameters.get("quote"):
        return {"reply_to": message.wire}
    return {"reply_to": message.wire, "quote": _quote(message, parameters)}


def _quote(message: Message, parameters: JsonObject) -> JsonObject:
    position = parameters.get("quote_position", 0)
    if not isinstance(parameters["quote"], str) or type(position) is not int:
        raise bad_request("can't parse reply parameters JSON object")
    words, entities = parse(parameters["quote"], parameters.get("quote_parse_mode"), parameters.get("quote_entities"))
    found = find_quote(message.wire, words, entities, position)
    if found is None or len(words) > MOST_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    return found
