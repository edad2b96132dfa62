"""`chatdesk apply`: what a person hands in is checked, shown as a plan, put in force at once, and given back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.cli.command import chatdesk
from tests.processes import Process, environment
from tests.stage import INGRID, Stage, until
from tests.stories.desks import slack_bot

DESK = Path(__file__).parents[2] / "deploy"
ONE = """
# The notebook experts have a channel of their own.
areas:
  - {id: eosc, name: EOSC}
groups:
  - {id: support, area: eosc, name: First Line, level: L1, channel: "#support", hold: 0}
  - {id: experts, area: eosc, name: Notebook Experts, level: L2, channel: experts, hold: 0}
bots:
  - {id: main, group: support, token: MAIN_TOKEN}
"""
WRONG = """
areas:
  - id: Physics
  - id: lab
    retention_days: 0
  - id: lab
managers: ', '
services:
  - {id: s, area: lob, group: gird}
groups:
  - id: grid
    area: lab
    name: Grid
    channel: help desk
    level: L9
    hold: 900
    languages: [klingon]
  - id: grid
    area: lob
    name: ""
    mail: nowhere
    channel: b
    parent: nobody
    flood: many
    day_opens: noon
  - area: lab
    nmae: X
bots:
  - id: b
    group: gird
    token: NO_SUCH_VARIABLE
  - id: c
    group: grid
    token: xoxb-1-2-abc
emoji:
  claim: lock
colour: red
"""


@pytest.fixture
async def given(world: Stage) -> Mapping[str, str]:
    """An environment in which the desk can run, with a channel for the experts."""
    members = [INGRID, await slack_bot(world)]
    await world.control.post("slack/channels", id="C0EXPERTS", name="experts", private=True, members=members)
    return environment(world.settings) | {"MAIN_TOKEN": TELEGRAM_BOT["token"]}


async def applied(given: Mapping[str, str], folder: Path, text: str, *more: str) -> tuple[int, str]:
    (folder / "new.yaml").write_text(text)
    return await chatdesk(given, folder, "apply", "new.yaml", *more)


async def test_many_faults_are_told_at_once_and_nothing_changes(given: Mapping[str, str], tmp_path: Path) -> None:
    code, said = await applied(given, tmp_path, WRONG)
    assert code == 2
    faults = [line for line in said.splitlines() if line.startswith("new.yaml, line ")]
    assert len(faults) >= 20, said
    assert all(re.match(r"new\.yaml, line \d+: [^ ]+.*[.]", fault) for fault in faults)
    assert sum(" Example: " in fault for fault in faults) >= 10, said
    assert "Nothing was changed" in said and "Traceback" not in said and "abc" not in said
    assert (await chatdesk(given, tmp_path, "export"))[0] == 2


async def test_a_plan_is_shown_and_then_what_was_applied_comes_back(given: Mapping[str, str], tmp_path: Path) -> None:
    code, said = await applied(given, tmp_path, ONE, "--plan")
    assert code == 0, said
    assert "+ group experts (area eosc, channel experts)" in said and "nothing was changed" in said
    code, said = await applied(given, tmp_path, ONE)
    assert code == 0, said
    assert "Applied as revision 1." in said
    assert (await chatdesk(given, tmp_path, "export")) == (0, ONE)
    _, said = await chatdesk(given, tmp_path, "doctor")
    assert "desk: desk.yaml as applied in revision 1 is well. Groups: support, experts." in said
    code, said = await applied(given, tmp_path, ONE)
    assert code == 0 and said == "Nothing would change.\n"
    changed = ONE.replace("level: L2, ", "hold: 5, ").replace("hold: 0}\nbots", "}\nbots")
    code, said = await applied(given, tmp_path, changed)
    assert code == 0, said
    assert "~ group experts: " in said and "hold 0.0 -> 5.0" in said and "level L2 -> as usual" in said
    assert "group support" not in said


async def test_a_running_desk_takes_it_over_and_goes_on_without_what_it_cannot_run(
    world: Stage, given: Mapping[str, str], tmp_path: Path
) -> None:
    process = Process(dict(given), tmp_path)
    process.start()
    try:
        await has_doors(process.url, {"slack/support"})
        anna, piotr = world.customer(), world.agent()
        await anna.says("My notebook is gone")
        await piotr.card("#1 ·")
        assert (await applied(given, tmp_path, ONE))[0] == 0
        await has_doors(process.url, {"slack/support", "slack/experts"})
        assert "is with Notebook Experts now" in str(await piotr.types("/desk move 1 experts Yours"))
        ingrid = world.agent(INGRID, "C0EXPERTS")
        await ingrid.card("#1 ·")

        code, said = await applied(given, tmp_path, ONE.replace("id: experts,", "id: others,"))
        assert code == 2
        assert "The group experts is configured no more, and 1 of its tickets are not over (#1)." in said

        blind = {name: value for name, value in given.items() if not name.startswith("CHATDESK_SLACK__BOT")}
        assert (await applied(blind, tmp_path, ONE.replace("channel: experts", "channel: nowhere")))[0] == 0
        refused = "SELECT refused FROM configurations ORDER BY revision DESC LIMIT 1"

        async def look() -> bool:
            return "sees no channel nowhere" in str((await world.rows(refused))[0]["refused"])

        await until(look, "a refusal of the running desk")
        await ingrid.writes(1, "We look into it")
        await anna.sees("We look into it")
        assert (await chatdesk(given, tmp_path, "export")) == (0, ONE)
    finally:
        process.kill()


async def has_doors(url: str, wanted: set[str]) -> None:
    """The running desk serves these groups, and listens."""

    async def look() -> bool:
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{url}/healthz") as answer:
                    doors = (await answer.json())["doors"]
            except (aiohttp.ClientError, ValueError):
                return False
        found = {name: state for name, state in doors.items() if name.startswith("slack/")}
        return set(found) == wanted and set(found.values()) == {"listening"}

    await until(look, f"a desk with {wanted}", 30)
