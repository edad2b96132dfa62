"""What several stories begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.stage import INGRID, Mode, Stage
from tests.stories.desks import BOTH, LENDING, LENDING_BOT, OTTO, TOKENS, described, lines_of_support, slack_bot


@pytest.fixture
async def two(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Two groups: Piotr is in the grid's channel, Otto in the lending desk's, Ingrid in both; it has not started."""
    async with described(mode, await new_database(mode.database), tmp_path, monkeypatch, BOTH, TOKENS) as stage:
        control = stage.control
        await control.post("telegram/bots", token=TOKENS["LENDING_TOKEN"], username=LENDING_BOT, name="Lending Desk")
        await control.post("slack/users", id=OTTO, name="otto", real_name="Otto Novak")
        members = [OTTO, INGRID, await slack_bot(stage)]
        await control.post("slack/channels", id=LENDING, name="lending", private=True, members=members)
        yield stage


@pytest.fixture
async def lines(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """A first line and experts in one area, a provider with a sub-group in another; it has not started."""
    async with lines_of_support(mode, await new_database(mode.database), tmp_path, monkeypatch) as stage:
        yield stage
