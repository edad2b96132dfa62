"""The files that a person sends: checked as the control surface names them, kept, and told of in a message."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .chats import Bot, World
from .errors import ControlError
from .files import MEGABYTE
from .kinds import FIELDS
from .media import ALBUM_KINDS, FACTS, MEDIA, media_fields, store

JsonObject = dict[str, Any]
MOST_FILE = 2000 * MEGABYTE  # https://telegram.org/faq: 2 GB, for those without Premium
MOST_ALBUM = 10  # https://core.telegram.org/bots/api#sendmediagroup: "2-10 items"
USUAL_SIZE = 1000  # bytes of a file of which nobody says how large it is
_FILE = {"kind": str, "name": str, "mime_type": str, "content": str, "size": int}
_OF_MESSAGE = {"caption": str, "caption_entities": list}


def items_of(kind: str, given: JsonObject) -> list[JsonObject]:
    """The files of one `send`, each with its kind and caption; what is wrong is said before anything is kept."""
    for name in FIELDS.keys() & given.keys():
        raise ControlError(f"{name} is not known of a {kind}.")
    files = given.get("files") or [{}]
    if len(files) > MOST_ALBUM:
        raise ControlError(f"An album has at most {MOST_ALBUM} items.")
    items = [file_of(kind, one) for one in files]
    caption = {name: given[name] for name in _OF_MESSAGE if name in given}
    items[0] = {**caption, **items[0]}
    kinds = {item["kind"] for item in items}
    if len(items) > 1 and not any(kinds <= allowed for allowed in ALBUM_KINDS):
        raise ControlError("An album holds photos and videos, or documents only, or audio only.")
    return items


def file_of(kind: str, given: Any) -> JsonObject:
    """One file as the control surface names it, checked, with its bytes or how many are to be made up."""
    if not isinstance(given, dict):
        raise ControlError("Each file must be an object.")
    kind = given.get("kind", kind)
    if kind not in MEDIA:
        raise ControlError(f"A file is one of {', '.join(MEDIA)}.")
    allowed = _FILE | _OF_MESSAGE | FACTS[kind]
    for name, value in given.items():
        if name not in allowed:
            raise ControlError(f"{name} is not known of a {kind}.")
        if not isinstance(value, allowed[name]) or isinstance(value, bool):
            raise ControlError(f"{name} must be of the type {allowed[name].__name__}.")
    item = {"name": kind, "mime_type": "", **given, "kind": kind, "content": _content(given)}
    item.pop("size", None)
    return item


def _content(given: JsonObject) -> bytes | int:
    """The bytes, or how many are to be made up."""
    if "content" not in given:
        size = int(given.get("size", USUAL_SIZE))
        if not 0 < size <= MOST_FILE:
            raise ControlError(f"A file has 1 to {MOST_FILE} bytes.")
        return size
    if "size" in given:
        raise ControlError("A file has a content or a size.")
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError):
        raise ControlError("The content of a file must be base64.") from None
    if not content:
        raise ControlError("A file must not be empty.")
    return content


def kept(world: World, bot: Bot, item: JsonObject) -> JsonObject:
    """The fields of the message that shows this file, which is kept from now on."""
    stored = store(world.files, **{k: v for k, v in item.items() if k not in _OF_MESSAGE})
    return media_fields(world.files, bot.bot_id, stored)
