"""Rooms in Slack: `<team>/<channel>`, or a thread in it, `<team>/<channel>:<the root's ts>`. Pure."""

from __future__ import annotations

from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.core.messages import Address


def channel_of(room: str) -> str:
    """The channel's id, of a channel or of a thread in it."""
    return user_of(room).split(":")[0]


def root_in(room: str) -> str | None:
    """The ts of the thread's root; None for a whole channel."""
    return user_of(room).partition(":")[2] or None


def place(team: str, channel: str, root: str) -> Address:
    """A thread as a place where somebody is answered."""
    return Address("slack", f"{team}/{channel}:{root}")
