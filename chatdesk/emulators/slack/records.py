"""What the workspace keeps: the app, channels, messages, files and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .basics import Json

SCOPES = [
    *("chat:write", "chat:write.customize", "reactions:read", "reactions:write", "channels:read", "groups:read"),
    *("channels:history", "groups:history", "users:read", "users:read.email", "commands", "im:write"),
    *("im:read", "im:history", "files:read", "files:write", "pins:read", "pins:write"),
]
EVENTS = [
    *("message.channels", "message.groups", "reaction_added", "reaction_removed", "member_joined_channel"),
    *("member_left_channel", "user_change", "app_home_opened", "pin_removed", "tokens_revoked", "app_uninstalled"),
    *("channel_archive", "channel_unarchive", "channel_rename", "channel_deleted", "channel_left"),
    *("group_archive", "group_unarchive", "group_rename", "group_deleted", "group_left"),
]
TEAM: Json = {"id": "T0001", "name": "Research Desk", "domain": "research-desk"}
TOMBSTONE = "This message was deleted."


@dataclass(slots=True)
class App:
    id: str = "A0001"
    name: str = "chatdesk"
    bot_id: str = "B0001"
    bot_user_id: str = "U0001"
    bot_token: str = "xoxb-chatdesk"  # noqa: S105 - the emulator's own
    app_token: str = "xapp-chatdesk"  # noqa: S105
    signing_secret: str = "chatdesk-signing-secret"  # noqa: S105
    verification_token: str = "chatdesk-verification"  # noqa: S105
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    commands: list[str] = field(default_factory=lambda: ["/desk"])
    shortcuts: list[Json] = field(default_factory=list)  # as in the manifest: name, type, callback_id, description
    request_url: str = ""
    lost: str = ""  # the error that the bot's token is answered with, once it was revoked
    share_after: float = 0.2  # seconds from files.completeUploadExternal to the message; Slack promises none


@dataclass(slots=True)
class File:
    """`body` is Slack's file object (https://docs.slack.dev/reference/objects/file-object) without derived fields."""

    body: Json
    content: str = ""  # base64; nothing = as many zeros as its size says
    upload_key: str = ""  # of the URL that still takes its bytes
    state: Literal["promised", "uploaded", "complete", "deleted"] = "promised"

    @property
    def id(self) -> str:
        return str(self.body["id"])


@dataclass(slots=True)
class Share:
    """Files that were completed and are soon in a channel."""

    channel: str
    thread_ts: str
    message: Json
    files: list[str]
    due: float  # seconds since the epoch


@dataclass(slots=True)
class Message:
    """`body` is Slack's message object (https://docs.slack.dev/reference/events/message) without derived fields."""

    body: Json
    replies: list[str] = field(default_factory=list)  # ts of those that live, when this is a root
    deleted: bool = False
    state: Json = field(default_factory=dict)  # block_id -> action_id -> what was chosen there

    @property
    def ts(self) -> str:
        return str(self.body["ts"])

    @property
    def root_ts(self) -> str:
        return str(self.body.get("thread_ts") or self.ts)

    @property
    def is_reply(self) -> bool:
        return self.root_ts != self.ts


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    created: int
    private: bool = False
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False
    is_im: bool = False
    previous_names: list[str] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)  # ts, created, created_by; the newest first
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return "im" if self.is_im else "group" if self.private else "channel"


@dataclass(slots=True)
class Ephemeral:
    channel: str
    user: str
    body: Json
    state: Json = field(default_factory=dict)


@dataclass(slots=True)
class Opened:
    """A view as one person sees it (https://docs.slack.dev/reference/views)."""

    user: str
    view: Json
    errors: dict[str, str] = field(default_factory=dict)
    state: Json = field(default_factory=dict)
    offered: dict[str, list[Json]] = field(default_factory=dict)  # action_id -> options that the app suggested

    @property
    def id(self) -> str:
        return str(self.view["id"])


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to one interaction goes (https://docs.slack.dev/interactivity/handling-user-interaction)."""

    channel: str
    user: str
    made: float
    source_ts: str = ""  # the message that was acted on; empty for a slash command
    ephemeral: bool = False  # ... and whether only that user sees it
    uses: int = 0
