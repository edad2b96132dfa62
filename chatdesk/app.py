"""The composition root: Settings in, a running desk out. The only file that constructs things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
from aiohttp import ClientError, web
from redis.asyncio import Redis
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from chatdesk.adapters.slack.channel import HTTP_PATH, SlackChannel
from chatdesk.adapters.slack.speak import error_of
from chatdesk.adapters.telegram.channel import TelegramChannel
from chatdesk.adapters.web.health import Health
from chatdesk.areas.area import Area, Group
from chatdesk.areas.directory import Directory
from chatdesk.areas.store import home_of, save_directory
from chatdesk.core.messages import Address
from chatdesk.desk import outbox, timers
from chatdesk.desk.channel import Channel
from chatdesk.desk.clock import Clock
from chatdesk.desk.desk import Desk
from chatdesk.desk.pace import LocalPacer, Pacer, RedisPacer
from chatdesk.desk.relay import Relay
from chatdesk.desk.trunk import TRUNK
from chatdesk.settings import Settings, SlackMode, TelegramMode
from chatdesk.storage.bell import Bell, LocalBell, RedisBell
from chatdesk.storage.database import Database
from chatdesk.storage.locks import Lock
from chatdesk.storage.migrate import migrate

log = structlog.get_logger()

AREA = Area("default", "Default")
GROUP = "support"
BOT = "main"
SLICES = (TRUNK,)


class CannotServe(Exception):
    """Why the desk does not start, as a sentence that says how to mend it."""


def missing(settings: Settings) -> list[str]:
    """A sentence for each setting that `serve` cannot do without."""
    telegram, slack = settings.telegram, settings.slack
    webhook, http = telegram.mode is TelegramMode.WEBHOOK, slack.mode is SlackMode.HTTP
    wanted = [
        (telegram.token, "CHATDESK_TELEGRAM__TOKEN", "the bot's token, from @BotFather"),
        (
            slack.bot_token,
            "CHATDESK_SLACK__BOT_TOKEN",
            "the Slack app's bot token (xoxb-...), from OAuth & Permissions",
        ),
        (http or slack.app_token, "CHATDESK_SLACK__APP_TOKEN", "an app-level token (xapp-...) with connections:write"),
        (
            not http or slack.signing_secret,
            "CHATDESK_SLACK__SIGNING_SECRET",
            "the signing secret, from Basic Information",
        ),
        (not webhook or telegram.webhook_secret, "CHATDESK_TELEGRAM__WEBHOOK_SECRET", "a long random word of your own"),
        (not webhook or settings.public_url, "CHATDESK_PUBLIC_URL", "where Telegram reaches this desk, https://..."),
    ]
    return [f"{name} is missing: {what}." for value, name, what in wanted if not value]


class App:
    """A desk with its channels. `running()` is the whole life of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url)
        self.clock = Clock(self.database)
        self.port = 0
        self.broken = asyncio.Event()  # a part that must not end has ended: the process has to be started anew

    def directory(self, home: Address) -> Directory:
        group = self.settings.group
        return Directory((AREA,), (Group(GROUP, AREA.id, group.name, home, group.answer_within),), GROUP)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        """Serve until the block is left; then stop hearing first, deciding next, delivering last."""
        if problems := missing(self.settings):
            raise CannotServe("\n".join(problems))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            redis = await self._redis(stack)
            await self._take_place(stack, redis is not None)
            bell: Bell = RedisBell(redis) if redis else LocalBell()
            stack.push_async_callback(bell.close)
            pacer: Pacer = RedisPacer(redis) if redis else LocalPacer()
            slack = SlackChannel(self.settings.slack)
            stack.push_async_callback(slack.close)
            directory = self.directory(await self._home(slack))
            async with self.database.begin() as c:
                await save_directory(c, directory)
                if redis is None:
                    await outbox.release_all(c, self.clock.now())
            await self.clock.look()
            channels: dict[str, Channel] = {}
            relay = Relay(self.database, channels, pacer, self.clock, bell)
            self.desk = Desk(self.database, directory, SLICES, self.clock, bell, relay)
            slack.attach(self.desk, GROUP)
            telegram = TelegramChannel(self.settings.telegram, self.desk, self.settings.public_url, BOT)
            stack.push_async_callback(telegram.close)
            channels |= {telegram.name: telegram, slack.name: slack}
            await self._run(stack, relay.run)
            await self._run(stack, self.desk.work)
            await self._run(stack, lambda: timers.run(self.desk))
            await self._serve_http(stack, telegram, slack, channels)
            for channel in channels.values():
                await self._run(stack, self._kept_listening(channel))
            yield self

    @asynccontextmanager
    async def desk_only(self) -> AsyncIterator[Desk]:
        """A desk without channels, beside a running one: it decides and saves, and the other delivers."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            async with self.database.read() as c:
                home = await home_of(c, GROUP)
            if home is None:
                raise CannotServe("This desk has never been started, so that there is nothing it could work on.")
            directory = self.directory(home)
            await self.clock.look()
            desk = Desk(self.database, directory, SLICES, self.clock, LocalBell())
            await self._run(stack, desk.work)
            yield desk

    async def _redis(self, stack: AsyncExitStack) -> Redis | None:
        url = self.settings.redis_url
        if url is None:
            return None
        redis: Redis = Redis.from_url(url.get_secret_value())
        stack.push_async_callback(redis.aclose)
        try:
            await redis.ping()
        except Exception as fault:
            raise CannotServe(f"CHATDESK_REDIS_URL: Redis does not answer ({type(fault).__name__}).") from None
        return redis

    async def _take_place(self, stack: AsyncExitStack, shared: bool) -> None:
        """Migrate, and make sure that a process without Redis is alone on its database."""
        lock = Lock(self.database, "serve")
        try:
            await migrate(self.database)
            ours = await lock.take(shared and not self.database.is_sqlite)
        except (SQLAlchemyError, OSError) as fault:
            why = str(getattr(fault, "orig", fault))
            raise CannotServe(f"CHATDESK_DATABASE_URL: the database cannot be used: {why}.") from fault
        if not ours:
            raise CannotServe(
                "Another chatdesk serves on this database. One process alone needs nothing more; several need "
                "PostgreSQL, and CHATDESK_REDIS_URL in every one of them, for wake-ups and shared rate limits."
            )
        stack.push_async_callback(lock.release)
        if not shared:
            log.info("app.alone", why="no CHATDESK_REDIS_URL: this process must be the only one on its database")

    async def _home(self, slack: SlackChannel) -> Address:
        """Slack may be away when the desk starts; a channel that is not there needs a person."""
        wait = 1.0
        while True:
            try:
                home = await slack.find_home()
            except (SlackApiError, ClientError, TimeoutError) as fault:
                error = error_of(fault) if isinstance(fault, SlackApiError) else ""
                if error in ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "missing_scope"):
                    raise CannotServe(
                        f"CHATDESK_SLACK__BOT_TOKEN: Slack answers {error}. Run: chatdesk doctor"
                    ) from None
                log.warning("slack.not_ready", why=str(fault))
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30)
                continue
            if home is None:
                name = self.settings.slack.channel
                raise CannotServe(
                    f"CHATDESK_SLACK__CHANNEL: the bot sees no channel {name}. Make it, and /invite @chatdesk there."
                )
            return home

    async def _run(self, stack: AsyncExitStack, job: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(job())
        task.add_done_callback(self._ended)

        async def stop() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):  # what it failed with has been logged
                await task

        stack.push_async_callback(stop)

    def _ended(self, task: asyncio.Future[None]) -> None:
        if not task.cancelled():
            log.critical("app.broken", why=repr(task.exception()))
            self.broken.set()

    def _kept_listening(self, channel: Channel) -> Callable[[], Awaitable[None]]:
        """A channel whose listening fails is started again; it never takes the others down."""

        async def keep() -> None:
            while True:
                try:
                    await channel.listen()
                except Exception as fault:
                    log.exception("channel.failed", channel=channel.name)
                    channel.trouble = f"stopped: {type(fault).__name__}"
                    await asyncio.sleep(2)

        return keep

    async def _serve_http(
        self,
        stack: AsyncExitStack,
        telegram: TelegramChannel,
        slack: SlackChannel,
        channels: Mapping[str, Channel],
    ) -> None:
        web_app = web.Application()
        web_app.add_routes(Health(self.desk, channels).routes())
        routes: Sequence[web.RouteDef] = [web.post(telegram.path, telegram.webhook), web.post(HTTP_PATH, slack.http)]
        if self.settings.telegram.mode is TelegramMode.WEBHOOK:
            web_app.add_routes(routes[:1])
        if self.settings.slack.mode is SlackMode.HTTP:
            web_app.add_routes(routes[1:])
        runner = web.AppRunner(web_app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        http = self.settings.http
        try:
            site = web.TCPSite(runner, http.host, http.port)
            await site.start()
        except OSError as fault:
            raise CannotServe(
                f"CHATDESK_HTTP__PORT: cannot listen on {http.host}:{http.port}: {fault.strerror}."
            ) from None
        self.port = runner.addresses[0][1]
        log.info("app.listening", url=f"http://{http.host}:{self.port}")
