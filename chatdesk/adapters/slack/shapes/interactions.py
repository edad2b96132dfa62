"""Presses, forms, shortcuts and commands: https://docs.slack.dev/reference/interaction-payloads. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Json, StringConstraints

from chatdesk.adapters.slack.shapes.basics import MOST_NUMBER, Id, Shape, Text, Ts
from chatdesk.adapters.slack.shapes.messages import Block

MOST_TICKED = 1000


class Person(Shape):
    id: Id


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
    values: dict[str, Row] = Field(default_factory=dict)


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
