"""What becomes of the channels: found by events, refused calls and looks; told once, and over when the cause goes."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack.home import AT_ONCE, LAST_WORDS, TOKEN_ERRORS, Home, look, trouble_of
from chatdesk.adapters.slack.inbound import CHANNEL
from chatdesk.adapters.slack.members import Members
from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.desk import notices
from chatdesk.desk.desk import Desk

log = structlog.get_logger()
Raw = Mapping[str, Any]


class Slack(Protocol):
    """What it needs of the channel."""

    members: Members

    @property
    def homes(self) -> Sequence[Home]: ...
    def catch_up_in(self, home: Home) -> None: ...
    def aside(self, work: Any) -> None: ...
    async def refresh_roster(self, channel: str | None = None, via: str = ...) -> None: ...


class Health:
    def __init__(self, slack: Slack, desk: Desk) -> None:
        self._slack = slack
        self._desk = desk
        self.ill = asyncio.Event()  # something is wrong with one of them

    async def changed(self, event: Raw) -> None:
        """An event about a channel as such, or about the app's installation."""
        kind = str(event["type"])
        if kind in LAST_WORDS:
            if kind != "tokens_revoked" or (event.get("tokens") or {}).get("bot"):
                self.refused(None, LAST_WORDS[kind])
            return
        channel = event["channel"] if isinstance(event["channel"], str) else event["channel"]["id"]
        home = next((h for h in self._slack.homes if h.channel == channel), None)
        if home is None:
            return
        if trouble := AT_ONCE.get(kind.split("_", 1)[1]):
            self._note(home, trouble)
        else:
            await self._slack.refresh_roster(home.channel, f"slack:{kind}")

    def refused(self, home: Home | None, error: str) -> None:
        """Slack has refused a call because of the channel, or of the app: then of all of them."""
        if trouble := trouble_of(error):
            silent = error in TOKEN_ERRORS
            for one in self._slack.homes if silent else [home] if home else []:
                self._note(one, trouble, silent)

    async def seen(self, home: Home, channel: Raw) -> None:
        """What Slack tells of the channel now."""
        self._note(home, look(channel))
        if not home.trouble:
            await notices.named(self._desk, home.group, str(channel["name"]), home.asked)

    def _note(self, home: Home, trouble: str, silent: bool = False) -> None:
        """From now on this is wrong with it, or nothing any more; who has to know is told once."""
        before, was_silent = home.noted, home.silent
        home.trouble, home.silent = trouble, silent
        if any(h.trouble for h in self._slack.homes):
            self.ill.set()
        else:
            self.ill.clear()
        if trouble == before:
            return
        home.noted = trouble
        if trouble or before:
            log.log(30 if trouble else 20, "slack.channel", group=home.group, trouble=trouble)
        if before and not trouble:
            self._slack.catch_up_in(home)
        self._slack.aside(self._tell(home, aloud=not silent and not was_silent))

    async def _tell(self, home: Home, aloud: bool) -> None:
        well = [h.group for h in self._slack.homes if not h.trouble]
        await notices.trouble(self._desk, home.groups, home.trouble, well, aloud)

    async def without(self, group: str, agents: Collection[str]) -> None:
        """Who is an agent there no more because their account is no more: nobody waits for them."""
        for who in await notices.former(self._desk, group, CHANNEL, agents):
            try:
                gone = await self._slack.members.is_deactivated(user_of(who.account))
            except (SlackApiError, ClientError, TimeoutError) as fault:
                log.warning("slack.agent_not_known", account=who.account, why=str(fault))
                continue
            if gone:
                await notices.agent_gone(self._desk, group, who)
