"""Where the bytes of files go in and out (https://docs.slack.dev/messaging/working-with-files)."""

from __future__ import annotations

import base64
import io
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from . import files
from .core import Core
from .records import File

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head>"
    "<body><h1>Sign in to your workspace</h1></body></html>"
)
# The demo's page may show these where they are; all else it can only offer to save.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm")


async def read_upload(request: web.Request) -> bytes:
    """Raw bytes or the first part of a form, whatever it is called."""
    if request.content_type != "multipart/form-data":
        return await request.content.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read())
    return b""


def take_upload(core: Core, key: str, content: bytes) -> web.Response:
    """200 and a line of text when it is taken, anything else when not; each URL takes one file of the size told."""
    file = next((f for f in core.workspace.files.values() if f.upload_key == key), None)
    if file is None:
        return web.Response(status=404, text="This upload URL is not known, or was used.")
    if len(content) != file.body["size"]:
        return web.Response(status=400, text=f"{file.body['size']} bytes were announced, {len(content)} came.")
    file.content, file.upload_key, file.state = base64.b64encode(content).decode(), "", "uploaded"
    return web.Response(text=f"OK - {len(content)}")


def download(core: Core, named: str, token: str) -> web.Response:
    """Without a token that may read it, Slack shows a browser's sign-in page, with status 200
    (https://docs.slack.dev/reference/objects/file-object#authentication)."""
    app = core.workspace.app
    file = core.workspace.files.get(named.rpartition("-")[2])
    if token != app.bot_token or app.lost or "files:read" not in app.scopes:
        return web.Response(text=LOGIN_PAGE, content_type="text/html")
    if file is None or file.state == "deleted" or not files.visible(core, file):
        return web.Response(status=404, text="<!DOCTYPE html><title>File not found</title>", content_type="text/html")
    return web.Response(body=io.BytesIO(files.content_of(file)), headers={"Content-Type": file.body["mimetype"]})


def as_seen(core: Core, file_id: str) -> web.Response:
    """For the demo's page: what people put there is shown or saved, and never run."""
    file: File | None = core.workspace.files.get(file_id)
    if file is None or file.state == "deleted":
        raise web.HTTPNotFound
    kind = file.body["mimetype"] if file.body["mimetype"] in _SHOWN else "application/octet-stream"
    way = "inline" if kind in _SHOWN else "attachment"
    headers = {
        "Content-Type": kind,
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.body['name'], safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=io.BytesIO(files.content_of(file)), headers=headers)
