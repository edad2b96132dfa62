"""Telegram: the token, how updates come, and the commands that people see."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import User, WebhookInfo

from chatdesk.cli.checks.finding import About, Finding, Findings, host_of
from chatdesk.conversations.acts import ACTS
from chatdesk.plan import BotPlan, Plan
from chatdesk.settings import Settings, TelegramMode

SECONDS = 15
MANY = 100  # updates that wait, from which on somebody should look


async def telegram(settings: Settings, plan: Plan) -> Findings:
    """Each bot, named where there are several."""
    for bot in plan.bots:
        about = About(f"telegram, bot {bot.bot.id}" if len(plan.bots) > 1 else "telegram")
        async for finding in _bot(settings, bot, about):
            yield finding


async def _bot(settings: Settings, plan: BotPlan, about: About) -> Findings:
    token = plan.settings.token
    if not token:
        return  # it is named among what is missing
    api = settings.telegram.api_url
    bot = Bot(token.get_secret_value(), session=AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=SECONDS))
    try:
        me = await bot.get_me()
        yield about.ok(f"the token is that of @{me.username} ({me.full_name}).")
        if plan.bot.topics:
            yield _topics(about, me)
        yield _webhook(settings, plan.bot.id, about, await bot.get_webhook_info())
        yield _commands(about, {c.command for c in await bot.get_my_commands()})
    except (TelegramUnauthorizedError, TelegramNotFound):
        yield about.wrong(
            f"{host_of(api)} does not know this token.",
            f"copy it anew from @BotFather (/mybots, API Token) into {plan.token_name}.",
        )
    except TelegramNetworkError as fault:
        yield about.wrong(
            f"no answer from {host_of(api)}: {_hidden(fault.message, token.get_secret_value())}.",
            "check this machine's way to it (DNS, proxy, firewall), and CHATDESK_TELEGRAM__API_URL.",
        )
    except TelegramAPIError as fault:
        why = _hidden(fault.message, token.get_secret_value())
        yield about.wrong(f"{host_of(api)} answers: {why}.", "try again later.")
    finally:
        await bot.session.close()


def _topics(about: About, me: User) -> Finding:
    """https://core.telegram.org/bots/api#user"""
    where = "@BotFather (Open App, the bot, Bot Settings, Threaded Mode)"
    if not me.has_topics_enabled:
        return about.wrong(
            f"desk.yaml says topics: true, and @{me.username} has none: tickets share the chat.",
            f"turn them on in {where}; the menu of /mybots does not show it. New tickets have topics from then on.",
        )
    if me.allows_users_to_create_topics:
        return about.note(
            "tickets have topics, and users may make and delete topics, too. What is written in one of theirs is "
            f"taken as if it stood in the chat itself. It is clearer without: {where}."
        )
    return about.ok("each ticket has a topic of its own in the user's chat.")


def _hidden(words: str, token: str) -> str:
    """The token is a part of every address of the Bot API."""
    return words.replace(token, "<token>").rstrip(".")


def _commands(about: About, known: set[str]) -> Finding:
    wanted = {name for name, act in ACTS.items() if act.in_menu}
    if missing := wanted - known:
        names = ", ".join(f"/{name}" for name in sorted(missing))
        return about.note(f"people see no {names} in the menu yet: chatdesk serve registers them when it starts.")
    return about.ok(f"the commands are registered: {', '.join(f'/{name}' for name in sorted(wanted))}.")


def _webhook(settings: Settings, bot: str, about: About, found: WebhookInfo) -> Finding:
    if settings.telegram.mode is TelegramMode.POLLING:
        return _while_polling(about, found)
    ours = f"{(settings.public_url or '').rstrip('/')}/telegram/{bot}"
    waiting = found.pending_update_count
    failure = f"; its last delivery failed: {found.last_error_message}" if found.last_error_message else ""
    if not found.url:
        return about.note("no webhook is set yet: chatdesk serve sets it when it starts.")
    if found.url != ours:
        return about.wrong(
            f"the webhook is at {host_of(found.url)}, not at {ours}.",
            "start chatdesk serve, which sets it; if another program uses this bot, make one of its own for the desk.",
        )
    if waiting and failure:
        mend = "let CHATDESK_PUBLIC_URL lead to chatdesk serve, with a certificate that Telegram trusts."
        return about.wrong(f"{waiting} updates wait for the webhook{failure}.", mend)
    if waiting > MANY:
        return about.wrong(f"{waiting} updates wait for the webhook.", "look into the log of chatdesk serve.")
    return about.ok(f"the webhook is set to {ours}, {waiting} updates wait{failure}.")


def _while_polling(about: About, found: WebhookInfo) -> Finding:
    if found.url:
        return about.wrong(
            f"a webhook at {host_of(found.url)} is set, so that polling gets nothing.",
            "chatdesk serve removes it when it starts; if another program uses this bot, make one of its own for the "
            "desk. To hear by webhook: CHATDESK_TELEGRAM__MODE=webhook",
        )
    return about.ok(f"updates come by polling, {found.pending_update_count} wait.")
