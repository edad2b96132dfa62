"""Files into and out of Slack. See https://docs.slack.dev/messaging/working-with-files.

Slack takes a file in three steps, and shares it some time after the last: only then is there a message with an id.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack import render
from chatdesk.adapters.slack.rooms import channel_of, root_in
from chatdesk.core.errors import Rejected, TryLater
from chatdesk.core.markup import Markup, bold
from chatdesk.core.messages import Body, File
from chatdesk.desk.channel import Delivery
from chatdesk.desk.files import Files

PIECE = 64 * 1024  # bytes
MOST_BYTES = 50 * 1024 * 1024  # that a bot may send into Telegram: https://core.telegram.org/bots/api#sending-files
LOOKS = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds between looks whether the file has been shared
Raw = Mapping[str, Any]


async def share(client: AsyncWebClient, files: Files, delivery: Delivery) -> str | None:
    """Upload the files of a delivery and share them as one message; its ts, once Slack has made it."""
    out = delivery.out
    assert out.body is not None
    made = [await _upload(client, file, await files.path_of(file)) for file in out.body.passable]
    blocks = render.body(signed(out.body, out.author))
    shown: Any = json.dumps(blocks) if blocks else None
    channel, thread = channel_of(out.to.room), delivery.thread or root_in(out.to.room)
    await client.files_completeUploadExternal(files=made, channel_id=channel, thread_ts=thread, blocks=shown)
    return await _shared(client, str(made[0]["id"]), channel)


def signed(body: Body, author: str | None) -> Body:
    """An app shares files under its own name: whose they are stands above the words."""
    head = bold(author) + ("\n" if body.text else "") if author else Markup("")
    return replace(body, text=head + body.text)


async def withdraw(client: AsyncWebClient, delivery: Delivery) -> None:
    """Delete the files of a message of ours that is about to be deleted: without it they would stay in Slack.

    See https://docs.slack.dev/reference/methods/files.delete: a bot deletes those that it has uploaded.
    """
    ts = delivery.native or ""
    channel, root = channel_of(delivery.place.room), delivery.thread or ts
    page = await client.conversations_replies(channel=channel, ts=root, oldest=ts, latest=ts, inclusive=True)
    for message in page["messages"]:
        for file in message.get("files") or () if message["ts"] == ts and message.get("bot_id") else ():
            try:
                await client.files_delete(file=str(file["id"]))
            except SlackApiError as fault:
                if fault.response.get("error") not in ("file_not_found", "file_deleted"):
                    raise


async def _upload(client: AsyncWebClient, file: File, path: Path) -> dict[str, str | None]:
    name = file.name or file.kind
    size = (await asyncio.to_thread(path.stat)).st_size
    place = await client.files_getUploadURLExternal(filename=name, length=size)
    assert client.session is not None
    with path.open("rb") as content:
        async with client.session.post(place["upload_url"], data=content) as answer:
            if answer.status != 200:
                raise TryLater(f"Slack answered {answer.status} to a file")
    return {"id": place["file_id"], "title": name}


async def _shared(client: AsyncWebClient, file: str, channel: str) -> str | None:
    """Where the file was shared; None when Slack has not told in time."""
    for wait in LOOKS:
        await asyncio.sleep(wait)
        about = (await client.files_info(file=file))["file"]
        if ts := ts_in(about, channel):
            return ts
    return None


def ts_in(file: Raw, channel: str) -> str | None:
    """The message that shares a file in this channel (`shares` of https://docs.slack.dev/reference/objects/file-object)."""
    for kind in (file.get("shares") or {}).values():
        for share_ in kind.get(channel, ()):
            if share_.get("ts"):
                return str(share_["ts"])
    return None


def file_of(file: Raw, team: str) -> File:
    """A file that somebody shared, as a message holds it. Pure."""
    type_, size = str(file.get("mimetype") or ""), int(file.get("size") or 0)
    name = str(file.get("name") or file.get("title") or "file")
    fault = _fault(file, size)
    source = "" if fault else f"slack:{team}:{file['id']}"
    return File(_kind(type_, size), name, type_, size, source, fault)


def _fault(file: Raw, size: int) -> str:
    if file.get("mode") == "tombstone":
        return "gone"
    if file.get("mode") == "external" or file.get("file_access") not in (None, "visible"):
        return "unseen"
    return "too_big" if size > MOST_BYTES else ""


def _kind(type_: str, size: int) -> str:
    if type_ == "image/gif":
        return "animation"
    if type_ in ("image/jpeg", "image/png", "image/webp"):
        return "photo"
    if type_ == "video/mp4":
        return "video"
    return "audio" if type_ in ("audio/mpeg", "audio/mp4", "audio/x-m4a") else "document"


async def fetch(client: AsyncWebClient, source: str) -> AsyncIterator[bytes]:
    """A file of `<team>:<file>`, in pieces."""
    try:
        about = (await client.files_info(file=source.rsplit(":", 1)[-1]))["file"]
    except SlackApiError as fault:
        if fault.response.get("error") in ("file_not_found", "file_deleted"):
            raise Rejected("the file is no longer in Slack.") from fault
        raise
    url = about.get("url_private_download") or about.get("url_private")
    assert client.session is not None
    try:
        async with client.session.get(url, headers={"Authorization": f"Bearer {client.token}"}) as answer:
            page = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status != 200 or (page and about.get("mimetype") != "text/html"):
                raise TryLater("Slack does not give the file: has the app the scope files:read?", after=30)
            async for piece in answer.content.iter_chunked(PIECE):
                yield piece
    except (ClientError, TimeoutError) as fault:
        raise TryLater(f"a file broke off on its way: {type(fault).__name__}") from fault


def is_it(message: Raw, delivery: Delivery) -> bool:
    """Whether this message shares the files of a delivery: it carries no key of ours, but their names. Pure."""
    body = delivery.out.body
    wanted = [f.name or f.kind for f in body.passable] if body else []
    return bool(message.get("bot_id")) and [f.get("title") for f in message.get("files") or ()] == wanted
