"""What the control surface `/control/telegram/` lets people do in their chats (docs/emulators.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from . import groups, people, posts, wire
from .chats import Chat, World
from .errors import ControlError
from .kinds import FIELDS
from .membership import Group
from .methods import shown_commands
from .posts import Writer
from .seen import seen_message

JsonObject = dict[str, Any]
Fields = dict[str, Any]  # name -> its type, or several
Act = tuple[str, Callable[[JsonObject], Any], Fields, Fields]  # its name, what it does, needed and optional fields

_PERSON: Fields = {"bot": str, "user": int}
_MESSAGE: Fields = {**_PERSON, "message_id": int}
_IN: Fields = {"chat": int}  # a group; without it, the person's private chat with the bot
_AS: Fields = {**_IN, "as": (str, dict)}
_GROUP: Fields = {"bot": str, "chat": int, "user": int}
_MADE: Fields = {"id": int, "supergroup": bool, "username": str, "admins": list, "status": str}
_BOT_THERE: Fields = {"rights": list, "privacy": bool}
_AROUND: Fields = {
    "reply_to": int,
    "quote": str,
    "reply_elsewhere": (int, str, dict),
    "forward_from": (int, str, dict),
    "topic": int,
    "date": float,
}
_SENT: Fields = {"files": list, "pause": float, **FIELDS}
_CAPTION: Fields = {"caption": str, "caption_entities": list}


class Acts:
    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self._world = world
        self._changed = changed

    def table(self) -> list[Act]:
        return [
            ("say", self._say, {**_PERSON, "text": str}, {"entities": list, **_AROUND, **_AS}),
            ("send", self._send, {**_PERSON, "kind": str}, {**_SENT, **_CAPTION, **_AROUND, **_AS}),
            ("press", self._press, _MESSAGE, {"label": str, "data": str, **_IN}),
            ("react", self._react, _MESSAGE, {"emoji": (str, list), **_IN}),
            ("edit", self._edit, _MESSAGE, {"text": str, "entities": list, "file": dict, **_CAPTION, **_AS}),
            ("delete", self._delete, _MESSAGE, _AS),
            ("topic", self._make_topic, {**_PERSON, "name": str}, {}),
            ("delete_topic", self._delete_topic, {**_PERSON, "topic": int}, {}),
            ("groups", self._make_group, {"bot": str, "title": str, "members": list}, {**_MADE, **_BOT_THERE}),
            ("member", self._change_member, {**_GROUP, "status": str}, {"member": int}),
            ("bot_member", self._change_bot, {**_GROUP, "status": str}, _BOT_THERE),
            ("migrate", self._migrate, _GROUP, {}),
            ("block", self._block, _PERSON, {}),
            ("unblock", self._unblock, _PERSON, {}),
        ]

    def _writer(self, given: JsonObject) -> Writer:
        bot = self._world.named(given["bot"])
        if "chat" in given:
            return groups.writer(self._world, bot, given)
        if "as" in given:
            raise ControlError("Only in a group somebody writes as somebody else.")
        chat = people.chat_with(self._world, bot, given["user"])
        return Writer(self._world, bot, chat, self._world.users[given["user"]])

    def _say(self, given: JsonObject) -> JsonObject:
        return posts.say(self._writer(given), given)

    def _send(self, given: JsonObject) -> Awaitable[JsonObject]:
        return posts.send(self._writer(given), given, self._changed)

    def _press(self, given: JsonObject) -> JsonObject:
        label, data = given.get("label"), given.get("data")
        if (label is None) == (data is None):
            raise ControlError("Name the button by its label or by its data.")
        return people.press(self._writer(given), given["message_id"], label, data)

    def _react(self, given: JsonObject) -> JsonObject:
        emoji = given.get("emoji", "")
        wanted = emoji if isinstance(emoji, list) else [emoji] if emoji else []
        return people.react(self._writer(given), given["message_id"], wanted)

    def _edit(self, given: JsonObject) -> JsonObject:
        return people.edit(self._writer(given), given["message_id"], given)

    def _delete(self, given: JsonObject) -> JsonObject:
        return people.delete(self._writer(given), given["message_id"])

    def _block(self, given: JsonObject) -> JsonObject:
        return people.block(self._world, self._world.named(given["bot"]), given["user"], blocked=True)

    def _unblock(self, given: JsonObject) -> JsonObject:
        return people.block(self._world, self._world.named(given["bot"]), given["user"], blocked=False)

    def _make_topic(self, given: JsonObject) -> JsonObject:
        return people.make_topic(self._writer(given), given["name"])

    def _delete_topic(self, given: JsonObject) -> JsonObject:
        return people.delete_topic(self._writer(given), given["topic"])

    def _make_group(self, given: JsonObject) -> JsonObject:
        return groups.make_group(self._world, self._world.named(given["bot"]), given)

    def _change_member(self, given: JsonObject) -> JsonObject:
        member: int = given["member"] if "member" in given else given["user"]
        return groups.change_member(self._actor(given, member), member, given["status"])

    def _change_bot(self, given: JsonObject) -> JsonObject:
        by = self._writer(given)
        return groups.change_bot(by, given["status"], given.get("rights"), given.get("privacy"))

    def _migrate(self, given: JsonObject) -> JsonObject:
        return groups.migrate(self._writer(given))

    def _actor(self, given: JsonObject, member: int) -> Writer:
        """Who changes a membership; somebody who joins is not in the group yet."""
        if given["user"] != member:
            return self._writer(given)
        chat, _ = groups.group_of(self._world.named(given["bot"]), given["chat"])
        if member not in self._world.users:
            raise ControlError(f"There is no user {member}.")
        return Writer(self._world, self._world.named(given["bot"]), chat, self._world.users[member])

    def chat(self, given: JsonObject) -> JsonObject:
        """The chat as the people in it see it."""
        return self._group_chat(given) if "chat" in given else self._private_chat(given)

    def groups(self, _given: JsonObject) -> list[JsonObject]:
        """The groups that bots are or were in, with those who are in them now; a group that moved is left out."""
        return [
            {
                "id": chat.chat_id,
                "bot": bot.user["username"],
                "title": chat.info.get("title"),
                "members": [user_id for user_id in chat.group.members if chat.group.has(user_id)],
            }
            for bot in self._world.bots.values()
            for chat in bot.chats.values()
            if chat.group is not None and not chat.group.moved_to
        ]

    def _group_chat(self, given: JsonObject) -> JsonObject:
        bot = self._world.named(given.get("bot"))
        chat = bot.chats.get(whole("chat", given["chat"]))
        if chat is None or chat.is_private:
            raise ControlError(f"There is no group {given['chat']} of this bot.")
        group = chat.group or Group()
        return {
            **self._seen(chat, shown_commands(bot, chat.chat_id, "")),
            "title": chat.info.get("title"),
            "type": chat.info["type"],
            "members": [{"user": user_id, "status": status} for user_id, status in group.members.items()],
            "bot_member": {"status": group.bot, "rights": group.rights, "privacy": group.privacy},
            "moved_to": group.moved_to or None,
        }

    def _private_chat(self, given: JsonObject) -> JsonObject:
        bot, user_id = self._world.named(given.get("bot")), whole("user", given.get("user"))
        if user_id not in self._world.users:
            raise ControlError(f"There is no user {user_id}.")
        user = self._world.users[user_id]
        chat = bot.chats.get(user_id) or Chat(wire.private_chat(user))
        return self._seen(chat, shown_commands(bot, user_id, user.get("language_code", "")))

    def _seen(self, chat: Chat, commands: list[dict[str, str]]) -> JsonObject:
        return {
            "messages": [seen_message(self._world, chat, m) for m in chat.messages.values()],
            "toasts": chat.toasts,
            "action": chat.shown_action(),
            "blocked": chat.blocked,
            "commands": commands,
            "topics": [{"id": thread_id, "name": name} for thread_id, name in chat.topics.items()],
        }


def whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ControlError(f"{name} must be a whole number.") from None


def checked(given: Any, needed: Fields, optional: Fields) -> JsonObject:
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
