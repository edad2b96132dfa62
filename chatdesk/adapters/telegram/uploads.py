"""Files on their way into Telegram: one message, or one album. See https://core.telegram.org/bots/api#sending-files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import (
    FSInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    MessageEntity,
    ReplyParameters,
)
from aiohttp import ClientError, ClientSession

from chatdesk.adapters.telegram import render
from chatdesk.adapters.telegram.groups import native
from chatdesk.adapters.telegram.markup import without_names
from chatdesk.core.errors import Rejected, TryLater
from chatdesk.core.markup import Markup
from chatdesk.core.messages import File
from chatdesk.desk.channel import Delivery
from chatdesk.desk.files import Files

PIECE = 64 * 1024  # bytes
MOST_OF_A_PHOTO = 10 * 1024 * 1024  # bytes; a bigger picture goes as a document
IN_ALBUMS = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}


def is_needed(delivery: Delivery) -> bool:
    """Whether it brings files; of what was sent before, only the words are changed."""
    body = delivery.out.body
    return body is not None and bool(body.passable) and delivery.native is None


async def send(bot: Bot, files: Files, delivery: Delivery) -> tuple[str, ...]:
    """Send the files of a delivery with its words below the first; the ids of all messages that it is."""
    body = delivery.out.body
    assert body is not None
    paths = [await files.path_of(f) for f in body.passable]
    attached = list(zip(body.passable, paths, strict=True))
    try:
        return await _sent(bot, delivery, attached, body.text)
    except TelegramBadRequest as fault:
        if "PHOTO" not in fault.message and "IMAGE" not in fault.message:
            raise
    return await _sent(bot, delivery, [(_as_document(f), path) for f, path in attached], body.text)


async def _sent(bot: Bot, delivery: Delivery, attached: list[tuple[File, Path]], text: Markup) -> tuple[str, ...]:
    chat = render.chat_of(delivery.out.to.room)
    to: dict[str, Any] = {"chat_id": chat, **render.placing(delivery)}
    if "reply_parameters" in to:
        to["reply_parameters"] = ReplyParameters(**to["reply_parameters"])
    words = _words(text)
    inputs = [(_kind(f, path), FSInputFile(path, filename=f.name or None)) for f, path in attached]
    if len(inputs) == 1:
        kind, given = inputs[0]
        method = getattr(bot, f"send_{kind}")
        sent: Message = await method(**to, **{kind: given}, **(words if kind not in ("sticker", "video_note") else {}))
        return (native(chat, sent.message_id),)
    media: list[Any] = [
        IN_ALBUMS[kind](media=given, **(words if n == 0 else {})) for n, (kind, given) in enumerate(inputs)
    ]
    return tuple(native(chat, m.message_id) for m in await bot.send_media_group(media=media, **to))


def _words(text: Markup) -> dict[str, Any]:
    made = render.caption(without_names(text))
    if "caption_entities" in made:
        made["caption_entities"] = [MessageEntity(**entity) for entity in made["caption_entities"]]
    return made if text else {}


def _kind(file: File, path: Path) -> str:
    if file.kind == "photo" and path.stat().st_size > MOST_OF_A_PHOTO:
        return "document"
    return file.kind if file.kind in {*IN_ALBUMS, "animation", "voice"} else "document"


def _as_document(file: File) -> File:
    return File("document", file.name, file.type, file.size, file.source)


async def fetch(bot: Bot, session: ClientSession, file_id: str) -> AsyncIterator[bytes]:
    """A file that a user sent, in pieces: https://core.telegram.org/bots/api#getfile."""
    try:
        found = await bot.get_file(file_id)
    except TelegramBadRequest as fault:
        raise Rejected(f"Telegram does not give the file: {fault.message}") from fault
    except TelegramAPIError as fault:
        raise TryLater(f"Telegram does not give the file: {fault.message}") from fault
    url = bot.session.api.file_url(bot.token, found.file_path or "")
    try:
        async with session.get(url) as answer:
            if answer.status != 200:
                raise TryLater(f"Telegram answered {answer.status} to a file's address")
            async for piece in answer.content.iter_chunked(PIECE):
                yield piece
    except (ClientError, TimeoutError) as fault:
        raise TryLater(f"a file broke off on its way: {type(fault).__name__}") from fault
