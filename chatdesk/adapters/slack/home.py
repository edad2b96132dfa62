"""One Slack channel where the cards of a group stand: how far it has been read, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What Slack answers as long as somebody has to mend the channel: https://docs.slack.dev/reference/methods
TO_MEND = {
    "channel_not_found": "the bot does not see it any more: /invite @chatdesk there, or name another",
    "is_archived": "it is archived",
    "missing_scope": "the bot lacks a scope that reading it needs: chatdesk doctor names it",
}


@dataclass(slots=True)
class Home:
    group: str
    channel: str
    listed: Sequence[str] = ()  # who are agents, when it is open to everybody
    trouble: str = ""  # why nobody is heard there, as a person reads it
    seen: float = 0.0  # how far it has been read, in seconds
    written: float = 0.0  # how far that has been written down
    behind: bool = False  # something has to be read again
    lost: bool = False  # something could not be taken in, and has not been since
    reading: int = 0  # readings of what was missed that are under way
    caught_up: asyncio.Event = field(default_factory=asyncio.Event)
    roster_at: float = 0.0  # when we last began to look who is there
    unread: bool = False  # Slack could not tell then
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: set[str] = field(default_factory=set)  # the agents, and others who wrote since we looked

    def look(self, channel: Mapping[str, Any]) -> None:
        """What Slack tells of the channel now."""
        if channel.get("is_archived"):
            self.trouble = TO_MEND["is_archived"]
        else:
            self.trouble = "" if channel.get("is_member") else "the bot is not in it: /invite @chatdesk there"
