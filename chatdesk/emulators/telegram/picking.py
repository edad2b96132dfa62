"""The file that an argument names: uploaded, or on the server already
(https://core.telegram.org/bots/api#sending-files)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from .calls import Call
from .errors import bad_request
from .files import FILE_KINDS, StoredFile
from .images import picture_size
from .media import FACTS, store
from .uploads import MOST_PHOTO, MOST_UPLOAD, Upload, too_large

# https://core.telegram.org/bots/api#sendphoto: "width and height must not exceed 10000 in total. Width and height ratio
# must be at most 20."
MOST_SIDES, MOST_RATIO = 10_000, 20
# The formats that the methods' descriptions name; "other formats may be sent as Document", and so they arrive.
_FORMATS = {
    "audio": {".mp3", ".m4a"},
    "voice": {".ogg", ".oga", ".opus", ".mp3", ".m4a"},
    "video": {".mp4"},
    "animation": {".gif", ".mp4"},
    "video_note": {".mp4"},
    "sticker": {".webp", ".tgs", ".webm"},
}
_WRONG = "wrong file identifier/HTTP URL specified"


def pick(call: Call, kind: str, value: Any) -> Upload | StoredFile:
    """The file that an argument names: `attach://name`, a file_id, or a URL, which nobody can fetch here because the
    emulator has no network."""
    if not value:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if not isinstance(value, str):
        raise bad_request(f'field "{kind}" must be of type String')
    if value.startswith("attach://"):
        upload = call.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request(_WRONG)
        _check(kind, upload)
        return upload
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = call.world.files.find_id(call.bot.bot_id, value)
    if stored is None:
        raise bad_request(_WRONG)
    if stored.kind != kind:
        titles = FILE_KINDS[stored.kind].title, FILE_KINDS[kind].title
        raise bad_request(f"can't use file of type {titles[0]} as {titles[1]}")
    return stored


def _check(kind: str, upload: Upload) -> None:
    size = len(upload.content)
    if not size:
        raise bad_request("file must be non-empty")
    if size > MOST_UPLOAD:
        raise too_large()
    if kind != "photo":
        return
    if size > MOST_PHOTO:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {MOST_PHOTO} bytes")
    sides = picture_size(upload.content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(sides) > MOST_SIDES or max(sides) > MOST_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def keep(call: Call, kind: str, picked: Upload | StoredFile, given: dict[str, Any]) -> StoredFile:
    """The file on the server from now on; `given` may hold what the bot says about it (duration and the like)."""
    if isinstance(picked, StoredFile):
        return picked
    if kind in _FORMATS and PurePosixPath(picked.name).suffix.lower() not in _FORMATS[kind]:
        kind = "document"
    facts = {name: given[name] for name in FACTS[kind] if given.get(name) is not None}
    return store(call.world.files, kind, picked.name, picked.mime_type, picked.content, **facts)
