"""Files on Telegram's servers: their ids, contents and download links (https://core.telegram.org/bots/api#file)."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

MEGABYTE = 1024 * 1024
LINK_SECONDS = 3600  # https://core.telegram.org/bots/api#getfile: "the link will be valid for at least 1 hour"
CHUNK = 256 * 1024
_UNIQUE = 16  # characters of a file_unique_id
_FILLING = b"made up by the emulator\n"


@dataclass(slots=True, frozen=True)
class FileKind:
    """Where a file of this kind lies for a download, what its ids begin with, and its type when nobody names one."""

    folder: str
    prefix: str
    mime_type: str
    title: str  # as error messages name it


FILE_KINDS = {
    "photo": FileKind("photos", "AgAC", "image/jpeg", "Photo"),
    "thumbnail": FileKind("thumbnails", "AAMC", "image/jpeg", "Thumbnail"),
    "document": FileKind("documents", "BQAC", "application/octet-stream", "Document"),
    "video": FileKind("videos", "BAAC", "video/mp4", "Video"),
    "animation": FileKind("animations", "CgAC", "video/mp4", "Animation"),
    "audio": FileKind("music", "CQAC", "audio/mpeg", "Audio"),
    "voice": FileKind("voice", "AwAC", "audio/ogg", "VoiceNote"),
    "video_note": FileKind("video_notes", "DQAC", "video/mp4", "VideoNote"),
    "sticker": FileKind("stickers", "CAAC", "image/webp", "Sticker"),
}
_EXTENSIONS = {"photo": ".jpg", "thumbnail": ".jpg", "voice": ".oga", "video_note": ".mp4", "sticker": ".webp"}


@dataclass(slots=True)
class StoredFile:
    """`facts` are the fields beside ids, name, type and size: width, duration, performer and so on. `made_up` files
    have only a size; their bytes are written when somebody reads them. `thumbnail` is a unique id."""

    number: int
    kind: str
    name: str
    mime_type: str
    size: int
    made_up: bool
    facts: dict[str, Any] = field(default_factory=dict)
    thumbnail: str = ""

    @property
    def unique_id(self) -> str:
        return _digest(f"file {self.number}")[:_UNIQUE]

    @property
    def path(self) -> str:
        """`file_path`; photos, voice and such lose the name they came with, as in the original."""
        extension = _EXTENSIONS.get(self.kind) or PurePosixPath(self.name).suffix
        extension = extension or mimetypes.guess_extension(self.mime_type) or ""
        return f"{FILE_KINDS[self.kind].folder}/file_{self.number}{extension}"


def _digest(words: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()).decode().rstrip("=")


class Files:
    """All files of one emulator. With a `folder` the contents lie there, else in memory and in the snapshot."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._contents: dict[str, bytes] = {}
        self._files: dict[str, StoredFile] = {}  # by unique id
        self._links: dict[tuple[int, str], float] = {}  # (bot, file_path) -> when the link ends

    def add(self, kind: str, name: str, mime_type: str, content: bytes | int, **facts: Any) -> StoredFile:
        """Keep a new file; a number as `content` asks for that many made-up bytes."""
        made_up = isinstance(content, int)
        size = content if isinstance(content, int) else len(content)
        stored = StoredFile(len(self._files) + 1, kind, name, mime_type or _type_of(kind, name), size, made_up, facts)
        self._files[stored.unique_id] = stored
        if not isinstance(content, int):
            self._write(stored.unique_id, content)
        return stored

    def find(self, unique_id: Any) -> StoredFile | None:
        return self._files.get(unique_id) if isinstance(unique_id, str) else None

    def file_id(self, bot_id: int, stored: StoredFile) -> str:
        """https://core.telegram.org/bots/api#sending-files: "file_id is unique for each individual bot and can't be
        transferred from one bot to another"."""
        return f"{FILE_KINDS[stored.kind].prefix}{_digest(f'{bot_id} {stored.unique_id}')}{stored.unique_id}"

    def find_id(self, bot_id: int, file_id: str) -> StoredFile | None:
        stored = self._files.get(file_id[-_UNIQUE:])
        return stored if stored and self.file_id(bot_id, stored) == file_id else None

    def open_link(self, bot_id: int, stored: StoredFile) -> str:
        self._links[bot_id, stored.path] = time.time() + LINK_SECONDS
        return stored.path

    def find_link(self, bot_id: int, path: str) -> StoredFile | None:
        """The file at the end of a download link that was asked for and has not expired."""
        if self._links.get((bot_id, path), 0.0) < time.time():
            return None
        return next((f for f in self._files.values() if f.path == path), None)

    def chunks(self, stored: StoredFile) -> Iterator[bytes]:
        if stored.made_up:
            filling = _FILLING * (CHUNK // len(_FILLING))
            for begin in range(0, stored.size, len(filling)):
                yield filling[: stored.size - begin]
            return
        content = self._read(stored.unique_id)
        for begin in range(0, len(content), CHUNK):
            yield content[begin : begin + CHUNK]

    def head(self, stored: StoredFile) -> bytes:
        return next(self.chunks(stored), b"")

    def _write(self, unique_id: str, content: bytes) -> None:
        if self._folder is None:
            self._contents[unique_id] = content
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / unique_id).write_bytes(content)

    def _read(self, unique_id: str) -> bytes:
        return self._contents[unique_id] if self._folder is None else (self._folder / unique_id).read_bytes()

    def snapshot(self) -> dict[str, Any]:
        return {
            "files": [asdict(f) for f in self._files.values()],
            "links": [[bot_id, path, until] for (bot_id, path), until in self._links.items()],
            "contents": {i: base64.b64encode(c).decode() for i, c in self._contents.items()},
        }

    def restore(self, saved: dict[str, Any]) -> None:
        self._files = {f.unique_id: f for f in (StoredFile(**f) for f in saved["files"])}
        self._links = {(bot_id, path): until for bot_id, path, until in saved["links"]}
        for unique_id, content in saved["contents"].items():
            self._write(unique_id, base64.b64decode(content))


def _type_of(kind: str, name: str) -> str:
    guessed = mimetypes.guess_type(name)[0] if kind in ("document", "audio", "video") else None
    return guessed or FILE_KINDS[kind].mime_type
