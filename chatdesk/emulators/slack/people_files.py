"""Files that people share, take away, or have from elsewhere."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .basics import Json, Wrong
from .core import Core
from .files import delete_file, elsewhere, in_message, new_file
from .records import File

_FIELDS = {"name", "mimetype", "content", "size", "title", "alt_txt", "external_url", "file_access"}


def attached(core: Core, user: str, given: Any) -> list[Json]:
    """The `files` of a message that a person posts."""
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) for f in given):
        raise Wrong("files: a list of objects with name, and content or size.")
    for one in given:
        unknown = sorted(set(one) - _FIELDS)
        if unknown:
            raise Wrong(f"files: there is no field {unknown[0]}.")
        if not str(one.get("name", "")).strip():
            raise Wrong("files: each needs a name.")
        if one.get("file_access", "visible") not in ("visible", "check_file_info"):
            raise Wrong("file_access: visible or check_file_info.")
        _content(one)
    return [_attach(core, user, one) for one in given]


def _content(given: Json) -> tuple[str, int]:
    """The bytes, in base64, and how many; a `size` alone stands for that many zeros."""
    if "content" not in given:
        size = given.get("size", 0)
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise Wrong("size: how many bytes.")
        return "", size
    try:
        return str(given["content"]), len(base64.b64decode(str(given["content"]), validate=True))
    except binascii.Error as bad:
        raise Wrong("content: the bytes in base64.") from bad


def _attach(core: Core, user: str, given: Json) -> Json:
    content, size = _content(given)
    more = {k: str(given[k]) for k in ("title", "alt_txt") if k in given}
    file = new_file(core, user, str(given["name"]), size, str(given.get("mimetype") or ""), **more)
    file.content, file.state = content, "complete"
    if given.get("external_url"):
        _point_outside(file, str(given["external_url"]))
    return elsewhere(file) if given.get("file_access") == "check_file_info" else in_message(file)


def _point_outside(file: File, url: str) -> None:
    """Slack holds only a link (https://docs.slack.dev/reference/objects/file-object: `is_external`)."""
    file.body |= {"mode": "external", "is_external": True, "external_type": "unknown", "size": 0}
    file.body |= {"external_url": url, "url_private": url}
    for key in [k for k in file.body if k == "url_private_download" or k.startswith("thumb_")]:
        del file.body[key]


async def delete(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    file = core.workspace.files.get(str(given["file"]))
    if file is None or file.state != "complete":
        raise Wrong(f"There is no file {given['file']}.")
    if file.body["user"] != user["id"]:
        raise Wrong("People delete their own files only.")
    delete_file(core, file)
    return {}
