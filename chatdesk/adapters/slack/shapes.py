"""What the desk reads of Slack's payloads, and of which kind each thing is: checked before it is read. Pure.

All else in a payload may be anything, now and in the future. Message: https://docs.slack.dev/reference/events/message;
press and form: https://docs.slack.dev/reference/interaction-payloads; command: docs.slack.dev/interactivity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Json, StringConstraints, Tag, ValidationError

Raw = Mapping[str, Any]
TS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")  # seconds, and a number that makes it unique
MOST_DEEP = 50  # of a list's indentation; Slack offers nine
MOST_TEXT = 65_536  # characters: https://docs.slack.dev/reference/methods/chat.postMessage#truncating has 40,000
MOST_NUMBER = 2**31 - 1
MOST_TICKED = 1000
MOST_SIZE = 2**53  # bytes

Ts = Annotated[str, StringConstraints(pattern=rf"^{TS.pattern}$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)] | None


class Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class Inline(Shape):
    """A piece of a line, of whatever type: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

    type: Text = None
    text: Text = None
    url: Text = None
    user_id: Text = None
    usergroup_id: Text = None
    range: Text = None
    channel_id: Text = None
    name: Text = None
    unicode: Text = None
    fallback: Text = None
    value: Text = None
    style: dict[str, bool] | None = None


class Line(Shape):
    elements: list[Inline] = []


class Lines(Shape):
    elements: list[Line] = []
    offset: Annotated[int, Field(ge=0, le=MOST_NUMBER)] | None = None
    indent: Annotated[int, Field(ge=0, le=MOST_DEEP)] | None = None


def _part(part: Any) -> str:
    return "lines" if isinstance(part, dict) and part.get("type") == "rich_text_list" else "line"


def _block(block: Any) -> str:
    return "rich_text" if isinstance(block, dict) and block.get("type") == "rich_text" else "other"


Part = Annotated[Annotated[Lines, Tag("lines")] | Annotated[Line, Tag("line")], Discriminator(_part)]


class RichText(Shape):
    elements: list[Part] = []


Block = Annotated[
    Annotated[RichText, Tag("rich_text")] | Annotated[dict[str, Any], Tag("other")], Discriminator(_block)
]


class SharedFile(Shape):
    id: Id
    name: Text = None
    title: Text = None
    mimetype: Text = None
    mode: Text = None
    file_access: Text = None
    size: Annotated[int, Field(ge=0, le=MOST_SIZE)] | None = None


class Edited(Shape):
    ts: Ts


class Happened(Shape):
    event_ts: Ts


class Message(Shape):
    channel: Id
    user: Id
    ts: Ts
    thread_ts: Ts
    text: Text = None
    blocks: list[Block] | None = None
    files: list[SharedFile] | None = None
    edited: Edited | None = None


class Item(Shape):
    channel: Id
    ts: Ts


class Reaction(Shape):
    user: Id
    reaction: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    event_ts: Ts
    item: Item


class Person(Shape):
    id: Id


class Profile(Shape):
    real_name: Text = None
    display_name: Text = None
    email: Text = None


class Known(Person):
    """A user: https://docs.slack.dev/reference/objects/user-object."""

    name: Text = None
    real_name: Text = None
    tz: Text = None
    profile: Profile | None = None


class Room(Shape):
    id: str
    name: Text = None


class Where(Shape):
    channel_id: Text = None
    thread_ts: Text = None


class Chosen(Shape):
    value: str


class Action(Shape):
    """A pressed button, or what was chosen: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload."""

    type: str
    action_id: str
    block_id: str
    action_ts: Ts
    value: Text = None
    selected_option: Chosen | None = None


class Root(Shape):
    thread_ts: Text = None


class Press(Shape):
    user: Person
    trigger_id: str
    actions: Annotated[list[Action], Field(min_length=1)]
    container: Where | None = None
    channel: Room | None = None
    message: Root | None = None


class Answer(Shape):
    type: str
    value: Text = None
    selected_user: Text = None
    selected_option: Chosen | None = None


class Element(Shape):
    answer: Answer = Answer(type="")


class State(Shape):
    values: dict[str, Element]


class Place(Shape):
    channel: str
    user: str
    thread: str


class Waiting(Shape):
    """What a form of ours keeps with it."""

    command: str
    ticket: Annotated[int, Field(ge=0, le=MOST_NUMBER)] | None
    answers: dict[str, str]
    place: Place
    on_close: str = ""


class Kept(Shape):
    type: str
    private_metadata: Json[Waiting]


class Filled(Kept):
    id: str
    hash: str = ""
    state: State


class Submission(Shape):
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""

    user: Person
    view: Filled


class Closing(Shape):
    user: Person
    view: Kept


class Change(Submission):
    """Something was pressed within a form."""

    actions: Annotated[list[Action], Field(min_length=1)]


class WaitingOfMany(Waiting):
    tickets: Annotated[list[Annotated[int, Field(ge=0, le=MOST_NUMBER)]], Field(min_length=1, max_length=MOST_TICKED)]


class FilledForMany(Filled):
    private_metadata: Json[WaitingOfMany]


class SubmissionForMany(Submission):
    view: FilledForMany


class Ticked(Shape):
    value: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]


class Ticks(Shape):
    selected_options: list[Ticked] | None = None


class Row(Shape):
    tick: Ticks | None = None


class Rows(Shape):
    values: dict[str, Row] = {}


class HomeView(Shape):
    type: str
    state: Rows | None = None


class PressAtHome(Press):
    """https://docs.slack.dev/surfaces/app-home"""

    view: HomeView


class Shown(Shape):
    """A message on which a shortcut was used."""

    ts: Ts
    thread_ts: Ts | None = None
    user: Text = None
    bot_id: Text = None
    username: Text = None
    text: Text = None
    blocks: list[Block] | None = None


class Shortcut(Shape):
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload."""

    user: Person
    trigger_id: str
    channel: Room
    message: Shown
    callback_id: str


class Slash(Shape):
    """https://docs.slack.dev/interactivity/implementing-slash-commands."""

    user_id: Id
    channel_id: Id
    trigger_id: str
    command: str
    text: Text = None


class Event(Shape):
    """Bolt looks for who and where in every event, whether anybody listens to it or not."""

    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None


class Envelope(Shape):
    """What every event comes in."""

    event: Event


class Changed(Shape):
    user: Known


class ChangeOfUser(Shape):
    event: Changed


class Opened(Event):
    """https://docs.slack.dev/reference/events/app_home_opened"""

    user: Id
    tab: Text = None


class Life(Shape):
    """https://docs.slack.dev/reference/events/channel_archive and its kin"""

    channel: Id | Room


class ChangeOfChannel(Shape):
    event: Life


class Revoked(Event):
    """https://docs.slack.dev/reference/events/tokens_revoked"""

    tokens: dict[str, Any] | None = None


class EndOfInstallation(Shape):
    event: Revoked


class OpeningOfHome(Shape):
    event: Opened


class AnyView(Shape):
    type: str
    callback_id: Text = None


class Anything(Shape):
    """What Bolt takes for granted of a payload that nobody here listens to: each may be missing, none null."""

    type: Text = None
    event: Event = Event(type="")
    view: AnyView = AnyView(type="")
    callback_id: Text = None
    command: Text = None


def check(shape: type[Shape], raw: Any, what: str) -> None:
    """ValueError: which field is wrong and why, without what people wrote in it."""
    try:
        shape.model_validate(raw)
        return
    except ValidationError as fault:
        faults = fault.errors(include_input=False, include_url=False, include_context=False)
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in faults[:5])
    raise ValueError(f"not a {what} as Slack documents it: {where}")


def part(raw: Raw, name: str) -> Raw:
    """An object within another; an empty one where there is none, or something else."""
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def seconds_of(ts: Any) -> float:
    """A message's time; 0 where it is none."""
    return float(ts) if isinstance(ts, str) and TS.fullmatch(ts) else 0.0
