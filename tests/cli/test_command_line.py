"""The command line itself: its version, and arguments that are no such thing, named as they are typed."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.command import chatdesk


async def test_it_says_its_version(tmp_path: Path) -> None:
    assert await chatdesk({}, tmp_path, "--version") == (0, f"chatdesk {version('chatdesk')}\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("demo --port 99999", "Invalid value for '--port': 99999 is no whole number from 0 to 65535."),
        ("demo --port=-1", "Invalid value for '--port': -1 is no whole number from 0 to 65535."),
        ("demo --port eighty", "Invalid value for '--port': eighty is no whole number from 0 to 65535."),
        ("ticket", "Missing argument 'NUMBER'."),
        ("ticket four", "Invalid value for 'NUMBER': four is no whole number from 1 to 2147483647."),
        ("ticket 2147483648", "Invalid value for 'NUMBER': 2147483648 is no whole number from 1 to 2147483647."),
        ("parked show", "Missing argument 'ID'."),
        ("parked retry", "Missing argument 'ID'."),
    ],
)
async def test_a_wrong_argument_is_named_as_it_is_typed(tmp_path: Path, typed: str, said: str) -> None:
    code, told = await chatdesk({"COLUMNS": "200"}, tmp_path, *typed.split())
    assert code == 2
    assert said in told and "Traceback" not in told and "Input should" not in told
