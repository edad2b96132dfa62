"""`chatdesk parked`: inputs that could not be processed are listed, shown and tried again, beside a running desk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module  # the client libraries take seconds to load: only who needs them waits
from typing import Any

from chatdesk.cli import common
from chatdesk.core.markup import shorten
from chatdesk.desk.parking import Parked, parked_inputs

SHOWN = 80  # characters of what it was
WHY = 300


def run(act: str = "list", which: str = "") -> None:
    settings, plan = common.desk()

    async def job() -> None:
        async with common.existing_database(settings) as database:
            found = await parked_inputs(database)
        chosen = found if act == "list" or which == "all" else [_chosen(found, which)]
        if not chosen:
            print("Nothing is parked.")
        elif act == "retry":
            await import_module("chatdesk.cli.retrying").run(settings, plan, chosen)
        elif act == "show":
            print(json.dumps(chosen[0].raw, indent=2, ensure_ascii=False))
        else:
            print("\n".join(map(line, chosen)))

    common.run(job())


def _chosen(found: Sequence[Parked], which: str) -> Parked:
    one = next((p for p in found if str(p.id) == which), None)
    if one is None:
        there = ", ".join(str(p.id) for p in found) or "none"
        raise common.Refused(f"There is no parked input {which}. There are: {there}.")
    return one


def line(one: Parked) -> str:
    """What is parked, when and why, for a person."""
    head = f"{one.id}  {one.channel}  {one.at:%Y-%m-%d %H:%M:%S} UTC  {one.tries} tries"
    return f"{head}\n   was: {gist(one.raw)}\n   why: {shorten(one.why, WHY)}"


def gist(raw: Mapping[str, Any]) -> str:
    """The beginning of what somebody wrote; of anything else, the beginning of the whole."""
    return shorten(_words(raw) or json.dumps(raw, ensure_ascii=False), SHOWN)


def _words(thing: Any) -> str:
    if isinstance(thing, Mapping):
        own = next((thing[n] for n in ("text", "caption", "data") if isinstance(thing.get(n), str)), "")
        return own or next(filter(None, map(_words, thing.values())), "")
    return ""
