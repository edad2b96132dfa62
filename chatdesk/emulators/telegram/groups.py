"""Groups with a bot in them: who writes there, who comes and goes, and the move to a supergroup."""

from __future__ import annotations

from typing import Any

import telegram

from . import wire
from .chats import Bot, Chat, World
from .errors import ControlError
from .membership import ADMIN_RIGHTS, INSIDE, STATUSES, USUAL_RIGHTS, Group
from .origins import named_chat
from .posts import Writer, post_service, queued

JsonObject = dict[str, Any]
# https://core.telegram.org/bots/api#message: `from` "contains a fake sender user in non-channel chats" for messages
# that were sent on behalf of a chat: @GroupAnonymousBot for anonymous administrators, @Channel_Bot for channels, and
# Telegram's own account for posts of the linked channel.
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
LINKED = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
_AS = '`as` is "anonymous", {"channel": title} or {"linked_channel": title, "message_id": number}.'


def group_of(bot: Bot, chat_id: int) -> tuple[Chat, Group]:
    chat = bot.chats.get(chat_id)
    if chat is None or chat.group is None:
        raise ControlError(f"There is no group {chat_id} of this bot.")
    if chat.group.moved_to:
        raise ControlError(f"This group is the supergroup {chat.group.moved_to} now.")
    return chat, chat.group


def writer(world: World, bot: Bot, given: JsonObject) -> Writer:
    """A member of a group, who may write `as` an anonymous administrator or as a channel."""
    chat, group = group_of(bot, given["chat"])
    if not group.has(given["user"]):
        raise ControlError(f"User {given['user']} is not in this group.")
    named = given.get("as")
    if named is None:
        return Writer(world, bot, chat, world.users[given["user"]])
    if named == "anonymous":
        if not group.administrates(given["user"]) or chat.info["type"] != "supergroup":
            raise ControlError("Only administrators of a supergroup can be anonymous.")
        return Writer(world, bot, chat, ANONYMOUS, {"sender_chat": chat.info})
    if isinstance(named, dict) and named.keys() == {"channel"} and isinstance(named["channel"], str):
        return Writer(world, bot, chat, CHANNEL, {"sender_chat": named_chat(named["channel"], "channel")})
    if isinstance(named, dict) and isinstance(named.get("linked_channel"), str):
        return Writer(world, bot, chat, LINKED, _forwarded(named))
    raise ControlError(_AS)


def _forwarded(named: JsonObject) -> JsonObject:
    """https://core.telegram.org/bots/api#message: `is_automatic_forward` marks "a channel post that was automatically
    forwarded to the connected discussion group"."""
    post_id = named.get("message_id", 1)
    if named.keys() - {"linked_channel", "message_id"} or not isinstance(post_id, int):
        raise ControlError(_AS)
    channel = named_chat(named["linked_channel"], "channel")
    found = {"type": "channel", "date": int(wire.moment().timestamp()), "chat": channel, "message_id": post_id}
    return {"sender_chat": channel, "is_automatic_forward": True, "forward_origin": found}


def make_group(world: World, bot: Bot, given: JsonObject) -> JsonObject:
    """A new group; when the bot is in it, its first member has added the bot."""
    status = given.get("status", "member")
    rights = _rights(status, given.get("rights"))
    chat_id = given.get("id", _free_id(world, supergroup=given.get("supergroup", True)))
    if chat_id >= 0 or chat_id in bot.chats:
        raise ControlError(f"The id of a group is negative and new; {chat_id} is not.")
    members = _members(world, given)
    kind = "supergroup" if given.get("supergroup", True) else "group"
    named = {"username": given["username"]} if given.get("username") else {}
    info = wire.checked(telegram.Chat, {"id": chat_id, "type": kind, "title": given["title"], **named})
    chat = bot.chats[chat_id] = Chat(info, started=True, group=Group(members))
    by = Writer(world, bot, chat, world.users[next(iter(members))])
    told = change_bot(by, status, rights, given.get("privacy")) if status != "left" else {"update_ids": []}
    return {"chat": info, **told}


def _free_id(world: World, *, supergroup: bool) -> int:
    taken = {chat_id for bot in world.bots.values() for chat_id in bot.chats}
    first = -1_002_100_000_001 if supergroup else -4_100_001
    return next(i for i in range(first, first - len(taken) - 1, -1) if i not in taken)


def _members(world: World, given: JsonObject) -> dict[int, str]:
    """The first of `members` is the creator; `admins` are administrators."""
    listed, admins = given["members"], given.get("admins", [])
    if not listed or not all(type(i) is int and i in world.users for i in (*listed, *admins)):
        raise ControlError("members and admins are ids of users; a group has at least one member.")
    return dict.fromkeys(listed, "member") | dict.fromkeys(admins, "administrator") | {listed[0]: "creator"}


def _rights(status: str, wanted: Any) -> list[str]:
    if status not in STATUSES or status == "creator":
        raise ControlError("status must be one of administrator, member, left, kicked.")
    rights = list(USUAL_RIGHTS if wanted is None else wanted)
    if any(right not in ADMIN_RIGHTS for right in rights):
        raise ControlError(f"rights are some of {', '.join(ADMIN_RIGHTS)}.")
    return rights if status == "administrator" else []


def change_bot(by: Writer, status: str, rights: Any = None, privacy: bool | None = None) -> JsonObject:
    """Add the bot, make it an administrator, or remove it; `privacy` counts from the moment when it is added."""
    bot, group = by.bot, by.chat.group
    assert group is not None
    rights = _rights(status, rights)
    if (group.bot, group.rights) == (status, rights):
        raise ControlError(f"The bot's status is {status} already.")
    old = wire.member(bot.user, group.bot, group.rights)
    was_in, group.bot, group.rights = group.has_bot, status, rights
    if group.has_bot and not was_in:
        own = not bot.user.get("can_read_all_group_messages", False)
        group.privacy = own if privacy is None else privacy
    new = wire.member(bot.user, status, rights)
    body = wire.membership_update(by.chat.info, by.author, old, new)
    told = [queued(bot, "my_chat_member", body)]
    if was_in != group.has_bot:
        told.append(_came_or_went(by, bot.user, came=group.has_bot))
    return {"update_ids": [t["update_id"] for t in told if "update_id" in t]}


def change_member(by: Writer, user_id: int, status: str) -> JsonObject:
    """A user joins, leaves, is removed, or becomes an administrator."""
    bot, group = by.bot, by.chat.group
    assert group is not None
    if user_id not in by.world.users or status not in STATUSES:
        raise ControlError(f"member is a user's id, status one of {', '.join(STATUSES)}.")
    before = group.members.get(user_id, "left")
    if before == status:
        raise ControlError(f"This user's status is {status} already.")
    person = by.world.users[user_id]
    group.members[user_id] = status
    told = []
    if group.is_administered:  # https://core.telegram.org/bots/api#update: chat_member is for administrators
        pair = (wire.member(person, s, USUAL_RIGHTS) for s in (before, status))
        told.append(queued(bot, "chat_member", wire.membership_update(by.chat.info, by.author, *pair)))
    if (before in INSIDE) != (status in INSIDE):
        told.append(_came_or_went(by, person, came=status in INSIDE))
    return {"update_ids": [t["update_id"] for t in told if "update_id" in t]}


def _came_or_went(by: Writer, person: JsonObject, *, came: bool) -> JsonObject:
    shown = wire.sender(person)
    return post_service(by, {"new_chat_members": [shown]} if came else {"left_chat_member": shown})


def migrate(by: Writer) -> JsonObject:
    """The group becomes a supergroup with an id of its own; both chats tell of it
    (https://core.telegram.org/bots/api#message, `migrate_to_chat_id` and `migrate_from_chat_id`)."""
    old, group = by.chat, by.chat.group
    assert group is not None
    if old.info["type"] != "group":
        raise ControlError("This is a supergroup already.")
    chat_id = _free_id(by.world, supergroup=True)
    new = Chat({**old.info, "id": chat_id, "type": "supergroup"}, started=True)
    new.group = Group(dict(group.members), group.bot, list(group.rights), group.privacy)
    by.bot.chats[chat_id] = new
    told = [post_service(by, {"migrate_to_chat_id": chat_id})]
    group.moved_to = chat_id
    arrived = Writer(by.world, by.bot, new, ANONYMOUS, {"sender_chat": new.info})
    told.append(post_service(arrived, {"migrate_from_chat_id": old.chat_id}))
    return {"chat": new.info, "update_ids": [t["update_id"] for t in told if "update_id" in t]}
