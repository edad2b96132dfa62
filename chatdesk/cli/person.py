"""`chatdesk person`: what the desk keeps of somebody is written out, or overwritten, beside a running desk."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from chatdesk.app import App, CannotServe
from chatdesk.cli import common
from chatdesk.core.errors import DeskError
from chatdesk.desk.erasing import Counted
from chatdesk.desk.exporting import as_text, exported
from chatdesk.desk.whom import find, names_of, with_merged

READABLE = 0o600  # by its owner alone


def run(act: str, who: str, out: Path | None = None, with_notes: bool = False, sure: bool = False) -> None:
    if act == "export":
        _export(who, out, with_notes)
    else:
        _erase(who, sure)


def _export(who: str, out: Path | None, with_notes: bool) -> None:
    settings = common.settings()

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            try:
                person = await find(c, who)
            except DeskError as refusal:
                raise common.Refused(refusal.sentence) from None
            found = await exported(c, person, with_notes)
        file = out or Path(f"person-{person}.json")
        try:
            file.touch(READABLE)
            file.write_text(as_text(found))
        except OSError as fault:
            raise common.Refused(f"{file} cannot be written: {fault.strerror}.") from fault
        print(f"Written: {file}: {len(found['tickets'])} tickets, {len(found['messages'])} messages.")

    common.run(job())


def _erase(who: str, sure: bool) -> None:
    settings, plan = common.desk()

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            try:
                person = await find(c, who)
            except DeskError as refusal:
                raise common.Refused(refusal.sentence) from None
            names = ", ".join(await names_of(c, await with_merged(c, person)))
        if not sure and not _confirmed(names):
            raise common.Refused("Nothing was erased.")
        try:
            async with App(settings, plan).desk_only() as desk:
                done = await desk.erase(person)
        except (CannotServe, DeskError) as fault:
            raise common.Refused(str(fault)) from None
        except (SQLAlchemyError, OSError) as fault:
            raise common.Refused(f"The database does not let itself be written: {common.reason(fault)}.") from fault
        print(_told(person, done))

    common.run(job())


def _confirmed(names: str) -> bool:
    """Asked for in the terminal; without one, --yes has to say it."""
    if not sys.stdin.isatty():
        raise common.Refused("This cannot be undone: say --yes.")
    print(f"All words, names and accounts of {names} are overwritten. This cannot be undone.")
    return input("Write yes to do it: ").strip().lower() == "yes"


def _told(person: int, done: Counted) -> str:
    return (
        f"Erased: person {person} with {done.conversations} conversations, {done.tickets} tickets and "
        f"{done.messages} messages. Numbers, states and times stay. A running desk removes their words from Slack; "
        "backups made before hold them still."
    )
