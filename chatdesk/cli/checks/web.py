"""The desk's own web server: where it listens, and how the world reaches it."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from chatdesk import listening
from chatdesk.cli.checks.finding import About, Finding, Findings, host_of
from chatdesk.settings import Http, Settings, SlackMode, TelegramMode

_WEB = About("web")
SECONDS = 15
SETTING = "CHATDESK_PUBLIC_URL"
SLACK = "slack.com"  # it posts to https only
ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server that listens everywhere is asked


async def address(settings: Settings) -> Findings:
    """Whether chatdesk serve can listen where it is told to, or does so already."""
    http = settings.http
    where = f"{http.host}:{http.port}"
    try:
        listening.close(await listening.take(http))
        yield _WEB.ok(f"chatdesk serve can listen on {where}.")
    except listening.CannotListen as fault:
        if await _serves_here(http):
            yield _WEB.ok(f"chatdesk serves on {where} already.")
        else:
            yield _WEB.wrong(str(fault), "change that setting, or what stands in its way.")


async def _serves_here(http: Http) -> bool:
    host = ANY.get(http.host, http.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{http.port}/healthz"
    try:
        async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session, session.get(url) as answer:
            return _is_desk(answer.status, await answer.text())
    except (ClientError, TimeoutError, OSError, ValueError):
        return False


async def public_url(settings: Settings) -> Findings:
    """Whether Telegram and Slack can post to us, where they have to."""
    url = settings.public_url
    webhook, http = settings.telegram.mode is TelegramMode.WEBHOOK, settings.slack.mode is SlackMode.HTTP
    if not (webhook or http):
        return
    if not url:
        if not webhook:  # otherwise it is named among what is missing
            yield _WEB.missing(f"{SETTING} is missing.", "set it to where Slack reaches this desk, https://...")
        return
    posted_by_slack = http and urlsplit(settings.slack.api_url).hostname == SLACK
    if posted_by_slack and urlsplit(url).scheme != "https":
        yield _WEB.wrong(f"{host_of(url)} is not https.", f"{SETTING} must begin with https://")
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


def _is_desk(status: int, text: str) -> bool:
    return status in (200, 503) and '"status"' in text


def _health(url: str, status: int, text: str) -> Finding:
    if not _is_desk(status, text):
        return _WEB.wrong(
            f"{host_of(url)}/healthz answers {status}, and that is not chatdesk.",
            f"let {SETTING} and the proxy lead to chatdesk serve, with no path that is changed on the way.",
        )
    if status == 200:
        return _WEB.ok(f"{host_of(url)}/healthz answers, and all is well there.")
    return _WEB.wrong(f"chatdesk answers at {host_of(url)}, but is ill: {text[:300]}", "look into its log.")
