"""`chatdesk migrate`: brings the database to this version's schema."""

from __future__ import annotations

from chatdesk.cli import common
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import migrate, version


def run() -> None:
    settings = common.settings()

    async def job() -> None:
        try:
            database = Database(settings.database_url)
            try:
                await migrate(database)
                found, _ = await version(database)
            finally:
                await database.close()
        except common.UNUSABLE as fault:
            raise common.unusable(fault) from fault
        print(f"The database is at version {found}.")

    common.run(job())
