"""Slack's payloads as Incoming and Call. Pure. See https://docs.slack.dev/reference/events/message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack.markup import from_mrkdwn
from chatdesk.agent_console.call import Call
from chatdesk.core.messages import Act, Address, Body, File, Identity, Incoming

CHANNEL = "slack"
PASSED = (None, "file_share", "thread_broadcast")  # subtypes of messages that people write
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Workspace:
    """What translating needs to know: the team and how its members are called."""

    team: str
    names: Mapping[str, str]  # user id -> display name

    def room(self, channel: str) -> Address:
        return Address(CHANNEL, f"{self.team}/{channel}")

    def identity(self, user: str) -> Identity:
        return Identity(CHANNEL, f"{self.team}/{user}", self.names.get(user, ""))


def is_from_thread(event: Raw) -> bool:
    """Whether a person wrote this in a thread: our own posts, edits and talk in the channel are none of it."""
    wrote = bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in PASSED
    return wrote and bool(event.get("thread_ts")) and event.get("thread_ts") != event.get("ts")


def message_key(event: Raw, team: str) -> str:
    return f"{CHANNEL}:{team}/{event.get('channel')}:{event.get('ts')}"


def to_incoming(event: Raw, where: Workspace) -> Incoming | None:
    """A message in a thread, or None for anything else."""
    if not is_from_thread(event):
        return None
    ts = str(event["ts"])
    seconds, _, micros = ts.partition(".")
    files = tuple(File("file", str(f.get("name", ""))) for f in event.get("files", ()))
    return Incoming(
        key=message_key(event, where.team),
        at=where.room(event["channel"]),
        author=where.identity(event["user"]),
        body=Body(from_mrkdwn(event.get("text", ""), where.team, where.names), files),
        when=datetime.fromtimestamp(float(ts), UTC),
        order=int(seconds) * 1_000_000 + int(micros or 0),
        native=ts,
        under=str(event["thread_ts"]),
    )


def place_of(payload: Raw) -> dict[str, str]:
    """Where a person clicked: what a private answer needs."""
    container = payload.get("container") or {}
    message = payload.get("message") or {}
    channel = (payload.get("channel") or {}).get("id") or container.get("channel_id") or ""
    thread = message.get("thread_ts") or container.get("thread_ts") or ""
    return {"channel": channel, "user": payload["user"]["id"], "thread": thread}


def call_of_press(payload: Raw, where: Workspace) -> Call:
    """A pressed button or a chosen line of the card's menu."""
    action = payload["actions"][0]
    text = (action.get("selected_option") or {}).get("value") or action.get("value") or ""
    return call_of_act(acts.from_text(text), payload, where, "slack:button")


def call_of_act(act: Act, payload: Raw, where: Workspace, via: str) -> Call:
    place = place_of(payload)
    answers = {k: v for k, v in act.args.items() if k != "ticket"}
    return Call(act.name, where.identity(place["user"]), via, where.room(place["channel"]), act.ticket, answers)


def call_of_form(payload: Raw, where: Workspace) -> tuple[Call, dict[str, str]]:
    """A filled form: (the call with its answers, where it was asked for)."""
    waiting = json.loads(payload["view"]["private_metadata"])
    values = payload["view"]["state"]["values"]
    given = {name: _answer(elements["answer"], where.team) for name, elements in values.items()}
    place = waiting["place"]
    return Call(
        waiting["command"],
        where.identity(payload["user"]["id"]),
        "slack:modal",
        where.room(place["channel"]),
        waiting["ticket"],
        {**waiting["answers"], **given},
        complete=True,
    ), place


def _answer(element: Raw, team: str) -> str:
    if element["type"] == "users_select":
        return f"{team}/{element['selected_user']}" if element.get("selected_user") else ""
    if element["type"] == "static_select":
        return str((element.get("selected_option") or {}).get("value") or "")
    return element.get("value") or ""
