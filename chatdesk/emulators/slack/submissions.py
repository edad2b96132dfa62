"""Filling in a modal and sending it, or closing it (https://docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import asyncio
import json

from .basics import Json, Refusal, Undelivered, Wrong
from .blocks import check_view
from .core import Core
from .elements_state import choose, complaint, elements, remember, values, view_object
from .interactions import ask, basics, seen_error, top_view
from .records import Opened
from .views import push_modal, replace

_ACTIONS = ("errors", "update", "push", "clear")


async def submit(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    opened = top_view(core, user, given["view_id"])
    if not opened.view.get("submit"):
        raise Wrong("This view has no submit button.")
    _fill_in(core, opened, given["values"])
    opened.errors = _complaints(opened)
    core.changed()
    if opened.errors:
        return {"answer": {"errors": dict(opened.errors)}}
    payload = basics(core, user, "view_submission")
    payload |= {
        "trigger_id": core.triggers.issue(user["id"], in_modal=True),
        "view": view_object(opened),
        "response_urls": [],
    }
    try:
        answer = await ask(core, "view_submission", payload)
    except Undelivered as lost:
        return {"answer": {}, "error": seen_error(lost)}
    try:
        _obey(core, opened, answer)
    except Refusal as refusal:
        return {"answer": answer, "error": str(refusal), "messages": refusal.answer.get("response_metadata", {})}
    finally:
        core.changed()
    return {"answer": answer}


async def fill(core: Core, given: Json) -> Json:
    """Type into inputs without sending them: the next press carries what they hold in `view.state`."""
    user = core.workspace.person(given["user"])
    opened = top_view(core, user, given["view_id"])
    _fill_in(core, opened, given["values"])
    core.changed()
    return {}


def _fill_in(core: Core, opened: Opened, given: Json) -> None:
    if not isinstance(given, dict):
        raise Wrong("values: an object of labels and what to fill in.")
    fields = [(b, e) for b, e in elements(opened.view["blocks"]) if b["type"] == "input"]
    chosen = []
    for key, said in given.items():
        found = [(b, e) for b, e in fields if key in (b["block_id"], b["label"]["text"])]
        if len(found) != 1:
            raise Wrong(f"{'No' if not found else 'More than one'} input here is called {key!r}.")
        block, element = found[0]
        choice = choose(core.workspace, element, said, opened.offered.get(element["action_id"], []))
        if choice is None:
            raise Wrong(f"{key!r} offers no {said!r}.")
        chosen.append((block, element, choice))
    for block, element, choice in chosen:
        remember(opened.state, block, element, choice)


def _complaints(opened: Opened) -> dict[str, str]:
    state = values(opened.view["blocks"], opened.state)
    found = {}
    for block, element in elements(opened.view["blocks"]):
        if block["type"] != "input":
            continue
        chosen = state[block["block_id"]][element["action_id"]]
        sentence = complaint(element, chosen, bool(block.get("optional")))
        if sentence:
            found[block["block_id"]] = sentence
    return found


def _obey(core: Core, opened: Opened, answer: Json) -> None:
    """Do what `response_action` says; without one the view closes."""
    stack = core.workspace.modals.get(opened.user, [])
    action = answer.get("response_action")
    if action is None:
        if opened in stack:
            del stack[stack.index(opened) :]
        return
    if action not in _ACTIONS:
        raise Refusal("invalid_response_action")
    if action == "clear":
        stack.clear()
    elif action == "errors":
        errors = answer.get("errors")
        inputs = {b["block_id"] for b in opened.view["blocks"] if b["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise Refusal("invalid_errors", ["[ERROR] errors must name block_ids of input blocks"])
        opened.errors = {k: str(v) for k, v in errors.items()}
    else:
        view = check_view(answer.get("view"), len(json.dumps(answer.get("view"))))
        if action == "push":
            push_modal(core, opened.user, view)
        else:
            replace(core, opened, view)


async def close(core: Core, given: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload

    Nobody waits for the app's ack of view_closed.
    """
    user = core.workspace.person(given["user"])
    opened = top_view(core, user, given["view_id"])
    stack = core.workspace.modals.get(user["id"], [])
    if opened not in stack:
        raise Wrong("Only a modal can be closed.")
    cleared = bool(opened.view["clear_on_close"])
    gone = list(stack) if cleared else [opened]
    del stack[-len(gone) :]
    core.changed()
    asked = [o for o in gone if o.view["notify_on_close"]]
    await asyncio.gather(*(_tell_closed(core, user, o, cleared) for o in asked))
    return {}


async def _tell_closed(core: Core, user: Json, opened: Opened, cleared: bool) -> None:
    payload = basics(core, user, "view_closed") | {"view": view_object(opened), "is_cleared": cleared}
    try:
        await ask(core, "view_closed", payload)
    except Undelivered:
        return  # the delivery's state tells; the person notices nothing
