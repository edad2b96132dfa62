"""A running Telegram emulator with one bot and one user, for tests that talk to it over HTTP."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import struct
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from chatdesk.emulators.telegram import TelegramEmulator

TOKEN = "4242:AAHtest-token_of_the_desk"
BOT = "desk_bot"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def picture(width: int, height: int) -> bytes:
    """A whole PNG in one shade of grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PNG = picture(3, 2)


class Stage:
    """The emulator on a loopback port; `api` calls as the bot, `act` and `see` as the people."""

    def __init__(self, pace: float = 0.0) -> None:
        self.changes = 0
        self.emulator = TelegramEmulator(pace=pace, changed=self._count)
        self.user = 0

    def _count(self) -> None:
        self.changes += 1

    async def open(self, saved: dict[str, Any] | None = None) -> Stage:
        if saved:
            self.emulator.restore(saved)
        app = web.Application()
        app.add_routes(self.emulator.routes())
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()
        await self.emulator.start()
        self.http = aiohttp.ClientSession()
        if not saved:
            await self.act("bots", token=TOKEN, username=BOT, name="Desk")
            self.user = (await self.act("users", first_name="Ada", language_code="en"))["id"]
        return self

    async def close(self) -> None:
        await self.emulator.stop()
        await self.http.close()
        await self.server.close()

    @property
    def base(self) -> str:
        return str(self.server.make_url("/telegram"))

    def url(self, method: str, token: str = TOKEN) -> str:
        return f"{self.base}/bot{token}/{method}"

    async def call(self, method: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(self.url(method), json=arguments) as answer:
            return answer.status, await answer.json()

    async def api(self, method: str, **arguments: Any) -> Any:
        status, body = await self.call(method, **arguments)
        assert status == 200, body
        return body["result"]

    async def upload(
        self, method: str, files: dict[str, tuple[str, bytes]], **arguments: Any
    ) -> tuple[int, dict[str, Any]]:
        """A call as multipart form; `files` are (name, content) by their field."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in arguments.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for field, (name, content) in files.items():
            form.add_field(field, io.BytesIO(content), filename=name)
        async with self.http.post(self.url(method), data=form) as answer:
            return answer.status, await answer.json()

    async def refusal(self, method: str, **arguments: Any) -> str:
        """Code and description of an answer that has to be an error."""
        status, body = await self.call(method, **arguments)
        assert body["ok"] is False
        assert body["error_code"] == status
        return f"{status} {body['description']}"

    async def send(self, text: str = "Hello", **arguments: Any) -> dict[str, Any]:
        sent: dict[str, Any] = await self.api("sendMessage", chat_id=self.user, text=text, **arguments)
        return sent

    async def control(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self.http.post(self.server.make_url(f"/control/telegram/{path}"), json=body) as answer:
            return answer.status, await answer.json()

    async def act(self, path: str, **body: Any) -> Any:
        status, result = await self.control(path, **body)
        assert status == 200, result
        return result

    async def see(self, path: str, **query: Any) -> Any:
        async with self.http.get(self.server.make_url(f"/control/telegram/{path}"), params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def person(self, path: str, user: int | None = None, **body: Any) -> Any:
        return await self.act(path, bot=BOT, user=user or self.user, **body)

    async def say(self, text: str = "/start", **body: Any) -> Any:
        return await self.person("say", text=text, **body)

    async def chat(self) -> Any:
        return await self.see("chat", bot=BOT, user=self.user)

    async def journal(self, method: str) -> Any:
        return await self.see("journal", method=method)


async def until(true: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while True:
        result = true()
        if result if isinstance(result, bool) else await result:
            return
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """Without rate limits; the user has written /start, and the bot has received it."""
    opened = await Stage().open()
    said = await opened.say()
    await opened.api("getUpdates", offset=said["update_id"] + 1)
    yield opened
    await opened.close()
