"""What people do with the app: press, submit, close, type a command, use a shortcut.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .basics import Json, Refusal, Undelivered, Wrong
from .calls import Call
from .core import Core
from .deliveries import Kind
from .elements_state import choose, elements, remember, values, view_object
from .messages import shown
from .people import channel_for, message_for
from .records import Channel, Ephemeral, Message, Opened
from .responses import say

_TIMED_OUT = "operation_timeout"
_LOST = dict.fromkeys(("no_app", "no_open_socket", "connection_failed", "http_error"), "dispatch_failed")


@dataclass(slots=True)
class Place:
    """Where somebody acts: a message, an ephemeral one or a view."""

    blocks: list[Json]
    state: Json
    channel: Channel | None = None
    message: Message | None = None
    ephemeral: Ephemeral | None = None
    opened: Opened | None = None


def seen_error(lost: Undelivered) -> str:
    """The words of Slack's client when the app does not answer."""
    return _LOST.get(str(lost), _TIMED_OUT)


def basics(core: Core, user: Json, kind: str) -> Json:
    app, team = core.workspace.app, core.workspace.team
    who = {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": team["id"]}
    return {
        "type": kind,
        "team": {"id": team["id"], "domain": team["domain"]},
        "user": who,
        "api_app_id": app.id,
        "token": app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def ask(core: Core, what: str, payload: Json, kind: Kind = "interactive") -> Json:
    """An app without tokens is not asked."""
    if core.workspace.app.lost:
        raise Undelivered("no_app")
    return await core.deliveries.ask(f"In{core.workspace.number('interaction'):08d}", kind, what, payload)


# -- press


async def press(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    place = _place(core, user, given)
    block, element, choice = _find(core, place, given)
    remember(place.state, block, element, choice)
    core.changed()
    trigger_id = core.triggers.issue(user["id"], in_modal=place.opened is not None and _is_modal(place.opened))
    payload = basics(core, user, "block_actions") | _container(core, user, place)
    payload |= {"trigger_id": trigger_id, "actions": [_action(core, block, element, choice)]}
    payload["state"] = {"values": values(place.blocks, place.state)}
    return await _hand_over(core, payload, trigger_id)


async def _hand_over(core: Core, payload: Json, trigger_id: str) -> Json:
    try:
        await ask(core, payload["type"], payload)
    except Undelivered as lost:
        return {"trigger_id": trigger_id, "delivered": False, "error": seen_error(lost)}
    return {"trigger_id": trigger_id, "delivered": True}


def _is_modal(opened: Opened) -> bool:
    return bool(opened.view["type"] == "modal")


def _place(core: Core, user: Json, given: Json) -> Place:
    if given.get("view_id"):
        opened = top_view(core, user, given["view_id"])
        return Place(opened.view["blocks"], opened.state, opened=opened)
    if not given.get("channel") or not given.get("ts"):
        raise Wrong("Say where: channel and ts, or view_id.")
    channel = channel_for(core, user, given["channel"])
    for ephemeral in core.workspace.ephemerals:
        if ephemeral.body["ts"] == given["ts"] and ephemeral.user == user["id"] and ephemeral.channel == channel.id:
            return Place(ephemeral.body.get("blocks", []), ephemeral.state, channel, ephemeral=ephemeral)
    message = message_for(channel, given["ts"])
    if message.body.get("bot_id") != core.workspace.app.bot_id:
        raise Wrong("Only a message of the app has buttons.")
    return Place(message.body.get("blocks", []), message.state, channel, message)


def top_view(core: Core, user: Json, view_id: object) -> Opened:
    home = core.workspace.homes.get(user["id"])
    if home is not None and home.id == view_id:
        return home
    stack = core.workspace.modals.get(user["id"], [])
    if not stack or stack[-1].id != view_id:
        raise Wrong(f"{user['name']} does not see the view {view_id}.")
    return stack[-1]


def _find(core: Core, place: Place, given: Json) -> tuple[Json, Json, Json]:
    if given.get("label") is None and given.get("action_id") is None:
        raise Wrong("Say what: label or action_id.")
    found = []
    for block, element in elements(place.blocks):
        silent = block["type"] == "input" and not block.get("dispatch_action")
        if silent or given.get("action_id") not in (None, element["action_id"]):
            continue
        offered = place.opened.offered.get(element["action_id"], []) if place.opened else []
        choice = _choice(core, element, given, offered)
        if choice is not None:
            found.append((block, element, choice))
    if not found:
        raise Wrong(f"Nothing here is called {given.get('label') or given.get('action_id')!r}.")
    if len(found) > 1:
        raise Wrong(f"More than one thing here is called {given.get('label') or given.get('action_id')!r}.")
    return found[0]


def _choice(core: Core, element: Json, given: Json, offered: list[Json]) -> Json | None:
    label, value = given.get("label"), given.get("value")
    if element["type"] == "button":
        fits = label in (None, element["text"]["text"]) and value in (None, element.get("value"))
        return {k: element[k] for k in ("text", "value", "url", "style") if k in element} if fits else None
    said: Any = value if value is not None else label
    return None if said is None else choose(core.workspace, element, said, offered)


def _action(core: Core, block: Json, element: Json, choice: Json) -> Json:
    ids = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    return {**ids, **choice, "action_ts": core.workspace.new_ts()}


def _container(core: Core, user: Json, place: Place) -> Json:
    if place.opened is not None:
        return {"container": {"type": "view", "view_id": place.opened.id}, "view": view_object(place.opened)}
    assert place.channel is not None
    channel = place.channel
    source = place.ephemeral.body if place.ephemeral else shown(place.message) if place.message else {}
    secret = place.ephemeral is not None
    container: Json = {"type": "message", "message_ts": source["ts"], "channel_id": channel.id, "is_ephemeral": secret}
    if source.get("thread_ts"):
        container["thread_ts"] = source["thread_ts"]
    key = core.workspace.new_response_url(channel.id, user["id"], source["ts"], secret)
    return {
        "container": container,
        "channel": channel_name(channel),
        "response_url": core.url(f"/slack/response/{key}"),
        # an ephemeral message's content is not sent back (https://docs.slack.dev/reference/interaction-payloads)
        **({} if secret else {"message": source}),
    }


def channel_name(channel: Channel) -> Json:
    name = "directmessage" if channel.is_im else "privategroup" if channel.private else channel.name
    return {"id": channel.id, "name": name}


# -- commands and shortcuts


async def command(core: Core, given: Json) -> Json:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    user = core.workspace.person(given["user"])
    channel = channel_for(core, user, given["channel"])
    name = str(given["command"])
    if given.get("thread_ts"):
        raise Wrong(f"{name} is not supported in threads. Sorry!")
    if name not in core.workspace.app.commands or "commands" not in core.workspace.app.scopes:
        raise Wrong(f"{name} is not a valid command.")
    if user["id"] not in channel.members:
        raise Wrong(f"{user['name']} is not in {channel.name}.")
    payload = _command_payload(core, user, channel, name, str(given.get("text", "")))
    try:
        answer = await ask(core, name, payload, "slash_commands")
    except Undelivered as lost:
        return {"answer": {}, "error": seen_error(lost)}
    if any(answer.get(k) for k in ("text", "blocks", "attachments")):
        try:
            say(Call(core, {k: v for k, v in answer.items() if v is not None}), channel, user["id"])
        except Refusal as refusal:
            return {"answer": answer, "error": str(refusal)}
    return {"answer": answer}


def _command_payload(core: Core, user: Json, channel: Channel, name: str, text: str) -> Json:
    app, team = core.workspace.app, core.workspace.team
    key = core.workspace.new_response_url(channel.id, user["id"])
    return {
        "token": app.verification_token,
        "team_id": team["id"],
        "team_domain": team["domain"],
        "channel_id": channel.id,
        "channel_name": channel_name(channel)["name"],
        "user_id": user["id"],
        "user_name": user["name"],
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": core.url(f"/slack/response/{key}"),
        "trigger_id": core.triggers.issue(user["id"]),
    }


async def shortcut(core: Core, given: Json) -> Json:
    """https://docs.slack.dev/interactivity/implementing-shortcuts"""
    user = core.workspace.person(given["user"])
    trigger_id = core.triggers.issue(user["id"])
    on_message = given.get("channel") is not None or given.get("ts") is not None
    payload = basics(core, user, "message_action" if on_message else "shortcut")
    payload |= {"callback_id": given["callback_id"], "trigger_id": trigger_id, "action_ts": core.workspace.new_ts()}
    if on_message:
        channel = channel_for(core, user, given.get("channel"))
        message = message_for(channel, given.get("ts"))
        own = message.body.get("bot_id") == core.workspace.app.bot_id  # what others wrote cannot be replaced
        key = core.workspace.new_response_url(channel.id, user["id"], message.ts if own else "")
        payload |= {
            "channel": channel_name(channel),
            "message_ts": message.ts,
            "message": shown(message),
            "response_url": core.url(f"/slack/response/{key}"),
        }
    return await _hand_over(core, payload, trigger_id)
