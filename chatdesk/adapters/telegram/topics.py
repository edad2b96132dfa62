"""Topics in a private chat with the bot: places within it, one for each ticket. Pure, but for what is known to be gone.

A bot has them in Threaded Mode: https://core.telegram.org/bots/api#user, `has_topics_enabled`. It opens and renames
them there; closing one is for supergroups alone (#closeforumtopic). Telegram tells no bot that a user has deleted a
topic: the next message into it is refused.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram.enums import ChatType
from aiogram.types import Message

from chatdesk.desk.channel import Delivery

TOPIC = "topic:"  # begins the id of a topic, which may be that of a message as well
NONE = "topic:none:"  # the same where there is none: what is for it is said in the chat itself
GONE = "message thread not found"
DELETED = "message to edit not found"
NOTHING_TO_ANSWER = "message to be replied not found"
FORGET = 3600.0  # seconds until a topic that was gone is tried again


def topic_of(message: Message) -> str | None:
    """The id of the topic that a message lies in. In groups there are other threads, which are no place of ours."""
    if message.chat.type != ChatType.PRIVATE or not message.is_topic_message or not message.message_thread_id:
        return None
    return f"{TOPIC}{message.message_thread_id}"


def answered_in(message: Message) -> Message | None:
    """The message that it answers; the one that tells of a topic's beginning is none."""
    answered = message.reply_to_message
    return None if answered and answered.forum_topic_created else answered


def native_of(made: Any) -> str | None:
    """The id of a topic that was opened; a renaming's answer is True."""
    return f"{TOPIC}{made['message_thread_id']}" if isinstance(made, Mapping) else None


def no_topic(delivery: Delivery) -> str:
    return f"{NONE}{delivery.out.ticket}"


def _thread(native: str | None) -> int | None:
    number = native.removeprefix(TOPIC) if native else ""
    return int(number) if number.isdecimal() else None


def within(delivery: Delivery) -> dict[str, Any]:
    thread = _thread(delivery.thread)
    return {"message_thread_id": thread} if thread else {}


def call(chat: int, delivery: Delivery) -> tuple[str, dict[str, Any]] | None:
    """(method, arguments) that open a topic, or give it another name; None where there is none to be renamed."""
    out = delivery.out
    named: dict[str, Any] = {"chat_id": chat, "name": out.body.text.text if out.body else ""}
    if delivery.native is None:
        return "createForumTopic", named
    thread = _thread(delivery.native)
    return ("editForumTopic", named | {"message_thread_id": thread}) if thread else None


def is_deleted(delivery: Delivery, refusal: str) -> bool:
    """Whether it changes what stood in a topic and went with it: whoever deleted it wants to read it no more."""
    return DELETED in refusal and delivery.out.standing and delivery.thread is not None


class Topics:
    """Those of one bot that are known to be gone."""

    def __init__(self) -> None:
        self._gone: dict[tuple[str, str], float] = {}  # (room, id of the topic) -> monotonic time of a new try

    def reachable(self, delivery: Delivery) -> Delivery:
        """The same, without a topic that is gone."""
        where = (delivery.out.to.room, delivery.thread or "")
        if where in self._gone and self._gone[where] <= time.monotonic():
            del self._gone[where]
        return replace(delivery, thread=None) if where in self._gone else delivery

    def otherwise(self, delivery: Delivery, refusal: str) -> Delivery | None:
        """How else it can be said, after Telegram's refusal; None when it cannot.

        `allow_sending_without_reply` is "always False for replies in another chat or forum topic" (#replyparameters).
        """
        if GONE in refusal and delivery.thread:
            self._gone[delivery.out.to.room, delivery.thread] = time.monotonic() + FORGET
            return replace(delivery, thread=None)
        if NOTHING_TO_ANSWER in refusal and delivery.answers:
            return replace(delivery, answers=None)
        return None
