"""What every command needs: settings or a clear refusal, and a loop that ends politely."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from chatdesk import logs
from chatdesk.areas.loader import WrongDesk
from chatdesk.desk.configuring import Applied, in_force
from chatdesk.plan import Plan, plan_from, plan_of
from chatdesk.plan import secrets as plan_secrets
from chatdesk.settings import Settings, WrongSettings, load, secrets
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import version


class Refused(Exception):
    """Why a command is not done, as a sentence."""


def refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(2)


def settings() -> Settings:
    try:
        found = load()
    except WrongSettings as fault:
        refuse(str(fault))
    logs.configure(found.log_level, secrets(found))
    return found


def desk() -> tuple[Settings, Plan]:
    """The settings and what is served: what was applied to the database, else what a file or they themselves say."""
    try:
        found = load()
        applied = asyncio.run(applied_to(found))
        plan = plan_from(applied.text, applied.revision, found) if applied else plan_of(found)
    except (WrongSettings, WrongDesk) as fault:
        refuse(str(fault))
    logs.configure(found.log_level, [*secrets(found), *plan_secrets(plan)])
    return found, plan


async def applied_to(settings: Settings) -> Applied | None:
    """Nothing as long as there is no database, or none that can be read: then that is said where it is used."""
    file = sqlite_file(settings.database_url)
    if file and not file.exists():
        return None
    try:
        database = Database(settings.database_url)
    except UNUSABLE:
        return None
    try:
        async with database.read() as c:
            return await in_force(c)
    except UNUSABLE:
        return None
    finally:
        await database.close()


async def until_told_to_stop(*or_else: asyncio.Event) -> bool:
    """Until SIGINT or SIGTERM, or until one of the others is set; whether it was a signal."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    waits = [asyncio.ensure_future(event.wait()) for event in (told, *or_else)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    return told.is_set()


def run(job: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(job)
    except Refused as why:
        refuse(str(why))


def sqlite_file(url: str) -> Path | None:
    """Where an SQLite database stands; None for any other."""
    parsed = make_url(url)
    in_file = parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:"
    return Path(parsed.database) if in_file and parsed.database else None


def reason(fault: BaseException) -> str:
    """What a database says, without the statement."""
    return " ".join(str(getattr(fault, "orig", None) or fault or type(fault).__name__).split())


UNUSABLE = (SQLAlchemyError, OSError, ModuleNotFoundError)


def unusable(fault: BaseException) -> Refused:
    return Refused(f"CHATDESK_DATABASE_URL: the database cannot be used: {reason(fault)}.")


@asynccontextmanager
async def existing_database(settings: Settings) -> AsyncIterator[Database]:
    """The desk's database as this program knows it, also beside a running desk; none is made."""
    file = sqlite_file(settings.database_url)
    if file and not file.exists():
        raise Refused(f"CHATDESK_DATABASE_URL: there is no database {file} yet. chatdesk serve makes it.")
    try:
        database = Database(settings.database_url)
        found, wanted = await version(database)
    except UNUSABLE as fault:
        raise unusable(fault) from fault
    try:
        if found != wanted:
            raise Refused(f"The database is at version {found}, this program needs {wanted}. Run: chatdesk migrate")
        yield database
    finally:
        await database.close()
