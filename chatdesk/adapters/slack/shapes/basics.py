"""What every shape is made of, and the check of a payload against one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Raw = Mapping[str, Any]
TS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")  # seconds, and a number that makes it unique
MOST_TEXT = 65_536  # characters: https://docs.slack.dev/reference/methods/chat.postMessage#truncating has 40,000
MOST_NUMBER = 2**31 - 1

Ts = Annotated[str, StringConstraints(pattern=rf"^{TS.pattern}$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)] | None


class Shape(BaseModel):
    model_config = ConfigDict(strict=True)


def check(shape: type[Shape], raw: Any, what: str) -> None:
    """ValueError: which field is wrong and why, without what people wrote in it."""
    try:
        shape.model_validate(raw)
        return
    except ValidationError as fault:
        faults = fault.errors(include_input=False, include_url=False, include_context=False)
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in faults[:5])
    raise ValueError(f"not a {what} as Slack documents it: {where}")


def part(raw: Raw, name: str) -> Raw:
    """An object within another; an empty one where there is none, or something else."""
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def seconds_of(ts: Any) -> float:
    """A message's time; 0 where it is none."""
    return float(ts) if isinstance(ts, str) and TS.fullmatch(ts) else 0.0
