"""What people do with the messages that are there: each act changes the chat as they see it and makes the bot's
update."""

from __future__ import annotations

import copy
import time
from typing import Any

import telegram
from telegram.constants import ForumIconColor, ForumTopicLimit, ReactionEmoji

from . import wire
from .attached import file_of, kept
from .chats import Bot, Chat, Message, Query, World
from .errors import ControlError
from .media import ALBUM_KINDS, MEDIA, WITH_CAPTION, media_kind
from .posts import Writer, caption_of, find_message, queued, say, text_of
from .privacy import is_meant, reaches
from .seen import shown_rows

_REACTIONS = frozenset(e.value for e in ReactionEmoji)
CHAT_TYPES = ("private", "group", "supergroup", "channel")  # https://core.telegram.org/bots/api#chat
MOST_REACTIONS = 3  # https://core.telegram.org/api/config#reactions-user-max-premium; without Premium it is one
JsonObject = dict[str, Any]


def chat_with(world: World, bot: Bot, user_id: int) -> Chat:
    """The person's chat with the bot; made when it is first needed, "started" when the person writes."""
    if user_id not in world.users:
        raise ControlError(f"There is no user {user_id}.")
    return bot.chats.setdefault(user_id, Chat(wire.private_chat(world.users[user_id])))


def press(writer: Writer, message_id: int, label: str | None, data: str | None) -> JsonObject:
    chat, bot = writer.chat, writer.bot
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
        return say(writer, {"text": fitting[0]["label"]})
    if fitting[0]["data"] is None:
        raise ControlError("This button opens a link; the bot hears nothing of it.")
    bot.last_query += 1
    query_id = str(bot.last_query)
    body = wire.callback_query(query_id, writer.author, message.wire, fitting[0]["data"])
    bot.queries[query_id] = Query(chat.chat_id, time.time())
    return {"callback_query_id": query_id, **queued(bot, "callback_query", body)}


def react(writer: Writer, message_id: int, wanted: list[Any]) -> JsonObject:
    """https://core.telegram.org/bots/api#update: "The bot must be an administrator in the chat"; in private chats it
    gets them too."""
    message = find_message(writer.chat, message_id)
    for emoji in wanted:
        if not isinstance(emoji, str) or emoji not in _REACTIONS:
            raise ControlError(f"{emoji!r} is no reaction that Telegram offers.")
    if len(wanted) > MOST_REACTIONS or len(set(wanted)) < len(wanted):
        raise ControlError(f"A person sets at most {MOST_REACTIONS} different reactions.")
    group = writer.chat.group
    mark = {"from": "user", "user": writer.author["id"]} if group else {"from": "user"}
    mine = [r for r in message.reactions if mark.items() <= r.items()]
    message.reactions = [r for r in message.reactions if r not in mine]
    message.reactions += [{**mark, "emoji": emoji} for emoji in wanted]
    old = [r["emoji"] for r in mine]
    if old == wanted or (group and not group.is_administered):
        return {}
    body = wire.reaction_update(writer.chat.info, message_id, writer.author, old, wanted)
    return queued(writer.bot, "message_reaction", body)


def edit(writer: Writer, message_id: int, given: JsonObject) -> JsonObject:
    """A new text, a new caption, or another file in place of the one that is there."""
    message = find_message(writer.chat, message_id)
    if not _is_own(writer, message):
        raise ControlError("A person can edit only their own messages.")
    changed = _edited(writer, message, given)
    if changed == message.wire:
        raise ControlError("This is the text that the message has already.")
    message.wire = {**changed, "edit_date": int(time.time())}
    if not reaches(writer.bot, writer.chat, message.wire):
        return {}
    message.meant = message.meant or is_meant(writer.bot, writer.chat, message.wire)
    return queued(writer.bot, "edited_message", message.wire)


def _is_own(writer: Writer, message: Message) -> bool:
    author = message.wire.get("from", {}).get("id"), message.wire.get("sender_chat", {}).get("id")
    return message.sender == "user" and author == (writer.author["id"], writer.more.get("sender_chat", {}).get("id"))


def _edited(writer: Writer, message: Message, given: JsonObject) -> JsonObject:
    if ("text" in given) == bool(given.keys() & {"caption", "file"}):
        raise ControlError("An edit has a text, or a caption, a file or both.")
    if "text" in given:
        if "text" not in message.wire:
            raise ControlError("This message has no text.")
        return _without(message.wire, "text", "entities") | text_of(given["text"], given.get("entities"))
    old = media_kind(message.wire)
    if old not in WITH_CAPTION:
        raise ControlError("This message has no caption.")
    wire = message.wire
    if "caption" in given:
        caption = caption_of(given["caption"], given.get("caption_entities"))
        wire = _without(wire, "caption", "caption_entities") | caption
    if "file" in given:
        item = file_of(old, given["file"])
        allowed = next((kinds for kinds in ALBUM_KINDS if old in kinds), set())
        if item["kind"] not in WITH_CAPTION or ("media_group_id" in wire and item["kind"] not in allowed):
            raise ControlError(f"A {item['kind']} cannot take the place of a {old} here.")
        wire = _without(wire, *MEDIA) | kept(writer.world, writer.bot, item)
    return wire


def _without(wire: JsonObject, *names: str) -> JsonObject:
    return {name: value for name, value in wire.items() if name not in names}


def delete(writer: Writer, message_id: int) -> JsonObject:
    """In a private chat a person deletes any message for both sides, in a group their own. Bots are not told:
    https://core.telegram.org/bots/api#update has nothing for it."""
    message, group = find_message(writer.chat, message_id), writer.chat.group
    if group and not _is_own(writer, message) and not group.administrates(writer.author["id"]):
        raise ControlError("A member deletes only their own messages.")
    writer.chat.delete(message)
    return {}


def make_topic(writer: Writer, name: str) -> JsonObject:
    """https://core.telegram.org/bots/api#user, `allows_users_to_create_topics`; a service message tells the bot."""
    _check_topics(writer)
    if not name.strip() or len(name) > ForumTopicLimit.MAX_NAME_LENGTH:
        raise ControlError(f"The name of a topic has 1 to {ForumTopicLimit.MAX_NAME_LENGTH} characters.")
    message_id, thread_id = writer.chat.begin_topic(name.strip())
    content = {"forum_topic_created": {"name": name.strip(), "icon_color": ForumIconColor.BLUE.value}}
    around: JsonObject = {"message_thread_id": thread_id, "is_topic_message": True}
    made = wire.message(message_id, writer.chat.info, writer.author, content, **around)
    writer.chat.started = True
    writer.chat.put(Message(made, "user"))
    return {"topic": thread_id, **queued(writer.bot, "message", made)}


def delete_topic(writer: Writer, thread_id: int) -> JsonObject:
    """With all its messages; bots are not told."""
    _check_topics(writer)
    if thread_id not in writer.chat.topics:
        raise ControlError(f"There is no topic {thread_id} in this chat.")
    writer.chat.delete_topic(thread_id)
    return {}


def _check_topics(writer: Writer) -> None:
    if not writer.bot.user.get("allows_users_to_create_topics"):
        raise ControlError("This bot does not let people make or delete topics.")


def block(world: World, bot: Bot, user_id: int, *, blocked: bool) -> JsonObject:
    chat = chat_with(world, bot, user_id)
    if chat.blocked == blocked:
        raise ControlError(f"This user has {'already' if blocked else 'not'} blocked the bot.")
    if not chat.started:
        raise ControlError("This user never wrote to the bot.")
    chat.blocked = blocked
    pair = [wire.member(bot.user, status) for status in ("member", "kicked")]
    old, new = pair if blocked else reversed(pair)
    body = wire.membership_update(chat.info, world.users[user_id], old, new)
    return queued(bot, "my_chat_member", body)


def learn(world: World, bot: Bot, body: JsonObject) -> None:
    """A raw update brings its chat and message into being, so that the bot can answer there."""
    for thing in body.values():
        held = thing.get("message", thing) if isinstance(thing, dict) else {}
        info = held.get("chat") if isinstance(held, dict) else None
        if not isinstance(info, dict) or type(info.get("id")) is not int or info.get("type") not in CHAT_TYPES:
            continue
        chat = bot.chats.setdefault(info["id"], Chat(info))
        chat.started = True
        author = held.get("from")
        if info["type"] == "private" and isinstance(author, dict) and author.get("id") == info["id"]:
            world.users.setdefault(info["id"], author)
        if held.keys() & {"new_reaction", "reactions"} or not _is_message(held):
            continue
        mine = isinstance(author, dict) and author.get("id") == bot.bot_id
        chat.put(Message(dict(held), "bot" if mine else "user"))


def _is_message(held: JsonObject) -> bool:
    """Whether a raw update holds a message that can be shown, quoted and answered; it may be anything."""
    if type(held.get("message_id")) is not int or type(held.get("date")) is not int or not held["date"]:
        return False
    if not all(isinstance(held.get(name, ""), str) for name in ("text", "caption")):
        return False
    try:
        telegram.Message.de_json(copy.deepcopy(held), None)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return False
    return True
