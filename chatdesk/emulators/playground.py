"""Both emulators behind one port, with the page on which a person plays the users and the agents."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.typedefs import Handler

from chatdesk.emulators.slack import SlackEmulator
from chatdesk.emulators.state import StateFile
from chatdesk.emulators.telegram import TelegramEmulator

TELEGRAM_BOT = {
    "token": "100001:demo-token-of-the-emulator",
    "username": "research_desk_bot",
    "name": "Research Desk",
}
TELEGRAM_USERS: tuple[dict[str, Any], ...] = (
    {"id": 1001, "first_name": "Anna", "last_name": "Keller", "language_code": "en"},
    {"id": 1002, "first_name": "Marek", "last_name": "Nowak", "language_code": "en"},
    {"id": 1003, "first_name": "Chloé", "last_name": "Dubois", "language_code": "en"},
)
SLACK_APP = {
    "bot_token": "xoxb-demo",
    "app_token": "xapp-demo",
    "signing_secret": "demo-signing-secret",
}
SLACK_AGENTS: tuple[dict[str, Any], ...] = (
    {
        "id": "U0PIOTR",
        "name": "piotr",
        "real_name": "Piotr Zieliński",
        "display_name": "Piotr",
        "email": "piotr@example.com",
    },
    {
        "id": "U0INGRID",
        "name": "ingrid",
        "real_name": "Ingrid Solberg",
        "display_name": "Ingrid",
        "email": "ingrid@example.com",
    },
)
SLACK_CHANNEL: dict[str, Any] = {"id": "C0SUPPORT", "name": "support", "private": True}

KEEP_ALIVE = 15.0  # seconds of silence after which the stream says that it is alive
_PAGE = Path(__file__).parent / "page"
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Playground:
    """Serves the two services, their control surface and the page; seeds the demo's world when it finds none."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 8800, pace: float = 1.0, state: Path | None = None, seed: bool = True
    ) -> None:
        self.host = host
        self.port = port
        files = state.with_name(f"{state.name}.telegram-files") if state else None
        self.telegram = TelegramEmulator(pace=pace, changed=lambda: self._changed("telegram"), files=files)
        self.slack = SlackEmulator(pace=pace, changed=lambda: self._changed("slack"))
        self._state = StateFile(state, self._snapshot) if state else None
        self._seed = seed
        self._watchers: set[asyncio.Queue[str | None]] = set()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    async def start(self) -> None:
        kept = self._state.load() if self._state else None
        if kept:
            self.telegram.restore(kept["telegram"])
            self.slack.restore(kept["slack"])
        await self.telegram.start()
        await self.slack.start()
        self._runner = web.AppRunner(self._application(), shutdown_timeout=2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        if self._seed and not kept:
            await seed_demo(self.url)
        if self._state:
            self._state.start()

    async def stop(self) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(None)
        await self.telegram.stop()
        await self.slack.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        if self._state:
            await self._state.stop()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[_same_origin, self._notice])
        app.add_routes([*self.telegram.routes(), *self.slack.routes()])
        app.add_routes([web.get("/control/stream", self._stream), web.get("/", _index), web.get("/page/{name}", _file)])
        return app

    def _snapshot(self) -> dict[str, Any]:
        return {"telegram": self.telegram.snapshot(), "slack": self.slack.snapshot()}

    def _changed(self, service: str) -> None:
        if self._state:
            self._state.touch()
        for watcher in self._watchers:
            watcher.put_nowait(service)

    @web.middleware
    async def _notice(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Changes that the emulators do not tell of: a socket that opens or closes, an update that was confirmed."""
        is_link = request.path.startswith("/slack/link/")
        if is_link:
            asyncio.get_running_loop().call_later(0.2, self._changed, "slack")
        try:
            return await handler(request)
        finally:
            if is_link:
                self._changed("slack")
            elif self._state:
                self._state.touch()

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        watcher: asyncio.Queue[str | None] = asyncio.Queue()
        self._watchers.add(watcher)
        try:
            await response.write(b"retry: 1000\n\n")
            while (said := await _next(watcher)) is not None:
                await response.write(said)
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._watchers.discard(watcher)
        return response


async def _next(watcher: asyncio.Queue[str | None]) -> bytes | None:
    """What to say next: one event for each service that changed by now; None at the end."""
    try:
        services = {await asyncio.wait_for(watcher.get(), KEEP_ALIVE)}
    except TimeoutError:
        return b": keep-alive\n\n"
    while not watcher.empty():
        services.add(watcher.get_nowait())
    if None in services:
        return None
    return b"".join(f'data: {{"service": "{service}"}}\n\n'.encode() for service in services)


@web.middleware
async def _same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Bots and tests send no Origin; a browser does, and only this page may act for the people here."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        return web.json_response({"error": "Only the page of this playground may call it from a browser."}, status=403)
    return await handler(request)


async def _index(_request: web.Request) -> web.StreamResponse:
    return _page_file("index.html")


async def _file(request: web.Request) -> web.StreamResponse:
    return _page_file(request.match_info["name"])


def _page_file(name: str) -> web.StreamResponse:
    path = _PAGE / name
    if path.parent != _PAGE or not path.is_file():
        raise web.HTTPNotFound
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(name)[0]
    text = path.read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind or "text/plain", charset="utf-8", headers=_PAGE_HEADERS)


async def seed_demo(url: str) -> None:
    """Make the demo's bot, users, app, agents and channel through the control surface."""
    async with ClientSession(f"{url}control/") as session:

        async def make(path: str, body: dict[str, Any]) -> dict[str, Any]:
            async with session.post(path, json=body) as response:
                answer: dict[str, Any] = await response.json()
                if response.status != 200:
                    raise RuntimeError(f"seeding {path}: {answer.get('error')}")
                return answer

        await make("telegram/bots", TELEGRAM_BOT)
        for user in TELEGRAM_USERS:
            await make("telegram/users", user)
        app = await make("slack/app", SLACK_APP)
        for agent in SLACK_AGENTS:
            await make("slack/users", agent)
        members = [*(agent["id"] for agent in SLACK_AGENTS), app["bot_user_id"]]
        await make("slack/channels", {**SLACK_CHANNEL, "members": members})
