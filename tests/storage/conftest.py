"""A migrated database with one area and one group, on each of the two servers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatdesk.areas.area import Area
from chatdesk.areas.directory import Directory
from chatdesk.areas.store import save_directory
from chatdesk.storage.database import Database
from tests.builders import a_group


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.begin() as c:
        await save_directory(c, Directory((Area("default", "Default"),), (a_group(),), "support"))
    yield opened
    await opened.close()
