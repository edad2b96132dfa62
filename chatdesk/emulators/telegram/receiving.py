"""Methods about how a bot gets its updates (https://core.telegram.org/bots/api#getting-updates)."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from .calls import Call, Described, method
from .chats import Webhook
from .errors import bad_request, conflict

MOST_SECONDS = 50  # what the original caps `timeout` at
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # https://core.telegram.org/bots/api#setwebhook
_PORTS = (443, 80, 88, 8443)
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def _remember_allowed(call: Call) -> None:
    """ "If not specified, the previous setting will be used"; an empty list means the default."""
    wanted = call.get("allowed_updates")
    if wanted is None:
        return
    if not isinstance(wanted, list) or not all(isinstance(kind, str) for kind in wanted):
        raise bad_request("can't parse allowed_updates: expected an Array of String")
    call.bot.queue.allowed = list(wanted)


@method("getUpdates", offset="number", limit="number", timeout="number", allowed_updates="json")
async def get_updates(call: Call) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#getupdates"""
    if call.bot.webhook.url:
        raise conflict(_WEBHOOK_ACTIVE)
    _remember_allowed(call)
    limit = min(max(call.get("limit") or 100, 1), 100)
    seconds = min(max(call.get("timeout") or 0, 0), MOST_SECONDS)
    return await call.bot.queue.poll(call.get("offset") or 0, limit, seconds, call.alive)


@method(
    "setWebhook",
    url="text",
    max_connections="number",
    allowed_updates="json",
    drop_pending_updates="truth",
    secret_token="text",  # noqa: S106 - the kind of an argument
)
async def set_webhook(call: Call) -> Described:
    """https://core.telegram.org/bots/api#setwebhook. The original demands https on port 443, 80, 88 or 8443; plain http
    and any port are accepted here for a loopback address only."""
    url, secret = call.get("url") or "", call.get("secret_token") or ""
    if not url:
        return await delete_webhook(call)
    _check_url(url)
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    most = call.get("max_connections")
    if most is not None and not 1 <= most <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    _remember_allowed(call)
    call.charge()
    call.bot.webhook = Webhook(url, secret, 40 if most is None else most)
    call.bot.queue.end_poll(conflict("terminated by setWebhook request"))
    _drop_pending(call)
    call.bot.queue.notify()
    return Described(True, "Webhook was set")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid webhook URL specified") from None
    if not host:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if _is_loopback(host) and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _drop_pending(call: Call) -> None:
    if call.get("drop_pending_updates"):
        call.bot.queue.done(list(call.bot.queue.waiting))


@method("deleteWebhook", drop_pending_updates="truth")
async def delete_webhook(call: Call) -> Described:
    """https://core.telegram.org/bots/api#deletewebhook"""
    was_set = bool(call.bot.webhook.url)
    call.charge()
    call.bot.webhook = Webhook()
    _drop_pending(call)
    call.bot.queue.notify()
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#webhookinfo"""
    return webhook_info(call.bot.webhook, call.bot.queue.allowed, len(call.bot.queue.waiting))


def webhook_info(hook: Webhook, allowed: list[str], pending: int) -> dict[str, Any]:
    info: dict[str, Any] = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": pending}
    if hook.last_error_date:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    if hook.url:
        info["max_connections"] = hook.max_connections
    if allowed:
        info["allowed_updates"] = allowed
    return info
