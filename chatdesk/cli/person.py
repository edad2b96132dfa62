"""`chatdesk person`: what the desk keeps of somebody is written out, or overwritten, beside a running desk."""

from __future__ import annotations

from importlib import import_module  # the client libraries take seconds to load: only who needs them waits
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.cli import common
from chatdesk.core.errors import DeskError
from chatdesk.desk.exporting import as_text, exported
from chatdesk.desk.whom import find

READABLE = 0o600  # by its owner alone


def run(act: str, who: str, out: Path | None = None, with_notes: bool = False, sure: bool = False) -> None:
    if act == "export":
        _export(who, out, with_notes)
    else:
        import_module("chatdesk.cli.erasing").run(who, sure)


def _export(who: str, out: Path | None, with_notes: bool) -> None:
    settings = common.settings()

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            person = await found(c, who)
            kept = await exported(c, person, with_notes)
        file = out or Path(f"person-{person}.json")
        try:
            file.touch(READABLE)
            file.write_text(as_text(kept))
        except OSError as fault:
            raise common.Refused(f"{file} cannot be written: {fault.strerror}.") from fault
        print(f"Written: {file}: {len(kept['tickets'])} tickets, {len(kept['messages'])} messages.")

    common.run(job())


async def found(c: AsyncConnection, who: str) -> int:
    """The person whom somebody at the command line means."""
    try:
        return await find(c, who)
    except DeskError as refusal:
        raise common.Refused(refusal.sentence) from None
