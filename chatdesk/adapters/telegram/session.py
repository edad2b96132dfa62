"""aiogram's session with a short way for what the desk sends all day.

aiogram makes objects of a call, walks over every field of them, fills a form, and makes objects of the answer: for a
reaction that is as much work as the rest of a message's way through the desk. The Bot API takes JSON as well
(https://core.telegram.org/bots/api#making-requests), and of its answer we want an id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

JSON = {"Content-Type": "application/json"}


class Call(TelegramMethod[Any]):
    """What aiogram's faults say they are about."""

    __returning__ = Any
    __api_method__ = "call"


class Session(AiohttpSession):
    async def create_session(self) -> ClientSession:
        """aiogram's, without a jar for cookies, which Telegram never sets: it takes a quarter of a call's time."""
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        return self._session

    async def post(self, bot: Bot, method: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method that carries no file: Telegram's answer as it came. Faults are aiogram's own."""
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method)
        body = json.dumps(arguments).encode()
        try:
            async with session.post(url, data=body, headers=JSON, timeout=ClientTimeout(self.timeout)) as answer:
                raw = await answer.read()
        except TimeoutError as fault:
            raise TelegramNetworkError(method=Call(), message="Request timeout error") from fault
        except ClientError as fault:
            raise TelegramNetworkError(method=Call(), message=f"{type(fault).__name__}: {fault}") from fault
        if answer.status == 200:
            with suppress(ValueError, KeyError, TypeError):
                return json.loads(raw)["result"]
        return self.check_response(bot, Call(), answer.status, raw.decode(errors="replace")).result
