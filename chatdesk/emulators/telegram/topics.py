"""Topics in the private chat with a bot (https://core.telegram.org/bots/api#createforumtopic): "in a forum supergroup
chat or a private chat with a user"; there are no forum supergroups here. To close and reopen them is for those alone
(#closeforumtopic), and to list them for nobody."""

from __future__ import annotations

from telegram.constants import ForumIconColor, ForumTopicLimit

from . import wire
from .calls import Call, method
from .chats import Chat, Message
from .errors import bad_request

_ICON_COLORS = frozenset(color.value for color in ForumIconColor)  # https://core.telegram.org/bots/api#forumtopic
_NAME = range(ForumTopicLimit.MIN_NAME_LENGTH.value, ForumTopicLimit.MAX_NAME_LENGTH.value + 1)
_THREAD = {"chat_id": "chat", "message_thread_id": "number"}


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.is_private or not call.bot.user.get("has_topics_enabled"):
        raise bad_request("the chat is not a forum")
    return chat


def _name(call: Call, *, needed: bool) -> str:
    name = (call.get("name") or "").strip()
    if len(name) not in _NAME and (needed or name):
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    return name


def _put(call: Call, chat: Chat, thread_id: int, content: wire.JsonObject, message_id: int = 0) -> None:
    """The service message that tells of a topic; the bot that did it is not sent an update."""
    message_id = message_id or chat.next_message_id()
    around: wire.JsonObject = {"message_thread_id": thread_id, "is_topic_message": True}
    made = wire.message(message_id, chat.info, call.bot.user, content, **around)
    chat.put(Message(made, "bot"))
    call.changed()


@method("createForumTopic", chat_id="chat", name="text", icon_color="number")
async def create_forum_topic(call: Call) -> wire.JsonObject:
    chat, name = _forum(call), _name(call, needed=True)
    color = call.get("icon_color") or ForumIconColor.BLUE.value
    if color not in _ICON_COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    call.charge(chat)
    message_id, thread_id = chat.begin_topic(name)
    _put(call, chat, thread_id, {"forum_topic_created": {"name": name, "icon_color": color}}, message_id)
    return {"message_thread_id": thread_id, "name": name, "icon_color": color}


@method("editForumTopic", **_THREAD, name="text")
async def edit_forum_topic(call: Call) -> bool:
    """https://core.telegram.org/bots/api#editforumtopic"""
    chat, name = _forum(call), _name(call, needed=False)
    thread_id = chat.find_topic(call.get("message_thread_id") or 0, call.bot)
    if name in ("", chat.topics[thread_id]):
        raise bad_request("TOPIC_NOT_MODIFIED")
    call.charge(chat)
    chat.topics[thread_id] = name
    _put(call, chat, thread_id, {"forum_topic_edited": {"name": name}})
    return True


@method("deleteForumTopic", **_THREAD)
async def delete_forum_topic(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deleteforumtopic: "along with all its messages" """
    chat = _forum(call)
    thread_id = chat.find_topic(call.get("message_thread_id") or 0, call.bot)
    call.charge(chat)
    chat.delete_topic(thread_id)
    call.changed()
    return True
