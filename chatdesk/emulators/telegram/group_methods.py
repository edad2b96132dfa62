"""What a bot asks and does about a group it is in (https://core.telegram.org/bots/api#getchatmember, #leavechat)."""

from __future__ import annotations

from . import wire
from .calls import Call, method
from .chats import Chat, World
from .errors import bad_request
from .groups import change_bot
from .membership import USUAL_RIGHTS, Group
from .posts import Writer


def _group(call: Call) -> tuple[Chat, Group]:
    chat = call.chat()
    if chat.group is None:
        raise bad_request("there are no administrators in the private chat" if chat.is_private else "chat not found")
    return chat, chat.group


def _member(world: World, group: Group, user_id: int) -> wire.JsonObject:
    status = group.members.get(user_id, "left")
    return wire.member(world.users[user_id], status, USUAL_RIGHTS)


@method("getChatMember", chat_id="chat", user_id="number")
async def get_chat_member(call: Call) -> wire.JsonObject:
    """Of others "only guaranteed to work if the bot is an administrator", which is what is demanded here."""
    _, group = _group(call)
    user_id = call.get("user_id")
    if user_id == call.bot.bot_id:
        return wire.member(call.bot.user, group.bot, group.rights)
    if not group.is_administered:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if user_id not in call.world.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return _member(call.world, group, user_id)


@method("getChatMemberCount", chat_id="chat")
async def get_chat_member_count(call: Call) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount; the bot is counted, too, as it is in Telegram."""
    chat = call.chat()
    if chat.group is None:
        return 2
    return sum(chat.group.has(i) for i in chat.group.members) + chat.group.has_bot


@method("getChatAdministrators", chat_id="chat")
async def get_chat_administrators(call: Call) -> list[wire.JsonObject]:
    """https://core.telegram.org/bots/api#getchatadministrators: "By default, bots other than the current bot are
    omitted"."""
    _, group = _group(call)
    itself = [wire.member(call.bot.user, group.bot, group.rights)] if group.is_administered else []
    return [*itself, *(_member(call.world, group, i) for i in group.members if group.administrates(i))]


@method("leaveChat", chat_id="chat")
async def leave_chat(call: Call) -> bool:
    """The bot is told of its own going as of any other change of its status."""
    chat, _ = _group(call)
    call.charge()
    change_bot(Writer(call.world, call.bot, chat, call.bot.user), "left")
    call.changed()
    return True
