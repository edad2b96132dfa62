"""Reads what was written in threads while nobody listened.

Slack retries an event three times within six minutes and Socket Mode keeps nothing for later, so at start and
after every reconnect the channel's threads are asked for what came after the last message seen. What became meanwhile
of messages that we know is another question: `rereading.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack.asking import messages, patient

OVERLAP = 600.0  # seconds read again: messages de-duplicate by channel and ts


async def missed(client: AsyncWebClient, channel: str, since: float) -> AsyncIterator[Mapping[str, Any]]:
    """Messages in threads of the channel written after `since` (seconds), as message events; oldest thread last."""
    async for root in messages(patient(client.conversations_history), channel=channel):
        if float(root.get("latest_reply") or 0) > since:
            async for reply in _replies(client, channel, root["ts"], since):
                yield reply


async def _replies(client: AsyncWebClient, channel: str, root: str, since: float) -> AsyncIterator[Mapping[str, Any]]:
    thread = {"channel": channel, "ts": root, "oldest": f"{since:.6f}"}
    async for message in messages(patient(client.conversations_replies), **thread):
        if message["ts"] != root:
            yield {**message, "type": "message", "channel": channel}
            if edited := message.get("edited"):  # the change, too, may have been missed
                change = {"subtype": "message_changed", "message": message, "ts": edited["ts"]}
                yield {"type": "message", "channel": channel, **change}
