"""The kinds of media in messages: the object that stands for a file of each kind
(https://core.telegram.org/bots/api#available-types)."""

from __future__ import annotations

from typing import Any

from .files import Files, StoredFile
from .images import picture_size

JsonObject = dict[str, Any]
MEDIA = ("photo", "document", "video", "video_note", "voice", "audio", "animation", "sticker")
WITH_CAPTION = frozenset({"photo", "document", "video", "voice", "audio", "animation"})
# https://core.telegram.org/bots/api#sendmediagroup: photos and videos mix, documents and audio stay among themselves
ALBUM_KINDS = ({"photo", "video"}, {"document"}, {"audio"})
_NAMED = frozenset({"document", "video", "audio", "animation"})  # these keep `file_name`
_TYPED = _NAMED | {"voice"}  # these keep `mime_type`
_THUMBED = frozenset({"video", "animation", "video_note"})
FACTS: dict[str, dict[str, type]] = {
    "photo": {"width": int, "height": int},
    "document": {},
    "video": {"width": int, "height": int, "duration": int},
    "animation": {"width": int, "height": int, "duration": int},
    "audio": {"duration": int, "performer": str, "title": str},
    "voice": {"duration": int},
    "video_note": {"length": int, "duration": int},
    "sticker": {"emoji": str, "set_name": str},
}
_USUAL: dict[str, JsonObject] = {
    "photo": {"width": 1280, "height": 960},
    "video": {"width": 1280, "height": 720, "duration": 12},
    "animation": {"width": 320, "height": 240, "duration": 3},
    "audio": {"duration": 180},
    "voice": {"duration": 7},
    "video_note": {"length": 384, "duration": 9},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}


def store(files: Files, kind: str, name: str, mime_type: str, content: bytes | int, **facts: Any) -> StoredFile:
    """Keep a file as this kind of media, with the facts that Telegram finds out by itself."""
    stored = files.add(kind, name, mime_type, content)
    seen = picture_size(files.head(stored)) if kind == "photo" and not stored.made_up else None
    found = {"width": seen[0], "height": seen[1]} if seen else {}
    stored.facts = {**_USUAL.get(kind, {}), **found, **facts}
    if kind == "sticker":
        stored.facts |= {"is_animated": name.endswith(".tgs"), "is_video": name.endswith(".webm")}
    if kind == "photo" or kind in _THUMBED:
        stored.thumbnail = files.add("thumbnail", "", "", 1200, **_thumb_size(stored.facts)).unique_id
    return stored


def _thumb_size(facts: JsonObject) -> JsonObject:
    """The smallest size is at most 90 wide and high ("s" of https://core.telegram.org/api/files#image-thumbnail-types
    is 100; 90 is what bots see)."""
    width, height = facts.get("width", 90), facts.get("height", 90)
    scale = 90 / max(width, height, 90)
    return {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}


def media_fields(files: Files, bot_id: int, stored: StoredFile) -> JsonObject:
    """The field of a Message that holds this file, as this bot sees it."""
    thumb = files.find(stored.thumbnail)
    if stored.kind == "photo":
        sizes = [_plain(files, bot_id, thumb)] if thumb else []
        return {"photo": [*sizes, _plain(files, bot_id, stored)]}
    thing = _plain(files, bot_id, stored)
    if stored.kind in _NAMED:
        thing["file_name"] = stored.name
    if stored.kind in _TYPED:
        thing["mime_type"] = stored.mime_type
    if thumb:
        thing["thumbnail"] = _plain(files, bot_id, thumb)
    if stored.kind == "animation":
        # https://core.telegram.org/bots/api#message: "when this field is set, the document field will also be set"
        kept = {k: v for k, v in thing.items() if k not in FACTS["animation"]}
        return {"animation": thing, "document": kept}
    return {stored.kind: thing}


def _plain(files: Files, bot_id: int, stored: StoredFile) -> JsonObject:
    ids = {"file_id": files.file_id(bot_id, stored), "file_unique_id": stored.unique_id}
    return {**ids, **stored.facts, "file_size": stored.size}


def media_kind(wire: JsonObject) -> str | None:
    """Which file a message holds; an animation counts as that, although it is a document, too."""
    if wire.get("animation"):
        return "animation"
    return next((kind for kind in MEDIA if wire.get(kind)), None)


def stored_in(files: Files, wire: JsonObject) -> StoredFile | None:
    kind = media_kind(wire)
    if kind is None:
        return None
    held = wire[kind][-1] if kind == "photo" else wire[kind]
    return files.find(held["file_unique_id"])
