"""What a person posts in a chat: texts, files, albums and the other kinds of message
(https://core.telegram.org/bots/api#message)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import wire
from .attached import items_of, kept
from .chats import Bot, Chat, Message, World
from .errors import ApiError, ControlError
from .html_mode import utf16_length
from .kinds import KINDS, content_of
from .markup import MOST_CAPTION, MOST_TEXT, Entities, check_entities, with_detected
from .media import MEDIA, WITH_CAPTION
from .origins import origin
from .privacy import is_meant, reaches
from .replies import find_quote

JsonObject = dict[str, Any]


@dataclass(slots=True)
class Writer:
    """Who writes where; `more` are the fields that show a channel or an anonymous administrator as the sender."""

    world: World
    bot: Bot
    chat: Chat
    author: JsonObject
    more: JsonObject = field(default_factory=dict)


def queued(bot: Bot, kind: str, body: JsonObject) -> JsonObject:
    """Updates of kinds that the bot did not ask for do not come to be."""
    return {"update_id": bot.queue.add(kind, {kind: body})} if bot.queue.wants(kind) else {}


def find_message(chat: Chat, message_id: int) -> Message:
    message = chat.find(message_id)
    if message is None:
        raise ControlError(f"Message {message_id} is not there (any more).")
    return message


def say(writer: Writer, given: JsonObject) -> JsonObject:
    content = text_of(given["text"], given.get("entities"))
    return _post(writer, content, _setting(writer, given), given.get("date"))


async def send(writer: Writer, given: JsonObject, changed: Callable[[], None]) -> JsonObject:
    """Post a message of any kind; several files make an album, with `pause` seconds between its items."""
    kind, setting = given["kind"], _setting(writer, given)
    if kind in MEDIA:
        items = items_of(kind, given)
        captions = [_caption(item["kind"], item) for item in items]
        contents = [
            {**kept(writer.world, writer.bot, item), **caption} for item, caption in zip(items, captions, strict=True)
        ]
    elif kind in KINDS:
        contents = [{**content_of(kind, given), **_caption(kind, given)}]
    else:
        raise ControlError(f"kind must be one of {', '.join((*MEDIA, *KINDS))}.")
    if len(contents) > 1:
        setting["media_group_id"] = str(13_000_000_000_000_000 + writer.bot.queue.next_id)
    made = []
    for number, content in enumerate(contents):
        if number and given.get("pause"):
            changed()
            await asyncio.sleep(given["pause"])
        made.append(_post(writer, content, setting, given.get("date")))
    ids = [m["update_id"] for m in made if "update_id" in m]
    return {"message_ids": [m["message_id"] for m in made], "update_ids": ids}


def _post(writer: Writer, content: JsonObject, setting: JsonObject, date: float | None) -> JsonObject:
    """Put one message into the chat and tell the bot of it."""
    chat = writer.chat
    chat.started = True
    made = wire.message(chat.next_message_id(), chat.info, writer.author, content, date=date, **setting)
    chat.put(Message(made, "user", meant=chat.group is None or is_meant(writer.bot, chat, made)))
    told = queued(writer.bot, "message", made) if reaches(writer.bot, chat, made) else {}
    return {"message_id": made["message_id"], **told}


def post_service(writer: Writer, content: JsonObject) -> JsonObject:
    """A message that the service writes when something happens in a group; `writer` has done it."""
    return _post(writer, content, dict(writer.more), None)


def _setting(writer: Writer, given: JsonObject) -> JsonObject:
    """The fields around the content: who is shown as the sender, what is answered, where it is forwarded from."""
    if writer.chat.blocked:
        raise ControlError("This user has blocked the bot and has to unblock it first.")
    found = {**writer.more, **_answered(writer, given)}
    answered = found.get("reply_to", {}).get("message_thread_id")
    if topic := given.get("topic", answered):  # an answer lies where that lies which it answers, unless told otherwise
        if topic not in writer.chat.topics or not writer.bot.user.get("has_topics_enabled"):
            raise ControlError(f"There is no topic {topic} in this chat.")
        found |= {"message_thread_id": topic, "is_topic_message": True}
    if "reply_to" in found and topic != answered:
        found |= {"external_reply": _from_elsewhere(found.pop("reply_to"))}
    if "forward_from" in given:
        found["forward_origin"] = origin(writer.world, given["forward_from"])
    return found


def _from_elsewhere(answered: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#externalreplyinfo: a message that "may come from another chat or forum topic";
    its id is told only of supergroups and channels."""
    who = answered.get("from") or answered["chat"]
    return {"origin": {"type": "user", "date": answered["date"], "sender_user": wire.sender(who)}}


def _answered(writer: Writer, given: JsonObject) -> JsonObject:
    """Reply and quote: of a message here, or of one in a chat that the bot does not see (`reply_elsewhere`)."""
    words = given.get("quote")
    if "reply_elsewhere" in given:
        if "reply_to" in given:
            raise ControlError("A message replies to one message.")
        found = origin(writer.world, given["reply_elsewhere"])
        where = {name: found[name] for name in ("chat", "message_id") if name in found}
        quote = {"quote": {"text": words, "position": 0, "is_manual": True}} if words else {}
        return {"external_reply": {"origin": found, **where}, **quote}
    if "reply_to" not in given:
        if words:
            raise ControlError("A quote needs reply_to.")
        return {}
    replied = find_message(writer.chat, given["reply_to"]).wire
    if not words:
        return {"reply_to": replied}
    found = find_quote(replied, words, None) or {}
    if not found:
        raise ControlError(f"Message {given['reply_to']} does not hold the words {words!r}.")
    return {"reply_to": replied, "quote": found}


def text_of(text: str, entities: Any = None) -> JsonObject:
    if not text.strip():
        raise ControlError("A message needs a text.")
    if utf16_length(text.strip()) > MOST_TEXT:
        raise ControlError(f"A message has at most {MOST_TEXT} characters.")
    return wire.with_text(text.strip(), _entities(text, entities))


def caption_of(caption: str, entities: Any = None) -> JsonObject:
    if utf16_length(caption.strip()) > MOST_CAPTION:
        raise ControlError(f"A caption has at most {MOST_CAPTION} characters.")
    return wire.with_caption(caption.strip(), _entities(caption, entities))


def _caption(kind: str, given: JsonObject) -> JsonObject:
    if not given.keys() & {"caption", "caption_entities"}:
        return {}
    if kind not in WITH_CAPTION:
        raise ControlError(f"A {kind} has no caption.")
    return caption_of(given.get("caption", ""), given.get("caption_entities"))


def _entities(text: str, entities: Any) -> Entities:
    """A person's client takes white space off before it counts, so entities need a text without any at its ends."""
    if entities and text != text.strip():
        raise ControlError("A text with entities has no white space at its ends.")
    try:
        return with_detected(text.strip(), check_entities(text, entities or []))
    except ApiError as error:
        raise ControlError(f"entities: {error.description.partition(': ')[2]}.") from None
