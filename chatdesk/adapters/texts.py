"""Native inputs before anyone reads them: what no text may hold is taken out of them, and they get a name. Pure.

PostgreSQL stores no NUL (https://www.postgresql.org/docs/current/datatype-character.html), half of a surrogate pair is
no UTF-8, and what is nested deeper than this no service sends, and few libraries walk through.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

_BAD = re.compile("[\0\ud800-\udfff]")
_INSTEAD = "\ufffd"  # what Unicode has for a sign that cannot be shown
MOST_LEVELS = 200


def cleaned(text: str) -> str:
    return _BAD.sub(_INSTEAD, text) if _BAD.search(text) else text


def all_cleaned(thing: Any, levels: int = MOST_LEVELS) -> Any:
    """The same JSON with clean texts, cut off where it is nested too deep."""
    if isinstance(thing, str):
        return cleaned(thing)
    if isinstance(thing, dict):
        return {cleaned(n): all_cleaned(v, levels - 1) for n, v in thing.items()} if levels else _INSTEAD
    if isinstance(thing, list):
        return [all_cleaned(v, levels - 1) for v in thing] if levels else _INSTEAD
    return thing


def digest(raw: Any) -> str:
    """A name for something that has none: the same for the same content."""
    return sha256(json.dumps(raw).encode()).hexdigest()[:24]
