"""Fixtures that every test may ask for: servers once a session, a database and a stage each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from chatdesk import logs
from chatdesk.settings import SlackMode, TelegramMode
from chatdesk.storage.database import Database, async_url
from chatdesk.storage.migrate import migrate
from tests import servers
from tests.golden import Golden, compare, rewrite
from tests.processes import SOAK
from tests.stage import Mode, Stage, open_stage

MODES = (
    Mode("sqlite", TelegramMode.POLLING, SlackMode.SOCKET),
    Mode("postgres", TelegramMode.POLLING, SlackMode.SOCKET),
    Mode("sqlite", TelegramMode.WEBHOOK, SlackMode.HTTP),
    Mode("postgres", TelegramMode.WEBHOOK, SlackMode.HTTP),
)
OPPOSITE = (MODES[0], MODES[-1])
logs.configure("warning")
hypothesis.settings.register_profile("desk", deadline=None, database=None)  # no clock, no folder left behind
hypothesis.settings.load_profile("desk")

NewDatabase = Callable[[str], Awaitable[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Golden:
    """Compares with a golden file, or writes it when told to."""
    return rewrite if pytestconfig.getoption("--update-golden") else compare


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def empty_database(tmp_path: Path, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes an empty database of a kind (`sqlite` or `postgres`) and returns its URL."""

    async def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{uuid4().hex}.db"
        return await create(request.getfixturevalue("postgres_url"))

    return make


@pytest.fixture(scope="session")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database of each kind at this version's schema, once one was wanted: all others are copies of it."""
    return {"folder": str(tmp_path_factory.mktemp("brought-up"))}


@pytest.fixture
def new_database(tmp_path: Path, request: pytest.FixtureRequest, brought_up: dict[str, str]) -> NewDatabase:
    """Makes a database of a kind as a desk leaves it that has never been used, and returns its URL."""

    async def make(kind: str) -> str:
        server = request.getfixturevalue("postgres_url") if kind == "postgres" else None
        if kind not in brought_up:
            brought_up[kind] = await create(server) if server else f"sqlite:///{brought_up['folder']}/first.db"
            first = Database(brought_up[kind])
            await migrate(first)
            await first.close()
        if server:
            return await create(server, make_url(brought_up[kind]).database)
        copy = tmp_path / f"{uuid4().hex}.db"
        shutil.copyfile(str(make_url(brought_up[kind]).database), copy)
        return f"sqlite:///{copy}"

    return make


async def create(server: str, template: str | None = None) -> str:
    """A new database on a PostgreSQL server."""
    name = f"test_{uuid4().hex}"
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as c:
        await c.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story plays in two modes that differ in everything; in each where the mode is what it is about, and in soak."""
    given = [name for mark in metafunc.definition.iter_markers("parametrize") for name in str(mark.args[0]).split(",")]
    if "mode" in metafunc.fixturenames and "mode" not in given:
        every = SOAK or metafunc.definition.get_closest_marker("every_mode")
        metafunc.parametrize("mode", MODES if every else OPPOSITE, ids=str)


@pytest.fixture(params=("sqlite", "postgres"))
async def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    return await new_database(request.param)


@pytest.fixture
async def stage(mode: Mode, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """The desk between both emulators, in each mode in turn."""
    async with open_stage(mode, await new_database(mode.database)) as opened:
        yield opened
