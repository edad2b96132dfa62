"""Outgoing as calls of the Bot API, in its own words: https://core.telegram.org/bots/api#available-methods. Pure."""

from __future__ import annotations

from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.telegram import topics
from chatdesk.adapters.telegram.groups import id_in, is_there
from chatdesk.adapters.telegram.markup import to_entities, without_names
from chatdesk.conversations.phrases import RECEIVED_SIGN
from chatdesk.core.errors import Rejected
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Button, Mark
from chatdesk.desk.channel import Delivery

SIGNS = {Mark.RECEIVED: RECEIVED_SIGN}  # one of https://core.telegram.org/bots/api#reactiontypeemoji
# Those that Telegram writes with a selector for the coloured form, by what they are without it.
COLOURED = {"❤\u200d🔥": "❤\ufe0f\u200d🔥", "🤷\u200d♂": "🤷\u200d♂\ufe0f", "🤷\u200d♀": "🤷\u200d♀\ufe0f"}
NO_PREVIEW = {"is_disabled": True}


def chat_of(room: str) -> int:
    """`main/777` is chat 777 of the bot `main`."""
    chat = room.rsplit("/", 1)[1]
    if not chat.removeprefix("-").isdecimal():
        raise Rejected("the person was erased: nobody is there any more.")
    return int(chat)


def keyboard(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """One button a row, so that the words fit on a phone; an edit without a keyboard takes the old one away."""
    rows = [[{"text": b.label, "callback_data": acts.to_text(b.act)}] for b in buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _reaction(mark: str) -> dict[str, str]:
    if mark.startswith(":"):
        raise Rejected(f"Telegram has no reaction {mark}.")
    return {"type": "emoji", "emoji": SIGNS.get(mark) or COLOURED.get(mark, mark)}


def caption(text: Markup) -> dict[str, Any]:
    entities = to_entities(text)
    return {"caption": text.text} | ({"caption_entities": entities} if entities else {})


def answering(delivery: Delivery) -> dict[str, Any]:
    """Which message it is an answer to, as long as that is still there (#replyparameters)."""
    to = chat_of(delivery.out.to.room)
    if not delivery.answers or not is_there(to, delivery.answers):
        return {}
    return {"reply_parameters": {"message_id": id_in(to, delivery.answers), "allow_sending_without_reply": True}}


def placing(delivery: Delivery) -> dict[str, Any]:
    """Where within the chat it belongs, and which message it is an answer to."""
    return topics.within(delivery) | answering(delivery)


def call(delivery: Delivery) -> tuple[str, dict[str, Any]]:
    """(method, arguments) of all that carries no file; of what was sent with files, the words below them."""
    out = delivery.out
    to = chat_of(out.to.room)
    chat: dict[str, Any] = {"chat_id": to}
    old = chat | {"message_id": id_in(to, delivery.native)} if delivery.native else chat
    if out.marks:
        return "setMessageReaction", old | {"reaction": [] if out.unmark else [_reaction(out.mark)]}
    if out.removes:
        ids = [id_in(to, native) for native in delivery.natives]
        return ("deleteMessages", chat | {"message_ids": ids}) if len(ids) > 1 else ("deleteMessage", old)
    if out.replaces:
        return "editMessageReplyMarkup", old | keyboard(out.buttons)
    text = without_names(out.body.text if out.body else Markup(""))
    if out.body and out.body.passable:
        return "editMessageCaption", old | caption(text) | keyboard(out.buttons)
    words: dict[str, Any] = {"text": text.text, "link_preview_options": NO_PREVIEW}
    if entities := to_entities(text):
        words["entities"] = entities
    if not delivery.native:
        words |= placing(delivery)
    return ("editMessageText" if delivery.native else "sendMessage"), old | words | keyboard(out.buttons)
