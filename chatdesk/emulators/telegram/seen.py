"""A chat as the person in it sees it, for `GET chat` of the control surface."""

from __future__ import annotations

from typing import Any

from .chats import Chat, Message, World
from .media import media_kind, stored_in
from .origins import in_words, name_of

JsonObject = dict[str, Any]
_OTHER_KINDS = ("venue", "location", "contact", "poll", "dice", "story", "paid_media")


def seen_message(world: World, chat: Chat, message: Message) -> JsonObject:
    wire = message.wire
    return {
        "message_id": message.message_id,
        "date": wire["date"],
        "from": message.sender,
        "author": _author(wire),
        "text": wire.get("text"),
        "entities": wire.get("entities", []),
        "buttons": [] if message.deleted else shown_rows(chat, message),
        "reactions": message.reactions,
        "reply_to": wire.get("reply_to_message", {}).get("message_id"),
        "edited": "edit_date" in wire,
        "deleted": message.deleted,
        "topic": wire.get("message_thread_id"),
        "service": _service(wire),
        "media": shown_media(world, wire),
        "caption": wire.get("caption"),
        "caption_entities": wire.get("caption_entities", []),
        "media_group_id": wire.get("media_group_id"),
        "quote": wire.get("quote", {}).get("text"),
        "forward_origin": in_words(wire["forward_origin"]) if "forward_origin" in wire else None,
        "reply_elsewhere": in_words(wire["external_reply"]["origin"]) if "external_reply" in wire else None,
    }


def _author(wire: JsonObject) -> JsonObject:
    """Who a client shows as the sender: the chat where one speaks, else the person or the bot."""
    who = wire.get("sender_chat") or wire.get("from") or wire["chat"]
    return {"id": who["id"], "name": name_of(who)}


def _service(wire: JsonObject) -> str | None:
    """What happened, in the words of a client."""
    if "new_chat_members" in wire:
        return f"{', '.join(name_of(who) for who in wire['new_chat_members'])} joined the group"
    if "left_chat_member" in wire:
        return f"{name_of(wire['left_chat_member'])} left the group"
    if "migrate_to_chat_id" in wire or "migrate_from_chat_id" in wire:
        return "the group became a supergroup"
    for name, words in (("forum_topic_created", "began the topic"), ("forum_topic_edited", "renamed the topic to")):
        if isinstance(wire.get(name), dict):
            return f"{name_of(wire.get('from', {}))} {words} {wire[name].get('name')}"
    return None


def shown_rows(chat: Chat, message: Message) -> list[list[JsonObject]]:
    """The buttons a person sees: inline ones below the message, a reply keyboard while it is up."""
    rows = message.wire.get("reply_markup", {}).get("inline_keyboard", [])
    if message.keyboard and chat.panel == message.message_id:
        rows = message.keyboard["keyboard"]
    return [[{"label": b["text"], "data": b.get("callback_data"), "url": b.get("url")} for b in row] for row in rows]


def shown_media(world: World, wire: JsonObject) -> JsonObject | None:
    """A file with the address where it can be seen, or what another kind of message holds."""
    if stored := stored_in(world.files, wire):
        return {
            "kind": stored.kind,
            "name": stored.name,
            "mime_type": stored.mime_type,
            "size": stored.size,
            "file_unique_id": stored.unique_id,
            "url": f"/control/telegram/file/{stored.unique_id}",
            **stored.facts,
        }
    if kind := media_kind(wire):  # from a raw update: nobody has the file
        return {"kind": kind, **dict.fromkeys(("name", "mime_type", "size", "file_unique_id", "url"))}
    other = next((k for k in _OTHER_KINDS if isinstance(wire.get(k), dict)), None)
    return {"kind": other, **wire[other]} if other else None
