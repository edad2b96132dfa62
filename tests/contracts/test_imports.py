"""The floors of house.md: the contracts in pyproject.toml hold, and they notice what breaks them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = {
    "floors: imports only go down": ("people/people.py", "import chatdesk.conversations.ticket"),
    "channels do not know each other": ("adapters/slack/markup.py", "import chatdesk.adapters.telegram.markup"),
    "decisions are pure": ("core/messages.py", "import asyncio"),
    "only stores, the desk and what starts it touch storage": ("adapters/acts.py", "import chatdesk.storage.locks"),
    "stores are read by the desk alone": ("adapters/acts.py", "import chatdesk.people.store"),
    "emulators import nothing else of chatdesk": ("emulators/pace.py", "import chatdesk.core.messages"),
    "only the demo plays with emulators": ("cli/serve.py", "import chatdesk.emulators.pace"),
    "no cycles between siblings": ("core/markup.py", "import chatdesk.core.messages"),
}


def lint(folder: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(program), "--no-logo", "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def verdict(said: str, contract: str) -> str:
    (line,) = [line for line in said.splitlines() if line.startswith(f"{contract} ")]
    return line.removeprefix(f"{contract} ").split()[0]


def test_imports_only_go_down() -> None:
    said = lint(ROOT)
    assert {name: verdict(said, name) for name in BROKEN} == dict.fromkeys(BROKEN, "KEPT"), said
    assert " 0 broken." in said


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy in which every contract is broken once."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "chatdesk", folder / "chatdesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for file, line in BROKEN.values():
        path = folder / "chatdesk" / file
        path.write_text(f"{path.read_text()}\n{line}\n")
    return lint(folder)


@pytest.mark.parametrize("contract", sorted(BROKEN))
def test_a_broken_contract_is_noticed(broken: str, contract: str) -> None:
    assert verdict(broken, contract) == "BROKEN", broken
