"""Files as bots upload them (https://core.telegram.org/bots/api#sending-files)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from .errors import ApiError
from .files import MEGABYTE

# "10 MB max size for photos, 50 MB for other files"
MOST_PHOTO, MOST_UPLOAD = 10 * MEGABYTE, 50 * MEGABYTE


@dataclass(slots=True)
class Upload:
    name: str
    mime_type: str
    content: bytes

    def shown(self) -> dict[str, Any]:
        """As it stands in the journal."""
        return {"name": self.name, "mime_type": self.mime_type, "size": len(self.content)}


def too_large() -> ApiError:
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
