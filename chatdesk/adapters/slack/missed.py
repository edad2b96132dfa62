"""Reads what was written in threads while nobody listened.

Slack retries an event three times within six minutes and Socket Mode keeps nothing for later, so at start and
after every reconnect the channel's threads are asked for what came after the last message seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

PAGE = 200
OVERLAP = 600.0  # seconds read again: messages de-duplicate by channel and ts


async def missed(client: AsyncWebClient, channel: str, since: float) -> AsyncIterator[Mapping[str, Any]]:
    """Messages in threads of the channel written after `since` (seconds), as message events; oldest thread last."""
    cursor = None
    while True:
        page = await _patiently(client.conversations_history, channel=channel, limit=PAGE, cursor=cursor)
        for root in page["messages"]:
            if float(root.get("latest_reply") or 0) > since:
                async for reply in _replies(client, channel, root["ts"], since):
                    yield reply
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def _replies(client: AsyncWebClient, channel: str, root: str, since: float) -> AsyncIterator[Mapping[str, Any]]:
    cursor = None
    while True:
        page = await _patiently(
            client.conversations_replies, channel=channel, ts=root, oldest=f"{since:.6f}", limit=PAGE, cursor=cursor
        )
        for message in page["messages"]:
            if message["ts"] != root:
                yield {**message, "type": "message", "channel": channel}
                if edited := message.get("edited"):  # the change, too, may have been missed
                    change = {"subtype": "message_changed", "message": message, "ts": edited["ts"]}
                    yield {"type": "message", "channel": channel, **change}
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def _patiently(ask: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """Many threads are more calls than a minute allows: wait as long as Slack says, and go on."""
    while True:
        try:
            return await ask(**arguments)
        except SlackApiError as fault:
            response: Any = fault.response
            if response.get("error") != "ratelimited":
                raise
            await asyncio.sleep(float(response.headers.get("Retry-After", 1)))
