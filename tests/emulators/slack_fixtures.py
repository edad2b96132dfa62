"""A running Slack emulator on a loopback port, and hands to drive it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web

from chatdesk.emulators.slack import SlackEmulator
from chatdesk.emulators.slack.records import EVENTS

Json = dict[str, Any]
BOT = "U0001"


class Slack:
    def __init__(self, emulator: SlackEmulator, http: aiohttp.ClientSession, host: str) -> None:
        self.emulator = emulator
        self.http = http
        self.host = host
        self.base = f"http://{host}"
        self.api_url = f"{self.base}/slack/api/"

    async def raw(self, method: str, token: str = "xoxb-chatdesk", **arguments: Any) -> tuple[int, Json, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.api_url}{method}", json=arguments, headers=headers) as response:
            return response.status, await response.json(), response.headers

    async def api(self, method: str, token: str = "xoxb-chatdesk", **arguments: Any) -> Json:
        return (await self.raw(method, token, **arguments))[1]

    async def good(self, method: str, token: str = "xoxb-chatdesk", **arguments: Any) -> Json:
        answer = await self.api(method, token, **arguments)
        assert answer["ok"], answer
        return answer

    async def control_status(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self.http.post(f"{self.base}/control/slack/{path}", json=body) as response:
            return response.status, await response.json()

    async def do(self, path: str, **body: Any) -> Any:
        status, answer = await self.control_status(path, **body)
        assert status == 200, answer
        return answer

    async def refused(self, path: str, **body: Any) -> str:
        status, answer = await self.control_status(path, **body)
        assert status == 400, answer
        return str(answer["error"])

    async def see(self, path: str, **query: str) -> Any:
        async with self.http.get(f"{self.base}/control/slack/{path}", params=query) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer

    async def socket(self) -> Socket:
        url = (await self.good("apps.connections.open", "xapp-chatdesk"))["url"]
        socket = Socket(await self.http.ws_connect(url))
        socket.hello = await socket.next()
        return socket

    async def allow(self, *, events: tuple[str, ...] = (), scopes: tuple[str, ...] = ()) -> None:
        """Beside what the app has and asks for already."""
        app = await self.see("app")
        await self.do("app", events=[*app["events"], *events], scopes=[*app["scopes"], *scopes])

    async def without(self, scope: str) -> None:
        await self.do("app", scopes=[s for s in (await self.see("app"))["scopes"] if s != scope])

    async def deliveries(self, kind: str | None = None) -> list[Json]:
        found: list[Json] = await self.see("deliveries")
        return [d for d in found if kind in (None, d["type"])]


class Socket:
    """A Socket Mode client that acks when it is told to."""

    hello: Json

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self, seconds: float = 2.0) -> Json:
        received: Json = await self.socket.receive_json(timeout=seconds)
        return received

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        said: Json = {"envelope_id": envelope["envelope_id"]}
        await self.socket.send_json(said | ({"payload": payload} if payload is not None else {}))

    async def take(self, payload: Json | None = None) -> Json:
        envelope = await self.next()
        await self.ack(envelope, payload)
        return envelope

    async def event(self) -> Json:
        event: Json = (await self.take())["payload"]["event"]
        return event

    async def silent(self, seconds: float = 0.2) -> bool:
        try:
            await self.next(seconds)
        except TimeoutError:
            return True
        return False


async def until(check: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait for an async check to become true."""
    end = time.monotonic() + seconds
    while True:
        found = await check()
        if found:
            return found
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def running(emulator: SlackEmulator) -> AsyncIterator[Slack]:
    app = web.Application()
    app.add_routes(emulator.routes())
    await emulator.start()
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession() as http:
            yield Slack(emulator, http, f"{host}:{port}")
    finally:
        await emulator.stop()
        await runner.cleanup()


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Slack]:
    """Ada and Ben are agents in #desk (private) with the bot; Cy is in neither, Guy is a guest."""
    async with running(SlackEmulator(pace=0)) as slack:
        await slack.do("app", events=[])  # no event of the making
        for user_id, name, more in (
            ("UADA", "ada", {"real_name": "Ada L", "email": "ada@desk.example"}),
            ("UBEN", "ben", {}),
            ("UCY", "cy", {}),
            ("UGUY", "guy", {"is_restricted": True}),
        ):
            await slack.do("users", id=user_id, name=name, **more)
        await slack.do("channels", id="CDESK", name="desk", private=True, members=[BOT, "UADA", "UBEN"])
        await slack.do("channels", id="CPUB", name="general", members=["UADA", "UCY"])
        await slack.do("app", events=EVENTS)
        yield slack


def button(label: str, action_id: str = "", **more: Any) -> Json:
    ids = {"action_id": action_id} if action_id else {}
    return {"type": "button", "text": {"type": "plain_text", "text": label}, **ids, **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": words("Reply"), "submit": words("Send"), "blocks": list(blocks), **more}


def text_input(label: str, block_id: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": words(label), "element": element, **more}
