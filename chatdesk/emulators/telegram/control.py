"""The control surface `/control/telegram/` of docs/emulators.md: plays the people and the faults."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..faults import Fault
from . import people, posts, wire
from .chats import Bot, Chat
from .downloads import streamed
from .errors import ControlError
from .files import MEGABYTE
from .kinds import FIELDS
from .methods import shown_commands
from .receiving import webhook_info
from .seen import seen_message

if TYPE_CHECKING:
    from .server import TelegramEmulator

JsonObject = dict[str, Any]
_Fields = dict[str, Any]  # name -> its type, or several

# https://core.telegram.org/bots/features#botfather: what a token and a bot's username look like
_TOKEN = re.compile(r"\d+:[\w-]+")
_USERNAME = re.compile(r"\w{5,32}")
_FAULT = {"kind": str, "method": str, "times": int, "seconds": float, "status": int, "retry_after": float}
_PERSON = {"bot": str, "user": int}
_AROUND: _Fields = {
    "reply_to": int,
    "quote": str,
    "reply_elsewhere": (int, str, dict),
    "forward_from": (int, str, dict),
    "date": float,
}
_ATTACHED: _Fields = {"files": list, "caption": str, "caption_entities": list, "pause": float}
MOST_BODY = 200 * MEGABYTE  # files come as base64


class Control:
    def __init__(self, emulator: TelegramEmulator) -> None:
        self._emulator = emulator

    def routes(self) -> list[web.RouteDef]:
        reads = {"bots": self._bots, "users": self._users, "chat": self._chat, "updates": self._updates}
        reads["journal"] = self._journal
        acts: list[tuple[str, Callable[[JsonObject], Any], _Fields, _Fields]] = [
            ("bots", self._add_bot, {"token": str, "username": str, "name": str}, {}),
            ("users", self._add_user, {"first_name": str}, {"id": int, **dict.fromkeys(_NAMES, str)}),
            ("say", self._say, {**_PERSON, "text": str}, {"entities": list, **_AROUND}),
            ("send", self._send, {**_PERSON, "kind": str}, {**_AROUND, **_ATTACHED, **FIELDS}),
            ("press", self._press, {**_PERSON, "message_id": int}, {"label": str, "data": str}),
            ("react", self._react, {**_PERSON, "message_id": int}, {"emoji": str}),
            ("edit", self._edit, {**_PERSON, "message_id": int, "text": str}, {}),
            ("block", self._block, _PERSON, {}),
            ("unblock", self._unblock, _PERSON, {}),
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
        self, act: Callable[[JsonObject], Any], needed: _Fields, optional: _Fields
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            request = request.clone(client_max_size=MOST_BODY)
            try:
                given = await request.json() if request.can_read_body else {}
            except ValueError:
                return web.json_response({"error": "The body is not JSON."}, status=400)

            async def run() -> Any:
                result = act(_checked(given, needed, optional))
                result = await result if inspect.isawaitable(result) else result
                self._emulator.changed()
                return result

            return await _answered(run())

        return handle

    def _bot(self, given: JsonObject) -> Bot:
        for bot in self._emulator.world.bots.values():
            if bot.user["username"] == given.get("bot"):
                return bot
        raise ControlError(f"There is no bot {given.get('bot')!r}.")

    # -- bots and users

    def _add_bot(self, given: JsonObject) -> JsonObject:
        token, username = given["token"], given["username"]
        if not _TOKEN.fullmatch(token) or not _USERNAME.fullmatch(username):
            raise ControlError("A token looks like 123456:ABC, a username has 5 to 32 letters, digits, underscores.")
        bots = self._emulator.world.bots
        if any(b.user["username"] == username and b.token != token for b in bots.values()):
            raise ControlError(f"There is another bot {username!r}.")
        user = wire.bot_user(int(token.partition(":")[0]), username, given["name"])
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

    # -- what people do

    def _writer(self, given: JsonObject) -> posts.Writer:
        world, bot = self._emulator.world, self._bot(given)
        chat = people.chat_with(world, bot, given["user"])
        return posts.Writer(world, bot, chat, world.users[given["user"]])

    def _say(self, given: JsonObject) -> JsonObject:
        return posts.say(self._writer(given), given)

    def _send(self, given: JsonObject) -> Awaitable[JsonObject]:
        return posts.send(self._writer(given), given, self._emulator.changed)

    def _press(self, given: JsonObject) -> JsonObject:
        label, data = given.get("label"), given.get("data")
        if (label is None) == (data is None):
            raise ControlError("Name the button by its label or by its data.")
        return people.press(self._emulator.world, self._bot(given), given["user"], given["message_id"], label, data)

    def _react(self, given: JsonObject) -> JsonObject:
        emoji = given.get("emoji", "")
        return people.react(self._emulator.world, self._bot(given), given["user"], given["message_id"], emoji)

    def _edit(self, given: JsonObject) -> JsonObject:
        place = (given["user"], given["message_id"], given["text"])
        return people.edit(self._emulator.world, self._bot(given), *place)

    def _block(self, given: JsonObject) -> JsonObject:
        return people.block(self._emulator.world, self._bot(given), given["user"], blocked=True)

    def _unblock(self, given: JsonObject) -> JsonObject:
        return people.block(self._emulator.world, self._bot(given), given["user"], blocked=False)

    def _chat(self, given: JsonObject) -> JsonObject:
        bot, user_id = self._bot(given), _whole("user", given.get("user"))
        if user_id not in self._emulator.world.users:
            raise ControlError(f"There is no user {user_id}.")
        user = self._emulator.world.users[user_id]
        chat = bot.chats.get(user_id) or Chat(wire.private_chat(user))
        return {
            "messages": [seen_message(self._emulator.world, chat, m) for m in chat.messages.values()],
            "toasts": chat.toasts,
            "action": chat.shown_action(),
            "blocked": chat.blocked,
            "commands": shown_commands(bot, user_id, user.get("language_code", "")),
        }

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
        ids = []
        for update in given["updates"]:
            people.learn(self._emulator.world, bot, copy.deepcopy(update))
            ids += [bot.queue.add(next(iter(update)), copy.deepcopy(update)) for _ in range(copies)]
        return {"update_ids": ids}

    def _redeliver(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.deliver_again([_whole("update_ids", i) for i in given["update_ids"]])
        return {}

    def _hold(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.held = True
        return {}

    def _release(self, given: JsonObject) -> JsonObject:
        self._bot(given).queue.release([_whole("order", i) for i in given.get("order", [])])
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
        return self._emulator.journal.read(_whole("since", given.get("since", 0)), given.get("method"))


_NAMES = ("last_name", "username", "language_code")


async def _answered(run: Awaitable[Any]) -> web.Response:
    try:
        return web.json_response(await run)
    except ControlError as error:
        return web.json_response({"error": str(error)}, status=400)


def _whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ControlError(f"{name} must be a whole number.") from None


def _checked(given: Any, needed: _Fields, optional: _Fields) -> JsonObject:
    if not isinstance(given, dict):
        raise ControlError("The body must be a JSON object.")
    named: JsonObject = {name: value for name, value in given.items() if value is not None}
    kinds = needed | optional
    for name in needed.keys() - named.keys():
        raise ControlError(f"{name} is missing.")
    for name, value in named.items():
        if name not in kinds:
            raise ControlError(f"{name} is not known here.")
        wanted = kinds[name] if isinstance(kinds[name], tuple) else (kinds[name],)
        fits = isinstance(value, (*wanted, int) if float in wanted else wanted)
        if not fits or (isinstance(value, bool) and bool not in wanted):
            raise ControlError(f"{name} must be of the type {' or '.join(kind.__name__ for kind in wanted)}.")
    return named
