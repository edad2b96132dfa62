"""What the doctor says of settings that are changed in one place."""

from __future__ import annotations

from typing import Any

from chatdesk.cli.checks.finding import Finding
from chatdesk.cli.doctor import examine
from chatdesk.settings import Settings

GONE = "http://127.0.0.1:9"  # the discard port: nobody listens


def changed(settings: Settings, **changes: Any) -> Settings:
    """`telegram__mode=...` changes a setting of a section."""
    for name, value in changes.items():
        section, _, field = name.rpartition("__")
        if section:
            value = {section: getattr(settings, section).model_copy(update={field: value})}
        settings = settings.model_copy(update=value if section else {field: value})
    return settings


async def report(settings: Settings, **changes: Any) -> list[Finding]:
    return [finding async for finding in examine(changed(settings, **changes))]


async def wrong(settings: Settings, **changes: Any) -> str:
    """All that is wrong; fails when nothing is, or when a line does not say how to mend it."""
    found = [f for f in await report(settings, **changes) if not f.is_well]
    assert found and all(f.mend for f in found)
    return "\n".join(map(str, found))
