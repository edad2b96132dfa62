"""Questions that Slack answers in pages, and its wish to be asked less often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

PAGE = 200
Ask = Callable[..., Awaitable[Any]]


async def messages(ask: Ask, **arguments: Any) -> AsyncIterator[Mapping[str, Any]]:
    """All that a method tells, page by page: https://docs.slack.dev/apis/web-api/pagination."""
    cursor = None
    while True:
        page = await ask(**arguments, limit=PAGE, cursor=cursor)
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def patient(ask: Ask) -> Ask:
    """The same question, asked until it may be: many are more than a minute allows."""

    async def asked(**arguments: Any) -> Any:
        while True:
            try:
                return await ask(**arguments)
            except SlackApiError as fault:
                if (wait := retry_after(fault)) is None:
                    raise
                await asyncio.sleep(wait)

    return asked


def retry_after(fault: SlackApiError) -> float | None:
    """Seconds until Slack wants to be asked again; None when it says something else."""
    response: Any = fault.response
    return float(response.headers.get("Retry-After", 1)) if response.get("error") == "ratelimited" else None
