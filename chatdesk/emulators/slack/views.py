"""Views on people's screens: the stack of modals and the home tab (https://docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import secrets
from copy import deepcopy

from .basics import Json, Refusal
from .core import Core
from .messages import fill_ids
from .records import Opened

STACK_MOST = 3  # "up to three views at a time"
_DEFAULTS: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None, "submit": None}
_FLAGS: Json = {"clear_on_close": False, "notify_on_close": False}


def make(core: Core, view: Json, user: str, root: Opened | None = None, previous: Opened | None = None) -> Opened:
    view_id = f"V{core.workspace.number('view'):08d}"
    app, team = core.workspace.app, core.workspace.team
    ids = {"id": view_id, "team_id": team["id"], "app_id": app.id, "bot_id": app.bot_id}
    links = {"root_view_id": root.id if root else view_id, "previous_view_id": previous.id if previous else None}
    opened = Opened(user, {**ids, **links, "app_installed_team_id": team["id"]})
    _fill(core, opened, view)
    return opened


def _fill(core: Core, opened: Opened, view: Json) -> None:
    external = view.get("external_id")
    if external and any(o.view.get("external_id") == external and o is not opened for o in core.workspace.all_views()):
        raise Refusal("duplicate_external_id")
    opened.view |= {**_DEFAULTS, **_FLAGS, **deepcopy(view), "blocks": fill_ids(view["blocks"])}
    opened.view["hash"] = f"{core.workspace.new_ts().split('.')[0]}.{secrets.token_hex(4)}"
    kept = {(b["block_id"], a) for b in opened.view["blocks"] for a in _action_ids(b)}
    opened.state = {
        block_id: {a: v for a, v in values.items() if (block_id, a) in kept}
        for block_id, values in opened.state.items()
        if any(b == block_id for b, _ in kept)
    }
    opened.errors = {}


def _action_ids(block: Json) -> list[str]:
    elements = block.get("elements", []) if block["type"] == "actions" else []
    return [e["action_id"] for e in (*elements, block.get("accessory"), block.get("element")) if e and "action_id" in e]


def open_modal(core: Core, user: str, view: Json) -> Opened:
    opened = make(core, view, user)
    core.workspace.modals[user] = [opened]
    core.changed()
    return opened


def push_modal(core: Core, user: str, view: Json) -> Opened:
    stack = core.workspace.modals.get(user, [])
    if not stack:
        raise Refusal("invalid_trigger_id")  # only an interaction within an open modal lets one push
    if len(stack) >= STACK_MOST:
        raise Refusal("push_limit_reached")
    opened = make(core, view, user, stack[0], stack[-1])
    stack.append(opened)
    core.changed()
    return opened


def replace(core: Core, opened: Opened, view: Json) -> None:
    _fill(core, opened, view)
    core.changed()


def publish_home(core: Core, user: str, view: Json) -> Opened:
    opened = core.workspace.homes.get(user)
    if opened is None:
        opened = make(core, view, user)
        core.workspace.homes[user] = opened
        core.changed()
    else:
        replace(core, opened, view)
    return opened
