"""Block elements and composition objects with their limits.

https://docs.slack.dev/reference/block-kit/block-elements
https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .shapes import Check, all_of, anything, array, boolean, integer, one_of, problem, record, string, typed

ANY = 10**6  # a field without a published limit
INPUT_MOST = 3000


def plain(most: int) -> Check:
    return record({"type": one_of("plain_text"), "text": string(most)}, {"emoji": boolean})


def words(most: int) -> Check:
    mrkdwn = record({"type": anything, "text": string(most)}, {"verbatim": boolean})
    return typed({"plain_text": plain(most), "mrkdwn": mrkdwn})


_URL = string(3000)
CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
# Only radio buttons and checkboxes show mrkdwn, only an overflow menu's options link somewhere.
RICH_OPTION = record({"text": words(75), "value": string(150)}, {"description": words(75)})
LINK_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": _URL})
OPTION_GROUP = record({"label": plain(75), "options": array(OPTION, 100)}, {})
_IMAGE_FILE = record({}, {"id": string(ANY), "url": _URL})
IMAGE = record({"type": anything, "alt_text": string(2000)}, {"image_url": _URL, "slack_file": _IMAGE_FILE})
_DISPATCH = record({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)})


def _either(one: str, other: str) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if isinstance(value, dict) and (one in value) == (other in value):
            yield problem(f"must have either {one} or {other}", place)

    return check


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All options, those in groups too."""
    grouped = [o for g in element.get("option_groups", []) for o in g["options"]]
    return [*element.get("options", []), *grouped]


def _initial_options_exist(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    try:
        known = options_of(value)
    except (TypeError, KeyError):
        return  # said already
    if "initial_option" in value and value["initial_option"] not in known:
        yield problem("must be one of the options", f"{place}/initial_option")
    chosen = value.get("initial_options", [])
    if isinstance(chosen, list) and any(o not in known for o in chosen):
        yield problem("must be among the options", f"{place}/initial_options")


def _initial_text_fits(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    initial, least, most = value.get("initial_value"), value.get("min_length", 0), value.get("max_length", INPUT_MOST)
    if not isinstance(least, int) or not isinstance(most, int):
        return
    if least > most:
        yield problem("min_length must not exceed max_length", f"{place}/min_length")
    if isinstance(initial, str) and not least <= len(initial) <= most:
        yield problem("must respect min_length and max_length", f"{place}/initial_value")


def _element(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    return record({"type": anything, **required}, {"action_id": string(255), **optional})


_AUTOMATIC = {"confirm": CONFIRM, "focus_on_load": boolean}
_SELECT = {"placeholder": plain(150), **_AUTOMATIC}
_MANY = {"max_selected_items": integer(1, 100)}
_ASKED = {"min_query_length": integer(0, ANY)}  # the app is asked for the options
_IDS = array(string(ANY), 100)
_FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_CONVERSATIONS = {"default_to_current_conversation": boolean, "filter": _FILTER}
_TEXT_INPUT = {"placeholder": plain(150), "dispatch_action_config": _DISPATCH, "focus_on_load": boolean}
_LONG_INPUT = {
    "initial_value": string(INPUT_MOST, least=0),
    "multiline": boolean,
    "min_length": integer(0, INPUT_MOST),
    "max_length": integer(1, INPUT_MOST),
}
_NUMBERS = {k: string(ANY) for k in ("initial_value", "min_value", "max_value")}
_OPTIONS = {"options": array(OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
_ONE_LIST = _either("options", "option_groups")
_BUTTON = {
    "url": _URL,
    "value": string(2000),
    "style": one_of("primary", "danger"),
    "confirm": CONFIRM,
    "accessibility_label": string(75),
}

ELEMENTS: dict[str, Check] = {
    "button": _element({"text": plain(75)}, _BUTTON),
    "overflow": _element({"options": array(LINK_OPTION, 5)}, {"confirm": CONFIRM}),
    "static_select": all_of(
        _element({}, {**_OPTIONS, "initial_option": OPTION, **_SELECT}), _ONE_LIST, _initial_options_exist
    ),
    "multi_static_select": all_of(
        _element({}, {**_OPTIONS, "initial_options": array(OPTION, 100), **_MANY, **_SELECT}),
        _ONE_LIST,
        _initial_options_exist,
    ),
    "users_select": _element({}, {"initial_user": string(ANY), **_SELECT}),
    "multi_users_select": _element({}, {"initial_users": _IDS, **_MANY, **_SELECT}),
    "channels_select": _element({}, {"initial_channel": string(ANY), "response_url_enabled": boolean, **_SELECT}),
    "multi_channels_select": _element({}, {"initial_channels": _IDS, **_MANY, **_SELECT}),
    "conversations_select": _element(
        {}, {"initial_conversation": string(ANY), "response_url_enabled": boolean, **_CONVERSATIONS, **_SELECT}
    ),
    "multi_conversations_select": _element({}, {"initial_conversations": _IDS, **_CONVERSATIONS, **_MANY, **_SELECT}),
    "external_select": _element({}, {"initial_option": OPTION, **_ASKED, **_SELECT}),
    "multi_external_select": _element({}, {"initial_options": array(OPTION, 100), **_ASKED, **_MANY, **_SELECT}),
    "radio_buttons": all_of(
        _element({"options": array(RICH_OPTION, 10)}, {"initial_option": RICH_OPTION, **_AUTOMATIC}),
        _initial_options_exist,
    ),
    "checkboxes": all_of(
        _element({"options": array(RICH_OPTION, 10)}, {"initial_options": array(RICH_OPTION, 10), **_AUTOMATIC}),
        _initial_options_exist,
    ),
    "datepicker": _element({}, {"initial_date": string(10, 10), **_SELECT}),
    "datetimepicker": _element({}, {"initial_date_time": integer(0, 9_999_999_999), **_AUTOMATIC}),
    "timepicker": _element({}, {"initial_time": string(5, 5), "timezone": string(ANY), **_SELECT}),
    "plain_text_input": all_of(_element({}, {**_LONG_INPUT, **_TEXT_INPUT}), _initial_text_fits),
    "number_input": _element({"is_decimal_allowed": boolean}, {**_NUMBERS, **_TEXT_INPUT}),
    "email_text_input": _element({}, {"initial_value": string(ANY), **_TEXT_INPUT}),
    "url_text_input": _element({}, {"initial_value": string(ANY), **_TEXT_INPUT}),
    "image": IMAGE,
}
TEXT_INPUTS = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_SINGLE = ("static_select", "external_select", "users_select", "channels_select", "conversations_select")
_PICKERS = (*_SINGLE, "datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
_CHOICES = (*_PICKERS, *(f"multi_{name}" for name in _SINGLE))  # menus of several work in sections and inputs only


def some(*names: str) -> Check:
    return typed({name: ELEMENTS[name] for name in names})


ACTIONS_ELEMENT = some("button", "overflow", *_PICKERS)
ACCESSORY = some("button", "overflow", "image", *_CHOICES)
INPUT_ELEMENT = some(*TEXT_INPUTS, *_CHOICES)
