"""The desk's own web server, as the world reaches it; and the key that signs."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from chatdesk.cli.checks.finding import About, Finding, Findings, host_of
from chatdesk.settings import Settings, SlackMode, TelegramMode

_WEB, _KEY = About("web"), About("secret key")
SECONDS = 15
SETTING = "CHATDESK_PUBLIC_URL"
SHORTEST_KEY = 32  # characters
OFFICIAL = {"api.telegram.org", "slack.com"}  # these post to https only
TELEGRAMS_PORTS = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook


async def public_url(settings: Settings) -> Findings:
    """Whether Telegram and Slack can post to us, where they have to."""
    url = settings.public_url
    webhook, http = settings.telegram.mode is TelegramMode.WEBHOOK, settings.slack.mode is SlackMode.HTTP
    if not (webhook or http):
        return
    if not url:
        if not webhook:  # otherwise it is named among what is missing
            yield _WEB.wrong(f"{SETTING} is missing.", "set it to where Slack reaches this desk, https://...")
        return
    for fault in _demands(settings, url, webhook):
        yield fault
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=SECONDS)) as session,
            session.get(f"{url.rstrip('/')}/healthz") as answer,
        ):
            yield _health(url, answer.status, await answer.text())
    except (ClientError, TimeoutError, OSError) as fault:
        why = str(fault) or type(fault).__name__
        yield _WEB.wrong(
            f"nothing answers at {host_of(url)}: {why}.",
            f"start chatdesk serve; then see that DNS, certificate and proxy lead from {SETTING} to "
            f"{settings.http.host}:{settings.http.port}.",
        )


def _demands(settings: Settings, url: str, webhook: bool) -> list[Finding]:
    parts, faults = urlsplit(url), []
    apis = {urlsplit(settings.telegram.api_url).hostname} if webhook else set()
    apis |= {urlsplit(settings.slack.api_url).hostname} if settings.slack.mode is SlackMode.HTTP else set()
    if parts.scheme != "https" and apis & OFFICIAL:
        faults.append(_WEB.wrong(f"{host_of(url)} is not https.", f"{SETTING} must begin with https://"))
    if "api.telegram.org" in apis and (parts.port or 443) not in TELEGRAMS_PORTS:
        ports = ", ".join(map(str, TELEGRAMS_PORTS))
        faults.append(_WEB.wrong(f"Telegram posts to no port {parts.port}.", f"let {SETTING} name one of {ports}."))
    return faults


def _health(url: str, status: int, text: str) -> Finding:
    if status == 200 and '"status"' in text:
        return _WEB.ok(f"{host_of(url)}/healthz answers, and all is well there.")
    if status == 503 and '"status"' in text:
        return _WEB.wrong(f"chatdesk answers at {host_of(url)}, but is ill: {text[:300]}", "look into its log.")
    return _WEB.wrong(
        f"{host_of(url)}/healthz answers {status}, and that is not chatdesk.",
        f"let {SETTING} and the proxy lead to chatdesk serve, with no path that is changed on the way.",
    )


async def secret_key(settings: Settings) -> Findings:
    key = settings.secret_key
    if key and len(key.get_secret_value()) < SHORTEST_KEY:
        yield _KEY.wrong(
            f"it has {len(key.get_secret_value())} characters, fewer than {SHORTEST_KEY}.",
            "put what this prints into CHATDESK_SECRET_KEY: openssl rand -hex 32",
        )
    elif key:
        yield _KEY.ok("it is long enough.")
