"""desk.yaml on the command line: the doctor looks at all of it, and serve refuses with the same sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatdesk.cli.checks.finding import Level
from chatdesk.emulators.playground import TELEGRAM_BOT
from chatdesk.plan import plan_of, secrets
from chatdesk.settings import Settings
from tests.cli.command import chatdesk
from tests.cli.examined import report, wrong
from tests.processes import environment
from tests.stage import INGRID, PIOTR, Stage

OTHER = "100002:token-of-the-other-bot"
TWO = """
groups:
  - {id: grid, name: Grid Support, channel: "#support"}
  - {id: lending, name: Lending, channel: lending, agents: [ingrid@example.com, "@ghost"]}
bots:
  - {id: grid-bot, group: grid, token: GRID_TOKEN}
  - {id: lending-bot, group: lending, token: LENDING_TOKEN}
"""


@pytest.fixture
async def two(world: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a desk.yaml of two groups, all of whose parts are there."""
    monkeypatch.setenv("GRID_TOKEN", TELEGRAM_BOT["token"])
    monkeypatch.setenv("LENDING_TOKEN", OTHER)
    await world.control.post("telegram/bots", token=OTHER, username="lending_desk_bot", name="Lending Desk")
    bot = (await world.control.get("slack/app"))["bot_user_id"]
    await world.control.post("slack/channels", id="C0LENDING", name="lending", members=[PIOTR, INGRID, bot])
    return configured(world.settings, tmp_path, TWO)


def configured(settings: Settings, folder: Path, text: str) -> Settings:
    file = folder / "desk.yaml"
    file.write_text(text)
    return settings.model_copy(update={"desk": str(file)})


async def test_the_doctor_looks_at_each_bot_and_each_channel(two: Settings) -> None:
    found = await report(two)
    said = "\n".join(map(str, found))
    assert f"ok    desk: {two.desk} is well. Groups: grid, lending. Bots: grid-bot for grid, lending-bot for le" in said
    assert f"note  desk: these say nothing, as {two.desk} is read: CHATDESK_GROUP__FLOOD, CHATDESK_GROUP__HOLD." in said
    assert "telegram, bot grid-bot: the token is that of @research_desk_bot" in said
    assert "telegram, bot lending-bot: the token is that of @lending_desk_bot" in said
    assert "slack, group grid: the bot is in #support (C0SUPPORT). It is private, so that its members are ag" in said
    listed = f"{two.desk}, groups.lending.agents"
    assert (
        f"slack, group lending: the bot is in #lending (C0LENDING). It is public, so that only those in {listed}"
        in said
    )
    assert "slack, group lending: 1 agents: Ingrid Solberg." in said
    (ill,) = [f for f in found if f.level is Level.WRONG]
    assert f"@ghost of {listed} is none of #lending's members" in str(ill)


async def test_the_doctor_names_what_is_wrong_with_either(
    two: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENDING_TOKEN", "100003:nobody-has-this-one")
    settings = configured(two, tmp_path, TWO.replace("channel: lending", "channel: landing"))
    said = await wrong(settings)
    assert "telegram, bot lending-bot: http://127.0.0.1:" in said and "into LENDING_TOKEN." in said
    assert "slack, group lending: the bot sees no channel landing" in said
    assert f"or name another in {settings.desk}, groups.lending.channel." in said
    assert len(said.splitlines()) == 2 and "nobody-has" not in said
    far = TWO.replace("channel: lending", "channel: C0SUPPORT, area: b").replace("name: Grid", "area: a, name: Grid")
    said = await wrong(configured(two, tmp_path, "areas: [{id: a}, {id: b}]" + far))
    assert "slack, group grid: #support is the channel of groups of two areas." in said
    assert "slack, group lending: C0SUPPORT is the channel of groups of two areas." in said


async def test_faults_of_the_file_are_told_by_both_in_the_same_words(
    world: Stage, two: Settings, tmp_path: Path
) -> None:
    settings = configured(
        two, tmp_path, TWO.replace("group: lending", "group: landing").replace("id: grid,", "id: Grid,")
    )
    sentences = [
        f"{settings.desk}, line 3: groups.#1.id: must be 1 to 40 of a-z, 0-9 and -. Example: id: grid",
        f"{settings.desk}, line 6: bots.grid-bot.group: there is no group grid (did you mean Grid?). "
        "Example: group: grid",
        f"{settings.desk}, line 7: bots.lending-bot.group: there is no group landing (did you mean lending?). "
        "Example: group: grid",
    ]
    said = await wrong(settings)
    assert said.splitlines() == [
        f"wrong desk: {sentence} To mend it: correct it; docs/desk-yaml.md lists all fields." for sentence in sentences
    ]
    for command in ("serve", "parked"):
        code, told = await chatdesk(environment(settings), tmp_path, command)
        assert (code, told.splitlines()) == (2, sentences)


async def test_a_desk_yaml_where_the_program_is_started_is_read(world: Stage, tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text("groups: []\n")
    code, said = await chatdesk(environment(world.settings), tmp_path, "serve")
    assert (code, said) == (
        2,
        "desk.yaml, line 1: groups: is empty: it needs one group at least. Example: groups: - id: grid\n",
    )
    code, said = await chatdesk(environment(world.settings.model_copy(update={"desk": "no.yaml"})), tmp_path, "serve")
    assert (code, said) == (2, "no.yaml: cannot be read: No such file or directory.\n")


def test_tokens_of_bots_stand_in_no_log(tmp_path: Path) -> None:
    settings = configured(Settings(), tmp_path, TWO.replace("token: GRID_TOKEN", "token: G, webhook_secret: W"))
    plan = plan_of(settings, {"G": "123456:of-the-grid", "W": "a-word", "LENDING_TOKEN": OTHER})
    assert set(secrets(plan)) == {"123456:of-the-grid", "a-word", OTHER}
    assert "of-the-grid" not in repr(plan) and OTHER not in repr(plan)


async def test_the_doctor_tells_whether_the_bot_has_the_topics_that_are_wanted(two: Settings, tmp_path: Path) -> None:
    wanted = configured(two, tmp_path, TWO.replace("token: GRID_TOKEN", "token: GRID_TOKEN, topics: true"))
    said = await wrong(wanted)
    assert "bot grid-bot: desk.yaml says topics: true, and @research_desk_bot has none: tickets share the chat." in said
    assert "To mend it: turn them on in @BotFather (Open App, the bot, Bot Settings, Threaded Mode)" in said
    assert "bot lending-bot: desk.yaml says" not in said
