"""Groups: whose words are meant for the bot there, who wrote them, and what remains of them. Pure.

In privacy mode (https://core.telegram.org/bots/features#privacy-mode) Telegram passes on little else; without it, or to
an administrator, all that people say to each other, which is none of the desk's business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiogram.enums import ChatType
from aiogram.types import Chat, ChatMemberUnion, Message, MessageEntity

from chatdesk.core.errors import Rejected
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Circle

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
HEARD_BY = "heard_by"  # beside an update of a group: what the bot knew when it heard it
OUTSIDE = ("left", "kicked")
OLD = "the group has become a supergroup since: what was said before can no longer be changed."
_BEFORE_NAME = re.compile(r"[\s,]*$")
_AFTER_NAME = re.compile(r"[\s,:;.!–—-]*")


@dataclass(frozen=True, slots=True)
class Hearer:
    """The bot that hears, and how many people there are in the group; 0: that is not known."""

    id: int
    username: str
    people: int = 0

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Hearer:
        """As it was noted beside the update."""
        known = raw.get(HEARD_BY) or {}
        return cls(known.get("id", 0), known.get("username", ""), known.get("people", 0))


def chat_in(raw: Mapping[str, Any]) -> int | None:
    """The id of the group that a raw update comes from; None when it comes from none, or is malformed."""
    return next((chat["id"] for chat in _chats(raw) if _is_group(chat)), None)


def _chats(raw: Mapping[str, Any]) -> Iterator[Any]:
    for about in raw.values():
        if isinstance(about, Mapping):
            yield about.get("chat")
            message = about.get("message")  # that a pressed button is under
            yield message.get("chat") if isinstance(message, Mapping) else None


def _is_group(chat: Any) -> bool:
    return isinstance(chat, Mapping) and chat.get("type") in GROUPS and isinstance(chat.get("id"), int)


def changes_people(raw: Mapping[str, Any]) -> bool:
    """Whether somebody has come or gone."""
    message = raw.get("message")
    return isinstance(message, Mapping) and any(name in message for name in ("new_chat_members", "left_chat_member"))


def circle_of(chat: Chat, hearer: Hearer) -> Circle:
    return Circle(str(chat.id), chat.title or "a group", hearer.people)


def is_meant(message: Message, hearer: Hearer, commands: Collection[str]) -> bool:
    """Whether it names the bot, answers it, or commands it; `commands`: those that it knows without its name.

    The posts of a linked channel come by themselves and are meant for nobody.
    """
    if message.is_automatic_forward:
        return False
    text, entities = _words(message)
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    command, _, name = first.partition("@")
    if command.startswith("/") and name and name.lower() != hearer.username.lower():
        return False
    if answers(message, hearer):
        return True
    known = command.startswith("/") and (bool(name) or command[1:].lower() in commands)
    return known or any(_names(text, entity, hearer) for entity in entities)


def answers(message: Message, hearer: Hearer) -> bool:
    """Whether it is an answer to a message of the bot's."""
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == hearer.id)


def _words(message: Message) -> tuple[str, list[MessageEntity]]:
    return message.text or message.caption or "", list(message.entities or message.caption_entities or ())


def _names(text: str, entity: MessageEntity, hearer: Hearer) -> bool:
    if entity.type == "text_mention":
        return entity.user is not None and entity.user.id == hearer.id
    return entity.type == "mention" and entity.extract_from(text).lower() == f"@{hearer.username}".lower()


def _places(message: Message, hearer: Hearer) -> Iterator[tuple[int, int]]:
    """Where the bot's name stands, in code points, the last first."""
    text, entities = _words(message)
    for entity in sorted(entities, key=lambda e: -e.offset):
        if _names(text, entity, hearer):
            start = len(text.encode("utf-16-le")[: entity.offset * 2].decode("utf-16-le", errors="ignore"))
            yield start, start + len(entity.extract_from(text))


def without_name(words: Markup, message: Message, hearer: Hearer) -> Markup:
    """The words without the bot's name: whoever wrote it called somebody, and said nothing by it."""
    for start, end in _places(message, hearer):
        if words.text[:start].strip():
            before = _BEFORE_NAME.search(words.text[:start])
            words = words.with_instead(before.start() if before else start, end, "")
        else:
            after = _AFTER_NAME.match(words.text, end)
            words = words.cut(after.end() if after else end, len(words.text))
    return words


def is_inside(member: ChatMemberUnion) -> bool:
    """Whether this member is in the group: https://core.telegram.org/bots/api#chatmember."""
    return member.status not in OUTSIDE and getattr(member, "is_member", True) is not False


# -- ids -------------------------------------------------------------------------------------------------------


def native(chat: int, message: int) -> str:
    """A message's id as the desk keeps it. Those of groups name the chat: a supergroup begins to count anew."""
    return f"{chat}/{message}" if chat < 0 else str(message)


def id_in(chat: int, native: str) -> int:
    """The id that Telegram knows; refused when it is that of a message in the group that this one was before."""
    where, _, message = native.rpartition("/")
    if where and int(where) != chat:
        raise Rejected(f"Not possible in Telegram: {OLD}")
    return int(message)


def is_there(chat: int, native: str) -> bool:
    where = native.rpartition("/")[0]
    return not where or int(where) == chat
