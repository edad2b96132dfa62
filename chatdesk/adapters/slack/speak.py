"""Deliveries as calls of Slack's Web API, and its errors as kinds of failure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import structlog
from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from chatdesk.adapters.slack import render, uploads
from chatdesk.adapters.slack.home import CHANNEL_ERRORS, TOKEN_ERRORS
from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.adapters.slack.rooms import channel_of, root_in
from chatdesk.core.errors import DeliveryError, Gone, Rejected, Shut, TryLater
from chatdesk.core.messages import Mark
from chatdesk.desk.channel import Delivery, Limit
from chatdesk.desk.files import Files

log = structlog.get_logger()

# Slack answers these as long as the app is set up wrongly or Slack itself is ill: the message is not at fault.
NOT_THE_MESSAGE = {
    *("missing_scope", "ekm_access_denied", "team_access_not_granted"),
    *("fatal_error", "internal_error", "service_unavailable", "request_timeout", "ratelimited"),
}
SHUT = {*CHANNEL_ERRORS, *TOKEN_ERRORS}
BLOCK_ERRORS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}
NO_MORE = {"message_not_found", "thread_not_found"}
WAIT_FOR_SETUP = 30.0  # seconds between tries when somebody has to mend the set-up
METADATA = "chatdesk_message"  # type of the metadata that carries our key of a message
LOOK_BACK = 200  # messages a look at what may have been posted before a crash
CLOCKS_DIFFER = 60.0  # seconds that Slack's clock may be behind ours
DONE_ALREADY = {"already_reacted", "no_reaction", "already_pinned", "no_pin"}


async def deliver(client: AsyncWebClient, files: Files, delivery: Delivery) -> str | None:
    """Make the call; the ts of a new message."""
    if delivery.out.replaces:  # Slack changes buttons with all of a message only: these stay, and say that they served
        return None
    try:
        if brings_files(delivery):
            return await uploads.share(client, files, delivery)
        if delivery.out.removes:
            await _removed(client, delivery)
            return None
        answer = await _said(client, delivery)
    except SlackApiError as fault:
        error = failure(fault)
        if error is None:
            return None
        raise error from fault
    except TimeoutError as fault:
        raise TryLater("Slack did not answer in time", perhaps_done=True) from fault
    except ClientError as fault:
        refused = isinstance(fault, ClientConnectorError)
        raise TryLater(f"no connection to Slack: {fault}", perhaps_done=not refused) from fault
    return str(answer.get("ts") or "") or None


async def _removed(client: AsyncWebClient, delivery: Delivery) -> None:
    """All that it is there: what was changed among the words of others stands below them, too."""
    for native in delivery.natives or (delivery.native,):
        one = replace(delivery, native=native)
        try:
            if one.thread or one.room:
                await uploads.withdraw(client, one)
            await _said(client, one)
        except SlackApiError as fault:
            if error_of(fault) != "message_not_found":
                raise


def brings_files(delivery: Delivery) -> bool:
    body = delivery.out.body
    return body is not None and bool(body.passable) and delivery.native is None and not delivery.out.private_to


def method_of(delivery: Delivery) -> str:
    if brings_files(delivery):
        return "files.completeUploadExternal"
    if delivery.out.removes:
        return "chat.delete"
    if delivery.out.marks:
        kind = "pins" if delivery.out.mark == Mark.PINNED else "reactions"
        return f"{kind}.remove" if delivery.out.unmark else f"{kind}.add"
    if delivery.native:
        return "chat.update"
    return "chat.postEphemeral" if delivery.out.private_to else "chat.postMessage"


def arguments_of(delivery: Delivery) -> dict[str, Any]:
    """Of the method, as https://docs.slack.dev/reference/methods describes them. Pure."""
    out = delivery.out
    channel = {"channel": channel_of(delivery.place.room)}
    if out.marks:
        target = channel | {"timestamp": delivery.native or ""}
        return target if out.mark == Mark.PINNED else target | {"name": render.sign(out.mark)}
    if out.removes:
        return channel | {"ts": delivery.native or ""}
    if delivery.native and out.body and out.body.passable:
        out = replace(out, body=uploads.signed(out.body, out.author))
    words = channel | {"text": render.fallback(out), "blocks": render.blocks(out)}
    if delivery.native:
        return words | {"ts": delivery.native}
    if thread := delivery.thread or root_in(out.to.room):
        words["thread_ts"] = thread
    if out.private_to:
        return words | {"user": user_of(out.private_to.account)}
    if out.author:
        words |= {"username": out.author, "icon_emoji": ":bust_in_silhouette:"}
    payload = {"key": out.key} | ({"also": list(out.also)} if out.also else {})
    metadata = {"event_type": METADATA, "event_payload": payload}
    return words | {"metadata": metadata, "unfurl_links": False, "unfurl_media": False}


async def _said(client: AsyncWebClient, delivery: Delivery) -> Mapping[str, Any]:
    """Should Slack ever find fault with the blocks, the words go without them: they are what must not be lost."""
    method, arguments = method_of(delivery), arguments_of(delivery)
    try:
        return await _post(client, method, arguments)
    except SlackApiError as fault:
        if error_of(fault) not in BLOCK_ERRORS or "blocks" not in arguments:
            raise
        log.error("slack.blocks_refused", key=delivery.out.key, why=str(fault))
    arguments |= {"text": render.words(delivery.out)}
    del arguments["blocks"]
    if method == "chat.update":  # without the field the old ones would stay
        arguments["blocks"] = []
    return await _post(client, method, arguments)


async def _post(client: AsyncWebClient, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `client.api_call` does, without the half of its work that these methods have no use for.

    They take JSON: https://docs.slack.dev/apis/web-api/#post-bodies.
    """
    assert client.session is not None
    url = f"{client.base_url}{method}"
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json; charset=utf-8"}
    async with client.session.post(url, data=json.dumps(arguments).encode(), headers=headers) as got:
        raw = await got.read()
    said = _object(raw)
    if got.status == 200 and said.get("ok"):
        return said
    answer = AsyncSlackResponse(
        client=client,
        http_verb="POST",
        api_url=url,
        req_args={},
        data=said,
        headers=cast(dict[str, str], got.headers),  # in any case of letters
        status_code=got.status,
    )
    answer.validate()  # type: ignore[no-untyped-call]
    return said


def _object(raw: bytes) -> dict[str, Any]:
    """Slack's answer; empty when something in between has answered."""
    try:
        data = json.loads(raw)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def key_of(message: Mapping[str, Any]) -> str | None:
    """Our key of a message that we posted."""
    return next(iter(keys_of(message)), None)


def keys_of(message: Mapping[str, Any]) -> list[str]:
    """Our keys of all that it shows."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    known = [payload.get("key"), *(payload.get("also") or ())] if metadata.get("event_type") == METADATA else []
    return [str(key) for key in known if key]


def _is_it(message: Mapping[str, Any], delivery: Delivery) -> bool:
    return delivery.out.key in keys_of(message) or (brings_files(delivery) and uploads.is_it(message, delivery))


async def find(client: AsyncWebClient, delivery: Delivery) -> str | None:
    """The ts of this message by the key in its metadata: among the latest of its channel, or in its thread.

    A channel is read from its end, a thread from its beginning: there we start when the message was queued.
    """
    room = delivery.out.to.room
    channel, root = channel_of(room), delivery.thread or root_in(room)
    since = delivery.queued.timestamp() - CLOCKS_DIFFER if delivery.queued else 0
    cursor = None
    try:
        while True:
            if root:
                page = await client.conversations_replies(
                    channel=channel,
                    ts=root,
                    oldest=f"{since:.6f}",
                    cursor=cursor,
                    limit=LOOK_BACK,
                    include_all_metadata=True,
                )
            else:
                page = await client.conversations_history(channel=channel, limit=LOOK_BACK, include_all_metadata=True)
            found = next((str(m["ts"]) for m in page["messages"] if _is_it(m, delivery)), None)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if found or not cursor or not root:
                return found
    except (SlackApiError, ClientError, TimeoutError) as fault:
        raise TryLater(f"Slack cannot be asked whether the message arrived: {fault}", perhaps_done=True) from fault


def error_of(fault: SlackApiError) -> str:
    """Slack's name of the error; empty when something in between answered, without Slack's JSON."""
    body = getattr(fault.response, "data", None)
    return str(body.get("error") or "") if isinstance(body, dict) else ""


def failure(fault: SlackApiError) -> DeliveryError | None:
    """What Slack's error means for the message; None when it had been done before."""
    response: Any = fault.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    headers = getattr(response, "headers", {}) or {}
    error = error_of(fault)
    if error in DONE_ALREADY:
        return None
    if status == 429 or error == "ratelimited":
        return TryLater("Slack asks to wait", after=float(headers.get("Retry-After", 1)))
    if status >= 500:
        return TryLater(f"Slack answered {status}")
    if error in SHUT:
        return Shut(f"Slack answered {error}", WAIT_FOR_SETUP, error)
    if error in NOT_THE_MESSAGE or not error:  # without a word of Slack's, something in between has answered
        return TryLater(f"Slack answered {error or status}", after=WAIT_FOR_SETUP)
    return Gone("it was deleted in Slack.") if error in NO_MORE else Rejected(f"Slack answered {error}.")


# Tiers and chat.postMessage's own limit: https://docs.slack.dev/apis/web-api/rate-limits; kept a little below.
PER_MINUTE = {
    "files.completeUploadExternal": 95,
    "chat.delete": 48,
    "chat.update": 48,
    "reactions.add": 48,
    "reactions.remove": 19,
    "pins.add": 19,
    "pins.remove": 19,
    "chat.postEphemeral": 95,
}
POSTS_PER_SECOND = 0.98
POSTS_BURST = 3


def limits(delivery: Delivery, team: str, pace: float) -> Sequence[Limit]:
    if not pace:
        return ()
    method = method_of(delivery)
    if method == "chat.postMessage":
        return (Limit(f"slack:{team}/{channel_of(delivery.out.to.room)}:posts", POSTS_PER_SECOND * pace, POSTS_BURST),)
    per_minute = PER_MINUTE[method]
    return (Limit(f"slack:{team}:{method}", per_minute / 60 * pace, per_minute * 0.8),)
