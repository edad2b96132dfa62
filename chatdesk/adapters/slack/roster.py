"""Who the agents of each channel are: its members, looked at once in a while and when a stranger speaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack.health import Health
from chatdesk.adapters.slack.home import Home
from chatdesk.adapters.slack.inbound import CHANNEL, Workspace
from chatdesk.adapters.slack.members import Members
from chatdesk.adapters.slack.rights import Raw, Rights
from chatdesk.adapters.slack.speak import error_of
from chatdesk.desk.desk import Desk
from chatdesk.people.people import Membership

log = structlog.get_logger()
RECONCILED, SPOKE = "slack:reconciliation", "slack:message"  # causes of a look, as the record calls them
EVERY = 600.0  # seconds between full looks at who is in a channel
NIGHT = 24 * 3600.0  # seconds until people are looked at anew: who is a guest now, or deactivated
TROUBLE_EVERY = 10.0  # seconds between them while something is wrong with a channel
AT_ONCE = 8  # channels that are looked at side by side
AGAIN = 2.0  # seconds until we ask again after Slack could not tell


class Slack(Protocol):
    """What it needs of the channel."""

    members: Members
    homeless: dict[str, Rights]

    @property
    def where(self) -> Workspace: ...
    @property
    def homes(self) -> Sequence[Home]: ...


class Roster:
    def __init__(self, slack: Slack, desk: Desk, health: Health) -> None:
        self._slack = slack
        self._desk = desk
        self._health = health

    async def watch(self) -> None:
        """Every look takes the channels' members from Slack anew; once a day what is known of people, too."""
        forgot = time.monotonic()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._health.ill.wait(), EVERY)
                await asyncio.sleep(TROUBLE_EVERY)
            if time.monotonic() - forgot > NIGHT:
                forgot = time.monotonic()
                self._slack.members.forget()
            await self.refresh()

    async def know(self, user: str, home: Home) -> None:
        """Someone we have not seen there may have joined a moment ago: a look that began before tells nothing."""
        came = time.monotonic()
        if user in home.known or (home.unread and came - home.roster_at < AGAIN):
            return
        async with home.looking:
            if user not in home.known and home.roster_at < came:
                await self._look(home, SPOKE)
        if not home.unread:
            home.known.add(user)

    async def refresh(self, channel: str | None = None, via: str = RECONCILED) -> None:
        """Ask Slack who the agents of a channel, or of all, are now; when it is away, those known before stay.

        `via`: what told us that they may be others, for the record.
        """
        homes = [home for home in self._slack.homes if channel in (None, home.channel)]
        abouts = await self._abouts(homes) if len(homes) > 1 else {}
        at_once = asyncio.Semaphore(AT_ONCE)

        async def look(home: Home) -> None:
            async with at_once, home.looking:
                await self._look(home, via, abouts.get(home.channel))

        await asyncio.gather(*map(look, homes))
        if channel is None:
            await self._read_homeless(via)

    async def _abouts(self, homes: Sequence[Home]) -> Mapping[str, Raw]:
        """What Slack tells of many channels at once, which it lets one ask more often than for each alone."""
        try:
            return await self._slack.members.channels({home.channel for home in homes})
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.channels_not_listed", why=str(fault))
            return {}

    async def _read_homeless(self, via: str) -> None:
        """Who may act in groups that have no channel: nobody is in one, so that it is who is listed for all."""
        try:
            for group, rights in self._slack.homeless.items():
                found = await self._slack.members.officers(rights)
                here = [Membership(self._slack.where.identity(a.user), a.role, a.belongs) for a in found]
                await self._desk.set_agents(group, CHANNEL, here, via)
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.officers_not_read", why=str(fault))

    async def _look(self, home: Home, via: str, about: Raw | None = None) -> None:
        home.roster_at = time.monotonic()
        read = False
        try:
            read = await self._read(home, via, about)
        finally:
            home.unread = not read  # who asks meanwhile waits for the end of this look

    async def _read(self, home: Home, via: str, about: Raw | None) -> bool:
        try:
            about = about or await self._slack.members.channel(home.channel)
            inside = await self._slack.members.inside(home.channel)
            shared = len(home.groups) > 1
            agents = {
                group: await self._slack.members.agents(about, inside, home.rights.get(group, Rights()), shared)
                for group in home.groups
            }
        except (SlackApiError, ClientError, TimeoutError) as fault:
            error = error_of(fault) if isinstance(fault, SlackApiError) else ""
            self._health.refused(home, error)
            log.warning("slack.roster_not_read", group=home.group, why=str(fault))
            return False
        await self._health.seen(home, about)
        for group, found in agents.items():
            here = [Membership(self._slack.where.identity(a.user), a.role, a.belongs) for a in found]
            await self._health.without(group, {one.who.account for one in here})
            await self._desk.set_agents(group, CHANNEL, here, via)
        home.known = {a.user for found in agents.values() for a in found}
        return True
