"""Filters sort what comes in, as a user and the agents see it; `filters try` says beforehand which one it would be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.processes import environment
from tests.stage import INGRID, Mode, Stage, words_of
from tests.stories.desks import LINES, OTTO, lines_of_support

FILTERS = """
filters:
  - name: gold sellers
    when: {text: {contains: [gold, casino]}}
    then: {spam: true}
  - name: disks in German
    when: {language: de, text: {matches: "platte|volume"}}
    then:
      group: cloud
      priority: high
      tags: [disk]
      reply: {en: We know of it., de: Wir wissen davon.}
  - name: notebooks
    when: {bot: main, text: {contains: notebook}}
    then: {group: experts, type: service request, service: notebooks}
"""


@pytest.fixture
async def sorted_(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    database = await new_database(mode.database)
    async with lines_of_support(mode, database, tmp_path, monkeypatch, LINES + FILTERS) as stage:
        await stage.start()
        yield stage


async def test_what_comes_in_opens_where_it_belongs(sorted_: Stage) -> None:
    anna, ben = sorted_.customer(), sorted_.customer(1002)
    piotr, ingrid, otto = sorted_.agent(), sorted_.agent(INGRID, "C0EXPERTS"), sorted_.agent(OTTO, "C0CLOUD")
    await anna.says("My notebook is gone")
    card = words_of(await ingrid.card("My notebook is gone"))
    assert "*Type* service request" in card and "*Service* Notebooks" in card
    await ingrid.thread_shows(1, "The filter «notebooks» matched: the bot is main; the text contains «notebook».")
    await anna.sees("Notebook Experts")
    await ben.says("Guten Tag, meine Festplatte ist leider schon wieder voll, was kann ich tun?")
    card = words_of(await otto.card("meine Festplatte"))
    assert "*Priority* high" in card and "*Tags* disk" in card
    await ben.sees("Wir wissen davon.")
    assert not any("notebook" in words_of(c) or "Festplatte" in words_of(c) for c in await piotr.cards())


async def test_spam_is_seen_by_agents_and_costs_nobody_a_word(sorted_: Stage) -> None:
    anna, piotr = sorted_.customer(), sorted_.agent()
    await anna.says("Buy cheap gold now")
    await piotr.card_shows(1, "*State* unsolved (invalid)")
    await piotr.thread_shows(1, "A filter marked the ticket as spam.")
    await sorted_.is_quiet()
    assert await anna.bot_said() == []
    await piotr.clicks(1, "Not spam")
    await piotr.card_shows(1, "*State* reopened")
    await anna.sees("#1")  # from now on she hears of it


async def test_it_can_be_tried_before(sorted_: Stage, tmp_path: Path) -> None:
    given = environment(sorted_.settings)
    code, said = await chatdesk(given, tmp_path, "filters", "try", "Where is my notebook?")
    assert code == 0, said
    assert said.splitlines() == [
        "1. gold sellers: no: the text contains none of gold, casino.",
        "2. disks in German: no: the language is en, not de.",
        "3. notebooks: matches: the bot is main; the text contains «notebook».",
        "So: it opens in Notebook Experts (experts); type service request; service notebooks.",
    ]
    code, said = await chatdesk(given, tmp_path, "filters", "try", "The volume is full", "--language", "de")
    assert "So: it opens in Cloud Support (cloud); priority high; tags disk; the user is told «We know of it.»." in said
    code, said = await chatdesk(given, tmp_path, "filters", "try", "Hello", "--bot", "man")
    assert (code, said) == (2, "There is no bot man. There are: main.\n")
