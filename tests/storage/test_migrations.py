"""The same migrations on both databases; what they make is what `schema.py` says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from chatdesk.storage.database import Database
from chatdesk.storage.migrate import FOLDER, migrate, version
from chatdesk.storage.schema import metadata
from tests.conftest import NewDatabase


@pytest.fixture(params=("sqlite", "postgres"))
async def empty_url(request: pytest.FixtureRequest, empty_database: NewDatabase) -> str:
    return await empty_database(request.param)


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    opened = Database(empty_url)
    yield opened
    await opened.close()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def down(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def difference(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_up_twice_down_and_up_again(empty: Database) -> None:
    assert (await version(empty))[0] is None
    await migrate(empty)
    await migrate(empty)
    found, wanted = await version(empty)
    assert found == wanted is not None
    async with empty.begin() as c:
        assert await c.run_sync(tables) == {*metadata.tables, "alembic_version"}
        await c.run_sync(down)
    async with empty.begin() as c:
        assert await c.run_sync(tables) == {"alembic_version"}
    await migrate(empty)
    async with empty.read() as c:
        names = (await c.execute(text("SELECT name FROM counters ORDER BY name"))).scalars().all()
    assert "clock_offset" in names


async def test_the_migrated_schema_is_the_declared_one(empty: Database) -> None:
    await migrate(empty)
    async with empty.begin() as c:
        assert await c.run_sync(difference) == []


async def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    both = [Database(empty_url), Database(empty_url)]
    await asyncio.gather(*map(migrate, both))
    assert (await version(both[0]))[0] == (await version(both[1]))[1]
    for database in both:
        await database.close()
