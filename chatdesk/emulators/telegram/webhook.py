"""Delivery to a bot's webhook (https://core.telegram.org/bots/api#setwebhook)."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp

from ..pace import Pace
from .chats import Bot, Webhook
from .updates import Delivery

# "In case of an unsuccessful request [...] we will repeat the request and give up after a reasonable amount of
# attempts"; no figures are published, so the waits are ours and an update is given up only when it expires.
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
ANSWER_SECONDS = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
Perform = Callable[[Bot, dict[str, Any]], Awaitable[None]]


def chat_of(body: dict[str, Any]) -> str:
    """What must stay in order: the chat that an update belongs to, or the person who caused it."""
    for thing in body.values():
        if isinstance(thing, dict):
            inner = thing.get("message") if isinstance(thing.get("message"), dict) else {}
            where = thing.get("chat") or (inner or {}).get("chat") or thing.get("from") or thing.get("user") or {}
            return str(where.get("id", "") if isinstance(where, dict) else where)
    return ""


class WebhookDelivery:
    """Posts one bot's updates: several chats at once, each chat's updates one after another."""

    def __init__(self, bot: Bot, pace: Pace, session: aiohttp.ClientSession, perform: Perform) -> None:
        self._bot = bot
        self._pace = pace
        self._session = session
        self._perform = perform
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._resume_at: dict[str, float] = {}
        bot.queue.listener = self._wake.set

    async def run(self) -> None:
        hook = self._bot.webhook
        try:
            while True:
                self._wake.clear()
                if hook is not self._bot.webhook:
                    await self._drop_requests()
                    hook = self._bot.webhook
                if hook.url:
                    self._start_requests(hook)
                await self._sleep()
        finally:
            self._bot.queue.listener = lambda: None
            await self._drop_requests()

    async def _drop_requests(self) -> None:
        """Another webhook, or none: what was not confirmed stays in the line."""
        tasks = list(self._busy.values())
        self._busy.clear()
        self._resume_at.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sleep(self) -> None:
        waits = [at - time.monotonic() for chat, at in self._resume_at.items() if chat not in self._busy]
        try:
            await asyncio.wait_for(self._wake.wait(), max(0.0, min(waits)) if waits else None)
        except TimeoutError:
            now = time.monotonic()
            self._resume_at = {chat: at for chat, at in self._resume_at.items() if at > now}

    def _start_requests(self, hook: Webhook) -> None:
        for delivery in self._bot.queue.ready():
            chat = chat_of(self._bot.queue.records[delivery.update_id].body)
            if len(self._busy) >= hook.max_connections:
                return
            if chat not in self._busy and self._resume_at.get(chat, 0.0) <= time.monotonic():
                self._busy[chat] = asyncio.create_task(self._deliver(hook, chat, delivery))

    async def _deliver(self, hook: Webhook, chat: str, delivery: Delivery) -> None:
        """One attempt; the chat is busy until a method call in the answer was performed too."""
        record = self._bot.queue.records[delivery.update_id]
        record.tries += 1
        try:
            answer, error = await self._post(hook, record.wire())
            if error:
                record.last_error = hook.last_error_message = error
                hook.last_error_date = int(time.time())
                self._resume_at[chat] = time.monotonic() + self._wait_after(record.tries)
                return
            self._resume_at.pop(chat, None)
            self._bot.queue.done([delivery])
            if answer:
                await self._perform(self._bot, answer)
        finally:
            if self._busy.get(chat) is asyncio.current_task():
                del self._busy[chat]
            self._wake.set()

    def _wait_after(self, tries: int) -> float:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (min(tries, 10) - 1))
        return wait / max(1.0, self._pace.factor)

    async def _post(self, hook: Webhook, update: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The method call in the answer, if there is one, and what went wrong, if something did."""
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers[SECRET_HEADER] = hook.secret
        body = io.BytesIO(json.dumps(update).encode())  # in pieces: an update may be large
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._session.post(
                hook.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                said = await answer.text(errors="replace")
        except TimeoutError:
            return {}, "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return {}, "Connection refused"
        except aiohttp.ClientError as error:
            return {}, f"Connection closed: {type(error).__name__}"
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return {}, f"Wrong response from the webhook: {answer.status} {answer.reason}"
        return _method_call(said), ""


def _method_call(body: str) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#making-requests-when-getting-updates"""
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) and isinstance(read.get("method"), str) else {}
