"""Objects of the Bot API, built with python-telegram-bot's models so that a second library checks their shape."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Sequence
from typing import Any

import telegram

from .membership import ADMIN_RIGHTS

JsonObject = dict[str, Any]
# python-telegram-bot writes these as false, Telegram sends them only when they are true
_SERVICE_FLAGS = ("channel_chat_created", "delete_chat_photo", "group_chat_created", "supergroup_chat_created")

_FIELDS: dict[str, list[str]] = {}  # of the library's classes, by their names


def plain(thing: telegram.TelegramObject) -> JsonObject:
    """Only JSON's own types, without the library's enums."""
    result: JsonObject = json.loads(json.dumps(thing.to_dict()))
    return result


def moment(seconds: float | None = None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(int(time.time() if seconds is None else seconds), datetime.UTC)


def user(given: JsonObject) -> telegram.User:
    return telegram.User.de_json(given, None)


def bot_user(
    bot_id: int, username: str, name: str, *, reads_all: bool = False, topics: bool = False, users_topics: bool = False
) -> JsonObject:
    """https://core.telegram.org/bots/api#getme; `reads_all` is a bot without privacy mode, `topics` one with topics in
    its private chats, and `users_topics` one where people make and delete them, too."""
    return plain(
        telegram.User(
            bot_id,
            name,
            True,
            username=username,
            can_join_groups=True,
            can_read_all_group_messages=reads_all,
            supports_inline_queries=False,
            can_connect_to_business=False,
            has_main_web_app=False,
            has_topics_enabled=topics,
            allows_users_to_create_topics=users_topics,
        )
    )


def sender(given: JsonObject) -> JsonObject:
    """A user object as it stands in `from`: what getMe tells beyond that is left out."""
    named = ("id", "is_bot", "first_name", "last_name", "username", "language_code")
    return {k: v for k, v in given.items() if k in named}


def private_chat(person: JsonObject) -> JsonObject:
    names = {k: person.get(k) for k in ("username", "first_name", "last_name")}
    return plain(telegram.Chat(person["id"], telegram.Chat.PRIVATE, **names))


def message(
    message_id: int,
    chat: JsonObject,
    author: JsonObject,
    content: JsonObject,
    *,
    date: float | None = None,
    reply_to: JsonObject | None = None,
    **more: Any,
) -> JsonObject:
    """A Message object; `content` are the fields of its kind, `more` fields that are left out when they are empty."""
    made = {
        "message_id": message_id,
        "date": int(time.time() if date is None else date),
        "chat": {"id": chat["id"], "type": chat["type"]},
        "from": sender(author),
        **content,
        **{name: value for name, value in more.items() if value},
    }
    # A chat and a message replied to may come from a raw update, which stands as it is.
    around = {"chat": chat, "reply_to_message": _shallow(reply_to)} if reply_to else {"chat": chat}
    return {**checked(telegram.Message, made), **around}


def with_text(text: str, entities: list[JsonObject]) -> JsonObject:
    return {"text": text, "entities": entities} if entities else {"text": text}


def with_caption(caption: str, entities: list[JsonObject]) -> JsonObject:
    held: JsonObject = {"caption": caption} if caption else {}
    return {**held, "caption_entities": entities} if entities else held


def checked(model: type[telegram.TelegramObject], given: JsonObject) -> JsonObject:
    """The object, if the second library reads it and writes the same again: what it does not know, or knows otherwise,
    is a fault of the emulator."""
    read = model.de_json(given, None)
    again = without_flags(read.to_dict()) if model is telegram.Message else read.to_dict()
    if again != given or _has_unknown(read):
        raise AssertionError(f"python-telegram-bot reads {given} as {again}")
    return given


def _has_unknown(thing: Any) -> bool:
    """Whether the library put something aside that it has no field for."""
    if isinstance(thing, (list, tuple)):
        return any(_has_unknown(one) for one in thing)
    if not isinstance(thing, telegram.TelegramObject):
        return False
    return bool(thing.api_kwargs) or any(_has_unknown(getattr(thing, name, None)) for name in _fields(type(thing)))


def _fields(model: type[telegram.TelegramObject]) -> list[str]:
    if model.__name__ not in _FIELDS:
        slots = [name for parent in model.__mro__ for name in getattr(parent, "__slots__", ())]
        _FIELDS[model.__name__] = [name for name in slots if not name.startswith("_") and name != "api_kwargs"]
    return _FIELDS[model.__name__]


def without_flags(made: JsonObject) -> JsonObject:
    for flag in _SERVICE_FLAGS:
        made.pop(flag, None)
    if "reply_to_message" in made:
        without_flags(made["reply_to_message"])
    return made


def _shallow(other: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#message: a message that is replied to holds no further reply."""
    return {k: v for k, v in other.items() if k != "reply_to_message"}


def callback_query(query_id: str, person: JsonObject, on: JsonObject, data: str) -> JsonObject:
    chat_instance = str(-(on["chat"]["id"] * 7919 + on.get("from", {}).get("id", 0)))
    made = telegram.CallbackQuery(
        query_id, user(person), chat_instance, message=telegram.Message.de_json(on, None), data=data
    )
    result = plain(made)
    without_flags(result["message"])
    return result


def reaction_update(
    chat: JsonObject, message_id: int, person: JsonObject, old: list[str], new: list[str]
) -> JsonObject:
    """Both lists are required (https://core.telegram.org/bots/api#messagereactionupdated), but python-telegram-bot
    leaves empty lists out, so they are added again."""
    made = telegram.MessageReactionUpdated(
        telegram.Chat.de_json(chat, None),
        message_id,
        moment(),
        [telegram.ReactionTypeEmoji(emoji) for emoji in old],
        [telegram.ReactionTypeEmoji(emoji) for emoji in new],
        user=user(person),
    )
    return {"old_reaction": [], "new_reaction": [], **plain(made)}


def member(person: JsonObject, status: str, rights: Sequence[str] = ()) -> JsonObject:
    """https://core.telegram.org/bots/api#chatmember"""
    made: JsonObject = {"status": status, "user": sender(person)}
    if status == "creator":
        made["is_anonymous"] = False
    if status == "administrator":
        made |= {"can_be_edited": False, "is_anonymous": False, **{right: right in rights for right in ADMIN_RIGHTS}}
    checked(telegram.ChatMember, made | ({"until_date": 1} if status == "kicked" else {}))
    # python-telegram-bot reads the 0 that means "for ever" otherwise, and does not know the newest right yet
    newer: dict[str, JsonObject] = {"kicked": {"until_date": 0}, "administrator": {"can_send_welcome_messages": False}}
    return made | newer.get(status, {})


def membership_update(chat: JsonObject, by: JsonObject, old: JsonObject, new: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#chatmemberupdated"""
    around: JsonObject = {"chat": chat, "from": sender(by), "date": int(time.time())}
    return {**around, "old_chat_member": old, "new_chat_member": new}


def full_chat(chat: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#chatfullinfo"""
    names = {k: chat.get(k) for k in ("title", "username", "first_name", "last_name")}
    gifts = telegram.AcceptedGiftTypes(False, False, False, False, False)
    full = telegram.ChatFullInfo(chat["id"], chat["type"], 0, 11, gifts, **names)
    return plain(full)
