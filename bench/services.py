"""Telegram and Slack as instant stubs, which note when each message reached Slack. Pace is off on both sides."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from aiohttp import web

PATIENCE = 60.0  # seconds until a message or a mark counts as lost
USER = {"id": "U1", "name": "agent", "real_name": "An Agent", "profile": {"real_name": "An Agent"}}
CHANNEL = {"id": "C1", "name": "support", "is_private": True, "is_member": True}
BOT = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}

_SLACK: dict[str, dict[str, Any]] = {
    "auth.test": {
        "team_id": "T1",
        "team": "Bench",
        "user_id": "U0",
        "bot_id": "B0",
        "url": "http://x/",
        "user": "desk",
    },
    "conversations.list": {"channels": [CHANNEL]},
    "conversations.info": {"channel": CHANNEL},
    "conversations.members": {"members": ["U1"]},
    "conversations.history": {"messages": []},
    "users.info": {"user": USER},
}


class Services:
    """Both stubs on one port. `expect(text)` is resolved with the time at which Slack received that text."""

    def __init__(self) -> None:
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self._ids = count(1)
        self._enough: tuple[int, asyncio.Future[None]] | None = None
        self.reactions = 0
        self.posts = 0

    def expect(self, text: str) -> asyncio.Future[float]:
        self._awaited[text] = asyncio.get_running_loop().create_future()
        return self._awaited[text]

    async def marked(self, count: int) -> None:
        """Until Telegram has received so many marks."""
        if self.reactions < count:
            self._enough = (count, asyncio.get_running_loop().create_future())
            await asyncio.wait_for(self._enough[1], PATIENCE)

    async def start(self) -> str:
        app = web.Application()
        app.add_routes(
            [
                web.post("/telegram/bot{token}/{method}", self._telegram),
                web.route("*", "/slack/api/{method}", self._slack),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _telegram(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getMe":
            return web.json_response({"ok": True, "result": BOT})
        if method == "setMessageReaction":
            self.reactions += 1
            if self._enough and self.reactions == self._enough[0]:
                self._enough[1].set_result(None)
        if method not in ("sendMessage", "editMessageText"):
            return web.json_response({"ok": True, "result": True})
        given = await _given(request)
        chat = {"id": int(str(given["chat_id"])), "type": "private", "first_name": "x"}
        sent = {"message_id": 1_000_000 + next(self._ids), "date": 1, "chat": chat, "text": str(given["text"])}
        return web.json_response({"ok": True, "result": sent})

    async def _slack(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        method = request.match_info["method"]
        known = _SLACK.get(method)
        if known:
            return web.json_response({"ok": True, **known})
        if method not in ("chat.postMessage", "chat.update"):
            return web.json_response({"ok": True})
        given = await _given(request)
        awaited = self._awaited.pop(str(given.get("text")), None)
        if awaited:  # a ticket's card has other words
            self.posts += 1
            awaited.set_result(now)
        return web.json_response({"ok": True, "channel": "C1", "ts": f"1700000000.{next(self._ids):06d}"})


async def _given(request: web.Request) -> Mapping[str, Any]:
    return await request.json() if request.content_type == "application/json" else await request.post()


def update(number: int, chat: int, text: str) -> bytes:
    """A private message, as Telegram posts it to a webhook."""
    person = {"id": chat, "is_bot": False, "first_name": f"Person {chat}", "language_code": "en"}
    message = {
        "message_id": number,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": "private", "first_name": f"Person {chat}"},
        "from": person,
        "text": text,
    }
    return json.dumps({"update_id": number, "message": message}).encode()
