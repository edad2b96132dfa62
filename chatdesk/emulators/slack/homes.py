"""A person opens the app's Home (https://docs.slack.dev/surfaces/app-home)."""

from __future__ import annotations

from .basics import Json, Wrong
from .core import Core
from .elements_state import view_object
from .events import emit

_TABS = ("home", "messages")


async def open_home(core: Core, given: Json) -> Json:
    """https://docs.slack.dev/reference/events/app_home_opened: with the view, if one was ever published."""
    user = core.workspace.person(given["user"])
    tab = str(given.get("tab", "home"))
    if tab not in _TABS:
        raise Wrong(f"tab: one of {', '.join(_TABS)}.")
    direct = core.workspace.direct(user["id"])
    event: Json = {"type": "app_home_opened", "user": user["id"], "channel": direct.id, "tab": tab}
    home = core.workspace.homes.get(user["id"])
    if tab == "home" and home is not None:
        event["view"] = view_object(home)
    told = emit(core, "app_home_opened", event)
    core.changed()
    return {"channel": direct.id, "told": told is not None}


def home_as_seen(core: Core, user: Json) -> Json:
    home = core.workspace.homes.get(user["id"])
    return {"view_id": home.id, "view": view_object(home)} if home else {"view_id": None, "view": None}
