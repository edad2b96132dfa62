"""One Slack channel where the cards of groups stand: how far it has been read, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatdesk.adapters.slack.inbound import CHANNEL
from chatdesk.adapters.slack.rights import Rights
from chatdesk.adapters.slack.rooms import channel_of
from chatdesk.areas.directory import Directory

# What Slack answers as long as somebody has to mend the channel: https://docs.slack.dev/reference/methods
NOT_IN = "the bot is not in it: /invite @chatdesk there"
UNSEEN = "the bot does not see it any more: /invite @chatdesk there, or name another"
CHANNEL_ERRORS = {"channel_not_found": UNSEEN, "not_in_channel": NOT_IN, "is_archived": "it is archived"}
SCOPE_ERRORS = {"missing_scope": "the bot lacks a scope that reading it needs: chatdesk doctor names it"}
# ... or the app's installation: https://docs.slack.dev/reference/methods/auth.test
TOKEN_ERRORS = {
    *("account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired", "not_allowed_token_type"),
    *("team_disabled", "user_removed_from_team"),
}
# Events by which it tells of that, without the kind of channel: https://docs.slack.dev/reference/events
AT_ONCE = {"archive": CHANNEL_ERRORS["is_archived"], "left": NOT_IN, "deleted": "it was deleted"}
LIFE = ("archive", "unarchive", "rename", "deleted", "left")
LAST_WORDS = {"tokens_revoked": "token_revoked", "app_uninstalled": "account_inactive"}


def trouble_of(error: str) -> str:
    """What is wrong while Slack answers this; empty when it says nothing of the channel."""
    if error in TOKEN_ERRORS:
        return f"Slack does not take the bot's token any more ({error}): reinstall the app, give the desk its new token"
    return (CHANNEL_ERRORS | SCOPE_ERRORS).get(error, "")


@dataclass(slots=True)
class Home:
    groups: Sequence[str]  # whose cards stand there
    channel: str
    rights: Mapping[str, Rights] = field(default_factory=dict)  # by group
    asked: str = ""  # by what the settings name it
    trouble: str = ""  # why nobody is heard there, as a person reads it
    noted: str | None = None  # what we last told of that
    silent: bool = False  # nothing can be said in all of Slack
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

    @property
    def group(self) -> str:
        """The first of them, which stands for the channel."""
        return self.groups[0]


def look(channel: Mapping[str, Any]) -> str:
    """What is wrong with a channel, by what Slack tells of it now."""
    if channel.get("is_archived"):
        return CHANNEL_ERRORS["is_archived"]
    return "" if channel.get("is_member") else NOT_IN


def homes_of(directory: Directory, asked: Mapping[str, str]) -> tuple[dict[str, Home], dict[str, Rights]]:
    """(the channels where cards stand, by their ids; the rights over groups that have none, by the group).

    `asked`: by what the settings name a channel.
    """
    found: dict[str, dict[str, Rights]] = {}
    homeless: dict[str, Rights] = {}
    for group in directory.groups:
        rights = Rights(group.agents, group.leads, directory.area(group.area).admins, directory.managers)
        if group.home.channel == CHANNEL:
            found.setdefault(channel_of(group.home.room), {})[group.id] = rights
        else:
            homeless[group.id] = rights
    return {c: Home(list(own), c, own, asked.get(c, "")) for c, own in found.items()}, homeless
