"""Whatever is wrong with the configuration, the refusal names the setting, the fault and an example, and no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chatdesk.settings import PREFIX, Settings, WrongSettings, described, load

SECRET = "very-secret-words"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def refusal() -> str:
    with pytest.raises(WrongSettings) as wrong:
        load()
    return str(wrong.value)


WRONG = [
    ("DATABASE_URL", "nonsense", "is no database URL"),
    ("DATABASE_URL", f"postgresql://desk:x@host:{SECRET}/desk", "is no database URL"),
    ("DATABASE_URL", f"mysql://desk:{SECRET}@host/desk", "mysql is not supported"),
    ("REDIS_URL", f"http://:{SECRET}@host", "must begin with redis:// or rediss://"),
    ("REDIS_URL", f"redis://host:{SECRET}/0", "its host or port cannot be read"),
    ("REDIS_URL", "redis://", "names no host"),
    ("PUBLIC_URL", "desk.example.org", "must begin with http:// or https://"),
    ("PUBLIC_URL", "https://", "names no host"),
    ("PUBLIC_URL", "https://desk.example.org:door", "its host or port cannot be read"),
    ("HTTP__PORT", SECRET, "valid integer"),
    ("HTTP__PORT", "-1", "greater than or equal to 0"),
    ("TELEGRAM__TOKEN", SECRET, "is no bot token"),
    ("TELEGRAM__TOKEN", f"12x:{SECRET}", "is no bot token"),
    ("TELEGRAM__TOKEN", f"12:{SECRET} and more", "is no bot token"),
    ("TELEGRAM__API_URL", SECRET, "must begin with http:// or https://"),
    ("TELEGRAM__MODE", SECRET, "'polling' or 'webhook'"),
    ("TELEGRAM__WEBHOOK_SECRET", f"{SECRET}!", "must be 1 to 256"),
    ("TELEGRAM__PACE", SECRET, "valid number"),
    ("SLACK__API_URL", SECRET, "must begin with http:// or https://"),
    ("SLACK__MODE", SECRET, "'socket' or 'http'"),
    ("SLACK__CHANNEL", "#", "names no channel"),
    ("SLACK__PACE", "-0.5", "greater than or equal to 0"),
    ("LOG_LEVEL", SECRET, "must be debug, info, warning or error"),
]


@pytest.mark.parametrize(("name", "value", "fault"), WRONG)
def test_a_wrong_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str) -> None:
    monkeypatch.setenv(f"CHATDESK_{name}", value)
    said = refusal()
    assert said.startswith(f"CHATDESK_{name}: ")
    assert fault in said
    assert f"Example: CHATDESK_{name}=" in said
    assert SECRET not in said
    assert len(said.splitlines()) == 1


def test_every_validator_has_a_case_above() -> None:
    """A setting that is text, without any demand on it, cannot be wrong."""
    free = {"SECRET_KEY", "HTTP__HOST", "SLACK__BOT_TOKEN", "SLACK__APP_TOKEN", "SLACK__SIGNING_SECRET"}
    free |= {"SLACK__AGENTS", "GROUP__NAME", "GROUP__ANSWER_WITHIN"}
    names = {variable.removeprefix(PREFIX) for variable, *_ in described()}
    assert {name for name, *_ in WRONG} == names - free


@pytest.mark.parametrize("name", ["REDIS_URL", "TELEGRAM__TOKEN", "SLACK__BOT_TOKEN", "SLACK__APP_TOKEN"])
def test_an_empty_secret_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"CHATDESK_{name}", "")
    found = load()
    section, _, field = name.lower().rpartition("__")
    assert not getattr(getattr(found, section) if section else found, field)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("CHATDESK_TELEGRM__TOKEN", "CHATDESK_TELEGRAM__TOKEN"),
        ("CHATDESK_TELEGRAM_TOKEN", "CHATDESK_TELEGRAM__TOKEN"),
        ("CHATDESK_SLACK__BOT", "CHATDESK_SLACK__BOT_TOKEN"),
        ("CHATDESK_HTTP__PROT", "CHATDESK_HTTP__PORT"),
        ("chatdesk_http__prot", "CHATDESK_HTTP__PORT"),
        ("CHATDESK_SLACK", "CHATDESK_SLACK__BOT_TOKEN"),
    ],
)
def test_a_name_in_the_environment_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, name: str, near: str) -> None:
    monkeypatch.setenv(name, SECRET)
    said = refusal()
    assert said == f"{name.upper()}: There is no such setting. Did you mean {near}?"


def test_a_name_like_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATDESK_XYZZY_QUUX_42", SECRET)
    assert refusal() == "CHATDESK_XYZZY_QUUX_42: There is no such setting. docs/settings.md lists all there are."


def test_lower_case_names_and_those_of_the_tests_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("chatdesk_http__port", "9000")
    monkeypatch.setenv("CHATDESK_SOAK", "1")
    assert load().http.port == 9000


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATDESK_HTTP__PORT", "x")
    monkeypatch.setenv("CHATDESK_COLOUR", "red")
    Path("chatdesk.toml").write_text("[telegram]\nmode = 'pigeon'\n")
    said = refusal().splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "CHATDESK_HTTP__PORT",
        "CHATDESK_TELEGRAM__MODE",
        "CHATDESK_COLOUR",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[http]\nprot = 1\n", "CHATDESK_HTTP__PROT: (http.prot in chatdesk.toml) There is no such setting."),
        ("[htp]\nport = 1\n", "CHATDESK_HTP: (htp in chatdesk.toml) There is no such setting."),
        ("[http]\nport = 'x'\n", "CHATDESK_HTTP__PORT: (http.port in chatdesk.toml) Input should be a valid integer"),
        (f"[telegram]\ntoken = '{SECRET}'\n", "(telegram.token in chatdesk.toml) is no bot token"),
        (f"[telegram]\ntoken = ['{SECRET}']\n", "CHATDESK_TELEGRAM__TOKEN: (telegram.token in chatdesk.toml)"),
        (f"[slack]\nagents = [1, '{SECRET}']\n", "CHATDESK_SLACK__AGENTS: (slack.agents in chatdesk.toml)"),
        ("http = 1\n", "CHATDESK_HTTP: (http in chatdesk.toml)"),
        (f"[telegram]\ntoken = '{SECRET}\n", "chatdesk.toml: cannot be read: "),
        ("\nlog_level\n", "(at line 2, column 10)"),
        ("\x00", "chatdesk.toml: cannot be read: "),
    ],
)
def test_what_is_wrong_in_the_file(text: str, said: str) -> None:
    Path("chatdesk.toml").write_text(text)
    found = refusal()
    assert said in found
    assert SECRET not in found
    assert len(found.splitlines()) == 1


def test_a_file_that_is_no_text() -> None:
    Path("chatdesk.toml").write_bytes(b"\xff\xfe")
    assert refusal().startswith("chatdesk.toml: cannot be read: ")


def test_what_the_examples_show_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, _, _, example in described():
        monkeypatch.setenv(variable, example)
    assert isinstance(load(), Settings)
