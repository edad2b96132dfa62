"""How far each channel has been read, kept over a stop, and the reading of what came after that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack.home import Home
from chatdesk.adapters.slack.inbound import CHANNEL, Workspace
from chatdesk.adapters.slack.missed import OVERLAP, missed
from chatdesk.adapters.slack.rereading import Rereading
from chatdesk.desk import cursors
from chatdesk.desk.desk import Desk

log = structlog.get_logger()
SEEN_EVERY = 5  # seconds between writes of how far we have read


class Slack(Protocol):
    """What it needs of the channel."""

    client: Any

    @property
    def where(self) -> Workspace: ...
    @property
    def homes(self) -> Sequence[Home]: ...
    async def take(self, event: Mapping[str, Any]) -> None: ...
    def aside(self, work: Any) -> None: ...


class CatchingUp:
    def __init__(self, slack: Slack, desk: Desk, rereading: Rereading) -> None:
        self._slack = slack
        self._desk = desk
        self._rereading = rereading

    async def begin(self) -> None:
        """How far the last process has read; a channel that is new is read from now on."""
        for home in self._slack.homes:
            seen = await cursors.read(self._desk.database, self._cursor(home))
            home.seen = float(seen or self._desk.clock.now().timestamp())
            if seen is None:
                await cursors.write(self._desk.database, self._cursor(home), f"{home.seen:.6f}")

    def everywhere(self) -> None:
        for home in self._slack.homes:
            self.begin_again(home)

    def begin_again(self, home: Home) -> None:
        home.behind = False
        home.reading += 1
        home.caught_up.clear()
        self._slack.aside(self._read(home))

    async def _read(self, home: Home) -> None:
        ill = False
        try:
            found = [e async for e in missed(self._slack.client, home.channel, home.seen - OVERLAP)]
            await asyncio.gather(*(self._slack.take(e) for e in sorted(found, key=lambda e: float(e["ts"]))))
            home.lost = False
            self._rereading.want(home)
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.missed_not_read", group=home.group, why=str(fault))
            ill = True
        finally:
            home.reading -= 1
            if not home.reading and not home.behind:
                home.caught_up.set()
            home.behind = home.behind or ill

    def _cursor(self, home: Home) -> str:
        return f"{CHANNEL}:{self._slack.where.team}/{home.channel}"

    async def remember(self) -> None:
        """Until cancelled: write down how far we have read; read again what could not be taken in when it came."""
        looks = 0
        while True:
            for home in self._slack.homes:
                if home.behind:
                    self.begin_again(home)
                if looks % SEEN_EVERY == 0 and home.seen != home.written:
                    home.written = home.seen
                    await cursors.write(self._desk.database, self._cursor(home), f"{home.written:.6f}")
            looks += 1
            await asyncio.sleep(1)
