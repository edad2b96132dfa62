"""The made pages are those that the program would make now, and no door of the web server is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from chatdesk.__main__ import cli
from chatdesk.adapters.slack.channel import HTTP_PATH
from chatdesk.adapters.telegram.channel import TelegramChannel
from chatdesk.adapters.web.health import Health
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.app import App
from chatdesk.areas.desk_file import AreaEntry, BotEntry, DeskFile, GroupEntry, ServiceEntry
from chatdesk.areas.desk_file import described as described_fields
from chatdesk.areas.filter_file import FilterEntry
from chatdesk.areas.policies import section_of
from chatdesk.cli.docs import endpoints, pages
from chatdesk.conversations.acts import ACTS
from chatdesk.desk.desk import Desk
from chatdesk.desk.files import Files
from chatdesk.plan import BOT
from chatdesk.settings import Settings, Telegram, described
from chatdesk.storage.bell import LocalBell

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "http.md", "desk-yaml.md"])
def test_the_page_is_as_the_program_makes_it(name: str) -> None:
    made = pages(cli)[name]
    assert (DOCS / name).read_text() == made, f"docs/{name} is old. Run: chatdesk docs"


def test_every_setting_and_every_command_has_its_line() -> None:
    made = pages(cli)
    for variable, *_ in described():
        assert f"| `{variable}` |" in made["settings.md"]
    for command in catalogue().values():
        assert (f"| `/desk {command.name}" in made["commands.md"]) == command.listed
    for name, act in ACTS.items():
        assert (f"| `/{name}` |" in made["commands.md"]) == act.in_menu
    for name in ("serve", "migrate", "doctor", "slack-manifest", "ticket", "messages", "parked retry"):
        assert f"`chatdesk {name}" in made["commands.md"]
    assert "chatdesk docs" not in made["commands.md"].replace("Made by `chatdesk docs`", "")


def test_every_field_of_the_desk_file_has_its_line() -> None:
    made = pages(cli)["desk-yaml.md"]
    sections: list[type[BaseModel]] = [s for f in DeskFile.model_fields.values() if (s := section_of(f))]
    assert {AreaEntry, BotEntry, FilterEntry, GroupEntry, ServiceEntry} < set(sections)
    models: list[type[BaseModel]] = [DeskFile, *sections]
    for model in models:
        for name, field in described_fields(model):
            assert field.description and field.examples, f"{model.__name__}.{name} is not described"
            if model is not DeskFile or "." not in name:
                assert f"| `{name}` | {field.description}" in made


async def test_every_endpoint_is_named(tmp_path: Path) -> None:
    app = App(Settings(database_url=f"sqlite:///{tmp_path}/x.db", telegram=Telegram(token="1:x")))
    desk = Desk(app.database, app.plan.directory, (), app.clock, LocalBell(), Files(tmp_path, app.database, app.clock))
    telegram = TelegramChannel(app.settings.telegram, desk, None, BOT)
    routes = {(r.method, r.path) for r in Health(desk, {}).routes()}
    routes |= {("POST", telegram.path), ("POST", HTTP_PATH)}
    await telegram.close()
    await app.database.close()
    assert {(method, path) for method, path, _ in endpoints()} == routes
    for _, path in routes:
        assert f"`{path}`" in pages(cli)["http.md"]
