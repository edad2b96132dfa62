"""The kinds of message that hold neither a text nor a file (https://core.telegram.org/bots/api#message)."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Any

from telegram.constants import DiceEmoji, DiceLimit, PollLimit

from .errors import ControlError
from .origins import named_chat

JsonObject = dict[str, Any]

# https://core.telegram.org/bots/api#dice: the highest value of each emoji
DICE = {
    DiceEmoji.DICE.value: DiceLimit.MAX_VALUE_DICE.value,
    DiceEmoji.DARTS.value: DiceLimit.MAX_VALUE_DARTS.value,
    DiceEmoji.BOWLING.value: DiceLimit.MAX_VALUE_BOWLING.value,
    DiceEmoji.BASKETBALL.value: DiceLimit.MAX_VALUE_BASKETBALL.value,
    DiceEmoji.FOOTBALL.value: DiceLimit.MAX_VALUE_FOOTBALL.value,
    DiceEmoji.SLOT_MACHINE.value: DiceLimit.MAX_VALUE_SLOT_MACHINE.value,
}


def content_of(kind: str, given: JsonObject) -> JsonObject:
    """The fields of such a message from what the control surface was given."""
    needed, optional, make = KINDS[kind]
    for name in (FIELDS.keys() & given.keys()) - needed.keys() - optional.keys():
        raise ControlError(f"{name} is not known of a {kind}.")
    for name in needed.keys() - given.keys():
        raise ControlError(f"{name} is missing.")
    return make({name: given[name] for name in (*needed, *optional) if name in given})


def location(given: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#location"""
    if not (-90 <= given["latitude"] <= 90 and -180 <= given["longitude"] <= 180):
        raise ControlError("latitude is -90 to 90, longitude -180 to 180.")
    return {"location": {"latitude": float(given["latitude"]), "longitude": float(given["longitude"])}}


def venue(given: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#message: "when this field is set, the location field will also be set" """
    place = location(given)
    return {**place, "venue": {**place, "title": given["title"], "address": given["address"]}}


def dice(given: JsonObject) -> JsonObject:
    emoji = given.get("emoji", DiceEmoji.DICE.value)
    if emoji not in DICE or not 1 <= given.get("value", 1) <= DICE[emoji]:
        raise ControlError(f"A dice is one of {' '.join(DICE)}; its value is at least 1 and at most what it can show.")
    return {"dice": {"emoji": emoji, "value": given.get("value", random.randint(1, DICE[emoji]))}}  # noqa: S311


def _contact(given: JsonObject) -> JsonObject:
    return {"contact": given}


def _poll(given: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#poll"""
    words, limit = given["options"], PollLimit
    if len(given["question"]) not in range(1, limit.MAX_QUESTION_LENGTH + 1):
        raise ControlError(f"A question has 1 to {limit.MAX_QUESTION_LENGTH.value} characters.")
    if len(words) not in range(1, limit.MAX_OPTION_NUMBER + 1) or not all(
        isinstance(w, str) and len(w) in range(1, limit.MAX_OPTION_LENGTH + 1) for w in words
    ):
        most, longest = limit.MAX_OPTION_NUMBER.value, limit.MAX_OPTION_LENGTH.value
        raise ControlError(f"A poll has 1 to {most} options of 1 to {longest} characters.")
    options = [{"text": w, "voter_count": 0, "persistent_id": str(n)} for n, w in enumerate(words, start=1)]
    settings = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False}
    open_to = {"allows_revoting": True, "members_only": False}
    poll_id = str(5_000_000_000 + zlib.crc32(given["question"].encode()))
    made = {"id": poll_id, "question": given["question"], "options": options, "total_voter_count": 0}
    return {"poll": {**made, **settings, **open_to, "type": "regular"}}


def _story(given: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#story: nothing but whose it is and its number."""
    return {"story": {"chat": named_chat(given.get("title", "Stories"), "channel"), "id": 1}}


def _paid_media(given: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#paidmediapreview: what is not paid for shows only its size."""
    preview = {"type": "preview", "width": 1280, "height": 960}
    return {"paid_media": {"star_count": given.get("stars", 10), "paid_media": [preview]}}


_Kind = tuple[dict[str, type], dict[str, type], Callable[[JsonObject], JsonObject]]
_PLACE: dict[str, type] = {"latitude": float, "longitude": float}
KINDS: dict[str, _Kind] = {  # needed fields, optional ones, what makes the message of them
    "location": (_PLACE, {}, location),
    "venue": ({**_PLACE, "title": str, "address": str}, {}, venue),
    "contact": ({"phone_number": str, "first_name": str}, {"last_name": str, "vcard": str}, _contact),
    "poll": ({"question": str, "options": list}, {}, _poll),
    "dice": ({}, {"emoji": str, "value": int}, dice),
    "story": ({}, {"title": str}, _story),
    "paid_media": ({}, {"stars": int}, _paid_media),
}
FIELDS: dict[str, type] = {n: t for needed, optional, _ in KINDS.values() for n, t in (needed | optional).items()}
