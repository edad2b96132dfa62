"""Methods that send what is not a file (https://core.telegram.org/bots/api#available-methods)."""

from __future__ import annotations

from typing import Any

from telegram.constants import ContactLimit

from . import kinds, wire
from .calls import Call, method
from .delivering import COMMON, deliver, prepare
from .errors import ControlError, bad_request
from .markup import read_text

_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
_PLACE = {"latitude": "decimal", "longitude": "decimal"}


@method("sendMessage", **COMMON, text="text", parse_mode="text", entities="json", link_preview_options="json")
async def send_message(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#sendmessage"""
    text, entities = read_text(call.get("text") or "", call.get("parse_mode"), call.get("entities"))
    preview = read_preview(call)
    sending = prepare(call)
    call.charge(sending.chat)
    if preview:
        sending.more["link_preview_options"] = preview
    return deliver(sending, wire.with_text(text, entities))


def read_preview(call: Call) -> wire.JsonObject | None:
    """https://core.telegram.org/bots/api#linkpreviewoptions"""
    options = call.get("link_preview_options")
    if options is not None and not isinstance(options, dict):
        raise bad_request("can't parse link preview options JSON object")
    for name in (options or {}).keys() - _PREVIEW_FIELDS:
        raise bad_request(f"unknown argument '{name}'")
    return options or None


def _send(call: Call, content: wire.JsonObject) -> wire.JsonObject:
    sending = prepare(call)
    call.charge(sending.chat)
    return deliver(sending, content)


def _needed(call: Call, name: str, words: str) -> Any:
    if call.get(name) is None:
        raise bad_request(words)
    return call.arguments[name]


def _place(call: Call) -> dict[str, Any]:
    for name in _PLACE:
        _needed(call, name, f"{name} is empty")
    try:
        return kinds.location(call.arguments)
    except ControlError:
        raise bad_request("wrong location specified") from None


@method("sendLocation", **COMMON, **_PLACE)
async def send_location(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#sendlocation, without live locations"""
    return _send(call, _place(call))


@method("sendVenue", **COMMON, **_PLACE, title="text", address="text")
async def send_venue(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#sendvenue"""
    _place(call)
    _needed(call, "title", "title is empty")
    _needed(call, "address", "address is empty")
    return _send(call, kinds.venue(call.arguments))


@method("sendContact", **COMMON, phone_number="text", first_name="text", last_name="text", vcard="text")
async def send_contact(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#sendcontact"""
    _needed(call, "phone_number", "phone number is empty")
    _needed(call, "first_name", "first name is empty")
    if len((call.get("vcard") or "").encode()) > ContactLimit.VCARD:
        raise bad_request("vCard is too long")
    named = ("phone_number", "first_name", "last_name", "vcard")
    return _send(call, {"contact": {name: call.get(name) for name in named if call.get(name)}})


@method("sendDice", **COMMON, emoji="text")
async def send_dice(call: Call) -> wire.JsonObject:
    """https://core.telegram.org/bots/api#senddice"""
    if call.get("emoji") not in (None, *kinds.DICE):
        raise bad_request("wrong dice emoji specified")
    return _send(call, kinds.dice({"emoji": call.get("emoji") or "🎲"}))
