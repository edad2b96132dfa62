"""Messages and what is done to them: https://docs.slack.dev/reference/events/message. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, StringConstraints, Tag

from chatdesk.adapters.slack.shapes.basics import MOST_NUMBER, Id, Shape, Text, Ts

MOST_DEEP = 50  # of a list's indentation; Slack offers nine
MOST_SIZE = 2**53  # bytes


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
    elements: list[Inline] = Field(default_factory=list)


class Lines(Shape):
    elements: list[Line] = Field(default_factory=list)
    offset: Annotated[int, Field(ge=0, le=MOST_NUMBER)] | None = None
    indent: Annotated[int, Field(ge=0, le=MOST_DEEP)] | None = None


def _part(part: Any) -> str:
    return "lines" if isinstance(part, dict) and part.get("type") == "rich_text_list" else "line"


def _block(block: Any) -> str:
    return "rich_text" if isinstance(block, dict) and block.get("type") == "rich_text" else "other"


Part = Annotated[Annotated[Lines, Tag("lines")] | Annotated[Line, Tag("line")], Discriminator(_part)]


class RichText(Shape):
    elements: list[Part] = Field(default_factory=list)


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
