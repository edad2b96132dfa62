"""Both services without a desk, for commands that talk to them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatdesk.adapters.slack.manifest import SCOPES
from tests.conftest import NewDatabase
from tests.stage import Mode, Stage, open_stage


@pytest.fixture
async def world(new_database: NewDatabase) -> AsyncIterator[Stage]:
    """Both services with everything set up as it should be, and no desk running."""
    async with open_stage(Mode(), await new_database("sqlite"), start=False) as stage:
        await stage.control.post("slack/app", scopes=list(SCOPES))
        yield stage
