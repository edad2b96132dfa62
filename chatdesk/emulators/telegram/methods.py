"""The other methods a bot has in a chat: answers to buttons, reactions, actions, commands, and what it is told."""

from __future__ import annotations

import re
import time
from typing import Any

from telegram.constants import ChatAction, ReactionEmoji

from . import wire
from .calls import Call, method
from .chats import Bot, check_group
from .errors import bad_request

# Telegram publishes no figure ("query is too old and response timeout expired"); about 15 s is what bots see.
CALLBACK_SECONDS = 15.0
CALLBACK_TEXT_CHARACTERS = 200  # https://core.telegram.org/bots/api#answercallbackquery: "0-200 characters"
MOST_COMMANDS = 100  # https://core.telegram.org/bots/api#setmycommands: "At most 100 commands can be specified."
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # https://core.telegram.org/bots/api#botcommand
_REACTIONS = frozenset(e.value for e in ReactionEmoji)  # https://core.telegram.org/bots/api#reactiontypeemoji
_ACTIONS = frozenset(a.value for a in ChatAction)
_SCOPES = {"default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": ()} | {
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@method("getMe")
async def get_me(call: Call) -> wire.JsonObject:
    return call.bot.user


@method("getChat", chat_id="chat")
async def get_chat(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#getchat: works for whoever wrote to the bot, blocked or not."""
    chat = call.bot.chats.get(call.get("chat_id"))
    if chat is None or not chat.started:
        raise bad_request("chat not found")
    check_group(chat)
    return wire.full_chat(chat.info)


@method(
    "answerCallbackQuery", callback_query_id="text", text="text", show_alert="truth", url="text", cache_time="number"
)
async def answer_callback_query(call: Call) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery: once per query, and in time. `url` is for games and for
    t.me links of the bot itself."""
    text, url = call.get("text") or "", call.get("url")
    query_id = call.get("callback_query_id") or ""
    query = call.bot.queries.get(query_id)
    if query is None or time.time() - query.at > CALLBACK_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(text) > CALLBACK_TEXT_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not url.startswith(f"https://t.me/{call.bot.user['username']}?start="):
        raise bad_request("URL_INVALID")
    del call.bot.queries[query_id]
    if text:
        toast = {
            "callback_query_id": query_id,
            "text": text,
            "alert": bool(call.get("show_alert")),
        }
        call.bot.chats[query.chat_id].toasts.append(toast)
    call.changed()
    return True


@method("setMessageReaction", chat_id="chat", message_id="number", reaction="json", is_big="truth")
async def set_message_reaction(call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmessagereaction: "bots can set up to one reaction per message", none takes
    it back."""
    wanted = call.get("reaction") or []
    if not isinstance(wanted, list) or not all(isinstance(r, dict) for r in wanted):
        raise bad_request("can't parse reaction types JSON object")
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(r.get("type") != "emoji" or r.get("emoji") not in _REACTIONS for r in wanted):
        raise bad_request("REACTION_INVALID")
    chat = call.chat()
    message = chat.find(call.get("message_id") or 0)
    if message is None:
        raise bad_request("message to react not found")
    others = [r for r in message.reactions if r["from"] != "bot"]
    message.reactions = others + [{"from": "bot", "emoji": r["emoji"]} for r in wanted]
    call.changed()
    return True


@method("sendChatAction", chat_id="chat", action="text", message_thread_id="number")
async def send_chat_action(call: Call) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    if call.get("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.chat()
    if call.get("message_thread_id"):
        chat.find_topic(call.arguments["message_thread_id"], call.bot)
    call.charge()
    chat.show_action(call.arguments["action"])
    call.changed()
    return True


@method("setMyCommands", commands="json", scope="json", language_code="text")
async def set_my_commands(call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands = call.get("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_checked_command(command) for command in commands]
    place = _place(call)
    call.charge()
    _forget_commands(call.bot, place)
    if checked:
        call.bot.commands.append({**place, "commands": checked})
    call.changed()
    return True


def _checked_command(command: Any) -> dict[str, str]:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in command.keys() - {"command", "description"}:
        raise bad_request(f"unknown argument '{name}'")
    name = str(command.get("command", "")).removeprefix("/")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if len(str(command.get("description", ""))) not in range(1, 257):
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": str(command["description"])}


def _place(call: Call) -> dict[str, Any]:
    """Scope and language that a list of commands is for (https://core.telegram.org/bots/api#botcommandscope)."""
    scope = call.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    needed = _SCOPES[scope["type"]]
    if set(scope) != {"type", *needed}:
        raise bad_request("can't parse BotCommandScope: wrong fields")
    if needed and scope["chat_id"] not in call.bot.chats:
        raise bad_request("chat not found")
    language = call.get("language_code") or ""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return {"scope": scope, "language_code": language}


def _forget_commands(bot: Bot, place: dict[str, Any]) -> None:
    bot.commands = [c for c in bot.commands if any(c[k] != v for k, v in place.items())]


def find_commands(bot: Bot, scope: dict[str, Any], language: str) -> list[dict[str, str]]:
    place = {"scope": scope, "language_code": language}
    for entry in bot.commands:
        if all(entry[k] == v for k, v in place.items()):
            return list(entry["commands"])
    return []


def shown_commands(bot: Bot, chat_id: int, language: str) -> list[dict[str, str]]:
    """https://core.telegram.org/bots/api#determining-list-of-commands, for people who administrate nothing."""
    everywhere = {"type": "all_private_chats" if chat_id > 0 else "all_group_chats"}
    for scope in ({"type": "chat", "chat_id": chat_id}, everywhere, {"type": "default"}):
        for code in (language, ""):
            if found := find_commands(bot, scope, code):
                return found
    return []


@method("getMyCommands", scope="json", language_code="text")
async def get_my_commands(call: Call) -> list[dict[str, str]]:
    """https://core.telegram.org/bots/api#getmycommands"""
    place = _place(call)
    return find_commands(call.bot, place["scope"], place["language_code"])


@method("deleteMyCommands", scope="json", language_code="text")
async def delete_my_commands(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    place = _place(call)
    call.charge()
    _forget_commands(call.bot, place)
    call.changed()
    return True
