"""Who are the agents: members of a group's private channel, or those listed for an open one.

Rights follow the channel (decision of the project: in public or externally shared channels anybody may
join, so there only people listed by name are agents).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    user: str
    name: str


@dataclass(slots=True)
class Members:
    """What Slack tells of the workspace's people; `names` is kept for translating mentions."""

    client: AsyncWebClient
    names: dict[str, str] = field(default_factory=dict)
    _users: dict[str, Raw] = field(default_factory=dict)

    async def find_channels(self, wanted: Sequence[str]) -> dict[str, Raw]:
        """Channels by the name or id that was asked for; without those that the bot cannot see."""
        found, cursor = dict[str, Raw](), None
        while len(found) < len(set(wanted)):
            page = await self.client.conversations_list(
                types="public_channel,private_channel", limit=200, cursor=cursor, exclude_archived=True
            )
            for channel in page["channels"]:
                called = {channel["id"], channel["name"]}
                found |= {name: dict(channel) for name in wanted if name.removeprefix("#") in called}
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return found

    async def channel(self, id: str) -> Raw:
        """What Slack tells of a channel now."""
        return dict((await self.client.conversations_info(channel=id))["channel"])

    async def agents(self, channel: Raw, listed: Sequence[str]) -> list[Member]:
        """The agents of the group whose cards stand in this channel; `listed` counts where it is open."""
        found = [await self.user(user) for user in await self._in_channel(channel["id"])]
        people = [u for u in found if is_person(u)]
        if is_open(channel):
            people = [u for u in people if is_listed(u, listed)]
        return [Member(u["id"], display_name(u)) for u in people]

    async def _in_channel(self, channel: str) -> list[str]:
        users, cursor = list[str](), None
        while True:
            page = await self.client.conversations_members(channel=channel, limit=200, cursor=cursor)
            users += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return users

    async def user(self, user: str) -> Raw:
        if user not in self._users:
            self.learn((await self.client.users_info(user=user))["user"])
        return self._users[user]

    async def zone(self, user: str) -> str:
        """The time zone that the user has set, by its IANA name; UTC when Slack cannot tell now.

        See https://docs.slack.dev/reference/objects/user-object.
        """
        try:
            return str((await self.user(user)).get("tz") or "UTC")
        except (SlackApiError, ClientError, TimeoutError):
            return "UTC"

    async def is_deactivated(self, user: str) -> bool:
        """Whether the account is no more, by what Slack tells of it now."""
        self.learn((await self.client.users_info(user=user))["user"])
        return bool(self._users[user].get("deleted"))

    def learn(self, user: Raw) -> None:
        """A user as Slack tells of one, now or by a `user_change` event."""
        self._users[user["id"]] = user
        self.names[user["id"]] = display_name(user)


def is_open(channel: Raw) -> bool:
    return not channel.get("is_private") or bool(channel.get("is_ext_shared"))


def is_person(user: Raw) -> bool:
    barred = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted")
    return not any(user.get(flag) for flag in barred) and user["id"] != "USLACKBOT"


def is_listed(user: Raw, listed: Sequence[str]) -> bool:
    profile = user.get("profile") or {}
    known = {user["id"], user.get("name"), profile.get("email"), display_name(user)}
    return any(name.lstrip("@") in known for name in listed)


def display_name(user: Raw) -> str:
    """The name that customers read: the full name rather than a nickname."""
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name"))
