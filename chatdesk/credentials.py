"""Whether Telegram and Slack know us, asked at the start: a fault that stays until a person mends it names its setting.

None means that nothing is wrong, or that the service cannot say so now: an outage stops no desk.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack.speak import error_of
from chatdesk.settings import Slack, SlackMode, Telegram, example

SECONDS = 10  # that Telegram may take to answer; the channel asks on, however long it takes
UNKNOWN_TOKEN = (401, 404)  # Telegram's answers to a token that it does not know, or that is none
NOT_THEIRS = (200, 404)  # statuses of a page that is no answer of the service: its address is wrong
# Slack's own Socket Mode client gives up at the first five, with team_disabled and user_removed_from_team:
# https://docs.slack.dev/tools/node-slack-sdk/reference/socket-mode/enumerations/UnrecoverableSocketModeStartError/
REFUSED = (
    *("invalid_auth", "not_authed", "account_inactive", "team_disabled", "user_removed_from_team"),
    *("token_revoked", "token_expired", "not_allowed_token_type"),
)
BOT_TOKEN, APP_TOKEN, SLACK_URL = "CHATDESK_SLACK__BOT_TOKEN", "CHATDESK_SLACK__APP_TOKEN", "CHATDESK_SLACK__API_URL"
TELEGRAM_TOKEN, TELEGRAM_URL = "CHATDESK_TELEGRAM__TOKEN", "CHATDESK_TELEGRAM__API_URL"


async def telegram_fault(settings: Telegram, named: str = TELEGRAM_TOKEN) -> str | None:
    """What is wrong with the bot's token, `named` so, or with the address of the Bot API."""
    assert settings.token is not None
    host = urlsplit(settings.api_url).hostname
    address = f"{settings.api_url.rstrip('/')}/bot{settings.token.get_secret_value()}/getMe"
    try:
        async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session, session.post(address) as answer:
            status, said = answer.status, await _json(answer)
    except (ClientError, TimeoutError, OSError):
        return None
    if not isinstance(said, dict) or "ok" not in said:
        return _not_theirs(TELEGRAM_URL, host, "Bot API server") if status in NOT_THEIRS else None
    if status not in UNKNOWN_TOKEN:
        return None
    return (
        f"{named}: {host} does not know this token ({status} {said.get('description')}). "
        f"Copy it anew from @BotFather: /mybots, API Token.{example(named)}"
    )


async def _json(answer: Any) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None


def _not_theirs(setting: str, host: str | None, what: str) -> str:
    return f"{setting}: what answers at {host} is no {what}.{example(setting)}"


def bot_token_fault(settings: Slack, fault: Exception) -> str | None:
    """What this failure of a call says of the bot token, its scopes, or the address of the Web API."""
    if not isinstance(fault, SlackApiError):
        return None
    error, response = error_of(fault), fault.response
    if error == "missing_scope":
        return (
            f"{BOT_TOKEN}: its app lacks the scope {response.data.get('needed') or 'that Slack asks for'}. "
            "Add it under OAuth & Permissions (or paste what chatdesk slack-manifest prints), reinstall the app, "
            f"and copy the token anew. chatdesk doctor names all that are missing.{example(BOT_TOKEN)}"
        )
    if error in REFUSED:
        return (
            f"{BOT_TOKEN}: Slack does not take this token ({error}). "
            f"Copy the Bot User OAuth Token anew from OAuth & Permissions.{example(BOT_TOKEN)}"
        )
    if not error and getattr(response, "status_code", 0) in NOT_THEIRS:
        return _not_theirs(SLACK_URL, urlsplit(settings.api_url).hostname, "Web API of Slack")
    return None


async def app_token_fault(settings: Slack, client: AsyncWebClient) -> str | None:
    """What is wrong with the app-level token; only Socket Mode needs one."""
    if settings.mode is not SlackMode.SOCKET:
        return None
    assert settings.app_token is not None
    try:
        await client.apps_connections_open(app_token=settings.app_token.get_secret_value())
    except SlackApiError as fault:
        return refused_app_token(error_of(fault))
    except (ClientError, TimeoutError):
        pass
    return None


def refused_app_token(error: str) -> str | None:
    """What Slack's error to the opening of a socket says of the app-level token."""
    if error == "missing_scope":
        what = "lacks the scope connections:write"
    elif error in REFUSED:
        what = f"is not taken by Slack ({error})"
    else:
        return None
    return (
        f"{APP_TOKEN}: it {what}. Make an app-level token with connections:write under Basic Information, "
        f"App-Level Tokens.{example(APP_TOKEN)}"
    )
