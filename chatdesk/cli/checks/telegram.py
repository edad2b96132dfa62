"""Telegram: the token, how updates come, and the commands that people see."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import WebhookInfo

from chatdesk.cli.checks.finding import About, Finding, Findings, host_of
from chatdesk.conversations.acts import ACTS
from chatdesk.plan import BOT
from chatdesk.settings import Settings, TelegramMode

_TELEGRAM = About("telegram")
SECONDS = 15
MANY = 100  # updates that wait, from which on somebody should look


async def telegram(settings: Settings) -> Findings:
    token = settings.telegram.token
    if not token:
        return  # it is named among what is missing
    api = settings.telegram.api_url
    bot = Bot(token.get_secret_value(), session=AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=SECONDS))
    try:
        me = await bot.get_me()
        yield _TELEGRAM.ok(f"the token is that of @{me.username} ({me.full_name}).")
        yield _webhook(settings, await bot.get_webhook_info())
        yield _commands({c.command for c in await bot.get_my_commands()})
    except (TelegramUnauthorizedError, TelegramNotFound):
        yield _TELEGRAM.wrong(
            f"{host_of(api)} does not know this token.",
            "copy it anew from @BotFather (/mybots, API Token) into CHATDESK_TELEGRAM__TOKEN.",
        )
    except TelegramNetworkError as fault:
        yield _TELEGRAM.wrong(
            f"no answer from {host_of(api)}: {_hidden(fault.message, token.get_secret_value())}.",
            "check this machine's way to it (DNS, proxy, firewall), and CHATDESK_TELEGRAM__API_URL.",
        )
    except TelegramAPIError as fault:
        why = _hidden(fault.message, token.get_secret_value())
        yield _TELEGRAM.wrong(f"{host_of(api)} answers: {why}.", "try again later.")
    finally:
        await bot.session.close()


def _hidden(words: str, token: str) -> str:
    """The token is a part of every address of the Bot API."""
    return words.replace(token, "<token>").rstrip(".")


def _commands(known: set[str]) -> Finding:
    wanted = {name for name, act in ACTS.items() if act.in_menu}
    if missing := wanted - known:
        names = ", ".join(f"/{name}" for name in sorted(missing))
        return _TELEGRAM.note(f"people see no {names} in the menu yet: chatdesk serve registers them when it starts.")
    return _TELEGRAM.ok(f"the commands are registered: {', '.join(f'/{name}' for name in sorted(wanted))}.")


def _webhook(settings: Settings, found: WebhookInfo) -> Finding:
    if settings.telegram.mode is TelegramMode.POLLING:
        return _while_polling(found)
    ours = f"{(settings.public_url or '').rstrip('/')}/telegram/{BOT}"
    waiting = found.pending_update_count
    failure = f"; its last delivery failed: {found.last_error_message}" if found.last_error_message else ""
    if not found.url:
        return _TELEGRAM.note("no webhook is set yet: chatdesk serve sets it when it starts.")
    if found.url != ours:
        return _TELEGRAM.wrong(
            f"the webhook is at {host_of(found.url)}, not at {ours}.",
            "start chatdesk serve, which sets it; if another program uses this bot, make one of its own for the desk.",
        )
    if waiting and failure:
        mend = "let CHATDESK_PUBLIC_URL lead to chatdesk serve, with a certificate that Telegram trusts."
        return _TELEGRAM.wrong(f"{waiting} updates wait for the webhook{failure}.", mend)
    if waiting > MANY:
        return _TELEGRAM.wrong(f"{waiting} updates wait for the webhook.", "look into the log of chatdesk serve.")
    return _TELEGRAM.ok(f"the webhook is set to {ours}, {waiting} updates wait{failure}.")


def _while_polling(found: WebhookInfo) -> Finding:
    if found.url:
        return _TELEGRAM.wrong(
            f"a webhook at {host_of(found.url)} is set, so that polling gets nothing.",
            "chatdesk serve removes it when it starts; if another program uses this bot, make one of its own for the "
            "desk. To hear by webhook: CHATDESK_TELEGRAM__MODE=webhook",
        )
    return _TELEGRAM.ok(f"updates come by polling, {found.pending_update_count} wait.")
