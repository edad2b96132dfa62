"""The control surface `/control/slack/`: plays the people and the faults (docs/emulators.md)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import aiohttp
from aiohttp import web

from ..faults import Fault, Faults
from ..journal import Journal
from . import (
    channel_life,
    files_http,
    homes,
    installation,
    interactions,
    people,
    people_files,
    submissions,
    suggestions,
)
from .basics import Json, Wrong
from .core import Core
from .glance import channel_as_seen, views_as_seen
from .records import App
from .signed_http import verify

Act = Callable[[Core, Json], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Deed:
    """A call of the control surface: what it needs, what it may have besides."""

    path: str
    act: Act
    needs: str
    may: str = ""

    def check(self, given: Json) -> None:
        needs, may = self.needs.split(), self.may.split()
        missing = [n for n in needs if n not in given]
        unknown = [k for k in given if k not in needs and k not in may]
        if missing:
            raise Wrong(f"{self.path}: {missing[0]} is missing.")
        if unknown:
            raise Wrong(f"{self.path}: there is no field {unknown[0]}.")


_USER = "id real_name display_name email is_bot is_restricted is_ultra_restricted is_admin deleted"
_DEEDS = [
    Deed("users", people.put_user, "", f"name {_USER}"),
    Deed("channels", people.put_channel, "", "name id private members is_ext_shared is_archived"),
    Deed("join", people.join, "user channel"),
    Deed("leave", people.leave, "user channel"),
    Deed("presence", people.presence, "user presence"),
    Deed("rename", channel_life.rename, "user channel name"),
    Deed("archive", channel_life.archive, "user channel"),
    Deed("unarchive", channel_life.unarchive, "user channel"),
    Deed("delete_channel", channel_life.delete, "user channel"),
    Deed("expire", channel_life.expire, "channel before"),
    Deed("pin", channel_life.pin, "user channel ts"),
    Deed("unpin", channel_life.unpin, "user channel ts"),
    Deed("revoke", installation.revoke, ""),
    Deed("uninstall", installation.uninstall, ""),
    Deed("install", installation.install, "", "bot_token"),
    Deed("post", people.post, "user channel", "text blocks files thread_ts"),
    Deed("edit", people.edit, "user channel ts", "text blocks"),
    Deed("delete", people.delete, "user channel ts"),
    Deed("unfurl", people.unfurl, "channel ts", "url attachments"),
    Deed("delete_file", people_files.delete, "user file"),
    Deed("react", people.react, "user channel ts emoji"),
    Deed("unreact", people.unreact, "user channel ts emoji"),
    Deed("press", interactions.press, "user", "channel ts view_id label action_id value"),
    Deed("submit", submissions.submit, "user view_id values"),
    Deed("fill", submissions.fill, "user view_id values"),
    Deed("suggest", suggestions.suggest, "user view_id action_id", "value"),
    Deed("home", homes.open_home, "user", "tab"),
    Deed("close", submissions.close, "user view_id"),
    Deed("command", interactions.command, "user channel command", "text thread_ts"),
    Deed("shortcut", interactions.shortcut, "user callback_id", "channel ts"),
]
_APP = "bot_token app_token signing_secret scopes events request_url commands shortcuts share_after"


class Control:
    def __init__(
        self, core: Core, faults: Faults, journal: Journal, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._core = core
        self._faults = faults
        self._journal = journal
        self._session = session

    def table(self) -> list[tuple[str, str, Callable[[Json], Awaitable[Any]]]]:
        """Method, path and what is done with the body (POST) or the query (GET)."""
        deeds = [("POST", deed.path, self._deed(deed)) for deed in _DEEDS]
        return [
            *deeds,
            ("POST", "app", self.put_app),
            ("GET", "app", self.app),
            ("GET", "users", self.users),
            ("GET", "channels", self.channels),
            ("GET", "channel", self.channel),
            ("GET", "views", self.views),
            ("GET", "home", self.home),
            ("GET", "deliveries", self.deliveries),
            ("POST", "cut", self.cut),
            ("POST", "refresh", self.refresh),
            ("POST", "redeliver", self.redeliver),
            ("POST", "faults", self.add_fault),
            ("DELETE", "faults", self.clear_faults),
            ("GET", "journal", self.read_journal),
        ]

    def _deed(self, deed: Deed) -> Callable[[Json], Awaitable[Any]]:
        async def act(given: Json) -> Any:
            deed.check(given)
            return await deed.act(self._core, given)

        return act

    async def put_app(self, given: Json) -> Json:
        Deed("app", people.join, "", _APP).check(given)
        workspace = self._core.workspace
        for key in ("scopes", "events", "commands"):
            if not all(isinstance(x, str) for x in given.get(key, [])):
                raise Wrong(f"{key}: a list of words.")
        shortcuts = given.get("shortcuts", [])
        if not isinstance(shortcuts, list) or not all(_is_shortcut(s) for s in shortcuts):
            raise Wrong("shortcuts: a list of objects with name, type (message or global) and callback_id.")
        if not isinstance(given.get("share_after", 0), int | float):
            raise Wrong("share_after: a number of seconds.")
        changed = replace(workspace.app, **given)
        if changed.request_url and changed.request_url != workspace.app.request_url:
            await verify(self._session(), changed, changed.request_url, changed.signing_secret)
        for item in fields(App):
            setattr(workspace.app, item.name, getattr(changed, item.name))
        self._core.changed()
        return await self.app({})

    async def app(self, given: Json) -> Json:
        sockets = [{"id": link.id, "opened": link.opened} for link in self._core.links.open]
        workspace = self._core.workspace
        return {**asdict(workspace.app), "team": workspace.team, "sockets": sockets}

    async def users(self, given: Json) -> list[Json]:
        return list(self._core.workspace.users.values())

    async def channels(self, given: Json) -> list[Json]:
        return [people.whole_channel(self._core, c) for c in self._core.workspace.channels.values()]

    async def channel(self, given: Json) -> Json:
        Deed("channel", people.join, "channel user").check(given)
        user = self._user(given)
        return channel_as_seen(self._core.workspace, people.channel_for(self._core, user, given["channel"]), user)

    async def views(self, given: Json) -> list[Json]:
        return views_as_seen(self._core.workspace, self._user(given))

    async def home(self, given: Json) -> Json:
        return homes.home_as_seen(self._core, self._user(given))

    def _user(self, given: Json) -> Json:
        user: Json | None = self._core.workspace.users.get(given.get("user", ""))
        if user is None:
            raise Wrong(f"There is no user {given.get('user')}.")
        return user

    async def deliveries(self, given: Json) -> list[Json]:
        return self._core.deliveries.overview()

    async def cut(self, given: Json) -> Json:
        return {"sockets": self._core.links.cut()}

    async def refresh(self, given: Json) -> Json:
        return {"sockets": await self._core.links.refresh(str(given.get("reason", "refresh_requested")))}

    async def redeliver(self, given: Json) -> Json:
        if self._core.deliveries.redeliver(str(given.get("id"))) is None:
            raise Wrong(f"There is no delivery {given.get('id')}.")
        return {}

    async def add_fault(self, given: Json) -> Json:
        try:
            self._faults.add(Fault(**given))
        except (TypeError, ValueError) as bad:
            raise Wrong(f"faults: {bad}") from bad
        return {}

    async def clear_faults(self, given: Json) -> Json:
        self._faults.clear()
        return {}

    async def read_journal(self, given: Json) -> list[Json]:
        since = str(given.get("since", "0"))
        if not since.isdigit():
            raise Wrong("since: a number.")
        return self._journal.read(int(since), given.get("method"))


def _is_shortcut(given: object) -> bool:
    """https://docs.slack.dev/reference/app-manifest#features: `features.shortcuts`"""
    if not isinstance(given, dict) or not all(isinstance(given.get(k), str) for k in ("name", "type", "callback_id")):
        return False
    return given["type"] in ("message", "global")


def control_routes(
    core: Core,
    faults: Faults,
    journal: Journal,
    session: Callable[[], aiohttp.ClientSession],
    hear_host: Callable[[web.Request], None],
) -> list[web.RouteDef]:
    control = Control(core, faults, journal, session)

    def handler(act: Callable[[Json], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            hear_host(request)
            try:
                return web.json_response(await act(await _given(request)))
            except Wrong as wrong:
                return web.json_response({"error": str(wrong)}, status=400)

        return handle

    async def show_file(request: web.Request) -> web.StreamResponse:
        return files_http.as_seen(core, request.query.get("id", ""))

    routes = [web.route(verb, f"/control/slack/{path}", handler(act)) for verb, path, act in control.table()]
    return [*routes, web.get("/control/slack/file", show_file)]


async def _given(request: web.Request) -> Json:
    if request.method != "POST":
        return dict(request.query)
    try:
        given = json.loads(await request.content.read() or b"{}")  # files are larger than aiohttp's limit for a form
    except ValueError as bad:
        raise Wrong("The body is no JSON.") from bad
    if not isinstance(given, dict):
        raise Wrong("The body is no JSON object.")
    return given
