"""Slack's payloads as Incoming and Call. Pure. See https://docs.slack.dev/reference/events/message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack.emoji import plain_name, sign_of
from chatdesk.adapters.slack.markup import from_mrkdwn
from chatdesk.adapters.slack.rich_text import Reader
from chatdesk.adapters.slack.shapes import check, part, seconds_of
from chatdesk.adapters.slack.shapes.messages import Happened, Message, Reaction
from chatdesk.adapters.slack.uploads import file_of
from chatdesk.adapters.texts import digest
from chatdesk.agent_console.call import Call
from chatdesk.core.markup import Markup, Style
from chatdesk.core.messages import Act, Address, Body, Deed, File, Identity, Incoming

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


def changed(event: Raw) -> Raw | None:
    """The message that a person has changed (https://docs.slack.dev/reference/events/message/message_changed).

    Unfurled links and our own edits arrive the same way: they carry no new mark of an edit.
    """
    message, before = part(event, "message"), part(event, "previous_message")
    if event.get("subtype") != "message_changed" or not is_from_thread(message):
        return None
    edit, last = part(message, "edited"), part(before, "edited")
    return message if edit.get("ts") and edit.get("ts") != last.get("ts") else None


def removed(event: Raw) -> Raw | None:
    """The message that a person has deleted: https://docs.slack.dev/reference/events/message/message_deleted."""
    before = part(event, "previous_message")
    return before if event.get("subtype") == "message_deleted" and is_from_thread(before) else None


def lost(event: Raw) -> str | None:
    """The ts of a message of an app's beside threads that somebody has deleted.

    One that has replies stays as a tombstone, and arrives as a change
    (https://docs.slack.dev/reference/events/message/message_deleted).
    """
    before, now = part(event, "previous_message"), part(event, "message")
    gone = event.get("subtype") == "message_deleted" or now.get("subtype") == "tombstone"
    is_root = before.get("thread_ts") in (None, before.get("ts"))
    ts = str(before.get("ts"))
    return ts if gone and before.get("bot_id") and is_root and seconds_of(ts) else None


def is_ours(event: Raw) -> bool:
    """Whether it is about something that people said in a thread."""
    return is_from_thread(event) or changed(event) is not None or removed(event) is not None


def message_key(event: Raw, team: str) -> str:
    """A name for what happened: the same for every delivery of it, by an event or by reading a thread."""
    channel, about = f"{CHANNEL}:{team}/{event.get('channel')}", changed(event) or removed(event) or event
    edited = part(about, "edited").get("ts") if changed(event) else None
    if not seconds_of(about.get("ts")) or not (edited is None or seconds_of(edited)):
        return f"{channel}:malformed:{digest(event)}"
    if edited:
        return f"{channel}:{about['ts']}:edit:{edited}"
    return f"{channel}:{about['ts']}:removed" if removed(event) else f"{channel}:{about['ts']}"


def root_of(event: Raw) -> str:
    """The ts of the thread's root."""
    about = changed(event) or removed(event) or event
    return str(about["thread_ts"])  # there is one: that makes it ours


def author_of(event: Raw) -> str:
    return str((changed(event) or removed(event) or event)["user"])


def to_incoming(event: Raw, where: Workspace) -> Incoming | None:
    """A message in a thread, its change or its end, or None for anything else. ValueError: it is malformed."""
    if (about := changed(event)) is not None:
        deed, at = Deed.EDITED, about["edited"]["ts"]
    elif (about := removed(event)) is not None:
        deed, at = Deed.REMOVED, event.get("event_ts") or event.get("ts")
    else:
        return _message(event, where) if is_from_thread(event) else None
    said = _message({**about, "channel": event.get("channel")}, where)
    check(Happened, {"event_ts": at}, "change")
    return replace(
        said,
        key=message_key(event, where.team),
        deed=deed,
        native=None,
        about=str(about["ts"]),
        order=order_of(at),
        when=when_of(at),
    )


def order_of(ts: str) -> int:
    seconds, _, micros = ts.partition(".")
    return int(seconds) * 1_000_000 + int(micros or 0)


def when_of(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def reaction_key(event: Raw, team: str) -> str:
    item, at = part(event, "item"), event.get("event_ts")
    if not seconds_of(item.get("ts")) or not seconds_of(at):
        return f"{CHANNEL}:{team}/{item.get('channel')}:malformed:{digest(event)}"
    return f"{CHANNEL}:{team}/{item.get('channel')}:{item['ts']}:{event.get('type')}:{at}:{event.get('user')}"


def to_reaction(event: Raw, where: Workspace) -> Incoming | None:
    """An emoji on a message, or its end: https://docs.slack.dev/reference/events/reaction_added.

    ValueError: it is malformed.
    """
    item = part(event, "item")
    if item.get("type") != "message":
        return None
    check(Reaction, event, "reaction")
    name, at = str(event["reaction"]), str(event["event_ts"])
    sign = (sign_of(name),)
    added = event["type"] == "reaction_added"
    return Incoming(
        key=reaction_key(event, where.team),
        at=where.room(item["channel"]),
        author=where.identity(event["user"]),
        body=Body(),
        when=when_of(at),
        order=order_of(at),
        deed=Deed.REACTED,
        about=str(item["ts"]),
        signs=sign if added else (),
        signs_off=() if added else sign,
        called=plain_name(name),
    )


def _message(event: Raw, where: Workspace) -> Incoming:
    check(Message, event, "message")
    ts = str(event["ts"])
    files = tuple(file_of(f, where.team) for f in event.get("files") or ())
    return Incoming(
        key=f"{CHANNEL}:{where.team}/{event.get('channel')}:{ts}",
        at=where.room(event["channel"]),
        author=where.identity(event["user"]),
        body=_answering(words_of(event, where), files),
        when=when_of(ts),
        order=order_of(ts),
        native=ts,
        under=str(event["thread_ts"]),
    )


def _answering(words: Markup, files: tuple[File, ...]) -> Body:
    """A quotation at its beginning is what the rest answers."""
    quoted = next((s for s in words.spans if s.style is Style.QUOTE and s.start == 0 and s.end < len(words.text)), None)
    if quoted is None:
        return Body(words, files)
    return Body(words.without_start(quoted.end), files, quote=words.text[: quoted.end])


def words_of(event: Raw, where: Workspace) -> Markup:
    """What a person wrote: as the blocks say, else as the text does."""
    read = Reader(where.team, where.names).read(event.get("blocks") or ())
    return from_mrkdwn(event.get("text") or "", where.team, where.names) if read is None else read


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
