"""A menu that asks the app for its options while a person types.

https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
"""

from __future__ import annotations

from .basics import Json, Undelivered, Wrong
from .core import Core
from .elements import OPTION, OPTION_GROUP
from .elements_state import elements, view_object
from .interactions import ask, basics, seen_error, top_view
from .shapes import array

_OPTIONS, _GROUPS = array(OPTION, 100, least=0), array(OPTION_GROUP, 100, least=0)
_KINDS = ("external_select", "multi_external_select")


async def suggest(core: Core, given: Json) -> Json:
    user = core.workspace.person(given["user"])
    opened = top_view(core, user, given["view_id"])
    named, typed = given["action_id"], str(given.get("value", ""))
    asking = [(b, e) for b, e in elements(opened.view["blocks"]) if e["type"] in _KINDS and e["action_id"] == named]
    if not asking:
        raise Wrong(f"No menu here asks the app, or none is called {named!r}.")
    block, element = asking[0]
    if len(typed) < element.get("min_query_length", 3):
        return {"options": []}
    payload = basics(core, user, "block_suggestion")
    payload |= {"container": {"type": "view", "view_id": opened.id}, "view": view_object(opened)}
    payload |= {"action_id": named, "block_id": block["block_id"], "value": typed}
    try:
        answer = await ask(core, "block_suggestion", payload)
    except Undelivered as lost:
        return {"options": [], "error": seen_error(lost)}
    offered = _read(answer)
    if offered is None:
        return {"options": [], "error": "invalid_options"}
    opened.offered[named] = offered
    core.changed()
    return {"options": [o["text"]["text"] for o in offered]}


def _read(answer: Json) -> list[Json] | None:
    """None when the app's answer holds no options that Slack would show."""
    if ("options" in answer) == ("option_groups" in answer):
        return None
    check, key = (_OPTIONS, "options") if "options" in answer else (_GROUPS, "option_groups")
    if list(check(answer[key], f"/{key}")):
        return None
    found: list[Json] = answer["options"] if key == "options" else [o for g in answer[key] for o in g["options"]]
    return found
