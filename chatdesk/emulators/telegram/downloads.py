"""getFile and the download of what it names (https://core.telegram.org/bots/api#getfile)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .calls import Call, method
from .errors import bad_request
from .files import MEGABYTE, Files, StoredFile

# https://core.telegram.org/bots/api#getfile: "bots can download files of up to 20MB in size"
MOST_DOWNLOAD = 20 * MEGABYTE


@method("getFile", file_id="text")
async def get_file(call: Call) -> dict[str, Any]:
    if not call.get("file_id"):
        raise bad_request("file_id not specified")
    stored = call.world.files.find_id(call.bot.bot_id, call.arguments["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": call.arguments["file_id"],
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": call.world.files.open_link(call.bot.bot_id, stored),
    }


async def streamed(request: web.Request, files: Files, stored: StoredFile) -> web.StreamResponse:
    """The contents of a file; whatever it is, a browser must not run it."""
    response = web.StreamResponse(
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    )
    response.content_type = stored.mime_type
    response.content_length = stored.size
    await response.prepare(request)
    for chunk in files.chunks(stored):
        await response.write(chunk)
    await response.write_eof()
    return response
