"""Deliveries as signed HTTP requests, when the app has a request URL.

https://docs.slack.dev/apis/events-api/using-http-request-urls
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import secrets
import time
from urllib.parse import urlencode

import aiohttp

from .basics import Json, Undelivered, Wrong
from .deliveries import Delivery
from .records import App

ANSWER_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"


class FinallyUndelivered(Undelivered):
    """The app asked for no retry (header X-Slack-No-Retry)."""

    final = True


def signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def deliver(http: aiohttp.ClientSession, app: App, delivery: Delivery) -> Json:
    """Answers that are plain words become `{"text": words}`, as the reply to a slash command may be."""
    retry: dict[str, str] = {}
    if delivery.attempt:
        retry = {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": delivery.error}
    body, kind = _encode(delivery)
    words = await _post(http, app.request_url, app.signing_secret, body, kind, retry)
    return _read(words)


async def verify(http: aiohttp.ClientSession, app: App, url: str, secret: str) -> None:
    """A new URL must echo a challenge (https://docs.slack.dev/reference/events/url_verification)."""
    challenge = secrets.token_hex(20)
    ask = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
    try:
        words = await _post(http, url, secret, json.dumps(ask).encode(), "application/json", {})
    except Undelivered as lost:
        raise Wrong(f"The URL did not answer the challenge: {lost}.") from lost
    if challenge not in (words.strip(), _read(words).get("challenge")):
        raise Wrong("The URL did not answer the challenge.")


def _encode(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}).encode(), FORM
    return urlencode(delivery.payload).encode(), FORM


async def _post(
    http: aiohttp.ClientSession, url: str, secret: str, body: bytes, kind: str, more: dict[str, str]
) -> str:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        **more,
    }
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            async with http.post(url, data=io.BytesIO(body), headers=headers, allow_redirects=False) as response:
                words = await response.text()
    except TimeoutError as late:
        raise Undelivered("http_timeout") from late
    except aiohttp.ClientError as gone:
        raise Undelivered("connection_failed") from gone
    if not 200 <= response.status < 300:
        final = response.headers.get("X-Slack-No-Retry") == "1"
        raise (FinallyUndelivered if final else Undelivered)("http_error")
    return words


def _read(words: str) -> Json:
    try:
        said = json.loads(words)
    except ValueError:
        return {"text": words} if words.strip() else {}
    return said if isinstance(said, dict) else {}
