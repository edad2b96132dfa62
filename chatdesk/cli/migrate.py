"""`chatdesk migrate`: brings the database to this version's schema."""

from __future__ import annotations

from chatdesk.cli import common
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import migrate, version


def run() -> None:
    settings = common.settings()

    async def job() -> None:
        database = Database(settings.database_url)
        await migrate(database)
        found, _ = await version(database)
        await database.close()
        print(f"The database is at version {found}.")

    common.run(job())
