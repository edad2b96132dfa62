"""Methods that send files and albums (https://core.telegram.org/bots/api#sending-files)."""

from __future__ import annotations

from functools import partial
from typing import Any

from .calls import Call, decode, method
from .delivering import COMMON, GROUP_COMMON, deliver, prepare
from .errors import bad_request
from .files import StoredFile
from .markup import read_caption
from .media import ALBUM_KINDS, media_fields
from .picking import keep, pick
from .uploads import Upload
from .wire import JsonObject, with_caption

ALBUM_ITEMS = range(2, 11)  # https://core.telegram.org/bots/api#sendmediagroup: "must include 2-10 items"
_CAPTION = {"caption": "text", "parse_mode": "text", "caption_entities": "json"}
_LOOKS = {"show_caption_above_media": "truth", "has_spoiler": "truth"}
_SIDES = {"width": "number", "height": "number", "duration": "number"}
_TOLD = {"duration": "number", "performer": "text", "title": "text"}
# What a method takes beside the common arguments and the file itself; the same stands in its InputMedia object.
OPTIONS: dict[str, dict[str, str]] = {
    "photo": _CAPTION | _LOOKS,
    "document": _CAPTION | {"disable_content_type_detection": "truth"},
    "video": _CAPTION | _LOOKS | _SIDES | {"supports_streaming": "truth"},
    "animation": _CAPTION | _LOOKS | _SIDES,
    "audio": _CAPTION | _TOLD,
    "voice": _CAPTION | {"duration": "number"},
    "video_note": {"duration": "number", "length": "number"},
    "sticker": {"emoji": "text"},
}
# https://core.telegram.org/bots/api#sendphoto and its siblings
_METHODS = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "audio": "sendAudio",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
    "sticker": "sendSticker",
}
_INPUT_MEDIA = ("photo", "video", "animation", "audio", "document")


class Item:
    """A file of a call, checked; it is kept on the server when the call is let through."""

    def __init__(self, call: Call, kind: str, value: Any, options: JsonObject) -> None:
        self.kind = kind
        self._call = call
        self._options = options
        self._picked: Upload | StoredFile = pick(call, kind, value)
        caption = options.get("caption") or ""
        self._caption = read_caption(caption, options.get("parse_mode"), options.get("caption_entities"))

    def content(self) -> JsonObject:
        """The fields of the message that shows the file."""
        stored = keep(self._call, self.kind, self._picked, self._options)
        looks: JsonObject = {"show_caption_above_media": True} if self._options.get("show_caption_above_media") else {}
        if self._options.get("has_spoiler"):
            looks["has_media_spoiler"] = True
        return {
            **media_fields(self._call.world.files, self._call.bot.bot_id, stored),
            **with_caption(*self._caption),
            **looks,
        }


def read_input_media(call: Call, given: Any, allowed: tuple[str, ...] = _INPUT_MEDIA) -> Item:
    """https://core.telegram.org/bots/api#inputmedia"""
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = given.get("type")
    if kind not in allowed:
        raise bad_request(f"can't parse InputMedia: type must be one of {', '.join(allowed)}")
    kinds = {"type": "text", "media": "text", **OPTIONS[kind]}
    read = decode(given, kinds)
    if not read.get("media"):
        raise bad_request("can't parse InputMedia: Can't find field \"media\"")
    return Item(call, kind, read["media"], read)


async def _send_file(call: Call, kind: str) -> JsonObject:
    item = Item(call, kind, call.get(kind), call.arguments)
    sending = prepare(call)
    call.charge(sending.chat)
    return deliver(sending, item.content())


for _kind, _name in _METHODS.items():
    method(_name, **COMMON, **{_kind: "file"}, **OPTIONS[_kind])(partial(_send_file, kind=_kind))


@method("sendMediaGroup", **GROUP_COMMON, media="json")
async def send_media_group(call: Call) -> list[JsonObject]:
    """https://core.telegram.org/bots/api#sendmediagroup: "Documents and audio files can be only grouped in an album
    with messages of the same type". It counts as one message for the limits, of which nothing is published."""
    media = call.get("media")
    if not isinstance(media, list):
        raise bad_request("can't parse media JSON object")
    if len(media) not in ALBUM_ITEMS:
        raise bad_request("an album must have 2 to 10 items")
    items = [read_input_media(call, one, ("photo", "video", "audio", "document")) for one in media]
    kinds = {item.kind for item in items}
    if not any(kinds <= allowed for allowed in ALBUM_KINDS):
        title = "documents" if "document" in kinds else "audio"
        raise bad_request(f"{title} can't be mixed with other media types")
    sending = prepare(call)
    call.charge(sending.chat)
    sending.more["media_group_id"] = str(14_000_000_000_000_000 + sending.chat.last_id)
    return [deliver(sending, item.content()) for item in items]
