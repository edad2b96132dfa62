"""Examples of a channel's language: each golden file holds what is given and what it gives.

A new example is a file with `given` alone; `pytest --update-golden` adds what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chatdesk.core.messages import Incoming
from chatdesk.desk.channel import Delivery
from tests.golden import Golden, load

FOLDER = Path(__file__).parent / "golden"
DELIVERY = TypeAdapter(Delivery)
INCOMING: TypeAdapter[Incoming | None] = TypeAdapter(Incoming | None)


def examples(*folder: str) -> list[Path]:
    found = sorted(FOLDER.joinpath(*folder).glob("*.json"))
    assert found, folder
    return found


def check(path: Path, translate: Callable[[Any], Any], golden: Golden) -> Any:
    """Compare what `translate` makes of the example's `given`; returns it."""
    given = load(path)["given"]
    gives = translate(given)
    golden(path, {"given": given, "gives": gives})
    return gives


def delivery(given: Mapping[str, Any]) -> Delivery:
    return DELIVERY.validate_python(given)


def incoming_as_json(said: Incoming | None) -> Any:
    return INCOMING.dump_python(said, mode="json", exclude_defaults=True)
