"""Where a message of ours can be opened: https://docs.slack.dev/reference/methods/chat.getPermalink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack.rooms import channel_of
from chatdesk.adapters.slack.speak import error_of, failure
from chatdesk.core.errors import TryLater
from chatdesk.core.markup import Markup, Style
from chatdesk.desk.channel import Delivery

MOST = 10_000  # then all of them are forgotten, and asked for again
GONE = ("message_not_found", "channel_not_found")


class Permalinks:
    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    async def led(self, client: AsyncWebClient, delivery: Delivery) -> Delivery:
        """The same with its words leading where they should; those of a message that is gone lead nowhere."""
        body = delivery.out.body
        if body is None or not any(body.text.messages()):
            return delivery
        channel = channel_of(delivery.out.to.room)
        found = {key: await self._of(client, channel, ts) for key, ts in delivery.shown.items()}
        return replace(delivery, out=replace(delivery.out, body=replace(body, text=led(body.text, found))))

    async def _of(self, client: AsyncWebClient, channel: str, ts: str) -> str:
        if (channel, ts) not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            try:
                answer = await client.chat_getPermalink(channel=channel, message_ts=ts)
            except SlackApiError as fault:
                if error_of(fault) in GONE:
                    return ""
                raise failure(fault) or TryLater("Slack gives no link") from fault
            except (ClientError, TimeoutError) as fault:
                raise TryLater(f"no connection to Slack: {fault}") from fault
            self._known[channel, ts] = _thread(str(answer["permalink"]), channel, ts)
        return self._known[channel, ts]


def led(text: Markup, found: Mapping[str, str]) -> Markup:
    """The words that lead to messages as links, so far as it is known where to. Pure."""
    spans = (
        replace(s, style=Style.LINK, target=found[s.target]) if s.style is Style.MESSAGE and found.get(s.target) else s
        for s in text.spans
    )
    return Markup(text.text, tuple(spans))


def _thread(permalink: str, channel: str, ts: str) -> str:
    """A link to a root shows the channel; as Slack writes links to replies it opens the thread."""
    return permalink if "?" in permalink else f"{permalink}?thread_ts={ts}&cid={channel}"
