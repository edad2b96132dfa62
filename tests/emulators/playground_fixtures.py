"""The demo page in a browser: over the real emulators, with a small app of slack_bolt connected to them."""

from __future__ import annotations

import base64
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.emulators import playground
from chatdesk.emulators.playground import Playground

PICTURE = base64.b64decode(  # red, two by two
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mN44KAARAwQCgAmDgUBP9UyxwAAAABJRU5ErkJggg=="
)
CHROMIUM = "/usr/bin/chromium"
SUPPORT = playground.SLACK_CHANNEL["id"]
PIOTR = playground.SLACK_AGENTS[0]["id"]
ANNA = playground.TELEGRAM_USERS[0]["id"]
REASON = {
    "type": "input",
    "block_id": "reason",
    "label": {"type": "plain_text", "text": "Reason"},
    "element": {"type": "plain_text_input", "action_id": "words"},
}
VIEW = {
    "type": "modal",
    "callback_id": "closing",
    "title": {"type": "plain_text", "text": "Close request"},
    "submit": {"type": "plain_text", "text": "Close it"},
    "blocks": [REASON],
}
CARD: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": ":incoming_envelope: Request 1042"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Anna* &lt;says&gt; <https://example.org/a_b_c|this>"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "whisper", "text": {"type": "plain_text", "text": "Tell me"}},
            {"type": "button", "action_id": "close", "text": {"type": "plain_text", "text": "Close…"}},
        ],
    },
]


@dataclass
class World:
    playground: Playground
    web: AsyncWebClient
    http: ClientSession
    submitted: list[str] = field(default_factory=list)

    async def telegram(self, method: str, **arguments: Any) -> Any:
        url = f"{self.playground.url}telegram/bot{playground.TELEGRAM_BOT['token']}/{method}"
        async with self.http.post(url, json=arguments) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]


@asynccontextmanager
async def connected(served: Playground, app: Callable[[World], AsyncApp] | None = None) -> AsyncIterator[World]:
    async with ClientSession() as http:
        client = AsyncWebClient(playground.SLACK_APP["bot_token"], base_url=f"{served.url}slack/api/")
        world = World(served, client, http)
        handler = AsyncSocketModeHandler((app or small_app)(world), playground.SLACK_APP["app_token"])
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield world
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def served() -> AsyncIterator[Playground]:
    playing = Playground(port=0, pace=0)
    await playing.start()
    yield playing
    await playing.stop()


@pytest.fixture
async def world(served: Playground) -> AsyncIterator[World]:
    async with connected(served) as made:
        yield made


def small_app(world: World) -> AsyncApp:
    app = AsyncApp(client=world.web)

    @app.action("whisper")
    async def whisper(ack: Any, body: Any) -> None:
        await ack()
        await world.web.chat_postEphemeral(channel=SUPPORT, user=body["user"]["id"], text="A word for _you_ :lock:")

    @app.action("close")
    async def close(ack: Any, body: Any) -> None:
        await ack()
        await world.web.views_open(trigger_id=body["trigger_id"], view=VIEW)

    @app.view("closing")
    async def closing(ack: Any, view: Any) -> None:
        words = view["state"]["values"]["reason"]["words"]["value"]
        world.submitted.append(words)
        if words == "no":
            await ack(response_action="errors", errors={"reason": "Say more."})
        else:
            await ack()

    @app.event("message")
    async def message() -> None: ...

    return app


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        pytest.fail("The demo page is tested in Chromium: run `apt-get update && apt-get install -y chromium` first.")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@asynccontextmanager
async def looking(browser: Browser, url: str, width: int = 1440, **options: Any) -> AsyncIterator[Page]:
    """A strict look at the page: a warning, an error or a breach of its Content-Security-Policy fails the test."""
    context = await browser.new_context(viewport={"width": width, "height": 850}, **options)
    page = await context.new_page()
    page.set_default_timeout(5000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(url)
    await expect(page.get_by_role("button", name="Be Anna Keller")).to_be_visible()
    yield page
    await fits(page)
    assert complaints == []
    await context.close()


async def fits(page: Page) -> None:
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), "the page scrolls sideways"
