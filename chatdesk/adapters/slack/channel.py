"""The Slack channel: hears through slack-bolt by Socket Mode or HTTP, speaks through one shared session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack import gate, speak, talks, uploads
from chatdesk.adapters.slack.app_home import AppHome
from chatdesk.adapters.slack.catching_up import CatchingUp
from chatdesk.adapters.slack.health import Health
from chatdesk.adapters.slack.home import CHANNEL_ERRORS, Home, homes_of
from chatdesk.adapters.slack.inbound import (
    CHANNEL,
    Workspace,
    author_of,
    is_ours,
    lost,
    message_key,
    reaction_key,
    root_of,
    to_incoming,
    to_reaction,
)
from chatdesk.adapters.slack.listeners import Listeners
from chatdesk.adapters.slack.members import Members
from chatdesk.adapters.slack.permalinks import led
from chatdesk.adapters.slack.rereading import Rereading
from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.adapters.slack.rights import Rights
from chatdesk.adapters.slack.rooms import channel_of
from chatdesk.adapters.slack.roster import RECONCILED, Roster
from chatdesk.adapters.slack.shapes import check, part, seconds_of
from chatdesk.adapters.texts import digest
from chatdesk.core.errors import Rejected, Shut
from chatdesk.core.messages import Address, Incoming
from chatdesk.desk import boards
from chatdesk.desk.channel import Delivery, Limit, Sent
from chatdesk.desk.desk import Desk
from chatdesk.desk.pace import Pacer
from chatdesk.desk.parking import accept, park
from chatdesk.settings import Slack, SlackMode

log = structlog.get_logger()
HTTP_PATH = "/slack/events"
PEOPLE = ("U", "W")  # what the ids of users begin with: a message to one is their own chat with the bot
REACTIONS = ("reaction_added", "reaction_removed")
NO_THREAD = ("thread_not_found", "message_not_found")  # https://docs.slack.dev/reference/methods/conversations.replies
CATCH_UP_SECONDS = 2.0  # how long an event waits for those before it to be read: Slack wants its answer within 3 s
CALL_SECONDS = 20
ROSTER_SECONDS = 2.5  # Slack waits for three: https://docs.slack.dev/apis/events-api/#responding
PING_EVERY = 3.0  # seconds; a connection that broke without a word is found within as long


class SlackChannel:
    name = CHANNEL

    def __init__(self, settings: Slack) -> None:
        """`attach` gives it its desk: the desk's directory needs the channels' ids, which only Slack knows."""
        assert settings.bot_token is not None
        self._settings = settings
        self._http: ClientSession | None = None
        self._logger = logging.getLogger("slack")
        self._logger.setLevel(logging.WARNING)
        self.client = AsyncWebClient(settings.bot_token.get_secret_value(), retry_handlers=[], logger=self._logger)
        self.members = Members(self.client)
        self._team = self._bot = ""
        self.team_url = ""
        self._homes: dict[str, Home] = {}  # by the channel's id
        self.homeless: dict[str, Rights] = {}  # groups that have no channel, in which admins and managers may act
        self._asked: dict[str, str] = {}  # what the settings call the channels, by their ids
        self._asides: set[asyncio.Task[Any]] = set()
        self.trouble = "starting"
        self._knows_roster = asyncio.Event()
        self._foreign: set[str] = set()  # roots of threads that are not ours

    async def find_homes(self, channels: Sequence[str]) -> dict[str, Address]:
        """Where each of these channels is, by the name or id that was asked for; without those that are not seen."""
        if self._http is None:
            self._http = ClientSession(timeout=ClientTimeout(total=CALL_SECONDS), cookie_jar=DummyCookieJar())
            token = self.client.token
            base = self._settings.api_url.rstrip("/") + "/"
            self.client = AsyncWebClient(
                token, base_url=base, session=self._http, retry_handlers=[], logger=self._logger
            )
            self.members.client = self.client
        us = await self.client.auth_test()
        self._team, self._bot, self.team_url = us["team_id"], us["user_id"], us["url"]
        found = await self.look_for(channels)
        self._asked = {channel_of(home.room): name for name, home in found.items()}
        return found

    async def look_for(self, channels: Sequence[str]) -> dict[str, Address]:
        """The same for channels that it does not serve yet."""
        found = await self.members.find_channels(channels)
        return {name: self.where.room(channel["id"]) for name, channel in found.items()}

    def attach(self, desk: Desk, pacer: Pacer) -> None:
        """From now on it serves the homes of the desk's groups."""
        self._desk = desk
        self.app_home = AppHome(self, desk, pacer, self._settings.pace)
        self._homes, self.homeless = homes_of(desk.directory, self._asked)
        self.rereading = Rereading(self, desk, pacer, self._settings.pace)
        self._catching_up = CatchingUp(self, desk, self.rereading)
        self._health = Health(self, desk)
        self._roster = Roster(self, desk, self._health)
        self._gate = gate.Gate(self._keep, self.aside)
        self.app = gate.bolt(self.client, self._settings, self._logger, self._gate)
        Listeners(self, desk).register(self.app)

    async def _keep(self, raw: dict[str, Any], why: str) -> None:
        await park(self._desk, CHANNEL, f"{CHANNEL}:{self._team}:malformed:{digest(raw)}", raw, why)

    @property
    def where(self) -> Workspace:
        return Workspace(self._team, self.members.names)

    @property
    def doors(self) -> Mapping[str, str]:
        """What is wrong with each group's channel."""
        return {group: home.trouble or self.trouble for home in self._homes.values() for group in home.groups}

    # -- hear -----------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        await self.refresh_roster()
        self._knows_roster.set()
        await self._catching_up.begin()
        async with asyncio.TaskGroup() as jobs:
            for job in (
                self._roster.watch,
                self._catching_up.remember,
                self._hear,
                self.app_home.run,
                self.rereading.run,
            ):
                jobs.create_task(job())

    async def _hear(self) -> None:
        if self._settings.mode is SlackMode.HTTP:
            self.trouble = ""
            self._catching_up.everywhere()
            await asyncio.Event().wait()
        assert self._settings.app_token is not None
        handler = gate.Socket(
            self.app,
            self._settings.app_token.get_secret_value(),
            logger=self._logger,
            web_client=self.client,
            ping_interval=PING_EVERY,
        )
        handler.gate = self._gate
        handler.client.on_message_listeners.append(self._on_frame)
        try:
            while True:
                try:
                    await handler.connect_async()  # type: ignore[no-untyped-call]
                    await asyncio.Event().wait()
                except (SlackApiError, ClientError, TimeoutError) as fault:
                    self.trouble = f"Socket Mode does not connect: {fault}"
                    log.warning("slack.not_connected", why=str(fault))
                    await asyncio.sleep(2)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _on_frame(self, frame: Any) -> None:
        """Slack's hello opens every connection: what was said before it may have been missed."""
        self.trouble = ""
        if '"hello"' in str(getattr(frame, "data", frame)):
            self._catching_up.everywhere()

    async def http(self, request: web.Request) -> web.Response:
        """Events, interactions and commands by signed HTTP; answered after the commit.

        Who is an agent is known a moment after the start: until then nobody is refused for it.
        """
        try:
            async with asyncio.timeout(ROSTER_SECONDS):
                if not gate.is_challenge(await request.read()):
                    await self._knows_roster.wait()
        except TimeoutError:
            return web.Response(status=503, text="The desk is starting.")
        assert self._settings.signing_secret is not None
        signatures = SignatureVerifier(self._settings.signing_secret.get_secret_value())
        return await gate.answer(self.app, self._gate, signatures, request)

    async def hear(self, event: Mapping[str, Any]) -> None:
        """A message event, from a socket or by HTTP. What was written before it and missed comes first."""
        home = self._homes.get(str(event.get("channel")))
        if home is None and is_ours(event):
            await self._talk(event)
        if home and (ts := lost(event)):
            await self._desk.lost(CHANNEL, self.where.room(home.channel).room, ts)
        if home is None or not is_ours(event):
            return
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await home.caught_up.wait()
                await self.rereading.done_with(event)
        except TimeoutError:
            if home.lost:  # one before it could not be taken in yet: it is read again after that one
                home.behind = True
                raise
        await self.take(event)

    async def take(self, event: Mapping[str, Any]) -> None:
        """A message event, heard or read afterwards: they de-duplicate by channel and ts."""
        home = self._homes.get(str(event.get("channel")))
        if home is None or not is_ours(event):
            return
        with structlog.contextvars.bound_contextvars(message=message_key(event, self._team)):
            try:
                await self._accept(event, home)
            except Exception:
                home.behind = home.lost = True
                home.caught_up.clear()
                raise
        home.seen = max(home.seen, min(seconds_of(event.get("ts")), self._desk.clock.now().timestamp()))

    async def _accept(self, event: Mapping[str, Any], home: Home) -> None:
        await self._roster.know(author_of(event), home)
        key = message_key(event, self._team)
        ours = await accept(self._desk, CHANNEL, key, dict(event), self.translate)
        if not ours and not await self._talk(event) and await self._adopt(root_of(event), home):
            await accept(self._desk, CHANNEL, key, dict(event), self.translate)

    async def _talk(self, event: Mapping[str, Any]) -> bool:
        """Whether a user of the desk wrote this, in a thread where they are answered."""
        at = talks.place_of_event(event, self.where)
        if self.where.identity(author_of(event)).account not in await self._desk.talkers(at):
            return False
        key = message_key(event, self._team)
        return await accept(self._desk, CHANNEL, key, dict(event), lambda raw: talks.said_in(raw, self.where))

    async def _adopt(self, root: str, home: Home) -> bool:
        """A thread that we do not know may hang under a card that we posted and had no time to note."""
        if (foreign := f"{home.channel}/{root}") in self._foreign:
            return False
        if await self._desk.knows(CHANNEL, self.where.room(home.channel).room, root):
            return True  # since a moment ago; or what was not taken there is about something that we do not know
        key = None
        try:
            page = await self.client.conversations_replies(
                channel=home.channel, ts=root, limit=1, include_all_metadata=True
            )
            key = speak.key_of(page["messages"][0]) if page["messages"] else None
        except SlackApiError as fault:
            if speak.error_of(fault) not in NO_THREAD:
                raise
        if key is None:
            self._foreign.add(foreign)
            return False
        await self._desk.adopt(key, CHANNEL, self.where.room(home.channel).room, root)
        return True

    def translate(self, event: Mapping[str, Any]) -> Incoming | None:
        """An event, as it came or as it was parked."""
        if event.get("type") == gate.EVENT:
            check(gate.shape_of(event), event, "payload")
        return (to_reaction if event.get("type") in REACTIONS else to_incoming)(event, self.where)

    async def react(self, event: Mapping[str, Any]) -> None:
        """An emoji on a message, or its end. Those of the desk's own are none of its business."""
        if event.get("user") == self._bot:
            return
        if str(part(event, "item").get("channel")) in self._homes:
            key = reaction_key(event, self._team)
            await accept(self._desk, CHANNEL, key, dict(event), self.translate)

    async def unpinned(self, event: Mapping[str, Any]) -> None:
        """https://docs.slack.dev/reference/events/pin_removed; whatever it was, the board belongs there."""
        if home := self._homes.get(str(event.get("channel_id"))):
            await boards.unpinned(self._desk, home.group)

    async def changed(self, event: Mapping[str, Any]) -> None:
        """Something has become of a channel, or of the app."""
        await self._health.changed(event)

    @property
    def homes(self) -> Sequence[Home]:
        return list(self._homes.values())

    def catch_up_in(self, home: Home) -> None:
        self._catching_up.begin_again(home)

    async def present(self, accounts: Collection[str]) -> set[str]:
        """Which of these accounts are active in Slack now; one that it cannot tell of is not."""
        users = {account: user_of(account) for account in accounts}
        return {account for account, user in users.items() if await self.members.is_active(user)}

    async def refresh_roster(self, channel: str | None = None, via: str = RECONCILED) -> None:
        await self._roster.refresh(channel, via)

    # -- speak ------------------------------------------------------------------------------------------------

    def limits(self, delivery: Delivery) -> Sequence[Limit]:
        return speak.limits(delivery, self._team, self._settings.pace)

    async def send(self, delivery: Delivery) -> Sent:
        try:
            return await speak.deliver(self.client, self._desk.files, led(delivery, self.team_url))
        except Shut as fault:
            channel = channel_of(delivery.place.room)
            if channel.startswith(PEOPLE) and fault.error in CHANNEL_ERRORS:
                raise Rejected(fault.why) from fault
            self._health.refused(self._homes.get(channel), fault.error)
            raise

    async def fetch(self, source: str) -> AsyncIterator[bytes]:
        async for piece in uploads.fetch(self.client, source):
            yield piece

    async def find(self, delivery: Delivery) -> str | None:
        return await speak.find(self.client, delivery)

    def aside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Work that nothing depends on: a failure is only logged."""
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._aside_done)

    def _aside_done(self, task: asyncio.Task[Any]) -> None:
        self._asides.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.warning("slack.aside_failed", why=repr(fault))

    async def close(self) -> None:
        for task in list(self._asides):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        if self._http:
            await self._http.close()
