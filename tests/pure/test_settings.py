"""Settings: a wrong one is named with its fault and an example, and no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatdesk.settings import SlackMode, TelegramMode, WrongSettings, described, load, secrets

TOKEN = "123456:very-secret-token"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable, *_ in described():
        monkeypatch.delenv(variable, raising=False)


def test_defaults() -> None:
    found = load()
    assert found.database_url == "sqlite:///var/chatdesk.db"
    assert (found.http.host, found.http.port) == ("127.0.0.1", 8080)
    assert (found.telegram.mode, found.slack.mode) == (TelegramMode.POLLING, SlackMode.SOCKET)
    assert found.telegram.token is None
    assert found.slack.channel == "#support"


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://u:p@h/d",
        "TELEGRAM__TOKEN": TOKEN,
        "TELEGRAM__MODE": "webhook",
        "TELEGRAM__PACE": "0",
        "SLACK__MODE": "http",
        "SLACK__AGENTS": "U1, anna@example.org ,,Otto",
        "HTTP__PORT": "9000",
        "PUBLIC_URL": "https://desk.example.org",
        "GROUP__NAME": "Experts",
        "LOG_LEVEL": "DEBUG",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CHATDESK_{name}", value)
    found = load()
    assert found.telegram.token is not None
    assert found.telegram.token.get_secret_value() == TOKEN
    assert found.telegram.mode is TelegramMode.WEBHOOK
    assert found.telegram.pace == 0
    assert found.slack.agents == ["U1", "anna@example.org", "Otto"]
    assert (found.http.port, found.group.name, found.log_level) == (9000, "Experts", "debug")


def test_the_file_and_the_environment_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("chatdesk.toml").write_text('log_level = "warning"\n[http]\nport = 9000\n[slack]\nchannel = "C1"\n')
    monkeypatch.setenv("CHATDESK_HTTP__PORT", "9001")
    found = load()
    assert (found.http.port, found.slack.channel, found.log_level) == (9001, "C1", "warning")


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [
        ("DATABASE_URL", "mysql://x/y", "mysql is not supported; SQLite and PostgreSQL are"),
        ("DATABASE_URL", "nonsense", "is no database URL"),
        ("HTTP__PORT", "eighty", "must be a whole number"),
        ("HTTP__PORT", "70000", "must be 65535 or less"),
        ("TELEGRAM__API_URL", "api.telegram.org", "must begin with http:// or https://"),
        ("TELEGRAM__MODE", "pigeon", "must be polling or webhook"),
        ("TELEGRAM__WEBHOOK_SECRET", "not allowed!", "must be 1 to 256 of A-Z, a-z, 0-9, _ and -"),
        ("TELEGRAM__PACE", "-1", "must be 0 or more"),
        ("SLACK__MODE", "x", "must be socket or http"),
        ("PUBLIC_URL", "desk.example.org", "must begin with http"),
        ("LOG_LEVEL", "loud", "must be debug, info, warning or error"),
    ],
)
def test_a_wrong_value_is_named_with_its_fault_and_an_example(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, fault: str
) -> None:
    monkeypatch.setenv(f"CHATDESK_{variable}", value)
    with pytest.raises(WrongSettings) as wrong:
        load()
    said = str(wrong.value)
    assert said.startswith(f"CHATDESK_{variable}: ")
    assert fault in said
    assert f"Example: CHATDESK_{variable}=" in said


def test_all_faults_at_once_and_no_secret_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATDESK_HTTP__PORT", "x")
    monkeypatch.setenv("CHATDESK_TELEGRAM__WEBHOOK_SECRET", "my secret!")
    monkeypatch.setenv("CHATDESK_TELEGRAM__TOKEN", TOKEN)
    with pytest.raises(WrongSettings) as wrong:
        load()
    assert len(str(wrong.value).splitlines()) == 2
    assert "my secret!" not in str(wrong.value)
    assert TOKEN not in str(wrong.value)


def test_a_name_that_does_not_exist_in_the_file_is_a_fault() -> None:
    Path("chatdesk.toml").write_text("colour = 1\n")
    with pytest.raises(WrongSettings, match=r"CHATDESK_COLOUR: .*There is no such setting"):
        load()


def test_a_broken_file_is_named() -> None:
    Path("chatdesk.toml").write_text("not toml")
    with pytest.raises(WrongSettings, match=r"chatdesk\.toml"):
        load()


def test_secrets_do_not_show_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "TELEGRAM__TOKEN": TOKEN,
        "TELEGRAM__WEBHOOK_SECRET": "hush-webhook",
        "SLACK__BOT_TOKEN": "xoxb-hush",
        "SLACK__APP_TOKEN": "xapp-hush",
        "SLACK__SIGNING_SECRET": "hush-signing",
        "SECRET_KEY": "hush" * 8,
        "REDIS_URL": "redis://:hush-redis@localhost",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CHATDESK_{name}", value)
    monkeypatch.setenv("CHATDESK_DATABASE_URL", "postgresql://desk:hush-database@localhost/desk")
    found = load()
    shown = repr(found) + found.model_dump_json()
    assert not [value for value in given.values() if value in shown]
    assert set(secrets(found)) == {*given.values(), ":hush-redis@", ":hush-database@"}


def test_every_setting_is_described_and_has_an_example() -> None:
    rows = described()
    assert len({variable for variable, *_ in rows}) == len(rows)
    assert all(what and example for _, what, _, example in rows)
