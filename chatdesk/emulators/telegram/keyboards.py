"""Checks of reply markup (https://core.telegram.org/bots/api#inlinekeyboardmarkup and the sections below it)."""

from __future__ import annotations

import re
from typing import Any

from .errors import bad_request

CALLBACK_DATA_BYTES = range(1, 65)  # https://core.telegram.org/bots/api#inlinekeyboardbutton
MOST_BUTTONS = 100
_STYLES = ("danger", "success", "primary")
_INLINE_ACTS = {
    "callback_data": str,
    "url": str,
    "web_app": dict,
    "copy_text": dict,
    "switch_inline_query": str,
    "switch_inline_query_current_chat": str,
}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_REPLY_ACTS = {"request_contact", "request_location", "web_app"}
_REPLY_OPTIONS = {"is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"}
_URL = re.compile(r"(https?://)?[^\s/?#.]+(\.[^\s/?#.]+)+([/?#]\S*)?|https?://\S+|tg://\S+|ton://\S+", re.IGNORECASE)


def is_link(url: str) -> bool:
    return bool(_URL.fullmatch(url))


def check_markup(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup as Telegram takes it, None for an empty inline keyboard."""
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kinds = [k for k in ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply") if k in markup]
    if len(kinds) > 1:
        raise bad_request("reply markup must be of one kind")
    if inline_only and kinds not in ([], ["inline_keyboard"]):
        raise bad_request("inline keyboard expected")
    if not kinds:
        if markup:
            raise bad_request("can't parse reply keyboard markup JSON object")
        return None
    return {
        "inline_keyboard": _inline,
        "keyboard": _reply,
        "remove_keyboard": _remove,
        "force_reply": _force,
    }[kinds[0]](markup)


def _only(given: dict[str, Any], allowed: set[str]) -> None:
    for name in given.keys() - allowed:
        raise bad_request(f"unknown argument '{name}'")  # Telegram ignores it: refusing finds misspellings


def _rows(markup: dict[str, Any], name: str, kind: str) -> list[list[Any]]:
    rows = markup[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the {kind} must be an Array of Arrays')
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return [row for row in rows if row]


def _inline(markup: dict[str, Any]) -> dict[str, Any] | None:
    _only(markup, {"inline_keyboard"})
    rows = _rows(markup, "inline_keyboard", "InlineKeyboardMarkup")
    checked = [[_inline_button(button) for button in row] for row in rows]
    return {"inline_keyboard": checked} if checked else None


def _label(button: Any, where: str) -> str:
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {where}: {where[0].upper()}{where[1:]} must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {where}: Field "text" must be of type String')
    if not text.strip():
        raise bad_request(f"{where} text must be non-empty")
    if button.get("style") not in (None, *_STYLES):
        raise bad_request(f"can't parse {where}: invalid button style specified")
    return text


def _inline_button(button: Any) -> dict[str, Any]:
    where = "inline keyboard button"
    _label(button, where)
    _only(button, _LOOKS | _INLINE_ACTS.keys())
    acts = [k for k in _INLINE_ACTS if k in button]
    if not acts:
        raise bad_request(f"can't parse {where}: Text buttons are unallowed in the inline keyboard")
    if len(acts) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")
    value = button[acts[0]]
    if not isinstance(value, _INLINE_ACTS[acts[0]]):
        raise bad_request(f'can\'t parse {where}: Field "{acts[0]}" must be of another type')
    if acts[0] == "callback_data" and len(value.encode()) not in CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if acts[0] == "url" and not is_link(value):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return dict(button)


def _reply(markup: dict[str, Any]) -> dict[str, Any]:
    _only(markup, {"keyboard", *_REPLY_OPTIONS})
    rows = [[_reply_button(button) for button in row] for row in _rows(markup, "keyboard", "ReplyKeyboardMarkup")]
    if not rows:
        raise bad_request("REPLY_MARKUP_INVALID")
    if len(str(markup.get("input_field_placeholder", ""))) > 64:
        raise bad_request("INPUT_FIELD_PLACEHOLDER_TOO_LONG")
    return {**markup, "keyboard": rows}


def _reply_button(button: Any) -> dict[str, Any]:
    """ "For simple text buttons, String can be used instead of this object" (#keyboardbutton)."""
    made = {"text": button} if isinstance(button, str) else button
    _label(made, "keyboard button")
    _only(made, _LOOKS | _REPLY_ACTS)
    return dict(made)


def _remove(markup: dict[str, Any]) -> dict[str, Any]:
    _only(markup, {"remove_keyboard", "selective"})
    if markup["remove_keyboard"] is not True:
        raise bad_request("can't parse reply keyboard markup JSON object")
    return dict(markup)


def _force(markup: dict[str, Any]) -> dict[str, Any]:
    _only(markup, {"force_reply", "input_field_placeholder", "selective"})
    if markup["force_reply"] is not True:
        raise bad_request("can't parse reply keyboard markup JSON object")
    return dict(markup)
