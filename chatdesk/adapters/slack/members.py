"""Who may act in a group: those in its channel of whom `rights.py` says so, and people who are listed elsewhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from chatdesk.adapters.slack.rights import Raw, Rights, display_name, is_listed, is_open, is_person
from chatdesk.adapters.slack.speak import error_of
from chatdesk.people.people import Role

USER = re.compile(r"[UW][A-Z0-9]{2,}")
NOBODY = ("user_not_found", "users_not_found", "user_not_visible")


@dataclass(frozen=True, slots=True)
class Member:
    user: str
    name: str
    role: Role = Role.AGENT
    belongs: bool = True  # to the group; False: an area's admin or a process manager


@dataclass(slots=True)
class Members:
    """What Slack tells of the workspace's people; `names` is kept for translating mentions."""

    client: AsyncWebClient
    names: dict[str, str] = field(default_factory=dict)
    _users: dict[str, Raw] = field(default_factory=dict)
    _found: dict[str, str] = field(default_factory=dict)  # who is listed -> their user id; empty: nobody

    async def find_channels(self, wanted: Sequence[str]) -> dict[str, Raw]:
        """Channels by the name or id that was asked for; without those that the bot cannot see."""
        found = dict[str, Raw]()
        async for channel in self._channels(exclude_archived=True):
            called = {channel["id"], channel["name"]}
            found |= {name: channel for name in wanted if name.removeprefix("#") in called}
            if len(found) == len(set(wanted)):
                break
        return found

    async def channels(self, ids: Collection[str]) -> dict[str, Raw]:
        """What Slack tells of these channels now, so far as the bot sees them; archived ones, too."""
        found = dict[str, Raw]()
        async for channel in self._channels(exclude_archived=False):
            if channel["id"] in ids:
                found[channel["id"]] = channel
            if len(found) == len(ids):
                break
        return found

    async def _channels(self, exclude_archived: bool) -> AsyncIterator[Raw]:
        async for page in _pages(
            lambda cursor: self.client.conversations_list(
                types="public_channel,private_channel", limit=200, cursor=cursor, exclude_archived=exclude_archived
            )
        ):
            for channel in page["channels"]:
                yield dict(channel)

    async def channel(self, id: str) -> Raw:
        """What Slack tells of a channel now."""
        return dict((await self.client.conversations_info(channel=id))["channel"])

    async def agents(self, channel: Raw, inside: Sequence[Raw], rights: Rights, shared: bool = False) -> list[Member]:
        """Who may act in a group whose cards stand in this channel, where the people `inside` are.

        `shared`: other groups' cards stand there, too, so that a list says whose agent somebody is.
        """
        by_list = is_open(channel) or (shared and bool(rights.agents))
        people = [u for u in inside if rights.makes_agent(u, by_list)]
        found = [Member(u["id"], display_name(u), rights.of(u) or Role.AGENT) for u in people]
        here = {agent.user for agent in found}
        return [*found, *(officer for officer in await self.officers(rights) if officer.user not in here)]

    async def officers(self, rights: Rights) -> list[Member]:
        """The admins and process managers, in whatever channels they are."""
        found: dict[str, Member] = {}
        async for user in self._named([*rights.admins, *rights.managers]):
            if is_person(user):
                found[user["id"]] = Member(user["id"], display_name(user), rights.of(user) or Role.ADMIN, False)
        return list(found.values())

    async def inside(self, channel: str) -> list[Raw]:
        """Everybody in a channel."""
        return [await self.user(user) for user in await self._in_channel(channel)]

    async def _named(self, listed: Sequence[str]) -> AsyncIterator[Raw]:
        """People by id, address or name, in whatever channel they are; who is not there is nobody."""
        for who in dict.fromkeys(name.lstrip("@") for name in listed):
            if who not in self._found:
                self._found[who] = await self._find(who)
            if user := self._found[who]:
                yield self._users[user]

    async def _find(self, who: str) -> str:
        try:
            if USER.fullmatch(who):
                return str((await self.user(who))["id"])
            if "@" in who:
                user = (await self.client.users_lookupByEmail(email=who))["user"]
                self.learn(user)
                return str(user["id"])
        except SlackApiError as fault:
            if error_of(fault) not in NOBODY:
                raise
            return ""
        async for page in _pages(lambda cursor: self.client.users_list(limit=200, cursor=cursor)):
            for user in page["members"]:
                if is_listed(user, [who]):
                    self.learn(user)
                    return str(user["id"])
        return ""

    def forget(self) -> None:
        """What is known of people may be out of date: an event may have been lost."""
        self._users.clear()
        self._found.clear()

    async def _in_channel(self, channel: str) -> list[str]:
        users = list[str]()
        async for page in _pages(
            lambda cursor: self.client.conversations_members(channel=channel, limit=200, cursor=cursor)
        ):
            users += page["members"]
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

    async def is_active(self, user: str) -> bool:
        """Whether they are there now: https://docs.slack.dev/reference/methods/users.getPresence."""
        try:
            return str((await self.client.users_getPresence(user=user))["presence"]) == "active"
        except (SlackApiError, ClientError, TimeoutError):
            return False

    async def is_deactivated(self, user: str) -> bool:
        """Whether the account is no more, by what Slack tells of it now."""
        self.learn((await self.client.users_info(user=user))["user"])
        return bool(self._users[user].get("deleted"))

    def learn(self, user: Raw) -> None:
        """A user as Slack tells of one, now or by a `user_change` event."""
        self._users[user["id"]] = user
        self.names[user["id"]] = display_name(user)


async def _pages(ask: Callable[[str | None], Awaitable[AsyncSlackResponse]]) -> AsyncIterator[AsyncSlackResponse]:
    """https://docs.slack.dev/apis/web-api/pagination"""
    cursor = None
    while True:
        page = await ask(cursor)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
