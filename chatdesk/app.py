"""The composition root: Settings in, a running desk out. The only file that constructs things."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import structlog
from aiohttp import ClientError, web
from redis.asyncio import Redis
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from chatdesk import credentials, listening, logs
from chatdesk.adapters.slack.channel import HTTP_PATH, SlackChannel
from chatdesk.adapters.telegram.bots import TelegramBots
from chatdesk.adapters.telegram.channel import TelegramChannel
from chatdesk.adapters.web.health import Health
from chatdesk.areas import canned_file
from chatdesk.areas.canned import Canned
from chatdesk.areas.directory import Directory
from chatdesk.areas.loader import WrongDesk
from chatdesk.areas.store import NOWHERE, homes_of, save_directory
from chatdesk.bulletins import SLICE as BULLETINS
from chatdesk.conversations import recognition
from chatdesk.core.errors import NotNow
from chatdesk.desk import assigning, boards, configuring, outbox, telling, timers
from chatdesk.desk.addresses import ADDRESSES
from chatdesk.desk.channel import Channel, Listener
from chatdesk.desk.clock import Clock
from chatdesk.desk.desk import Desk
from chatdesk.desk.files import Files
from chatdesk.desk.pace import LocalPacer, Pacer, RedisPacer
from chatdesk.desk.persons import PERSONS
from chatdesk.desk.relay import Relay
from chatdesk.desk.scrub import REDACTION
from chatdesk.desk.trunk import TRUNK
from chatdesk.homes import WrongHomes, housed
from chatdesk.plan import Plan, plan_from, plan_of, secrets
from chatdesk.rota import SLICE as ROTA
from chatdesk.settings import Settings, SlackMode, TelegramMode, missing
from chatdesk.storage.bell import Bell, LocalBell, RedisBell
from chatdesk.storage.database import Database
from chatdesk.storage.locks import Lock
from chatdesk.storage.migrate import migrate

log = structlog.get_logger()

SLICES = (TRUNK, PERSONS, REDACTION, ADDRESSES, ROTA, BULLETINS)
CANNED = "canned.yaml"
LOOK = 2.0  # seconds between looks for a configuration that was applied meanwhile


class CannotServe(Exception):
    """Why the desk does not start, as a sentence that says how to mend it."""


class App:
    """A desk with its channels. `running()` is the whole life of one process, or until it is configured otherwise."""

    def __init__(self, settings: Settings, plan: Plan | None = None) -> None:
        """What has been applied to the database wins over `plan`, which is what a file or the settings say."""
        self.settings = settings
        self.plan = plan or plan_of(settings)
        self.database = Database(settings.database_url)
        self.clock = Clock(self.database)
        self.port = 0
        self.broken = asyncio.Event()  # a part that must not end has ended: the process has to be started anew
        self.reconfigured = asyncio.Event()  # another configuration is in force: the desk has to be run anew

    @asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        """Serve until the block is left; then stop hearing first, deciding next, delivering last."""
        if problems := missing(self.settings, self.plan.telegrams):
            raise CannotServe("\n".join(problems))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            redis = await self._redis(stack)
            await self._take_place(stack, redis is not None)
            self._take_folder()
            sockets = await self._take_address(stack)
            await self._configure()
            bell: Bell = RedisBell(redis) if redis else LocalBell()
            stack.push_async_callback(bell.close)
            pacer: Pacer = RedisPacer(redis) if redis else LocalPacer()
            slack = SlackChannel(self.settings.slack)
            stack.push_async_callback(slack.close)
            directory = await self._known(slack)
            async with self.database.begin() as c:
                try:
                    await configuring.prepare(c, directory)
                except NotNow as hindrance:
                    raise CannotServe(hindrance.sentence) from None
                await save_directory(c, directory)
                if redis is None:
                    await outbox.release_all(c, self.clock.now())
            await self.clock.look()
            asyncio.get_running_loop().run_in_executor(None, recognition.load)  # before a text needs it
            channels: dict[str, Channel] = {}
            relay = Relay(self.database, channels, pacer, self.clock, bell, alone=redis is None)
            files = Files(self.settings.files, self.database, self.clock)
            self.desk = Desk(self.database, directory, SLICES, self.clock, bell, files, relay)
            slack.attach(self.desk, pacer)
            telegram = self._bots()
            stack.push_async_callback(telegram.close)
            channels |= {telegram.name: telegram, slack.name: slack}
            files.sources = channels
            await self._run(stack, relay.run)
            await self._run(stack, self.desk.work)
            await self._run(stack, lambda: timers.run(self.desk, slack.rereading.sure))
            await self._run(stack, lambda: boards.run(self.desk))
            await self._run(stack, lambda: telling.run(self.desk))
            await self._run(stack, lambda: assigning.run(self.desk, slack.present))
            await self._serve_http(stack, sockets, self._routes(telegram, slack, channels))
            listeners: list[Listener] = [*telegram.bots.values(), slack]
            for listener in listeners:
                await self._run(stack, self._kept_listening(listener))
            await self._run(stack, lambda: self._watch_configuration(slack))
            yield self

    async def _configure(self) -> None:
        """What has been applied is in force."""
        async with self.database.read() as c:
            applied, last = await configuring.in_force(c), await configuring.latest(c)
        self._seen = last.revision if last else 0
        if applied:
            self.plan = plan_from(applied.text, applied.revision, self.settings)
            logs.hide(secrets(self.plan))

    async def _watch_configuration(self, slack: SlackChannel) -> None:
        """A configuration that was applied meanwhile takes over, unless the desk could not run with it."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                async with self.database.read() as c:
                    applied = await configuring.latest(c)
                if applied is None or applied.revision <= self._seen:
                    continue
                why = "" if applied.refused else await self._faults(applied, slack)
            except (SQLAlchemyError, OSError, SlackApiError, ClientError) as fault:
                log.warning("configuration.not_read", why=str(fault))
                continue
            self._seen = applied.revision
            if why:
                log.error("configuration.refused", revision=applied.revision, why=why)
                async with self.database.begin() as c:
                    await configuring.refuse(c, applied.revision, why)
            elif not applied.refused:
                log.info("configuration.changed", revision=applied.revision, by=applied.by)
                self.reconfigured.set()

    async def _faults(self, applied: configuring.Applied, slack: SlackChannel) -> str:
        """Why the desk could not run with it."""
        try:
            plan = plan_from(applied.text, applied.revision, self.settings)
            housed(plan, await slack.look_for(plan.channels))
        except (WrongDesk, WrongHomes) as fault:
            return str(fault)
        return ""

    @asynccontextmanager
    async def desk_only(self) -> AsyncIterator[Desk]:
        """A desk without channels, beside a running one: it decides and saves, and the other delivers."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            async with self.database.read() as c:
                homes = await homes_of(c)
            known = {id for id, home in homes.items() if home.channel != NOWHERE}
            if not {g.id for g in self.plan.directory.groups} <= known:
                raise CannotServe("This desk has never been started, so that there is nothing it could work on.")
            directory = self.plan.directory.housed(homes)
            await self.clock.look()
            files = Files(self.settings.files, self.database, self.clock)
            desk = Desk(self.database, directory, SLICES, self.clock, LocalBell(), files)
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

    def _take_folder(self) -> None:
        try:
            self.settings.files.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise CannotServe(f"CHATDESK_FILES: {self.settings.files} cannot be made: {fault.strerror}.") from None

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

    def _bots(self) -> TelegramBots:
        """Each bot of the plan, with a token, a way in, a pace and troubles of its own."""
        url = self.settings.public_url
        bots = {p.bot.id: TelegramChannel(p.settings, self.desk, url, p.bot.id, p.token_name) for p in self.plan.bots}
        return TelegramBots(bots)

    async def _known(self, slack: SlackChannel) -> Directory:
        """Where all cards stand, once both services have taken our tokens or cannot say whether they do."""
        asked = [credentials.telegram_fault(p.settings, p.token_name) for p in self.plan.bots]
        if faults := [fault for fault in await asyncio.gather(*asked) if fault]:
            raise CannotServe("\n".join(faults))
        self.plan = replace(self.plan, directory=_with_canned(self.plan, self.settings.canned))
        directory = await self._homes(slack)
        if fault := await credentials.app_token_fault(self.settings.slack, slack.client):
            raise CannotServe(fault)
        return directory

    async def _homes(self, slack: SlackChannel) -> Directory:
        """Slack may be away when the desk starts; a channel that is not there needs a person."""
        wait = 1.0
        while True:
            try:
                found = await slack.find_homes(self.plan.channels)
            except (SlackApiError, ClientError, TimeoutError) as fault:
                if wrong := credentials.bot_token_fault(self.settings.slack, fault):
                    raise CannotServe(wrong) from None
                log.warning("slack.not_ready", why=str(fault) or type(fault).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30)
                continue
            try:
                return housed(self.plan, found)
            except WrongHomes as fault:
                raise CannotServe(str(fault)) from None

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

    def _kept_listening(self, listener: Listener) -> Callable[[], Awaitable[None]]:
        """One whose listening fails is started again; it never takes the others down."""

        async def keep() -> None:
            while True:
                try:
                    await listener.listen()
                except Exception as fault:
                    log.exception("channel.failed", channel=listener.name)
                    listener.trouble = f"stopped: {type(fault).__name__}"
                    await asyncio.sleep(2)

        return keep

    async def _take_address(self, stack: AsyncExitStack) -> list[socket.socket]:
        try:
            taken = await listening.take(self.settings.http)
        except listening.CannotListen as fault:
            raise CannotServe(str(fault)) from None
        stack.callback(listening.close, taken)
        return taken

    def _routes(
        self, telegram: TelegramBots, slack: SlackChannel, channels: Mapping[str, Channel]
    ) -> list[web.RouteDef]:
        routes = Health(self.desk, channels).routes()
        if self.settings.telegram.mode is TelegramMode.WEBHOOK:
            routes += [web.post(bot.path, bot.webhook) for bot in telegram.bots.values()]
        if self.settings.slack.mode is SlackMode.HTTP:
            routes.append(web.post(HTTP_PATH, slack.http))
        return routes

    async def _serve_http(
        self, stack: AsyncExitStack, sockets: Sequence[socket.socket], routes: Sequence[web.RouteDef]
    ) -> None:
        web_app = web.Application()
        web_app.add_routes(routes)
        runner = web.AppRunner(web_app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            for one in sockets:
                await web.SockSite(runner, one).start()
        except OSError as fault:  # another program bound the same address meanwhile, and was the first to listen
            raise CannotServe(listening.sentence(self.settings.http, fault)) from None
        self.port = runner.addresses[0][1]
        log.info("app.listening", url=f"http://{self.settings.http.host}:{self.port}")


def _with_canned(plan: Plan, named: str | None) -> Directory:
    """The directory with the canned replies of their own file too: beside desk.yaml, unless it is named."""
    directory = plan.directory
    file = Path(named) if named else (plan.file.parent if plan.file else Path()) / CANNED
    if not named and not file.exists():
        return directory
    try:
        found = canned_file.load(file, [g.id for g in directory.groups], [a.id for a in directory.areas])
    except canned_file.WrongCanned as fault:
        raise CannotServe(str(fault)) from None
    return replace(directory, canned=Canned((*directory.canned.replies, *found.replies)))
