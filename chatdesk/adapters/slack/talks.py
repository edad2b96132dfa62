"""Threads anywhere in Slack where a user of the desk is answered: the room is `<team>/<channel>:<the root's ts>`.

A ticket of such a message has its author for its user and that thread for its place. What others write there is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack.inbound import CHANNEL, Raw, Workspace, order_of, place_of, root_of, to_incoming, when_of
from chatdesk.adapters.slack.rooms import place
from chatdesk.core.messages import Address, Body, Incoming

NOT_YOURS = "Only who asked for help here answers that."


def place_of_event(event: Raw, where: Workspace) -> Address:
    return place(where.team, str(event.get("channel")), root_of(event))


def said_in(event: Raw, where: Workspace) -> Incoming | None:
    """What somebody wrote, changed or deleted in such a thread, as a user's."""
    said = to_incoming(event, where)
    return replace(said, at=place_of_event(event, where), under=None) if said else None


def pressed_in(payload: Raw, where: Workspace) -> Incoming | None:
    """A button of a message in a thread, as a user presses it; None for what stands in no thread."""
    at, action = place_of(payload), payload["actions"][0]
    if not at["thread"] or not action.get("value"):
        return None
    ts = str(action["action_ts"])
    return Incoming(
        key=f"{CHANNEL}:press:{ts}:{at['user']}",
        at=place(where.team, at["channel"], at["thread"]),
        author=where.identity(at["user"]),
        body=Body(),
        when=when_of(ts),
        order=order_of(ts),
        act=acts.from_text(str(action["value"])),
    )


def carried(payload: Mapping[str, Any], where: Workspace) -> dict[str, str]:
    """Who wrote a message and where their thread is: what a form carries until it is sent. Nothing for an app's."""
    message, channel = payload["message"], payload["channel"]["id"]
    if not message.get("user") or message.get("bot_id"):
        return {}
    author = where.identity(str(message["user"]))
    room = place(where.team, channel, str(message.get("thread_ts") or message["ts"])).room
    return {"account": author.account, "name": author.name, "room": room}
