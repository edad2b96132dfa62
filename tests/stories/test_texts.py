"""An area has sentences of its own: users of its bot read them, in their language, and those of another one do not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatdesk.areas.loader import WrongDesk
from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.conftest import NewDatabase
from tests.stage import MAREK, Mode, Stage, until
from tests.stories.desks import configure, described

LIBRARY_BOT = "library_desk_bot"
TOKENS = {"GRID_TOKEN": TELEGRAM_BOT["token"], "LIBRARY_TOKEN": "100002:token-of-the-library"}
DESK = """
texts:
  button.ask: Ask us
areas:
  - {id: physics, name: Physics}
  - id: library
    name: Library
    texts:
      greeting: "Welcome to the library, {name}."
      command.new: {en: Ask for another book}
      kept:
        en: "Ticket #{number} waits on."
        de: "Ticket #{number} wartet weiter."
groups:
  - {id: grid, area: physics, name: Grid Support, channel: "#support", hold: 0}
  - {id: lending, area: library, name: Lending Desk, channel: C0LENDING, hold: 0, languages: [en, de]}
bots:
  - {id: grid-bot, group: grid, token: GRID_TOKEN}
  - {id: library-bot, group: lending, token: LIBRARY_TOKEN}
"""


@pytest.fixture
async def desk(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """It has not started."""
    async with described(mode, await new_database(mode.database), tmp_path, monkeypatch, DESK, TOKENS) as stage:
        control = stage.control
        await control.post("telegram/bots", token=TOKENS["LIBRARY_TOKEN"], username=LIBRARY_BOT, name="Library")
        bot = (await control.get("slack/app"))["bot_user_id"]
        await control.post("slack/channels", id="C0LENDING", name="lending", private=True, members=[bot])
        yield stage


async def test_users_of_an_area_read_its_own_sentences(desk: Stage) -> None:
    await desk.start()
    grid, library, german = desk.customer(), desk.customer(bot=LIBRARY_BOT), desk.customer(MAREK, LIBRARY_BOT)
    await grid.says("/start")
    await grid.sees("This is the help desk. Describe what you need")
    await library.says("/start")
    assert (await library.sees("Welcome"))["text"] == "Welcome to the library, Anna Keller."
    for anna in (grid, library):
        assert {"Ask us", "Report a problem"} <= set(await anna.buttons())

    await library.says("My book is lost")
    await library.sees("Ticket #1")
    await library.says("/end")
    await library.presses("Keep it open")
    await library.sees("Ticket #1 waits on.")
    await german.says("Guten Tag, ich habe mein Buch verloren und finde es leider nicht mehr")
    await german.sees("Ticket #2")
    await german.says("/end")
    await german.presses("Offen lassen")
    await german.sees("Ticket #2 wartet weiter.")

    async def menus() -> bool:
        shown = [str((await who.chat())["commands"]) for who in (library, grid)]
        return ["Ask for another book" in menu for menu in shown] == [True, False]

    await until(menus, "the menu of the library's bot")


@pytest.mark.parametrize("mode", [Mode()], ids=str)
async def test_what_is_wrong_with_a_text_stops_the_start_with_its_line(desk: Stage) -> None:
    configure(desk, DESK.replace("kept:", "keept:").replace("{name}.", "{nme}."))
    with pytest.raises(WrongDesk) as said:
        await desk.start()
    assert str(said.value).splitlines() == [
        f"{desk.settings.desk}, line 9: areas.library.texts.greeting: {{nme}} is not known there (did you mean name?); "
        "what can be filled in is {name}.",
        f"{desk.settings.desk}, line 11: areas.library.texts.keept: there is no such phrase (did you mean kept?).",
    ]
