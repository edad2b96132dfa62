"""Webhook delivery: the secret, the order, retries, method calls in the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from .telegram_fixtures import BOT, Stage, stage, until

__all__ = ["stage"]


class Hook:
    """A bot's web server that answers what a test tells it to."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []  # the next answers; 200 when there are none
        self.answer: dict[str, Any] | None = None
        self.seconds = 0.0
        self.running: dict[int, int] = {}
        self.most_at_once = 0
        self.overtaken = False

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        chat = update["message"]["chat"]["id"] if "message" in update else 0
        self.running[chat] = self.running.get(chat, 0) + 1
        self.overtaken |= self.running[chat] > 1
        self.most_at_once = max(self.most_at_once, sum(self.running.values()))
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await asyncio.sleep(self.seconds)
        self.running[chat] -= 1
        self.got.append(update)
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.answer, status=status) if self.answer else web.Response(status=status)

    def texts(self) -> list[str]:
        return [u["message"]["text"] for u in self.got]


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield made, str(server.make_url("/hook"))
    await server.close()


async def test_delivery_with_secret_in_order(stage: Stage, hook: tuple[Hook, str]) -> None:
    got, url = hook
    await stage.say("waiting")
    await stage.api("setWebhook", url=url, secret_token="s3cret_-X", max_connections=4)
    for n in range(5):
        await stage.say(f"m{n}")
    await until(lambda: len(got.got) == 6)
    assert got.texts() == ["waiting", "m0", "m1", "m2", "m3", "m4"]
    assert set(got.secrets) == {"s3cret_-X"}
    await until(lambda: not stage.emulator.snapshot()["bots"][0]["queue"]["waiting"])
    info = await stage.api("getWebhookInfo")
    assert info == {"url": url, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": 4}
    assert (await stage.see("bots"))[0]["webhook"] == info


async def test_chats_at_once_but_each_in_order(stage: Stage, hook: tuple[Hook, str]) -> None:
    got, url = hook
    got.seconds = 0.02
    users = [(await stage.act("users", first_name=f"U{n}"))["id"] for n in range(4)]
    await stage.api("setWebhook", url=url, max_connections=3)
    for n in range(4):
        for user in users:
            await stage.person("say", user=user, text=str(n))
    await until(lambda: len(got.got) == 16)
    assert (got.overtaken, got.most_at_once) == (False, 3)
    for user in users:
        mine = [u["message"]["text"] for u in got.got if u["message"]["chat"]["id"] == user]
        assert mine == ["0", "1", "2", "3"]


async def test_retry_with_the_same_update_before_later_ones(hook: tuple[Hook, str]) -> None:
    got, url = hook
    stage = await Stage(pace=100).open()
    got.statuses = [500, 302]
    await stage.api("setWebhook", url=url)
    said = await stage.say("first")
    await stage.say("second")
    await until(lambda: len(got.got) == 4)
    assert got.texts() == ["first", "first", "first", "second"]
    info = await stage.api("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    assert info["last_error_date"] > 0
    listed = {u["update_id"]: u for u in await stage.see("updates", bot=BOT)}
    assert listed[said["update_id"]] == {
        "update_id": said["update_id"],
        "kind": "message",
        "state": "delivered",
        "tries": 3,
        "last_error": "Wrong response from the webhook: 302 Found",
    }
    await stage.close()


async def test_nobody_listens_then_polling_takes_over(stage: Stage) -> None:
    await stage.api("setWebhook", url="http://127.0.0.1:9/")
    await stage.say("kept")

    async def failed() -> bool:
        return "last_error_message" in await stage.api("getWebhookInfo")

    await until(failed)
    assert (await stage.api("getWebhookInfo"))["last_error_message"] == "Connection refused"
    assert await stage.refusal("getUpdates") == (
        "409 Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    _, body = await stage.call("deleteWebhook")
    assert body == {"ok": True, "result": True, "description": "Webhook was deleted"}
    assert [u["message"]["text"] for u in await stage.api("getUpdates")] == ["kept"]
    await stage.api("deleteWebhook", drop_pending_updates=True)
    assert await stage.api("getUpdates") == []
    assert (await stage.api("getWebhookInfo"))["url"] == ""


async def test_setting_a_webhook_ends_a_poll_and_drops_requests(stage: Stage, hook: tuple[Hook, str]) -> None:
    got, url = hook
    poll = asyncio.create_task(stage.refusal("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    got.seconds = 5.0
    await stage.api("setWebhook", url=url)
    assert await poll == "409 Conflict: terminated by setWebhook request"
    await stage.say("slow")
    await until(lambda: got.running != {})
    await stage.api("setWebhook", url="")
    got.seconds = 0.0
    await stage.api("setWebhook", url=url)
    await until(lambda: len(got.got) >= 1)
    assert got.texts() == ["slow"]


async def test_method_call_in_the_answer(stage: Stage, hook: tuple[Hook, str]) -> None:
    got, url = hook
    got.answer = {"method": "sendMessage", "chat_id": stage.user, "text": "from the answer"}
    await stage.api("setWebhook", url=url)
    await stage.say("ask")

    async def answered() -> bool:
        return bool((await stage.chat())["messages"][-1]["text"] == "from the answer")

    await until(answered)
    assert (await stage.journal("sendMessage"))[-1]["done"] is True


async def test_hold_release_and_redeliver(stage: Stage, hook: tuple[Hook, str]) -> None:
    got, url = hook
    await stage.api("setWebhook", url=url)
    await stage.act("hold", bot=BOT)
    ids = [(await stage.say(f"m{n}"))["update_id"] for n in range(3)]
    await asyncio.sleep(0.05)
    assert got.got == []
    await stage.act("release", bot=BOT, order=[ids[1]])
    await until(lambda: len(got.got) == 3)
    assert got.texts() == ["m1", "m0", "m2"]
    await stage.act("redeliver", bot=BOT, update_ids=[ids[2], ids[0]])
    await until(lambda: len(got.got) == 5)
    assert [u["update_id"] for u in got.got[3:]] == [ids[2], ids[0]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"url": "http://a.example/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.example:8080/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "nonsense"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "https://a.example:x/"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "https://a.example/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.example/", "secret_token": "a" * 257}, "secret token contains unallowed characters"),
        ({"url": "https://a.example/", "max_connections": 101}, "max_connections must be between 1 and 100"),
        ({"url": "https://a.example/", "allowed_updates": "message"}, "can't parse allowed_updates JSON object"),
    ],
)
async def test_refused_webhooks(stage: Stage, arguments: dict[str, Any], words: str) -> None:
    assert await stage.refusal("setWebhook", **arguments) == f"400 Bad Request: {words}"
    assert (await stage.api("getWebhookInfo"))["url"] == ""
