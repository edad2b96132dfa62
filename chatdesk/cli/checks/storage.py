"""The database and Redis."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from chatdesk.cli.checks.finding import About, Finding, Findings
from chatdesk.cli.common import reason, sqlite_file
from chatdesk.settings import Settings
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import version

_DATABASE, _REDIS = About("database"), About("redis")
SETTING = "CHATDESK_DATABASE_URL"
REDIS_SECONDS = 10


async def database(settings: Settings) -> Findings:
    file = sqlite_file(settings.database_url)
    if file and (fault := _folder(file)):
        yield fault
        return
    if file and not file.exists():
        yield _DATABASE.note(f"{file} is not there yet, and its folder can be written: chatdesk serve makes it.")
        return
    try:
        found = Database(settings.database_url)
    except ModuleNotFoundError as fault:
        yield _DATABASE.wrong(f"the driver {fault.name} is not installed.", "pip install 'chatdesk[postgres]'")
        return
    try:
        yield await _state(found)
    except (SQLAlchemyError, OSError) as fault:
        mend = f"the server, its name, its user and its password are what {SETTING} says: check them."
        yield _DATABASE.wrong(f"does not answer: {reason(fault)}.", mend if not file else f"check {SETTING}.")
    finally:
        await found.close()


def _folder(file: Path) -> Finding | None:
    """What is wrong with the place of an SQLite file."""
    mend = f"give its folder to the user that runs chatdesk, or choose another place in {SETTING}."
    there = next((p for p in (file, *file.absolute().parents) if p.exists()), Path("/"))
    if there == file and not file.is_file():
        return _DATABASE.wrong(f"{file} is no file.", f"choose another place in {SETTING}.")
    if there != file and not there.is_dir():
        return _DATABASE.wrong(f"{there} is no folder, so {file} cannot be made.", mend)
    folder = file.absolute().parent if there == file else there
    try:
        with TemporaryFile(dir=folder):  # only trying tells: root may write anywhere, but not in /proc
            pass
    except OSError:
        return _DATABASE.wrong(f"{folder} cannot be written.", mend)
    if not os.access(there, os.W_OK):
        return _DATABASE.wrong(f"{there} cannot be written.", mend)
    return None


async def _state(found: Database) -> Finding:
    async with found.begin():
        pass  # on SQLite this takes the write lock, which a file that cannot be written refuses
    now, wanted = await version(found)
    if now is None:
        return _DATABASE.note("has no tables yet: chatdesk serve makes them, or chatdesk migrate.")
    if now != wanted:
        return _DATABASE.wrong(
            f"is at version {now}, this program needs {wanted}.",
            "chatdesk migrate; if the database is the newer one, update chatdesk.",
        )
    kind = "SQLite" if found.is_sqlite else "PostgreSQL"
    return _DATABASE.ok(f"{kind} answers, at this program's version {now}.")


async def redis(settings: Settings) -> Findings:
    if settings.redis_url is None:
        yield _REDIS.note("CHATDESK_REDIS_URL is not set: one process of chatdesk serve must be alone.")
        return
    if settings.database_url.startswith("sqlite"):
        yield _REDIS.note("is set, but on SQLite one process of chatdesk serve must be alone all the same.")
    client: Redis = Redis.from_url(
        settings.redis_url.get_secret_value(), socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
    )
    try:
        await client.ping()
        yield _REDIS.ok("answers.")
    except (RedisError, OSError) as fault:
        why = f"does not answer ({type(fault).__name__}: {reason(fault)})."
        yield _REDIS.wrong(why, "start it, or correct CHATDESK_REDIS_URL; without it, leave that setting out.")
    finally:
        await client.aclose()
