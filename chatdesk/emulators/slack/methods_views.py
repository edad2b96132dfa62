"""views.* of the Web API (https://docs.slack.dev/reference/methods/views.open and its siblings)."""

from __future__ import annotations

import json
from copy import deepcopy

from .basics import Json, Refusal
from .blocks import check_view
from .calls import TIER_4, Call, method
from .elements_state import view_object
from .records import Opened
from .views import open_modal, publish_home, push_modal, replace


def _view(call: Call, kind: str) -> Json:
    given = call.parsed("view", "invalid_arguments")
    if given is None:
        call.need("view")
    view = check_view(given, len(json.dumps(given)))
    if view["type"] != kind:
        raise Refusal("invalid_arguments", [f"[ERROR] must be a {kind} [json-pointer:/view/type]"])
    return deepcopy(view)


def _answer(opened: Opened) -> Json:
    return {"view": view_object(opened)}


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.text("interactivity_pointer") or call.need("trigger_id")


@method("views.open", "trigger_id interactivity_pointer view", tier=TIER_4)
def views_open(call: Call) -> Json:
    view = _view(call, "modal")
    return _answer(open_modal(call.core, call.core.triggers.spend(_trigger(call)).user, view))


@method("views.push", "trigger_id interactivity_pointer view", tier=TIER_4)
def views_push(call: Call) -> Json:
    """Only with a trigger from within a modal."""
    view = _view(call, "modal")
    trigger = call.core.triggers.spend(_trigger(call))
    if not trigger.in_modal:
        raise Refusal("invalid_trigger_id")
    return _answer(push_modal(call.core, trigger.user, view))


def _check_hash(call: Call, opened: Opened | None) -> None:
    """A hash guards against overwriting a newer view."""
    if call.text("hash") and (opened is None or call.text("hash") != opened.view["hash"]):
        raise Refusal("hash_conflict")


@method("views.update", "view view_id external_id hash", tier=TIER_4)
def views_update(call: Call) -> Json:
    workspace = call.core.workspace
    external = call.text("external_id")
    if not external and not call.text("view_id"):
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: view_id or external_id"])
    if external:
        opened = next((o for o in workspace.all_views() if o.view["external_id"] == external), None)
    else:
        opened = workspace.opened(call.text("view_id"))
    if opened is None:
        raise Refusal("not_found")
    view = _view(call, str(opened.view["type"]))
    _check_hash(call, opened)
    replace(call.core, opened, view)
    return _answer(opened)


@method("views.publish", "user_id view hash", tier=TIER_4)
def views_publish(call: Call) -> Json:
    user = call.need("user_id")
    if user not in call.core.workspace.users:
        raise Refusal("user_not_found")
    view = _view(call, "home")
    _check_hash(call, call.core.workspace.homes.get(user))
    return _answer(publish_home(call.core, user, view))
