"""The control surface `/control/telegram/` of docs/emulators.md: plays the people and the faults."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..faults import Fault
from . import people, wire
from .acts import Act, Acts, Fields, checked, whole
from .chats import Bot
from .downloads import streamed
from .errors import ControlError
from .files import MEGABYTE
from .receiving import webhook_info

if TYPE_CHECKING:
    from .server import TelegramEmulator

JsonObject = dict[str, Any]
# https://core.telegram.org/bots/features#botfather: what a token and a bot's username look like
_TOKEN = re.compile(r"\d+:[\w-]+")
_USERNAME = re.compile(r"\w{5,32}")
_FAULT = {"kind": str, "method": str, "times": int, "seconds": float, "status": int, "retry_after": float}
MOST_LEVELS = 200  # of a raw update, which is copied and kept
MOST_BODY = 200 * MEGABYTE  # files come as base64


class Control:
    def __init__(self, emulator: TelegramEmulator) -> None:
        self._emulator = emulator

    def routes(self) -> list[web.RouteDef]:
        people_act = Acts(self._emulator.world, self._emulator.changed)
        reads = {"bots": self._bots, "users": self._users, "chat": people_act.chat, "updates": self._updates}
        reads |= {"groups": people_act.groups, "journal": self._journal}
        acts: list[Act] = [
            *people_act.table(),
            (
                "bots",
                self._add_bot,
                {"token": str, "username": str, "name": str},
                {"privacy": bool, "topics": bool, "users_topics": bool},
            ),
            ("users", self._add_user, {"first_name": str}, {"id": int, **dict.fromkeys(_NAMES, str)}),
            ("updates", self._add_updates, {"bot": str, "updates": list}, {"copies": int}),
            ("redeliver", self._redeliver, {"bot": str, "update_ids": list}, {}),
            ("hold", self._hold, {"bot": str}, {}),
            ("release", self._release, {"bot": str}, {"order": list}),
            ("faults", self._add_fault, {"kind": str}, {**_FAULT, "error": str, "only": dict}),
        ]
        return [
            *(web.get(f"/control/telegram/{name}", self._reader(read)) for name, read in reads.items()),
            *(web.post(f"/control/telegram/{name}", self._actor(act, must, may)) for name, act, must, may in acts),
            web.get("/control/telegram/file/{unique_id}", self._file),
            web.delete("/control/telegram/faults", self._actor(self._clear_faults, {}, {})),
        ]

    def _reader(self, read: Callable[[JsonObject], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            async def run() -> Any:
                return read(dict(request.query))

            return await _answered(run())

        return handle

    def _actor(
        self, act: Callable[[JsonObject], Any], needed: Fields, optional: Fields
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            request = request.clone(client_max_size=MOST_BODY)
            try:
                given = await request.json() if request.can_read_body else {}
            except (ValueError, RecursionError):
                return web.json_response({"error": "The body is not JSON."}, status=400)

            async def run() -> Any:
                result = act(checked(given, needed, optional))
                result = await result if inspect.isawaitable(result) else result
                self._emulator.changed()
                return result

            return await _answered(run())

        return handle

    def _bot(self, given: JsonObject) -> Bot:
        return self._emulator.world.named(given.get("bot"))

    # -- bots and users

    def _add_bot(self, given: JsonObject) -> JsonObject:
        token, username = given["token"], given["username"]
        if not _TOKEN.fullmatch(token) or not _USERNAME.fullmatch(username):
            raise ControlError("A token looks like 123456:ABC, a username has 5 to 32 letters, digits, underscores.")
        bots = self._emulator.world.bots
        if any(b.user["username"] == username and b.token != token for b in bots.values()):
            raise ControlError(f"There is another bot {username!r}.")
        modes = {"reads_all": not given.get("privacy", True), "topics": given.get("topics", False)}
        modes["users_topics"] = modes["topics"] and given.get("users_topics", False)
        user = wire.bot_user(int(token.partition(":")[0]), username, given["name"], **modes)
        if token in bots:
            bots[token].user = user
        elif any(b.bot_id == user["id"] for b in bots.values()):
            raise ControlError(f"There is another bot with the id {user['id']}.")
        else:
            self._emulator.add_bot(Bot(token, user))
        return user

    def _bots(self, _given: JsonObject) -> list[JsonObject]:
        return [
            {
                "token": bot.token,
                "user": bot.user,
                "commands": bot.commands,
                "webhook": webhook_info(bot.webhook, bot.queue.allowed, len(bot.queue.waiting)),
                "pending": len(bot.queue.waiting),
                "confirmed": bot.queue.confirmed,
            }
            for bot in self._emulator.world.bots.values()
        ]

    def _add_user(self, given: JsonObject) -> JsonObject:
        world = self._emulator.world
        user_id = given.pop("id", world.next_user_id)
        if user_id in world.users or user_id <= 0:
            raise ControlError(f"There is a user {user_id} already, or the id is not positive.")
        world.next_user_id = max(world.next_user_id, user_id + 1)
        user = {"id": user_id, "is_bot": False, **given}
        world.users[user_id] = user
        return user

    def _users(self, _given: JsonObject) -> list[JsonObject]:
        return list(self._emulator.world.users.values())

    async def _file(self, request: web.Request) -> web.StreamResponse:
        files = self._emulator.world.files
        stored = files.find(request.match_info["unique_id"])
        if stored is None:
            return web.json_response({"error": "There is no such file."}, status=404)
        return await streamed(request, files, stored)

    # -- the line of updates

    def _add_updates(self, given: JsonObject) -> JsonObject:
        bot, copies = self._bot(given), given.get("copies", 1)
        if copies < 1:
            raise ControlError("copies must be at least 1.")
        for update in given["updates"]:
            if not isinstance(update, dict) or "update_id" in update or not update:
                raise ControlError("Each update must be an object without update_id.")
            if _is_deeper(update, MOST_LEVELS):
                raise ControlError(f"An update is nested at most {MOST_LEVELS} levels deep.")
        ids = []
        for update in given["updates"]:
            people.learn(self._emulator.world, bot, copy.deepcopy(update))
            ids += [bot.queue.add(next(iter(update)), copy.deepcopy(update)) for _ in range(copies)]
        return {"update_ids": ids}

    def _redeliver(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.deliver_again([whole("update_ids", i) for i in given["update_ids"]])
        return {}

    def _hold(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.held = True
        return {}

    def _release(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.release([whole("order", i) for i in given.get("order", [])])
        return {}

    def _updates(self, given: JsonObject) -> list[JsonObject]:
        shown = ("update_id", "kind", "state", "tries", "last_error")
        return [{name: getattr(r, name) for name in shown} for r in self._bot(given).queue.records.values()]

    # -- faults and the journal

    def _add_fault(self, given: JsonObject) -> JsonObject:
        try:
            self._emulator.faults.add(Fault(**given))
        except ValueError as error:
            raise ControlError(str(error)) from None
        return {}

    def _clear_faults(self, _given: JsonObject) -> JsonObject:
        self._emulator.faults.clear()
        return {}

    def _journal(self, given: JsonObject) -> list[JsonObject]:
        return self._emulator.journal.read(whole("since", given.get("since", 0)), given.get("method"))


_NAMES = ("last_name", "username", "language_code")


async def _answered(run: Awaitable[Any]) -> web.Response:
    try:
        return web.json_response(await run)
    except ControlError as error:
        return web.json_response({"error": str(error)}, status=400)


def _is_deeper(thing: Any, levels: int) -> bool:
    """Whether lists and objects are nested deeper than that; without recursion."""
    layer = [thing]
    for _ in range(levels):
        inner = [one.values() if isinstance(one, dict) else one for one in layer if isinstance(one, (dict, list))]
        layer = [one for group in inner for one in group]
        if not layer:
            return False
    return True
