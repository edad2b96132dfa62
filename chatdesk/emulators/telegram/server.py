"""The emulator's front door: reads calls, plays faults, performs methods and writes the journal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from ..faults import Fault, Faults, hang
from ..journal import Entry, Journal
from ..pace import Pace

# They register themselves in METHODS.
from . import downloads, editing, forwarding, group_methods, methods, receiving, sending, sending_files, topics  # noqa: F401
from .calls import METHODS, Call, Described, attach, decode
from .chats import Bot, World
from .control import Control
from .downloads import streamed
from .errors import ApiError, bad_request, whole_seconds
from .files import Files
from .updates import Stopped
from .uploads import MOST_UPLOAD, Upload, too_large
from .webhook import WebhookDelivery

MOST_BODY = 11 * MOST_UPLOAD  # an album of ten files; more is nobody's


@dataclass(slots=True)
class Outcome:
    status: int
    answer: dict[str, Any]
    cut: bool = False  # the connection is closed instead of answering


class TelegramEmulator:
    """A Bot API server for tests and the demo. `stop()` has to come before the HTTP server goes down, because it ends
    running long polls. `files` is the folder where uploads are kept; without it they are in memory."""

    def __init__(
        self, *, pace: float = 1.0, changed: Callable[[], None] = lambda: None, files: Path | None = None
    ) -> None:
        self.pace = Pace(pace)
        self.faults = Faults()
        self.journal = Journal()
        self.world = World(Files(files))
        self.changed = changed
        self._stopped = False
        self._session: aiohttp.ClientSession | None = None
        self._deliveries: list[asyncio.Task[None]] = []

    def routes(self) -> list[web.RouteDef]:
        path = r"/telegram/bot{token:[^/]+}/{method:[^/]+}"
        file = web.get(r"/telegram/file/bot{token:[^/]+}/{path:.+}", self._download)
        return [web.get(path, self._handle), web.post(path, self._handle), file, *Control(self).routes()]

    async def start(self) -> None:
        self._stopped = False
        self._session = aiohttp.ClientSession()
        for bot in self.world.bots.values():
            self._deliver_for(bot)

    async def stop(self) -> None:
        self._stopped = True
        for bot in self.world.bots.values():
            bot.queue.end_poll(Stopped())
        for task in self._deliveries:
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        self._deliveries.clear()
        if self._session:
            await self._session.close()
            self._session = None

    def snapshot(self) -> dict[str, Any]:
        return self.world.snapshot()

    def restore(self, saved: dict[str, Any]) -> None:
        """Before `start()`, which begins the webhooks' delivery."""
        self.world.restore(saved)

    def add_bot(self, bot: Bot) -> None:
        self.world.bots[bot.token] = bot
        if self._session:
            self._deliver_for(bot)

    def _deliver_for(self, bot: Bot) -> None:
        if self._session:
            delivery = WebhookDelivery(bot, self.pace, self._session, self._perform_answer)
            self._deliveries.append(asyncio.create_task(delivery.run()))

    async def _handle(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        try:
            given, uploads = await _arguments(request)
        except ApiError as error:
            entry = self.journal.note(name, {})
            outcome = Outcome(error.status, error.answer())
            _write(entry, outcome)
        else:
            bot = self.world.bots.get(request.match_info["token"])
            outcome = await self.perform(bot, name, given, uploads, lambda: _is_open(request) and not self._stopped)
        if outcome.cut and request.transport is not None:
            request.transport.abort()
        return web.json_response(outcome.answer, status=outcome.status)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A link that getFile gave; in the journal and for faults it is the method `download`."""
        asked = {"file_path": request.match_info["path"]}
        entry, bot = self.journal.note("download", asked), self.world.bots.get(request.match_info["token"])
        fault = self.faults.take("download", asked)
        entry.fault = fault.kind if fault else None
        try:
            if bot is None:
                raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
            await _play(fault)
            stored = self.world.files.find_link(bot.bot_id, asked["file_path"])
            if stored is None:
                raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        except ApiError as error:
            _write(entry, Outcome(error.status, error.answer()))
            return web.json_response(error.answer(), status=error.status)
        entry.done = True
        if fault and fault.silent and request.transport is not None:
            request.transport.abort()
        else:
            entry.status = int(HTTPStatus.OK)
        return await streamed(request, self.world.files, stored)

    async def _perform_answer(self, bot: Bot, answer: dict[str, Any]) -> None:
        """A method call in a webhook's answer: "It's not possible to know that such a request was successful"."""
        arguments = {k: v for k, v in answer.items() if k != "method"}
        await self.perform(bot, answer["method"], arguments)

    async def perform(
        self,
        bot: Bot | None,
        name: str,
        given: dict[str, Any],
        uploads: dict[str, Upload] | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        """One call from beginning to end; everything it was and became is in the journal."""
        known = METHODS.get(name.lower())
        entry = self.journal.note(known.name if known else name, given)
        fault: Fault | None = None
        try:
            if bot is None:
                raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
            if known is None:
                raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
            arguments = decode(attach(given, uploads or {}, known.arguments), known.arguments)
            entry.arguments = {**arguments, **_shown(uploads)}
            fault = self.faults.take(known.name, arguments)
            entry.fault = fault.kind if fault else None
            await _play(fault)
            result = await known.run(Call(bot, self.world, self.pace, arguments, self.changed, alive, uploads or {}))
            entry.done = True
            outcome = Outcome(HTTPStatus.OK, _success(result))
        except ApiError as error:
            outcome = Outcome(error.status, error.answer())
        outcome.cut = fault is not None and fault.silent
        _write(entry, outcome)
        if fault and fault.kind == "hang_answer":
            await hang(alive)
        if fault and fault.kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        return outcome


def _shown(uploads: dict[str, Upload] | None) -> dict[str, Any]:
    return {"uploads": {name: upload.shown() for name, upload in uploads.items()}} if uploads else {}


def _write(entry: Entry, outcome: Outcome) -> None:
    """The journal keeps what was answered then: a copy, as messages change later."""
    if not outcome.cut:
        entry.status, entry.answer = int(outcome.status), json.loads(json.dumps(outcome.answer))


def _success(result: Any) -> dict[str, Any]:
    if isinstance(result, Described):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}


async def _play(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "fail":
        raise _failure(fault)


def _failure(fault: Fault) -> ApiError:
    words = fault.error
    seconds = fault.retry_after
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS and seconds is None:
        seconds = 1.0
    if not words:
        with contextlib.suppress(ValueError):
            words = HTTPStatus(fault.status).phrase
        if seconds is not None and fault.status == HTTPStatus.TOO_MANY_REQUESTS:
            words = f"{words}: retry after {whole_seconds(seconds)}"
    return ApiError(fault.status, words, seconds)


def _is_open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _arguments(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """https://core.telegram.org/bots/api#making-requests: query string, urlencoded form, JSON or multipart form; files
    come in the last one only."""
    given: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return given, {}
    request = request.clone(client_max_size=MOST_BODY)
    try:
        if request.content_type == "application/json":
            return given | await _json_object(request), {}
        if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            form = await request.post()
            files = {name: value for name, value in form.items() if isinstance(value, web.FileField)}
            uploads = {name: _upload(field) for name, field in files.items()}
            return given | {name: value for name, value in form.items() if name not in files}, uploads
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    return given, {}


def _upload(field: web.FileField) -> Upload:
    """The type follows from the name: what libraries send beside it is "application/octet-stream" for everything."""
    with field.file as file:
        return Upload(field.filename, mimetypes.guess_type(field.filename)[0] or field.content_type, file.read())


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object")
    return body
