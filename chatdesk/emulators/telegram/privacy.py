"""What a bot hears in a group (https://core.telegram.org/bots/features#privacy-mode)."""

from __future__ import annotations

from typing import Any

from .chats import Bot, Chat
from .replies import words_of

JsonObject = dict[str, Any]
SERVICE = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id")


def reaches(bot: Bot, chat: Chat, made: JsonObject) -> bool:
    """Administrators and bots without privacy mode hear everything, the others what is meant for them; all hear
    service messages, and a bot that is not in the group hears nothing."""
    group = chat.group
    if group is None:
        return True
    if not group.has_bot:
        return False
    open_ears = group.is_administered or not group.privacy
    return open_ears or any(name in made for name in SERVICE) or is_meant(bot, chat, made)


def is_meant(bot: Bot, chat: Chat, made: JsonObject) -> bool:
    """The published list: "Commands explicitly meant for them (e.g., /command@this_bot). General commands (e.g. /start)
    if the bot was the last bot to send a message to the group. [...] Replies to any messages implicitly or explicitly
    meant for this bot." It leaves out what @BotFather says when the mode is set, that the bot receives messages that
    "mention the bot by username". The bot is the only one in its group here."""
    replied = chat.messages.get(made.get("reply_to_message", {}).get("message_id", 0))
    if replied is not None and (replied.sender == "bot" or replied.meant):
        return True
    text, entities = words_of(made)
    return any(_names(bot, chat, _piece(text, entity), entity) for entity in entities)


def _names(bot: Bot, chat: Chat, words: str, entity: JsonObject) -> bool:
    name = f"@{bot.user['username']}".lower()
    if entity["type"] == "mention":
        return words.lower() == name
    if entity["type"] == "text_mention":
        return bool(entity["user"].get("id") == bot.bot_id)
    if entity["type"] != "bot_command":
        return False
    if "@" in words:
        return words.lower().endswith(name)
    return any(message.sender == "bot" for message in chat.messages.values())


def _piece(text: str, entity: JsonObject) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    begin = 2 * entity["offset"]
    return units[begin : begin + 2 * entity["length"]].decode("utf-16-le", "replace")
