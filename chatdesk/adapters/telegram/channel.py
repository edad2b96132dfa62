"""The Telegram channel: hears by long polling or webhook, speaks through aiogram's Bot."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, SetWebhook, TelegramMethod
from aiohttp import ClientConnectorError, web

from chatdesk.adapters.telegram import groups, menus, render, topics, uploads
from chatdesk.adapters.telegram.headcount import Headcount
from chatdesk.adapters.telegram.inbound import CHANNEL, UPDATES, moved, to_incoming, update_key
from chatdesk.adapters.telegram.session import Session
from chatdesk.adapters.texts import all_cleaned
from chatdesk.core.errors import Rejected, TryLater, Unreachable
from chatdesk.core.messages import Address, Body, Deed, Identity, Incoming
from chatdesk.desk.channel import Delivery, Limit, Sent
from chatdesk.desk.desk import Desk
from chatdesk.desk.parking import accept
from chatdesk.settings import Telegram, TelegramMode

log = structlog.get_logger()
POLL_SECONDS = 25  # of one long poll
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

AWAY = ("bot was blocked", "bot was kicked", "bot is not a member")
DONE_ALREADY = ("message is not modified", "message to delete not found")

# aiogram asks pydantic for this class at every poll, and pydantic forgets it when nobody holds it.
KEPT = Response[list[dict[str, Any]]]


class Duty(Protocol):
    async def held(self) -> bool: ...


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without parsing, so that one malformed update harms no other."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class TelegramChannel:
    name = CHANNEL

    def __init__(
        self,
        settings: Telegram,
        desk: Desk,
        public_url: str | None,
        bot_name: str = "main",
        token_name: str = "CHATDESK_TELEGRAM__TOKEN",  # noqa: S107 - a setting's name
    ) -> None:
        assert settings.token is not None
        self._token_name = token_name
        self._settings = settings
        self._desk = desk
        self._public_url = public_url
        self._name = bot_name
        self._session = Session(api=TelegramAPIServer.from_base(settings.api_url), timeout=30)
        self.bot = Bot(settings.token.get_secret_value(), session=self._session)
        self._headcount = Headcount(self.bot)
        self.trouble = "starting"
        self._asides: set[asyncio.Task[None]] = set()
        self._topics = topics.Topics()

    # -- hear -----------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Where Telegram posts updates in webhook mode."""
        return f"/telegram/{self._name}"

    async def listen(self) -> None:
        if self._settings.mode is TelegramMode.WEBHOOK:
            await self._until_done(self._set_webhook)
            self.trouble = ""
            await asyncio.Event().wait()
        else:
            await self._poll_alone()

    async def _until_done(self, do: Any) -> None:
        """Telegram may be away when the desk starts: try until it answers. What a person has to mend is named."""
        while True:
            try:
                await do()
                self.trouble = ""
                return
            except TelegramAPIError as fault:
                self.trouble = self._to_mend(fault) or str(fault)
            log.warning("telegram.not_ready", bot=self._name, why=self.trouble)
            await asyncio.sleep(2)

    def _to_mend(self, fault: Exception) -> str:
        """Which setting a person has to mend, if it is one; else empty."""
        if isinstance(fault, TelegramUnauthorizedError | TelegramNotFound):
            return f"{self._token_name} is not taken ({fault.message}): copy it anew from @BotFather"
        if isinstance(fault, TelegramBadRequest) and isinstance(fault.method, SetWebhook):
            return f"CHATDESK_PUBLIC_URL: it is not taken ({fault.message})"
        return ""

    async def _introduce(self) -> None:
        await menus.show(self.bot, self._desk.directory.area_at(Address(CHANNEL, self._name)).texts)

    async def _set_webhook(self) -> None:
        secret = self._settings.webhook_secret
        await self.bot.set_webhook(
            f"{(self._public_url or '').rstrip('/')}{self.path}",
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=list(UPDATES),
        )
        await self._introduce()

    async def _poll_alone(self) -> None:
        """One process polls; the others decide and deliver, and take over when it dies."""
        lock = self._desk.duty(f"telegram-{self._name}")
        while True:
            self.trouble = ""  # another process polls
            if await lock.take():
                try:
                    await self._until_done(self.bot.delete_webhook)
                    await self._until_done(self._introduce)
                    await self._poll(lock)
                finally:
                    await lock.release()
            await asyncio.sleep(1)

    async def _poll(self, duty: Duty) -> None:
        """Telegram forgets an update when a later offset is asked for: the offset moves after the commit."""
        offset = None
        while await duty.held():
            poll = RawUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=list(UPDATES))
            try:
                updates = await self.bot(poll, request_timeout=POLL_SECONDS + 10)
                await asyncio.gather(*(self._take(u) for u in updates))
                self.trouble = ""
            except Exception as fault:
                self.trouble = self._to_mend(fault) or f"polling fails: {fault}"
                log.warning("telegram.poll_failed", bot=self._name, why=self.trouble)
                await asyncio.sleep(getattr(fault, "retry_after", 1))
                continue
            if updates:
                offset = updates[-1]["update_id"] + 1

    async def webhook(self, request: web.Request) -> web.Response:
        """Answered only after the commit; 500 makes Telegram deliver it again."""
        secret = self._settings.webhook_secret
        given = request.headers.get(SECRET_HEADER, "")
        if secret and not hmac.compare_digest(given.encode(), secret.get_secret_value().encode()):
            return web.Response(status=401, text="wrong secret token")
        try:
            raw = await request.json()
            if not isinstance(raw, dict):
                raise ValueError("an update is an object")
        except (ValueError, RecursionError) as fault:
            return web.Response(status=400, text=f"not an update: {fault}")
        await self._take(raw)
        return web.Response()

    def translate(self, raw: Mapping[str, Any]) -> Any:
        return to_incoming(raw, self._name)

    async def _take(self, raw: dict[str, Any]) -> None:
        raw = all_cleaned(raw)
        with structlog.contextvars.bound_contextvars(update=raw.get("update_id")):
            raw = await self._in_its_group(raw)
            await accept(self._desk, CHANNEL, update_key(raw, self._name), raw, self.translate)
        press = raw.get("callback_query")
        if isinstance(press, dict) and "id" in press:
            self._aside(self._stop_spinning(str(press["id"])))

    async def _in_its_group(self, raw: dict[str, Any]) -> dict[str, Any]:
        """An update of a group, with what is needed to tell whether it is meant for the bot."""
        chat = groups.chat_in(raw)
        if chat is None:
            return raw
        if groups.changes_people(raw):
            self._headcount.changed(chat)
        me = await self.bot.me()
        people = await self._headcount.of(chat)
        return raw | {groups.HEARD_BY: {"id": me.id, "username": me.username, "people": people}}

    async def _stop_spinning(self, press: str) -> None:
        """The immediate answer to a pressed button; it may be lost and nothing depends on it."""
        with suppress(TelegramAPIError):
            await self.bot.answer_callback_query(press)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    # -- speak ----------------------------------------------------------------------------------------------

    def limits(self, delivery: Delivery) -> Sequence[Limit]:
        """https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; a little below each."""
        pace = self._settings.pace
        if not pace:
            return ()
        overall = Limit(f"telegram:{self._name}", 28 * pace, 25)
        if delivery.out.marks:
            return (overall,)
        chat = delivery.out.to.room.rsplit("/", 1)[1]
        in_chat = Limit(f"telegram:{self._name}:{chat}", 0.95 * pace, 2)
        if chat.startswith("-"):  # a group's number
            return overall, in_chat, Limit(f"telegram:{self._name}:{chat}:minute", 19 / 60 * pace, 15)
        return overall, in_chat

    async def send(self, delivery: Delivery) -> Sent:
        try:
            sent = await self._open(delivery) if delivery.out.opens else await self._say(delivery)
        except TelegramRetryAfter as fault:
            raise TryLater(str(fault.message), after=fault.retry_after) from fault
        except TelegramMigrateToChat as fault:
            self._aside(self._has_moved(delivery, fault.migrate_to_chat_id))
            raise TryLater("the group has become a supergroup", after=1) from fault
        except TelegramForbiddenError as fault:
            if any(away in fault.message for away in AWAY):
                self._aside(self._has_left(delivery))
            raise Unreachable(_why(fault)) from fault
        except TelegramBadRequest as fault:
            if any(done in fault.message for done in DONE_ALREADY) or topics.is_deleted(delivery, fault.message):
                return None
            raise Rejected(_why(fault)) from fault
        except TelegramNetworkError as fault:
            refused = isinstance(fault.__cause__ or fault.__context__, ClientConnectorError)
            raise TryLater(fault.message, perhaps_done=not refused) from fault
        except (TelegramServerError, RestartingTelegram) as fault:
            raise TryLater(fault.message) from fault
        except ClientDecodeError as fault:
            raise TryLater("something between us and Telegram answered", perhaps_done=True) from fault
        except TelegramAPIError as fault:  # 401, 404, 409: our configuration, not this message
            raise TryLater(fault.message, after=60) from fault
        return sent

    async def _say(self, delivery: Delivery) -> Sent:
        """In its topic; where that is gone, in the chat itself: nothing that is said is lost with its place."""
        delivery = self._topics.reachable(delivery)
        while True:
            try:
                return await self._call(delivery)
            except TelegramBadRequest as fault:
                other = self._topics.otherwise(delivery, fault.message)
                if other is None:
                    raise
                log.info("telegram.said_elsewhere", bot=self._name, key=delivery.out.key, why=fault.message)
                delivery = other

    async def _call(self, delivery: Delivery) -> Sent:
        if uploads.is_needed(delivery):
            return await uploads.send(self.bot, self._desk.files, delivery)
        sent = await self._session.post(self.bot, *render.call(delivery))
        if not isinstance(sent, dict):  # a reaction's answer is True
            return None
        return groups.native(render.chat_of(delivery.out.to.room), sent["message_id"])

    async def _open(self, delivery: Delivery) -> Sent:
        """A topic, or its new name. A chat without topics does without: what is for one is said in the chat itself."""
        call = topics.call(render.chat_of(delivery.out.to.room), delivery)
        if call is None:
            return None
        try:
            return topics.native_of(await self._session.post(self.bot, *call))
        except (TelegramBadRequest, TelegramForbiddenError) as fault:
            log.warning("telegram.no_topic", bot=self._name, key=delivery.out.key, why=fault.message)
            return None if delivery.native else topics.no_topic(delivery)

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        session = await self._session.create_session()
        async for piece in uploads.fetch(self.bot, session, file_id):
            yield piece

    async def _has_left(self, delivery: Delivery) -> None:
        """Telegram tells of a block by an update; where that was missed, the refusal tells it."""
        out = delivery.out
        chat = out.to.room.rsplit("/", 1)[1]
        await self._desk.receive(
            Incoming(
                key=f"{CHANNEL}:{out.to.room}:refused:{out.key}",
                at=Address(CHANNEL, out.to.room),
                author=Identity(CHANNEL, chat),
                body=Body(),
                when=self._desk.clock.now(),
                order=0,
                deed=Deed.LEFT,
            )
        )

    async def _has_moved(self, delivery: Delivery, new: int) -> None:
        """Telegram tells of it by a message; where that was missed, or comes later, the refusal tells it."""
        chat = render.chat_of(delivery.out.to.room)
        await self._desk.receive(moved(self._name, chat, new, Identity(CHANNEL, str(chat)), self._desk.clock.now()))

    async def find(self, delivery: Delivery) -> str | None:
        """Telegram does not let a bot read what it has sent."""
        return None

    async def close(self) -> None:
        for task in list(self._asides):
            task.cancel()
        await self.bot.session.close()


def _why(fault: TelegramAPIError) -> str:
    if "bot was blocked" in fault.message:
        return "the user has blocked the bot in Telegram."
    if any(away in fault.message for away in AWAY):
        return "the bot is not in that group any more."
    return f"Telegram answered: {fault.message}"
