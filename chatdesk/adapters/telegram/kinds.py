"""What a Telegram message holds beside its text: files, and things that other channels have no word for. Pure.

See https://core.telegram.org/bots/api#message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.types import Contact, Dice, Location, Message, Poll, Venue

from chatdesk.core.messages import File

MOST_BYTES = 20 * 1024 * 1024  # that a bot may fetch: https://core.telegram.org/bots/api#getfile
# One message has one of them; an animation comes with a document that is the same file.
FILES = ("photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker")
UNSEEN = ("story", "paid_media", "game", "invoice", "giveaway", "checklist")  # shown to no bot
_NAMES = {"photo": "photo.jpg", "voice": "voice.ogg", "video_note": "video_note.mp4", "video": "video.mp4"}
_TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4"}
MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=16/{0}/{1}"


def files_of(message: Message, bot: str) -> tuple[File, ...]:
    """What is attached; what a bot is not shown has its kind only, and why."""
    kind = next((k for k in FILES if getattr(message, k, None)), None)
    if kind is None:
        return tuple(File(k, fault="unseen") for k in UNSEEN if getattr(message, k, None))
    thing = message.photo[-1] if kind == "photo" and message.photo else getattr(message, kind)
    size = thing.file_size or 0
    return (
        File(
            kind,
            name=getattr(thing, "file_name", None) or _NAMES.get(kind) or f"{kind}{_ending(message, kind)}",
            type=getattr(thing, "mime_type", None) or _TYPES.get(kind, ""),
            size=size,
            source="" if size > MOST_BYTES else f"telegram:{bot}:{thing.file_id}",
            fault="too_big" if size > MOST_BYTES else "",
            sign=thing.file_unique_id,
        ),
    )


def _ending(message: Message, kind: str) -> str:
    if message.sticker and kind == "sticker":
        return ".tgs" if message.sticker.is_animated else ".webm" if message.sticker.is_video else ".webp"
    return ""


def words_of(message: Message) -> str:
    """What is no file and no text, in words: a place, a contact, a poll."""
    said = [words(getattr(message, kind)) for kind, words in _WORDS.items() if getattr(message, kind, None)]
    if message.sticker and message.sticker.emoji:
        said.append(message.sticker.emoji)
    return said[0] if said else ""


def _venue(venue: Venue) -> str:
    return f"📍 {venue.title}, {venue.address}\n{_location(venue.location)}"


def _location(place: Location) -> str:
    live = " (live, as it was when it was sent)" if place.live_period else ""
    where = f"📍 {place.latitude:.6f}, {place.longitude:.6f}{live}"
    return f"{where}\n{MAP.format(place.latitude, place.longitude)}"


def _contact(contact: Contact) -> str:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return f"👤 {name}, {contact.phone_number}"


def _poll(poll: Poll) -> str:
    return "\n".join([f"📊 {poll.question}", *(f"• {option.text}" for option in poll.options)])


def _dice(dice: Dice) -> str:
    return f"{dice.emoji} {dice.value}"


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "venue": _venue,  # comes with a location that is the same place
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}


def origin_of(message: Message) -> str:
    """Who wrote a forwarded message first, and when: https://core.telegram.org/bots/api#messageorigin."""
    origin: Any = message.forward_origin
    if origin is None:
        return ""
    match origin.type:
        case "user":
            who = origin.sender_user.full_name
        case "hidden_user":
            who = origin.sender_user_name
        case "chat":
            who = origin.sender_chat.title or "a chat"
        case _:
            who = origin.chat.title or "a channel"
    signed = getattr(origin, "author_signature", None)
    return f"{who}{f' ({signed})' if signed else ''}, {origin.date:%Y-%m-%d %H:%M} UTC"
