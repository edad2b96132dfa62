"""The Slack app's manifest: what the app is called, may do and hears. Pure.

See https://docs.slack.dev/reference/app-manifest and, for each scope, https://docs.slack.dev/reference/scopes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chatdesk.adapters.slack.home import LAST_WORDS, LIFE
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.shortcuts import SHORTCUTS
from chatdesk.core.markup import shorten

NAME = "chatdesk"
COMMAND = "/desk"
MOST_HINT = 120  # characters that the composer shows; Slack takes 1,000

# What Slack asks for each thing that the adapter does.
SCOPES: Mapping[str, str] = {
    "chat:write": "post and edit cards, messages in threads and private answers",
    "chat:write.customize": "show who wrote a message, under their own name",
    "files:read": "fetch files that agents send",
    "files:write": "show files that users send",
    "reactions:write": "mark a message with what became of it",
    "reactions:read": "hear of reactions",
    "pins:write": "keep the group's board in sight at the head of its channel",
    "pins:read": "hear that somebody has unpinned it",
    "channels:read": "find the channel and its members, when it is public",
    "groups:read": "find the channel and its members, when it is private",
    "channels:history": "hear and read messages in a public channel",
    "groups:history": "hear and read messages in a private channel",
    "users:read": "know the agents' names",
    "users:read.email": "know agents that are listed by address",
    "commands": f"{COMMAND} and the buttons",
}

# A listener for `message` hears the events of each kind of channel that a group may live in.
EVENTS: Mapping[str, Sequence[str]] = {
    "message": ("message.channels", "message.groups"),
    "member_joined_channel": ("member_joined_channel",),
    "member_left_channel": ("member_left_channel",),
    "user_change": ("user_change",),
    "reaction_added": ("reaction_added",),
    "reaction_removed": ("reaction_removed",),
    "app_home_opened": ("app_home_opened",),
    "pin_removed": ("pin_removed",),
    **{f"{which}_{what}": (f"{which}_{what}",) for which in ("channel", "group") for what in LIFE},
    **{last: (last,) for last in LAST_WORDS},
}


def manifest(requests: str | None) -> dict[str, Any]:
    """The manifest. `requests`: where Slack posts to in http mode; None: Socket Mode."""
    where = {"request_url": requests} if requests else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Answer people who ask for help in chat: tickets, replies, notes and solutions, in threads.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # where agents are told that their channel is shut
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": f"Your tickets, the queue, and every command by a ticket's number: {COMMAND} help",
                    "usage_hint": _hint(),
                    "should_escape": False,
                    **({"url": requests} if requests else {}),
                }
            ],
            "shortcuts": [
                {"name": s.label, "type": "message", "callback_id": s.name, "description": s.help} for s in SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": [e for heard in EVENTS.values() for e in heard]},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": requests is None,
            "token_rotation_enabled": False,
        },
    }


def _hint() -> str:
    """What can be typed, the commands without a ticket's number first."""
    listed = sorted((c for c in catalogue().values() if c.listed), key=lambda c: c.needs_ticket)
    return shorten(" | ".join(f"{c.name} 42" if c.needs_ticket else c.name for c in listed), MOST_HINT)
