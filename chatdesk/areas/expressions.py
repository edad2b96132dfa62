"""What is wrong with a regular expression that a person wrote: it cannot be read, or some texts would take for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 200  # characters
MANY = 20  # repetitions from which it counts as one without an end
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)


def fault(written: str) -> str:
    """Empty: nothing is."""
    if len(written) > LONGEST:
        return f"has {len(written)} characters, and may have {LONGEST}"
    try:
        re.compile(written)
    except (re.error, OverflowError, RecursionError) as why:
        return f"is no regular expression: {why}"
    if _slow(parser.parse(written), within=False):
        return "repeats what repeats itself, such as (a+)+: on some texts that takes for ever"
    return ""


def _slow(found: Any, within: bool) -> bool:
    """Whether something that has no end stands within something else that has none."""
    for op, argument in found:
        endless = op in REPEATS and argument[1] > MANY
        if within and endless:
            return True
        if any(_slow(inner, within or endless) for inner in _inside(argument)):
            return True
    return False


def _inside(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, Sequence) and not isinstance(argument, str):
        for one in argument:
            yield from _inside(one)
