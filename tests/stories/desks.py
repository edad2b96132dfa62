"""Desks with a `desk.yaml`: several groups, several bots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.stage import CHANNEL, INGRID, Agent, Mode, Stage, open_stage, until

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


async def types(agent: Agent, command: str) -> str:
    """What a command answers its caller."""
    return str(await agent.types(command))


async def is_told_alone(stage: Stage, user: str, words: str) -> None:
    """By a direct message of the bot's."""

    async def look() -> bool:
        direct = await stage.control.post("slack/home", user=user, tab="messages")
        found = await stage.control.get("slack/channel", channel=direct["channel"], user=user)
        return any(words in m["text"] for m in found["messages"])

    await until(look, f"{words!r} to {user}")


# -- lines of support in two areas ----------------------------------------------------------------------------------

MIREK, EVA = "U0MIREK", "U0EVA"  # of the provider's sub-group; process manager, who is in no group's channel
LOUNGE = "C0LOUNGE"  # a channel of no group
LINES = """
managers: [eva@example.org]
areas:
  - {id: eosc, name: EOSC}
  - {id: cloud, name: Cloud Centre, admins: [U0OTTO]}
services:
  - {id: notebooks, name: Notebooks, area: eosc, group: experts}
groups:
  - {id: l1, area: eosc, name: First Line, level: L1, channel: "#support", hold: 0, leads: [U0PIOTR]}
  - {id: experts, area: eosc, name: Notebook Experts, level: L2, channel: experts, hold: 0}
  - {id: cloud, area: cloud, name: Cloud Support, level: provider, channel: cloud, hold: 0}
  - {id: storage, area: cloud, name: Storage Team, level: sub-group, parent: cloud, channel: storage, hold: 0}
bots:
  - {id: main, group: l1, token: GRID_TOKEN}
"""


@asynccontextmanager
async def lines_of_support(
    mode: Mode, database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = LINES
) -> AsyncIterator[Stage]:
    """Piotr is in the first line, Ingrid an expert, Otto at the provider, Mirek in its sub-group."""
    async with described(mode, database_url, folder, monkeypatch, text, TOKENS) as stage:
        control, bot = stage.control, await slack_bot(stage)
        await control.post("slack/users", id=OTTO, name="otto", real_name="Otto Novak")
        await control.post("slack/users", id=MIREK, name="mirek", real_name="Mirek Dvořák")
        await control.post("slack/users", id=EVA, name="eva", real_name="Eva Lund", email="eva@example.org")
        for name, member in (("experts", INGRID), ("cloud", OTTO), ("storage", MIREK)):
            channel = f"C0{name.upper()}"
            await control.post("slack/channels", id=channel, name=name, private=True, members=[member, bot])
        await control.post("slack/channels", id=LOUNGE, name="lounge", members=[EVA])
        await control.post("slack/leave", user=INGRID, channel=CHANNEL)
        yield stage
