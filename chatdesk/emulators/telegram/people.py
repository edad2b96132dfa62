"""What the people in the chats do: each act changes the chat as the person sees it and makes the bot's update."""

from __future__ import annotations

import time
from typing import Any

from telegram.constants import ReactionEmoji

from . import wire
from .chats import Bot, Chat, Message, Query, World
from .errors import ControlError
from .posts import Writer, find_message, queued, say, text_of
from .seen import shown_rows

_REACTIONS = frozenset(e.value for e in ReactionEmoji)
JsonObject = dict[str, Any]


def chat_with(world: World, bot: Bot, user_id: int) -> Chat:
    """The person's chat with the bot; made when it is first needed, "started" when the person writes."""
    if user_id not in world.users:
        raise ControlError(f"There is no user {user_id}.")
    return bot.chats.setdefault(user_id, Chat(wire.private_chat(world.users[user_id])))


def press(world: World, bot: Bot, user_id: int, message_id: int, label: str | None, data: str | None) -> JsonObject:
    chat = chat_with(world, bot, user_id)
    message = find_message(chat, message_id)
    if chat.blocked:
        raise ControlError("This user has blocked the bot and has to unblock it first.")
    buttons = [button for row in shown_rows(chat, message) for button in row]
    fitting = [b for b in buttons if (b["label"] == label if label is not None else b["data"] == data)]
    if not fitting:
        raise ControlError(f"Message {message_id} shows no button {label if label is not None else data!r}.")
    if message.keyboard:
        if message.keyboard.get("one_time_keyboard"):
            chat.panel = 0
        return say(Writer(world, bot, chat, world.users[user_id]), {"text": fitting[0]["label"]})
    if fitting[0]["data"] is None:
        raise ControlError("This button opens a link; the bot hears nothing of it.")
    bot.last_query += 1
    query_id = str(bot.last_query)
    body = wire.callback_query(query_id, world.users[user_id], message.wire, fitting[0]["data"])
    bot.queries[query_id] = Query(chat.chat_id, time.time())
    return {"callback_query_id": query_id, **queued(bot, "callback_query", body)}


def react(world: World, bot: Bot, user_id: int, message_id: int, emoji: str) -> JsonObject:
    """The reference says a bot must be an administrator to receive reactions; in private chats it gets them too."""
    chat = chat_with(world, bot, user_id)
    message = find_message(chat, message_id)
    if emoji and emoji not in _REACTIONS:
        raise ControlError(f"{emoji!r} is no reaction that Telegram offers.")
    old = next((r["emoji"] for r in message.reactions if r["from"] == "user"), "")
    message.reactions = [r for r in message.reactions if r["from"] != "user"]
    if emoji:
        message.reactions.append({"from": "user", "emoji": emoji})
    if old == emoji:
        return {}
    body = wire.reaction_update(chat.info, message_id, world.users[user_id], old, emoji)
    return queued(bot, "message_reaction", body)


def edit(world: World, bot: Bot, user_id: int, message_id: int, text: str) -> JsonObject:
    chat = chat_with(world, bot, user_id)
    message = find_message(chat, message_id)
    if message.sender != "user":
        raise ControlError("A person can edit only their own messages.")
    content = text_of(text)
    if content["text"] == message.wire.get("text"):
        raise ControlError("This is the text that the message has already.")
    kept = {k: v for k, v in message.wire.items() if k != "entities"}
    message.wire = {**kept, **content, "edit_date": int(time.time())}
    return queued(bot, "edited_message", message.wire)


def block(world: World, bot: Bot, user_id: int, *, blocked: bool) -> JsonObject:
    chat = chat_with(world, bot, user_id)
    if chat.blocked == blocked:
        raise ControlError(f"This user has {'already' if blocked else 'not'} blocked the bot.")
    if not chat.started:
        raise ControlError("This user never wrote to the bot.")
    chat.blocked = blocked
    body = wire.membership_update(chat.info, world.users[user_id], bot.user, blocked=blocked)
    return queued(bot, "my_chat_member", body)


def learn(world: World, bot: Bot, body: JsonObject) -> None:
    """A raw update brings its chat and message into being, so that the bot can answer there."""
    for thing in body.values():
        held = thing.get("message", thing) if isinstance(thing, dict) else {}
        info = held.get("chat") if isinstance(held, dict) else None
        if not isinstance(info, dict) or not isinstance(info.get("id"), int) or "type" not in info:
            continue
        chat = bot.chats.setdefault(info["id"], Chat(info))
        chat.started = True
        author = held.get("from") or {}
        if info["type"] == "private" and author.get("id") == info["id"]:
            world.users.setdefault(info["id"], author)
        if {"message_id", "date"} <= held.keys() and held["date"] and not ({"new_reaction", "reactions"} & held.keys()):
            mine = author.get("id") == bot.bot_id
            chat.put(Message(dict(held), "bot" if mine else "user"))
