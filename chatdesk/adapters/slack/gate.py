"""Bolt, and what it is spared: payloads in which it would lose its way before any listener of ours is asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack import app_home, forms
from chatdesk.adapters.slack.home import LAST_WORDS, LIFE
from chatdesk.adapters.slack.shapes import Shape, check, events, interactions, part
from chatdesk.adapters.texts import all_cleaned
from chatdesk.settings import Slack, SlackMode

log = structlog.get_logger()
EVENT = "event_callback"  # what all events come in: https://docs.slack.dev/apis/events-api/#event-type-structure
UNREADABLE = "The desk could not read that, and nothing was changed. Please close this and try again from the card."
REFUSAL = "not a request as Slack documents it"
# What Bolt raises over a body that is no JSON, in no known encoding, or of another shape than it takes for granted.
FAULTS = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
EVENTS: Mapping[str, type[Shape]] = {
    "user_change": events.ChangeOfUser,
    "app_home_opened": events.OpeningOfHome,
    **{f"{which}_{what}": events.ChangeOfChannel for which in ("channel", "group") for what in LIFE},
    **dict.fromkeys(LAST_WORDS, events.EndOfInstallation),
}
Keep = Callable[[dict[str, Any], str], Awaitable[None]]
Aside = Callable[[Coroutine[Any, Any, Any]], None]
Next = Callable[[], Awaitable[BoltResponse]]


def shape_of(payload: Mapping[str, Any]) -> type[Shape]:
    """Which shape a payload has to have: what the listeners read of it, or what Bolt does where none listens."""
    view = part(payload, "view")
    match payload.get("type"), view.get("callback_id"):
        case "event_callback", _:
            return EVENTS.get(str(part(payload, "event").get("type")), events.Envelope)
        case "block_actions", forms.CALLBACK:
            return interactions.Change
        case "block_actions", _:
            return interactions.PressAtHome if app_home.is_home(payload) else interactions.Press
        case "view_submission", forms.CALLBACK:
            return interactions.Submission
        case "view_submission", app_home.FORM:
            return interactions.SubmissionForMany
        case "view_closed", forms.CALLBACK:
            return interactions.Closing
        case "message_action", _:
            return interactions.Shortcut
        case _:
            return interactions.Slash if "command" in payload else events.Anything


def wrong_in(payload: Mapping[str, Any]) -> str:
    """Which field is not as Slack documents it, and why; empty when all that is read of it is right."""
    try:
        check(shape_of(payload), payload, "payload")
    except ValueError as fault:
        return f"ValueError: {fault}"
    return ""


class Gate(AsyncMiddleware):
    """An event that cannot be read is parked; who waits for something else is told. Its signature is right.

    A middleware of Bolt's own kind: for a function Bolt itself would look into the body first. Where it does so even
    before its middlewares, `answer` and `Socket` ask the gate.
    """

    def __init__(self, keep: Keep, aside: Aside) -> None:
        """`keep`: parks an event that cannot be read, with the reason; `aside`: does what nothing depends on."""
        self._keep = keep
        self._aside = aside

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse | None:
        body = req.body
        clean = all_cleaned(body)
        body.clear()
        body.update(clean)
        if why := wrong_in(body):
            return await self.unreadable(body, why)
        await next()
        return None

    async def unreadable(self, payload: dict[str, Any], why: str) -> BoltResponse:
        log.error("slack.not_read", why=why)
        if payload.get("type") == EVENT:
            await self._keep(payload, why)
            return BoltResponse(status=200)
        url = payload.get("response_url")
        if isinstance(url, str) and url.startswith("http") and "command" not in payload:
            respond = AsyncRespond(response_url=url)
            self._aside(respond(UNREADABLE, response_type="ephemeral", replace_original=False))
        return refusal(payload)


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, spared what Bolt cannot make a request of: that would stay without an answer for ever."""

    gate: Gate

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        try:
            AsyncBoltRequest(mode="socket_mode", body=req.payload)
        except FAULTS as fault:
            payload = all_cleaned(req.payload)
            said = await self.gate.unreadable(payload, wrong_in(payload) or str(fault))
            await send_async_response(client, req, said, 0)
        else:
            await super().handle(client, req)


def bolt(client: AsyncWebClient, settings: Slack, logger: logging.Logger, gate: Gate) -> AsyncApp:
    secret = settings.signing_secret
    app = AsyncApp(
        client=client,
        signing_secret=secret.get_secret_value() if secret else "",
        request_verification_enabled=settings.mode is SlackMode.HTTP,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # the deletion of a card would count as the bot's own doing
        raise_error_for_unhandled_request=True,
        before_authorize=gate,
        logger=logger,
    )
    app.error(_not_done)
    return app


def refusal(payload: Mapping[str, Any]) -> BoltResponse:
    """The answer to something unreadable that a person waits for, where Slack shows them the answer."""
    if payload.get("type") == "view_submission":
        shown = {"response_action": "update", "view": forms.notice(UNREADABLE)}
        return BoltResponse(status=200, body=json.dumps(shown), headers={"content-type": "application/json"})
    return BoltResponse(status=200, body=UNREADABLE if "command" in payload else "")


async def _not_done(error: Exception) -> BoltResponse:
    """What nobody here listens to is none of the desk's business, and not to be delivered again; what failed is."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200)
    log.error("slack.listener_failed", exc_info=error)
    return BoltResponse(status=500)


async def answer(app: AsyncApp, gate: Gate, signatures: SignatureVerifier, request: web.Request) -> web.Response:
    try:
        asked = await to_bolt_request(request)
    except FAULTS as fault:  # Bolt looks into it before it looks at its signature
        payload = _object_in(raw := await request.read())
        if payload is None or not signatures.is_valid_request(raw, dict(request.headers)):
            log.warning("slack.not_read", why=type(fault).__name__)
            return web.Response(status=400, text=REFUSAL)
        payload = all_cleaned(payload)
        return await to_aiohttp_response(await gate.unreadable(payload, wrong_in(payload) or str(fault)))
    return await to_aiohttp_response(await app.async_dispatch(asked))


def is_challenge(raw: bytes) -> bool:
    """Whether Slack, or anybody, asks whether we are there: https://docs.slack.dev/reference/events/url_verification."""
    return (_object_in(raw) or {}).get("type") == "url_verification"


def _object_in(raw: bytes) -> dict[str, Any] | None:
    """What a body in JSON says, as events do; None of any other."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
