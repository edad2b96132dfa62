"""Desks with a `desk.yaml`: several groups, several bots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.stage import Mode, Stage, open_stage

LENDING, LENDING_BOT, OTTO = "C0LENDING", "lending_desk_bot", "U0OTTO"
TOKENS = {"GRID_TOKEN": TELEGRAM_BOT["token"], "LENDING_TOKEN": "100002:token-of-the-lending-desk"}
BOTH = """
areas:
  - {id: physics, name: Physics}
  - {id: library, name: Library}
groups:
  - {id: grid, area: physics, name: Grid Support, channel: "#support", hold: 0}
  - {id: lending, area: library, name: Lending Desk, channel: C0LENDING, hold: 0, answer_within: an hour}
bots:
  - {id: grid-bot, group: grid, token: GRID_TOKEN}
  - {id: lending-bot, group: lending, token: LENDING_TOKEN}
"""


@asynccontextmanager
async def described(
    mode: Mode, database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, tokens: Mapping[str, str]
) -> AsyncIterator[Stage]:
    """A desk as `text` says, which has not started. `tokens`: by the variables of the environment that hold them."""
    for name, value in tokens.items():
        monkeypatch.setenv(name, value)
    file = folder / "desk.yaml"
    file.write_text(text)
    async with open_stage(mode, database_url, start=False, desk=str(file)) as stage:
        yield stage


def configure(stage: Stage, text: str) -> str:
    """Write the file anew; its name."""
    assert stage.settings.desk
    Path(stage.settings.desk).write_text(text)
    return stage.settings.desk


async def slack_bot(stage: Stage) -> str:
    return str((await stage.control.get("slack/app"))["bot_user_id"])
