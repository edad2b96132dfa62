"""Outgoing as calls of the Bot API. Pure."""

from __future__ import annotations

from aiogram.enums import ReactionTypeType
from aiogram.methods import EditMessageReplyMarkup, EditMessageText, SendMessage, SetMessageReaction, TelegramMethod
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReactionTypeUnion,
)

from chatdesk.adapters import acts
from chatdesk.adapters.telegram.markup import to_entities, without_names
from chatdesk.conversations.phrases import RECEIVED_SIGN
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Button, Mark
from chatdesk.desk.channel import Delivery

SIGNS = {Mark.RECEIVED: RECEIVED_SIGN}  # one of https://core.telegram.org/bots/api#reactiontypeemoji
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def chat_of(room: str) -> int:
    """`main/777` is chat 777 of the bot `main`."""
    return int(room.rsplit("/", 1)[1])


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """One button a row, so that the words fit on a phone."""
    rows = [[InlineKeyboardButton(text=b.label, callback_data=acts.to_text(b.act))] for b in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def method(delivery: Delivery) -> TelegramMethod[object]:
    out = delivery.out
    chat = chat_of(out.to.room)
    if out.marks:
        signs: list[ReactionTypeUnion] = []
        if not out.unmark:
            signs.append(ReactionTypeEmoji(type=ReactionTypeType.EMOJI, emoji=SIGNS[out.mark]))
        return SetMessageReaction(chat_id=chat, message_id=_id(delivery), reaction=signs)  # type: ignore[return-value]
    if out.replaces:
        return EditMessageReplyMarkup(chat_id=chat, message_id=_id(delivery), reply_markup=keyboard(out.buttons))  # type: ignore[return-value]
    text = without_names(out.body.text if out.body else Markup(""))
    words = {"text": text.text, "entities": to_entities(text) or None, "link_preview_options": NO_PREVIEW}
    shown = {"chat_id": chat, "reply_markup": keyboard(out.buttons), **words}
    if delivery.native:
        return EditMessageText(message_id=_id(delivery), **shown)  # type: ignore[arg-type, return-value]
    return SendMessage(**shown)  # type: ignore[arg-type, return-value]


def _id(delivery: Delivery) -> int:
    return int(delivery.native or 0)
