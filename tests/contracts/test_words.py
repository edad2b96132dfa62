"""Every ability explains itself, everybody is called by one word, every channel has examples."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chatdesk.agent_console.catalogue import catalogue
from chatdesk.conversations import acts
from chatdesk.conversations.acts import ACTS
from chatdesk.conversations.phrases import FOLDER as LANGUAGES
from tests.adapters.examples import FOLDER as EXAMPLES
from tests.pure.test_announce import FOLDER as GOLDEN

ROOT = Path(acts.__file__).parents[2]
ADAPTERS = Path(acts.__file__).parents[1] / "adapters"
CHANNELS = sorted(p.parent.name for p in ADAPTERS.glob("*/channel.py"))
COMMANDS = sorted(catalogue())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    command = catalogue()[name]
    assert re.fullmatch(r"[A-Z].*\.", command.help.splitlines()[0]), "one sentence"
    assert 1 <= len(command.label) <= 24, "it is a modal's title too"
    assert command.label[0].isupper()
    assert (command.decide is None) != (command.answer is None)
    for field in command.form.asked:
        assert field.ask, field.name
        assert field.required or field.default or command.read, f"{field.name} is not typed, so it needs a default"


@pytest.mark.parametrize("name", sorted(ACTS))
def test_what_a_customer_can_do_has_a_name_that_telegram_takes(name: str) -> None:
    """https://core.telegram.org/bots/api#botcommand"""
    assert re.fullmatch(r"[a-z0-9_]{1,32}", name)


def test_people_read_of_users_and_never_of_customers() -> None:
    """One word for whoever asks, in what users, agents and readers of the documents see."""
    commands = [
        w
        for c in catalogue().values()
        for w in (c.help, c.label, str(c.done), *(f.ask + f.help for f in c.form.fields))
    ]
    agents = json.dumps(list(json.loads((GOLDEN / "agents.json").read_text()).values()))
    pages = [page.read_text() for page in (ROOT / "docs").glob("*.md") if page.name != "ARCHITECTURE.md"]
    english = (LANGUAGES / "en.po").read_text()
    readme = (ROOT / "README.md").read_text()
    assert [w for w in [*commands, agents, english, *pages, readme] if "customer" in w.lower()] == []


def test_there_are_channels() -> None:
    assert CHANNELS == ["slack", "telegram"]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("way", ["in", "out"])
def test_a_channel_has_golden_files_both_ways(channel: str, way: str) -> None:
    assert len(list((EXAMPLES / channel / way).glob("*.json"))) >= 5


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_has_its_translations_apart(channel: str) -> None:
    assert {"inbound.py", "render.py", "markup.py", "channel.py"} <= {p.name for p in (ADAPTERS / channel).glob("*.py")}
