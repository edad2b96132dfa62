"""Golden files: what a translation gives is compared with a file that a person has read.

`pytest --update-golden` writes what is missing or differs; read the difference before it is committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Golden = Callable[[Path, Any], None]


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def as_text(found: Any) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def compare(path: Path, found: Any) -> None:
    """`found` in JSON values."""
    assert path.exists(), f"{path} is missing: run pytest --update-golden and read what it wrote"
    assert json.loads(as_text(found)) == load(path), f"differs from {path}"


def rewrite(path: Path, found: Any) -> None:
    if not path.exists() or load(path) != json.loads(as_text(found)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(found), encoding="utf-8")
