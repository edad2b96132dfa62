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
from chatdesk.plan import Plan, plan_of
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
    """The settings and what they say is served."""
    try:
        found = load()
        plan = plan_of(found)
    except (WrongSettings, WrongDesk) as fault:
        refuse(str(fault))
    logs.configure(found.log_level, [*secrets(found), *plan_secrets(plan)])
    return found, plan


async def until_told_to_stop(broken: asyncio.Event | None = None) -> None:
    """Until SIGINT or SIGTERM, or until `broken` is set."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    waits = [asyncio.ensure_future(event.wait()) for event in (told, broken) if event]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


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
