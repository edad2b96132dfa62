"""What the emulator knows: bots, users, and each bot's chats with their messages."""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import ControlError, bad_request, forbidden
from .files import Files
from .membership import Group
from .updates import Queue

FIRST_USER_ID = 5_000_001
THREADS = 70_000  # how far a person's count of messages is ahead of the bot's, in a private chat with topics
# https://core.telegram.org/bots/api#sendchataction: "The status is set for 5 seconds or less"
ACTION_SECONDS = 5.0


@dataclass(slots=True)
class Message:
    """`wire` is the Message object as a bot sees it; `keyboard` is a reply keyboard, which is not part of that."""

    wire: dict[str, Any]
    sender: str  # "user" or "bot"
    deleted: bool = False
    meant: bool = True  # for the bot; what others say to each other in a group is not
    keyboard: dict[str, Any] | None = None
    reactions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def message_id(self) -> int:
        return int(self.wire["message_id"])


@dataclass(slots=True)
class Chat:
    """One bot's chat. `panel` is the message whose reply keyboard the person has below the text field."""

    info: dict[str, Any]
    started: bool = False
    blocked: bool = False
    last_id: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[dict[str, Any]] = field(default_factory=list)
    action: str = ""
    action_until: float = 0.0
    panel: int = 0
    topics: dict[int, str] = field(default_factory=dict)  # thread id -> name
    group: Group | None = None  # None in private chats, and where a raw update has told of the chat

    @property
    def chat_id(self) -> int:
        return int(self.info["id"])

    @property
    def is_private(self) -> bool:
        return bool(self.info["type"] == "private")

    def next_message_id(self) -> int:
        """Ids are counted per chat, so that nobody can take them for unique across chats (the reference promises
        only "Unique message identifier inside this chat", https://core.telegram.org/bots/api#message)."""
        self.last_id += 1
        return self.last_id

    def put(self, message: Message) -> None:
        self.last_id = max(self.last_id, message.message_id)
        self.messages[message.message_id] = message

    def find(self, message_id: int) -> Message | None:
        """A message that is still there; a deleted one is as good as none."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def begin_topic(self, name: str) -> tuple[int, int]:
        """(id of the message that tells of it, thread id). In a private chat a topic is not called by a message of the
        bot's: it has the id that its first message has for the person, who counts otherwise."""
        message_id = self.next_message_id()
        thread_id = message_id + THREADS
        self.topics[thread_id] = name
        return message_id, thread_id

    def find_topic(self, thread_id: int, bot: Bot) -> int:
        """The thread id of a topic that is there, where the bot has topics."""
        if thread_id not in self.topics or not bot.user.get("has_topics_enabled"):
            raise bad_request("message thread not found")
        return thread_id

    def delete_topic(self, thread_id: int) -> None:
        del self.topics[thread_id]
        for message in self.messages.values():
            if message.wire.get("message_thread_id") == thread_id:
                self.delete(message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        if self.panel == message.message_id:
            self.panel = 0

    def show_action(self, action: str) -> None:
        self.action, self.action_until = action, time.time() + ACTION_SECONDS

    def shown_action(self) -> str | None:
        return self.action if self.action and time.time() < self.action_until else None

    @classmethod
    def restore(cls, saved: dict[str, Any]) -> Chat:
        messages = {m["wire"]["message_id"]: Message(**m) for m in saved.pop("messages")}
        group = Group.restore(saved.pop("group", None))
        topics = {int(i): name for i, name in saved.pop("topics", {}).items()}  # JSON made strings of the ids
        return cls(**saved, messages=messages, topics=topics, group=group)

    def snapshot(self) -> dict[str, Any]:
        return {**asdict(self), "messages": [asdict(m) for m in self.messages.values()]}


@dataclass(slots=True)
class Query:
    """A pressed inline button that the bot has not answered yet."""

    chat_id: int
    at: float


@dataclass(slots=True)
class Webhook:
    """https://core.telegram.org/bots/api#setwebhook; no `url` means none is set."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass(slots=True)
class Bot:
    token: str
    user: dict[str, Any]
    chats: dict[int, Chat] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)  # {scope, language_code, commands}
    queries: dict[str, Query] = field(default_factory=dict)
    last_query: int = 4_000_000_000_000_000
    webhook: Webhook = field(default_factory=Webhook)
    queue: Queue = field(default_factory=Queue)

    @property
    def bot_id(self) -> int:
        return int(self.user["id"])

    def snapshot(self) -> dict[str, Any]:
        plain = ("token", "user", "commands", "last_query")
        return {
            **{name: copy.deepcopy(getattr(self, name)) for name in plain},
            "chats": [c.snapshot() for c in self.chats.values()],
            "queries": {i: asdict(q) for i, q in self.queries.items()},
            "webhook": asdict(self.webhook),
            "queue": copy.deepcopy(self.queue.snapshot()),
        }

    @classmethod
    def restore(cls, saved: dict[str, Any]) -> Bot:
        chats = [Chat.restore(c) for c in saved.pop("chats")]
        queries = {i: Query(**q) for i, q in saved.pop("queries").items()}
        webhook, queue = Webhook(**saved.pop("webhook")), Queue.restore(saved.pop("queue"))
        return cls(**saved, chats={c.chat_id: c for c in chats}, queries=queries, webhook=webhook, queue=queue)


def check_group(chat: Chat) -> None:
    """Whether the bot is still in the group; a group that moved says where
    (https://core.telegram.org/bots/api#responseparameters)."""
    group, kind = chat.group, chat.info["type"]
    if group is None:
        return
    if group.moved_to:
        refusal = bad_request("group chat was upgraded to a supergroup chat")
        refusal.parameters["migrate_to_chat_id"] = group.moved_to
        raise refusal
    if group.bot == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if not group.has_bot:
        raise forbidden(f"bot is not a member of the {kind} chat")


class World:
    """Everything of one emulator."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.bots: dict[str, Bot] = {}  # by token
        self.users: dict[int, dict[str, Any]] = {}
        self.next_user_id = FIRST_USER_ID

    def named(self, username: Any) -> Bot:
        """The bot that a call of the control surface means."""
        for bot in self.bots.values():
            if bot.user["username"] == username:
                return bot
        raise ControlError(f"There is no bot {username!r}.")

    def writable_chat(self, bot: Bot, chat_id: int | str) -> Chat:
        """The chat, or why the bot may not write there."""
        chat = bot.chats.get(chat_id) if isinstance(chat_id, int) else self._by_username(bot, chat_id)
        if chat is None or not chat.started:
            if chat_id in self.users:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        check_group(chat)
        return chat

    def _by_username(self, bot: Bot, username: str) -> Chat | None:
        """https://core.telegram.org/bots/api#sendmessage: a name is accepted for groups, not for people."""
        name = username.removeprefix("@").lower()
        public = (c for c in bot.chats.values() if not c.is_private)
        return next((c for c in public if str(c.info.get("username", "")).lower() == name), None)

    def snapshot(self) -> dict[str, Any]:
        return {
            "bots": [b.snapshot() for b in self.bots.values()],
            "users": copy.deepcopy(list(self.users.values())),
            "next_user_id": self.next_user_id,
            "files": self.files.snapshot(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        saved = copy.deepcopy(saved)
        self.bots = {b["token"]: Bot.restore(b) for b in saved["bots"]}
        self.users = {u["id"]: u for u in saved["users"]}
        self.next_user_id = saved["next_user_id"]
        self.files.restore(saved.get("files", {"files": [], "links": [], "contents": {}}))
