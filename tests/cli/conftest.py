"""Both services without a desk, for commands that talk to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatdesk.adapters.slack.manifest import SCOPES
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import migrate
from tests.stage import Mode, Stage, open_stage


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Stage]:
    """Both services with everything set up as it should be, and no desk running."""
    async with open_stage(Mode(), f"sqlite:///{tmp_path}/desk.db", start=False) as stage:
        await stage.control.post("slack/app", scopes=list(SCOPES))
        database = Database(stage.settings.database_url)
        await migrate(database)
        await database.close()
        yield stage
