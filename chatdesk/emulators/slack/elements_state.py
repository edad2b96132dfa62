"""What a person chose or typed: `state.values`, and which of a block's elements are there to be used.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from .basics import Json
from .elements import TEXT_INPUTS, options_of
from .records import Opened
from .workspace import Workspace

# A menu's type -> the word in its fields: selected_user, initial_users ...
_MENUS = {
    "static_select": "option",
    "external_select": "option",
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
}
_MANY = (*(f"multi_{name}" for name in _MENUS), "checkboxes")
# An element's type -> the field that its choice is in, and the field of its first choice.
_FIELDS = {
    **dict.fromkeys(TEXT_INPUTS, ("value", "initial_value")),
    **{name: (f"selected_{word}", f"initial_{word}") for name, word in _MENUS.items()},
    **{f"multi_{name}": (f"selected_{word}s", f"initial_{word}s") for name, word in _MENUS.items()},
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_FORM = {"datepicker": r"\d{4}-\d\d-\d\d", "timepicker": r"\d\d:\d\d"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that a person can act on, with its block."""
    for block in blocks:
        inner = block.get("elements", []) if block["type"] == "actions" else []
        for element in (*inner, block.get("accessory"), block.get("element")):
            if element and element["type"] != "image":
                yield block, element


def field_of(element: Json) -> str:
    return _FIELDS[element["type"]][0]


def choose(workspace: Workspace, element: Json, said: object, offered: Sequence[Json] = ()) -> Json | None:
    """The choice that these words (or this value) make in the element; None when a person could not make it.

    `offered` are the options that the app was asked for, in a menu that asks it.
    """
    kind = element["type"]
    if kind in TEXT_INPUTS:
        return {"value": str(said)}
    if kind in _FORM:
        return {field_of(element): str(said)} if re.fullmatch(_FORM[kind], str(said)) else None
    if kind == "datetimepicker":
        return {field_of(element): int(str(said))} if re.fullmatch(r"\d{10}", str(said)) else None
    name = field_of(element) if kind in _FIELDS else "selected_option"  # of an overflow menu
    if kind not in _MANY:
        found = _pick(workspace, element, said, offered)
        return {name: found} if found else None
    every = [_pick(workspace, element, one, offered) for one in (said if isinstance(said, list) else [said])]
    return {name: every} if all(every) else None


def _pick(workspace: Workspace, element: Json, said: object, offered: Sequence[Json]) -> Json | str | None:
    word = _MENUS.get(element["type"].removeprefix("multi_"), "option")
    if word == "option":
        options = [*options_of(element), *offered]
        by_words = next((o for o in options if o["text"]["text"] == said), None)
        return by_words or next((o for o in options if o["value"] == said), None)
    if word == "user":
        user = next((u for u in workspace.users.values() if said in _names(u)), None)
        return str(user["id"]) if user else None
    channel = workspace.find_channel(said)
    return channel.id if channel and not (word == "channel" and channel.private) else None


def _names(user: Json) -> tuple[str, ...]:
    return (user["id"], user["name"], user["real_name"], user["profile"]["display_name"] or user["name"])


def values(blocks: list[Json], state: Json) -> Json:
    """`state.values`: what was chosen, else the first choice, else nothing."""
    found: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in _FIELDS:
            continue
        name, initial = _FIELDS[element["type"]]
        first = element.get(initial, [] if element["type"] in _MANY else None)
        chosen = state.get(block["block_id"], {}).get(element["action_id"], {name: first})
        found.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **deepcopy(chosen)}
    return found


def remember(state: Json, block: Json, element: Json, choice: Json) -> None:
    if element["type"] in _FIELDS:
        state.setdefault(block["block_id"], {})[element["action_id"]] = choice


def view_object(opened: Opened) -> Json:
    """https://docs.slack.dev/reference/objects/view-object"""
    return deepcopy(opened.view) | {"state": {"values": values(opened.view["blocks"], opened.state)}}


def complaint(element: Json, chosen: Json, optional: bool) -> str:
    """What Slack's client says before it sends a form."""
    given = chosen.get(field_of(element))
    if not given:
        return "" if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(given) <= most:
            return f"Please enter from {least} to {most} characters."
    if element["type"] == "number_input":
        return _number_complaint(element, given)
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.match(r"https?://\S+$", given):
        return "Please enter a valid URL."
    if element["type"] in _MANY and len(given) > element.get("max_selected_items", 100):
        return f"Please choose at most {element['max_selected_items']}."
    return ""


def _number_complaint(element: Json, given: str) -> str:
    decimal = element["is_decimal_allowed"]
    if not re.fullmatch(r"-?\d+(\.\d+)?" if decimal else r"-?\d+", given):
        return "Please enter a valid number." if decimal else "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(given) < float(low):
        return f"Please enter {low} or more."
    if high is not None and float(given) > float(high):
        return f"Please enter {high} or less."
    return ""
