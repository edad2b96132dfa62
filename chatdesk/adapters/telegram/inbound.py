"""Telegram's updates as Incoming. Pure. See https://core.telegram.org/bots/api#update."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ChatType
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InaccessibleMessage,
    MaybeInaccessibleMessageUnion,
    Message,
    MessageEntity,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    ReactionTypeUnion,
    Update,
    User,
)
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chatdesk.adapters import acts
from chatdesk.adapters.telegram import groups, topics
from chatdesk.adapters.telegram.groups import Hearer
from chatdesk.adapters.telegram.kinds import files_of, origin_of, words_of
from chatdesk.adapters.telegram.markup import from_entities
from chatdesk.adapters.texts import digest
from chatdesk.conversations.acts import ACTS
from chatdesk.core.markup import units
from chatdesk.core.messages import Act, Address, Body, Deed, Identity, Incoming

CHANNEL = "telegram"
UPDATES = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")  # asked of Telegram
NEVER = datetime.fromtimestamp(0, UTC)  # Telegram does not tell when a button was pressed
MOST_ID = 200  # characters of what the desk calls it by; Telegram's ids are numbers, or words of some twenty signs
MOST_TEXT = 65_536  # characters: https://core.telegram.org/bots/api#message has 4,096 at most
LINKED = re.compile(r"[A-Za-z0-9_-]{1,64}")  # https://core.telegram.org/bots/features#deep-linking


def to_incoming(raw: Mapping[str, Any], bot: str) -> Incoming | None:
    """What a person did, or None for what is none of the desk's business (channels, service messages, others' talk).

    ValueError: it is malformed.
    """
    said = _did(raw, bot)
    if said and max(len(said.key), len(said.message)) > MOST_ID:
        raise ValueError("not an update as Telegram documents it: an id is too long")
    if said and len(said.body.text.text) > MOST_TEXT:
        raise ValueError("not an update as Telegram documents it: a text is too long")
    return said


def _did(raw: Mapping[str, Any], bot: str) -> Incoming | None:
    update = _parsed(raw)
    number, chat = update.update_id, _chat(update)
    if chat is None or chat.type not in (ChatType.PRIVATE, *groups.GROUPS):
        return None
    if chat.type in groups.GROUPS and groups.chat_in(raw) is None:
        raise ValueError("not an update as Telegram documents it: chat.id: Input should be a valid integer")
    hearer = Hearer.of(raw) if chat.type != ChatType.PRIVATE else None
    said: Incoming | None = None
    if update.message:
        said = _from_message(number, update.message, bot, hearer)
    elif update.edited_message:
        said = _from_edit(number, update.edited_message, bot, hearer)
    elif update.message_reaction:
        said = _from_reaction(number, update.message_reaction, bot)
    elif update.my_chat_member:
        said = _from_membership(number, update.my_chat_member, bot)
    elif update.callback_query and update.callback_query.message:
        said = _from_press(number, update.callback_query, update.callback_query.message, bot)
    if said is None or hearer is None or said.deed is Deed.MOVED:
        return said
    return replace(said, circle=groups.circle_of(chat, hearer))


def _chat(update: Update) -> Chat | None:
    """Where it happened. A button's message may be too old for Telegram to show its text."""
    press = update.callback_query.message if update.callback_query else None
    about = update.message or update.edited_message or update.message_reaction or update.my_chat_member or press
    return about.chat if about else None


def _parsed(raw: Mapping[str, Any]) -> Update:
    """The update, or what is wrong with it: which field and why, without what people wrote in it."""
    try:
        return Update.model_validate(raw)
    except ValidationError as fault:
        faults = fault.errors(include_input=False, include_url=False)
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_without_words(e)}" for e in faults[:5])
    raise ValueError(f"not an update as Telegram documents it: {where}")


def _without_words(fault: ErrorDetails) -> str:
    """What is wrong. Of a kind that there is not, Pydantic's sentence repeats the whole word that was sent."""
    return "a kind that there is not" if fault["type"] == "union_tag_invalid" else fault["msg"]


def update_key(raw: Mapping[str, Any], bot: str) -> str:
    """A name for an update that may be malformed, to park it under."""
    number = raw.get("update_id")
    return f"{CHANNEL}:{bot}:update:{number if type(number) is int else digest(raw)}"


def bot_of(key: str) -> str:
    """The bot that an update came to, by its name."""
    return key.split(":")[1]


def _from_message(update_id: int, message: Message, bot: str, hearer: Hearer | None = None) -> Incoming | None:
    """`hearer`: the bot, in a group."""
    if hearer and (message.migrate_to_chat_id or message.migrate_from_chat_id):
        return _from_move(update_id, message, bot)
    author = _author(message)
    if author is None or (hearer and not groups.is_meant(message, hearer, ACTS)):
        return None
    files = files_of(message, bot)
    text = message.text or message.caption or words_of(message)
    if not text and not files:
        return None  # a service message: pinned, joined, ...
    room = f"{bot}/{message.chat.id}"
    words = from_entities(text, message.entities or message.caption_entities or ())
    if hearer:
        words = groups.without_name(words, message, hearer)
    act, begin = _command(words.text if message.text else "")
    answered = topics.answered_in(message)
    body = Body(words.without_start(begin) if act else words, files, _quote(message), origin_of(message))
    return Incoming(
        key=f"{CHANNEL}:{room}:{message.message_id}",
        at=Address(CHANNEL, room),
        author=author,
        body=_brought(answered, bot) if answered and hearer and body.is_empty and not act else body,
        when=message.date,
        order=update_id,
        native=groups.native(message.chat.id, message.message_id),
        under=topics.topic_of(message),
        act=act,
        about=groups.native(message.chat.id, answered.message_id) if answered else None,
        part_of=f"{CHANNEL}:{room}:album:{message.media_group_id}" if message.media_group_id else "",
        answers_us=hearer is not None and groups.answers(message, hearer),
    )


def _author(message: Message) -> Identity | None:
    """Who wrote it. Whoever speaks for a chat, as anonymous administrators and channels do, is named as that chat
    (https://core.telegram.org/bots/api#message, `sender_chat`); bots are nobody."""
    if message.sender_chat:
        return Identity(CHANNEL, str(message.sender_chat.id), message.sender_chat.title or "a channel")
    if message.from_user is None or message.from_user.is_bot:
        return None
    return _identity(message.from_user)


def _brought(answered: Message, bot: str) -> Body:
    """Who answers somebody with nothing but the bot's name brings that message to the desk."""
    words = from_entities(
        answered.text or answered.caption or words_of(answered), answered.entities or answered.caption_entities or ()
    )
    if answered.from_user is None or (answered.from_user.is_bot and not answered.sender_chat):
        return Body()
    name = answered.sender_chat.title if answered.sender_chat else answered.from_user.full_name
    origin = origin_of(answered) or f"{name}, {answered.date:%Y-%m-%d %H:%M} UTC"
    return Body(words, files_of(answered, bot), origin=origin)


def _from_move(update_id: int, message: Message, bot: str) -> Incoming:
    """A group has become a supergroup, whose id is another; both chats tell of it, and count as one."""
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    return moved(bot, old, new, Identity(CHANNEL, str(old), message.chat.title or "a group"), message.date, update_id)


def moved(bot: str, old: int, new: int, by: Identity, when: datetime, order: int = 0) -> Incoming:
    room = f"{bot}/{old}"
    return Incoming(
        key=f"{CHANNEL}:{room}:moved",
        at=Address(CHANNEL, room),
        author=by,
        body=Body(),
        when=when,
        order=order,
        deed=Deed.MOVED,
        moved_to=f"{bot}/{new}",
    )


def _quote(message: Message) -> str:
    """The words that a message answers: those that were picked out, else the whole message."""
    if message.quote:
        return message.quote.text
    answered = message.reply_to_message
    if answered is None:
        return ""
    words = answered.text or answered.caption or ""
    entities = answered.entities or answered.caption_entities
    ours = bool(answered.from_user and answered.from_user.is_bot)
    return _name_before(words, entities[0]) if ours and entities else words


def _name_before(words: str, first: MessageEntity) -> str:
    """What this desk says begins with the agent's name, bold in a line of its own: in a quote it stands before them."""
    line, _, rest = words.partition("\n")
    is_name = first.type == "bold" and first.offset == 0 and first.length == units(line)
    return f"{line}: {rest}" if is_name and rest else words


def _from_edit(update_id: int, message: Message, bot: str, hearer: Hearer | None = None) -> Incoming | None:
    """A command that is edited into a message, or out of one, is not obeyed: its words are what was changed."""
    said = _from_message(update_id, message, bot, hearer)
    if said is None:
        return None
    words = from_entities(message.text or message.caption or "", message.entities or message.caption_entities or ())
    if hearer:
        words = groups.without_name(words, message, hearer)
    return replace(
        said,
        key=f"{said.key}:edit:{update_id}",
        body=replace(said.body, text=words),
        deed=Deed.EDITED,
        native=None,
        about=groups.native(message.chat.id, message.message_id),
        act=None,
    )


def _from_reaction(update_id: int, reaction: MessageReactionUpdated, bot: str) -> Incoming | None:
    if reaction.user is None:  # an anonymous administrator or a channel reacts
        return None
    new, old = _signs(reaction.new_reaction), _signs(reaction.old_reaction)
    room = f"{bot}/{reaction.chat.id}"
    return Incoming(
        key=f"{CHANNEL}:{room}:{reaction.message_id}:reaction:{update_id}",
        at=Address(CHANNEL, room),
        author=_identity(reaction.user),
        body=Body(),
        when=reaction.date,
        order=update_id,
        deed=Deed.REACTED,
        about=groups.native(reaction.chat.id, reaction.message_id),
        signs=tuple(sign for sign in new if sign not in old),
        signs_off=tuple(sign for sign in old if sign not in new),
    )


def _signs(reactions: Sequence[ReactionTypeUnion]) -> tuple[str, ...]:
    """Emoji; those of a user's own making have no sign elsewhere."""
    return tuple(r.emoji for r in reactions if isinstance(r, ReactionTypeEmoji))


def _from_membership(update_id: int, change: ChatMemberUpdated, bot: str) -> Incoming | None:
    """In a private chat: the user has blocked the bot or unblocked it (https://core.telegram.org/bots/api#update).

    In a group: it was let in or removed; other rights than before are no news.
    """
    left = not groups.is_inside(change.new_chat_member)
    if change.chat.type != ChatType.PRIVATE and left is not groups.is_inside(change.old_chat_member):
        return None
    room = f"{bot}/{change.chat.id}"
    return Incoming(
        key=f"{CHANNEL}:{room}:member:{update_id}",
        at=Address(CHANNEL, room),
        author=_identity(change.from_user),
        body=Body(),
        when=change.date,
        order=update_id,
        deed=Deed.LEFT if left else Deed.RETURNED,
    )


def _from_press(update_id: int, press: CallbackQuery, message: MaybeInaccessibleMessageUnion, bot: str) -> Incoming:
    return Incoming(
        key=f"{CHANNEL}:{bot}:press:{press.id}",
        at=Address(CHANNEL, f"{bot}/{message.chat.id}"),
        author=_identity(press.from_user),
        body=Body(),
        when=NEVER if isinstance(message, InaccessibleMessage) else message.date,
        order=update_id,
        under=topics.topic_of(message) if isinstance(message, Message) else None,
        act=acts.from_text(press.data or ""),
    )


def _command(text: str) -> tuple[Act | None, int]:
    """(what a message asks for, where the words that belong to it begin): `/new@desk_bot where is my data`.

    `/start` with one word is what Telegram sends for a link to the bot: nobody wrote that word.
    """
    first, *rest = text.split(maxsplit=1) or [""]
    name = first.removeprefix("/").split("@")[0].lower()
    if not text.startswith("/") or not name.replace("_", "").isalnum():
        return None, 0
    linked = name == "start" and LINKED.fullmatch("".join(rest))
    return Act(name), len(text) if linked else len(first)


def _identity(user: User) -> Identity:
    return Identity(CHANNEL, str(user.id), user.full_name, user.language_code)
