"""Nobody sees what is not theirs: words planted in one area are looked for everywhere where another one can look.

Each command of the catalogue is tried, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.shortcuts import SHORTCUTS
from tests.conftest import NewDatabase
from tests.stage import ANNA, CHANNEL, INGRID, PIOTR, Mode, Stage, until
from tests.stories.desks import LINES, MIREK, OTTO, TOKENS, lines_of_support
from tests.stories.test_home import HomeOf

CANARY = "quetzal"  # begins every word that is planted
CLOUD_BOT, CLOUD, STORAGE, EXPERTS = "cloud_desk_bot", "C0CLOUD", "C0STORAGE", "C0EXPERTS"
THEIRS = (
    LINES.replace("bots:\n", "bots:\n  - {id: cloud-bot, group: cloud, token: LENDING_TOKEN}\n")
    + f"""
canned:
  - {{name: {CANARY}-canned, area: cloud, text: {CANARY}-reply}}
filters:
  - {{name: {CANARY}-filter, area: cloud, when: {{text: {{contains: {CANARY}}}}}, then: {{tags: [{CANARY}-tag]}}}}
"""
)
TYPED = {
    "assign": PIOTR,
    "move": "experts why",
    "mute": "30m why",
    "priority": "high",
    "type": "incident",
    "service": "notebooks",
}


@pytest.fixture
async def apart(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """#1 is Anna's with the first line; #2 hers, too, and #3 a stranger's, with the Cloud Centre, full of canaries."""
    database = await new_database(mode.database)
    async with lines_of_support(mode, database, tmp_path, monkeypatch, THEIRS) as stage:
        control = stage.control
        await control.post("telegram/bots", token=TOKENS["LENDING_TOKEN"], username=CLOUD_BOT, name="Cloud")
        made = await control.post("telegram/users", first_name=f"{CANARY}-name")
        await stage.start()
        anna, otto = stage.customer(), stage.agent(OTTO, CLOUD)
        await anna.says("My notebook is gone")
        await stage.agent().card("#1 ·")
        there = stage.customer(ANNA, CLOUD_BOT)
        await there.says(f"{CANARY}-message one")
        await otto.card("#2 ·")
        await there.sends("document", (f"{CANARY}-file.txt", f"{CANARY}-content".encode()), caption=f"{CANARY}-caption")
        await otto.thread_shows(2, f"{CANARY}-caption")
        await otto.writes(2, f";; {CANARY}-note")
        await otto.writes(2, f"{CANARY}-answer")
        await there.sees(f"{CANARY}-answer")
        await otto.types(f"/desk title 2 {CANARY}-title")
        await otto.types(f"/desk shift {OTTO}")
        await stage.customer(int(made["id"]), CLOUD_BOT).says(f"{CANARY}-stranger")
        await otto.card("#3 ·")
        yield stage


async def seen_by(stage: Stage, user: str) -> str:
    """All that Slack shows to somebody: channels, direct messages, what they alone are told, forms, the app's Home."""
    found: list[Any] = []
    for channel in await stage.control.get("slack/channels"):
        if user in channel["members"]:
            found.append(await stage.control.get("slack/channel", channel=channel["id"], user=user))
    found.append(await stage.control.get("slack/views", user=user))
    await stage.control.post("slack/home", user=user)
    await stage.is_quiet()
    found.append(await stage.control.get("slack/home", user=user))
    direct = await stage.control.post("slack/home", user=user, tab="messages")
    found.append(await stage.control.get("slack/channel", channel=direct["channel"], user=user))
    return json.dumps(found)


def line(name: str, number: int) -> str:
    command = catalogue()[name]
    words = TYPED.get(name, "x y")
    return f"/desk {name} {number} {words}" if command.needs_ticket else f"/desk {name}"


@pytest.mark.timeout(300)
async def test_no_command_tells_or_changes_anything_of_another_area(apart: Stage) -> None:
    before = await apart.rows("SELECT count(*) AS n FROM events WHERE area_id = 'cloud'")
    for agent in (apart.agent(PIOTR, CHANNEL), apart.agent(INGRID, EXPERTS)):
        for name in sorted(catalogue()):
            for number in (2, 3):
                said = str(await agent.types(line(name, number)))
                assert CANARY not in said, (name, said)
                if catalogue()[name].needs_ticket:
                    assert f"There is no ticket #{number}." in said, (name, said)
    await apart.is_quiet()
    assert await apart.rows("SELECT count(*) AS n FROM events WHERE area_id = 'cloud'") == before
    for user in (PIOTR, INGRID):
        assert CANARY not in await seen_by(apart, user)


async def test_nothing_that_agents_of_another_area_can_look_at_shows_it(
    apart: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    piotr = apart.agent()
    root = str((await piotr.card_of(1))["ts"])
    for shortcut in SHORTCUTS:  # on a message of their own
        await apart.control.post("slack/shortcut", user=PIOTR, callback_id=shortcut.name, channel=CHANNEL, ts=root)
    for label in ("Reply", "History of the user", "Show", "Move", "Service", "Share"):
        await piotr.clicks(1, label)
    assert CANARY not in str(await piotr.types("/desk history 1"))
    await apart.is_quiet()
    for user in (PIOTR, INGRID):
        home = HomeOf(apart, user)
        await home.opens()
        assert CANARY not in await seen_by(apart, user)
    assert f"{CANARY}-title" in await seen_by(apart, OTTO)  # the look itself is no blind one
    calls = await apart.control.get("slack/journal")
    told = [c for c in calls if CANARY in json.dumps(c)]
    ours = {CLOUD, STORAGE, OTTO, MIREK}
    places = {
        str(c["arguments"].get("channel") or c["arguments"].get("user_id") or c["arguments"].get("channel_id"))
        for c in told
        if c.get("arguments")
    }
    assert CLOUD in places and places <= {*ours, "None"}, places
    async with aiohttp.ClientSession() as session:
        for path in ("healthz", "metrics"):
            async with session.get(f"http://127.0.0.1:{apart.app.port if apart.app else 0}/{path}") as answer:
                assert CANARY not in await answer.text()
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err


async def test_a_ticket_that_comes_from_another_area_brings_along_what_was_said_on_it_alone(apart: Stage) -> None:
    piotr, otto = apart.agent(), apart.agent(OTTO, CLOUD)
    await piotr.types("/desk move 1 cloud Yours")
    await otto.card_of(1)
    await otto.types("/desk move 1 l1 No, yours")

    async def is_back() -> bool:
        return "No, yours" in json.dumps(await piotr.thread(1))

    await until(is_back, "the ticket back at the first line")
    await apart.is_quiet()
    assert CANARY not in await seen_by(apart, PIOTR)
    assert CANARY not in str(await piotr.types("/desk show 1"))
