"""`chatdesk export`: the desk.yaml that is in force, as it was applied."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chatdesk.cli import common
from chatdesk.core.timing import utc_words
from chatdesk.desk import configuring
from chatdesk.desk.configuring import Applied
from chatdesk.settings import Settings

NOTHING_APPLIED = (
    "Nothing has been applied: the desk goes by its desk.yaml, or by its settings. chatdesk apply desk.yaml puts one "
    "into the database."
)


def run(out: Path | None) -> None:
    applied = asyncio.run(_in_force(common.settings()))
    if out is None:
        print(applied.text, end="" if applied.text.endswith("\n") else "\n")
        return
    try:
        out.write_text(applied.text, encoding="utf-8")
    except OSError as fault:
        common.refuse(f"{out} cannot be written: {fault.strerror}.")
    print(f"Written: {out} (revision {applied.revision}, applied by {applied.by} at {utc_words(applied.at)})")


async def _in_force(settings: Settings) -> Applied:
    try:
        async with common.existing_database(settings) as database, database.read() as c:
            applied = await configuring.in_force(c)
    except common.Refused as why:
        common.refuse(str(why))
    return applied or common.refuse(NOTHING_APPLIED)
