"""Brings a database to this version's schema; the same migrations run on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from chatdesk.storage.database import Database

FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Upgrade to the newest version, in one transaction."""
    async with database.begin() as connection:
        await connection.begin()  # tells the database nothing: Alembic sees a transaction and ends none
        if not database.is_sqlite:
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4241)")
        await connection.run_sync(lambda c: command.upgrade(_config(c), "head"))


async def version(database: Database) -> tuple[str | None, str | None]:
    """(what the database is at, what this program wants)."""
    async with database.read() as connection:
        found = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
        wanted = await connection.run_sync(lambda c: ScriptDirectory.from_config(_config(c)).get_current_head())
    return found, wanted
