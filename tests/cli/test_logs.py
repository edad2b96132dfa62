"""What libraries log leaves as the desk's own lines do: one JSON object each, tracebacks too, and no secret in it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from chatdesk import logs

TOKEN, PASSWORD, QUOTED, SHORT = "123456:very-secret", ":hush-hush@", 'so "quoted" \\ secret', "desk"


@pytest.fixture
def configured() -> Iterator[None]:
    logs.configure("info", [TOKEN, PASSWORD, QUOTED, SHORT])
    yield
    logs.configure("warning")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


@pytest.mark.usefixtures("configured")
def test_a_line_of_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.contextvars.bound_contextvars(update=7):
        logging.getLogger("slack.anything").warning("it took %s s\nand more", 3)
        structlog.get_logger().info("own", key="x")
    theirs, ours = lines(capsys)
    assert theirs["event"] == "it took 3 s\nand more"
    assert (theirs["level"], theirs["logger"], theirs["update"]) == ("warning", "slack.anything", 7)
    assert theirs["timestamp"].endswith("Z")
    assert set(theirs) - {"logger"} == set(ours) - {"key"}


@pytest.mark.usefixtures("configured")
def test_a_traceback_of_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(what_was_written: str) -> None:
        raise RuntimeError("nothing works")

    try:
        fail("words of a person")
    except RuntimeError:
        logging.getLogger("slack_bolt.AsyncApp").exception("Failed to run listener")
    (line,) = lines(capsys)
    (told,) = line["exception"]
    assert (line["level"], told["exc_type"], told["exc_value"]) == ("error", "RuntimeError", "nothing works")
    assert [frame["name"] for frame in told["frames"]] == ["test_a_traceback_of_a_library", "fail"]
    assert "words of a person" not in json.dumps(told["frames"][1])
    assert "Traceback" not in json.dumps(line)


@pytest.mark.usefixtures("configured")
def test_no_secret_leaves_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    address = f"https://api.telegram.org/bot{TOKEN}/getMe and postgresql://desk{PASSWORD}host/desk and {QUOTED}"
    try:
        raise ValueError(address)
    except ValueError:
        logging.getLogger("aiohttp").exception("at %s", address)
        structlog.get_logger().exception("own", why=address)
    for line in lines(capsys):
        said = json.dumps(line, ensure_ascii=False)
        assert "very-secret" not in said and "hush" not in said and "quoted" not in said
        assert "https://api.telegram.org/bot<secret>/getMe" in said
        assert "host/desk" in said, "a word too short to be a secret stays"


@pytest.mark.usefixtures("configured")
def test_what_libraries_say_below_a_warning_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("slack_sdk").info("a body with what somebody wrote")
    assert lines(capsys) == []


def test_a_warning_of_python_is_a_line() -> None:
    program = "from chatdesk import logs; logs.configure('info'); import warnings; warnings.warn('it is old')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    line = json.loads(ran.stderr)
    assert (line["logger"], line["level"]) == ("py.warnings", "warning") and "it is old" in line["event"]


@pytest.mark.usefixtures("configured")
def test_configured_twice_it_says_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error")
    logging.getLogger("anything").error("once")
    assert [line["event"] for line in lines(capsys)] == ["once"]
