"""The Web API's front door: arguments, tokens, scopes, limits, faults and the journal."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import web

from .. import faults, journal
from ..pace import Pace
from . import files, files_http, signed_http
from .basics import Json, Refusal
from .calls import POSTING, Call, Method
from .control import control_routes
from .core import Core
from .deliveries import Deliveries, Delivery
from .methods import METHODS
from .responses import respond
from .sockets import Links
from .workspace import Workspace

# It picks a team for an organisation's token; Bolt adds it to every call.
_ALWAYS_TAKEN = frozenset({"team_id"})


class SlackEmulator:
    """Slack's server for one team and one app; `routes()` are mounted on the server of the emulators."""

    def __init__(self, *, pace: float = 1.0, changed: Callable[[], None] = lambda: None) -> None:
        self.pace = Pace(pace)
        self.faults = faults.Faults()
        self.journal = journal.Journal()
        self._http: aiohttp.ClientSession | None = None
        self._core = Core(self.pace, changed, Workspace(), Links(), Deliveries(self._transport, self.pace, changed))

    # -- life

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/slack/api/{method}", self._api),
            web.get("/slack/link/{ticket}", self._link),
            web.post("/slack/response/{id}", self._response),
            web.post("/slack/upload/v1/{key}", self._upload),
            web.get("/slack/files-pri/{file}/{way:.*}", self._download),
            *control_routes(self._core, self.faults, self.journal, self._session, self._hear_host),
        ]

    async def start(self) -> None:
        self._http = aiohttp.ClientSession()
        self._core.deliveries.resume()
        for shared in self._core.workspace.shares:
            files.wait_to_share(self._core, shared)

    async def stop(self) -> None:
        await self._core.later.stop()
        await self._core.deliveries.stop()
        await self._core.links.stop()
        if self._http is not None:
            await self._http.close()

    def snapshot(self) -> Json:
        core = self._core
        return {
            "workspace": core.workspace.snapshot(),
            "deliveries": core.deliveries.snapshot(),
            "host": core.host,
            "scheme": core.scheme,
        }

    def restore(self, kept: Json) -> None:
        self._core.workspace.restore(kept["workspace"])
        self._core.deliveries.restore(kept["deliveries"])
        self._core.host, self._core.scheme = kept["host"], kept["scheme"]

    # -- ways to the app

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("start() comes first")
        return self._http

    async def _transport(self, delivery: Delivery) -> Json:
        app = self._core.workspace.app
        if app.request_url:
            return await signed_http.deliver(self._session(), app, delivery)
        return await self._core.links.deliver(delivery)

    def _hear_host(self, request: web.Request) -> None:
        self._core.host, self._core.scheme = request.host, request.scheme

    async def _link(self, request: web.Request) -> web.StreamResponse:
        self._hear_host(request)
        return await self._core.links.serve(request, self._core.workspace.app.id)

    # -- the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        self._hear_host(request)
        name = request.match_info["method"]
        arguments, problem = await read_arguments(request)
        token = _token(request, arguments)
        return await self._play(request, name, arguments, lambda: self._call(name, token, arguments, problem))

    async def _response(self, request: web.Request) -> web.StreamResponse:
        self._hear_host(request)
        arguments, problem = await read_arguments(request)

        def act() -> Json:
            if problem is not None:
                raise problem
            return respond(Call(self._core, arguments), request.match_info["id"])

        return await self._play(request, "response_url", arguments, act)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._hear_host(request)
        content = await files_http.read_upload(request)
        arguments = {"length": len(content)}
        key = request.match_info["key"]
        return await self._play(
            request, "upload_url", arguments, lambda: files_http.take_upload(self._core, key, content)
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        self._hear_host(request)
        named, token = request.match_info["file"], _token(request, {})
        arguments = {"file": named.rpartition("-")[2]}
        return await self._play(
            request, "url_private", arguments, lambda: files_http.download(self._core, named, token)
        )

    async def _play(
        self, request: web.Request, name: str, arguments: Json, act: Callable[[], Json | web.Response]
    ) -> web.StreamResponse:
        """Every call is noted, whatever becomes of it, and a waiting fault is played on it."""
        entry = self.journal.note(name, arguments)
        fault = self.faults.take(name, arguments)
        entry.fault = fault.kind if fault else None
        headers = {"X-OAuth-Scopes": ",".join(self._core.workspace.app.scopes)}
        if fault and fault.kind == "fail":
            entry.status, entry.answer, more = _failed(fault)
            return web.json_response(entry.answer, status=entry.status, headers=headers | more)
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        try:
            found = act()
            if isinstance(found, web.Response):
                entry.answer, response = {"content_type": found.content_type}, found
            else:
                entry.answer = {"ok": True, **found}
                response = _said(entry.answer, 200, headers)
            entry.done = response.status == 200
        except Refusal as refusal:
            entry.answer = refusal.answer
            response = _said(refusal.answer, refusal.status, headers | refusal.headers)
        if fault and fault.silent:
            if fault.kind == "hang_answer":
                await faults.hang(lambda: request.transport is not None and not request.transport.is_closing())
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault and fault.kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        entry.status = response.status
        return response

    def _call(self, name: str, token: str, arguments: Json, problem: Refusal | None) -> Json:
        known = METHODS.get(name)
        if known is None:
            raise Refusal("unknown_method", req_method=name)
        self._check_token(known, token)
        if problem is not None:
            raise problem
        self._check_scope(known)
        # Stricter than Slack, which ignores arguments that it does not know: a typing error shall not pass.
        unknown = sorted(set(arguments) - known.takes - _ALWAYS_TAKEN)
        if unknown:
            raise Refusal("invalid_arguments", [f"[ERROR] unknown argument: {u}" for u in unknown])
        self._check_pace(known, arguments)
        return known.act(Call(self._core, arguments))

    def _check_token(self, known: Method, token: str) -> None:
        app = self._core.workspace.app
        if not token:
            raise Refusal("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise Refusal("invalid_auth")
        if known.by_app_token != (token == app.app_token):
            raise Refusal("not_allowed_token_type")
        if app.lost and token == app.bot_token:
            raise Refusal(app.lost)

    def _check_scope(self, known: Method) -> None:
        granted = self._core.workspace.app.scopes
        if known.scopes and not set(known.scopes) & set(granted):
            raise Refusal("missing_scope", needed=known.scopes[0], provided=",".join(granted))

    def _check_pace(self, known: Method, arguments: Json) -> None:
        workspace, tier = self._core.workspace, known.tier
        key = [workspace.team["id"], known.name]
        if tier is POSTING:
            channel = workspace.find_channel(arguments.get("channel"))
            key.append(channel.id if channel else "")
        seconds = self.pace.wait(tuple(key), tier.per_minute / 60, tier.burst)
        if seconds:
            refusal = Refusal("ratelimited")
            refusal.status = 429
            refusal.headers = {"Retry-After": str(max(1, math.ceil(seconds)))}
            raise refusal


def _said(answer: Mapping[str, Any], status: int, headers: dict[str, str]) -> web.Response:
    return web.json_response(answer, status=status, headers=headers)


def _failed(fault: faults.Fault) -> tuple[int, Json, dict[str, str]]:
    answer = {"ok": False, "error": fault.error or ("ratelimited" if fault.status == 429 else "internal_error")}
    wait = math.ceil(fault.retry_after if fault.retry_after is not None else 1)
    return fault.status, answer, {"Retry-After": str(max(1, wait))} if fault.status == 429 else {}


def _token(request: web.Request, arguments: Json) -> str:
    """Taken out of the arguments, so that the journal keeps none."""
    given = str(arguments.pop("token", ""))
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer.strip() if kind == "Bearer" and bearer else given


async def read_arguments(request: web.Request) -> tuple[Json, Refusal | None]:
    """Query, form, multipart and JSON (https://docs.slack.dev/apis/web-api/#request-formats)."""
    arguments: Json = dict(request.query)
    if request.method != "POST":
        return arguments, None
    if request.content_type == "application/json":
        try:
            given: Any = json.loads(await request.text() or "{}")
        except ValueError:
            return arguments, Refusal("invalid_json")
        if not isinstance(given, dict):
            return arguments, Refusal("json_not_object")
        return arguments | given, None
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.post()
        return arguments | {k: v for k, v in form.items() if isinstance(v, str)}, None
    if request.can_read_body and await request.read():
        return arguments, Refusal("invalid_post_type")
    return arguments, None
