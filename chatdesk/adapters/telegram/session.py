"""aiogram's session with a short way for what the desk sends all day.

aiogram walks over every field of a call, fills a form, and makes objects of the answer: for a reaction that is as much
work as the rest of a message's way through the desk. The Bot API takes JSON as well
(https://core.telegram.org/bots/api#making-requests), which pydantic writes at once; of the answer we want an id.
"""

from __future__ import annotations

import json
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientTimeout

JSON = {"Content-Type": "application/json"}


class Session(AiohttpSession):
    async def post(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Call a method that carries no file: what Telegram answered, unparsed. Faults are aiogram's own.

        Only what was set is sent: neither aiogram's defaults, nor those of the objects in it, such as their type.
        """
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = method.model_dump_json(exclude_unset=True, exclude_none=True)
        try:
            async with session.post(url, data=body.encode(), headers=JSON, timeout=ClientTimeout(self.timeout)) as got:
                raw = await got.read()
        except TimeoutError as fault:
            raise TelegramNetworkError(method=method, message="Request timeout error") from fault
        except ClientError as fault:
            raise TelegramNetworkError(method=method, message=f"{type(fault).__name__}: {fault}") from fault
        if got.status == 200:
            return json.loads(raw)["result"]
        return self.check_response(bot, method, got.status, raw.decode()).result
