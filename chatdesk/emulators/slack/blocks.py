"""Block Kit: which blocks, in which surface, with which limits (https://docs.slack.dev/reference/block-kit/blocks).

Unknown types and unknown fields are refused, as Slack does. Not supported, hence refused too: video, file and
the blocks of Slack's AI surfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .basics import Json, Refusal
from .elements import ACCESSORY, ACTIONS_ELEMENT, ANY, IMAGE, INPUT_ELEMENT, plain, words
from .rich_text import RICH_PART
from .shapes import Check, all_of, anything, array, boolean, problem, record, string, typed

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000  # https://docs.slack.dev/surfaces/modals


def _block(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record({"type": anything, **required}, {"block_id": string(255), **optional})


def _unique(key: str, where: str = "") -> Check:
    """`key` must not repeat among the items of a list (or of the list in the field `where`)."""

    def check(value: Any, place: str) -> Iterator[str]:
        items = value.get(where) if where and isinstance(value, dict) else value
        seen: set[str] = set()
        for n, item in enumerate(items if isinstance(items, list) else []):
            name = item.get(key) if isinstance(item, dict) else None
            if isinstance(name, str) and name in seen:
                yield problem(f"{key} `{name}` already exists", f"{place}/{where + '/' if where else ''}{n}/{key}")
            elif isinstance(name, str):
                seen.add(name)

    return check


def _section_says_something(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        yield problem("missing required field: text", place)


_CONTEXT_ELEMENT = typed({"plain_text": words(2000), "mrkdwn": words(2000), "image": IMAGE})
_SECTION_FIELDS = {
    "text": words(3000),
    "fields": array(words(2000), 10),
    "accessory": ACCESSORY,
    "expand": boolean,
}
BLOCKS: dict[str, Check] = {
    "section": all_of(_block({}, _SECTION_FIELDS), _section_says_something),
    "header": _block({"text": plain(150)}, {}),
    "divider": _block({}, {}),
    "context": _block({"elements": array(_CONTEXT_ELEMENT, 10)}, {}),
    "actions": all_of(_block({"elements": array(ACTIONS_ELEMENT, 25)}, {}), _unique("action_id", "elements")),
    "image": _block(
        {"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything, "title": plain(2000)}
    ),
    "input": _block(
        {"label": plain(2000), "element": INPUT_ELEMENT},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": array(RICH_PART, ANY)}, {}),
    "markdown": _block({"text": string(12_000)}, {}),
}
_IN_VIEWS = typed({name: check for name, check in BLOCKS.items() if name != "markdown"})
_MESSAGE = all_of(array(typed(BLOCKS), MESSAGE_BLOCKS, least=0), _unique("block_id"))
_VIEW_LIST = all_of(array(_IN_VIEWS, VIEW_BLOCKS, least=0), _unique("block_id"))
_SHARED = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
_MODAL = record(
    {"type": anything, "title": plain(24), "blocks": _VIEW_LIST},
    {"submit": plain(24), "close": plain(24), "submit_disabled": boolean, **_SHARED},
)
_HOME = record({"type": anything, "blocks": _VIEW_LIST}, _SHARED)
_VIEW = typed({"modal": _MODAL, "home": _HOME})


def check_message_blocks(blocks: Any) -> list[Json]:
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        raise Refusal("invalid_blocks_format")
    problems = list(_MESSAGE(blocks, "/blocks"))
    if problems:
        raise Refusal("invalid_blocks", problems)
    return blocks


def check_view(view: Any, size: int) -> Json:
    """Slack answers `invalid_arguments` for a view that breaks a rule (https://docs.slack.dev/reference/methods/views.open)."""
    if size > VIEW_BYTES:
        raise Refusal("view_too_large")
    problems = list(_VIEW(view, "/view"))
    if not problems and any(b["type"] == "input" for b in view["blocks"]) and view["type"] == "modal":
        problems = [] if "submit" in view else [problem("missing required field: submit", "/view")]
    if problems:
        raise Refusal("invalid_arguments", problems)
    assert isinstance(view, dict)
    return view
