"""The limit: an aiogram handler behind a webhook that posts straight to Slack, and keeps nothing."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys

import aiohttp
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient


async def main(services: str, port: int) -> None:
    logger = logging.getLogger("bare")
    logger.setLevel(logging.WARNING)
    async with aiohttp.ClientSession() as session:
        slack = AsyncWebClient("xoxb-bench", base_url=f"{services}/slack/api/", session=session, logger=logger)
        bot = Bot("1:bench", session=AiohttpSession(api=TelegramAPIServer.from_base(f"{services}/telegram")))
        dispatcher = Dispatcher()

        @dispatcher.message()
        async def relay(message: Message) -> None:
            await slack.chat_postMessage(channel="C1", text=message.text or "")

        app = web.Application()
        handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="bench-secret")
        handler.register(app, path="/telegram/main")

        async def healthz(request: web.Request) -> web.Response:
            return web.Response()

        app.router.add_get("/healthz", healthz)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        gc.collect()
        gc.freeze()  # as serve does: one look through aiogram's classes stops everything for a tenth of a second
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
