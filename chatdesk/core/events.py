"""What happened: every decision returns these and nothing else."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the past tense. A field made by `unstored` is not written to the log (personal text).

    `VERSION` counts its stored forms: it grows with every stored field, which has a default for rows without it.
    """

    VERSION: ClassVar[int] = 1


def unstored(default: Any = dataclasses.MISSING, compare: bool = True) -> Any:
    """A field that lives only until the commit: its content is kept where it can be erased, in `messages`.

    `compare`: whether events that differ in it alone are different facts.
    """
    return dataclasses.field(default=default, metadata={"stored": False}, kw_only=True, compare=compare)


def stored_fields(event: Event) -> dict[str, Any]:
    """What the log keeps of an event, as JSON values."""
    return {f.name: getattr(event, f.name) for f in dataclasses.fields(event) if f.metadata.get("stored", True)}
