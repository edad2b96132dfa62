"""pydantic's faults in words that follow a field's name, instead of its own words, which are a programmer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By kind, or by the part of it before the first underscore: https://docs.pydantic.dev/latest/errors/validation_errors
KINDS = {
    "bool": "must be true or false",
    "enum": "must be {expected}",
    "finite_number": "must be a finite number",
    "float": "must be a number",
    "greater_than_equal": "must be {ge} or more",
    "int": "must be a whole number",
    "less_than_equal": "must be {le} or less",
    "literal": "must be {expected}",
    "list": "must be a list of texts, or texts with commas between",
    "missing": "is missing",
    "model": "is a section, and no setting of its own",
    "string": "must be text",
}


def words(error: Any, kinds: Mapping[str, str] = KINDS) -> str:
    """What is wrong, after the field's name."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    said = kinds.get(kind) or kinds.get(kind.partition("_")[0], "has a value that cannot be read")
    return said.format(**{name: _plain(value) for name, value in context.items()})


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("'", "")
