"""Reads what was written in threads while nobody listened.

Slack retries an event three times within six minutes and Socket Mode keeps nothing for later, so at start and
after every reconnect the channel's threads are asked for what came after the last message seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

PAGE = 200
OVERLAP = 600.0  # seconds read again: messages de-duplicate by channel and ts


async def missed(client: AsyncWebClient, channel: str, since: float) -> AsyncIterator[Mapping[str, Any]]:
    """Messages in threads of the channel written after `since` (seconds), as message events; oldest thread last."""
    cursor = None
    while True:
        page = await client.conversations_history(channel=channel, limit=PAGE, cursor=cursor)
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
        page = await client.conversations_replies(
            channel=channel, ts=root, oldest=f"{since:.6f}", limit=PAGE, cursor=cursor
        )
        for message in page["messages"]:
            if message["ts"] != root:
                yield {**message, "type": "message", "channel": channel}
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
