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


NO_NUMBER = "must be a whole number"
NO_URL = "must begin with http:// or https://"
NO_LENGTH = "must be a number with m, h or d behind it, such as 30m, 4h or 2d"
NO_PACE = "must be 0 or more"
WRONG = [
    ("DATABASE_URL", "nonsense", "is no database URL"),
    ("DATABASE_URL", f"postgresql://desk:x@host:{SECRET}/desk", "is no database URL"),
    ("DATABASE_URL", f"mysql://desk:{SECRET}@host/desk", "mysql is not supported; SQLite and PostgreSQL are"),
    ("REDIS_URL", f"http://:{SECRET}@host", "must begin with redis:// or rediss://"),
    ("REDIS_URL", f"redis://host:{SECRET}/0", "its host or port cannot be read"),
    ("REDIS_URL", "redis://", "names no host"),
    ("PUBLIC_URL", "desk.example.org", NO_URL),
    ("PUBLIC_URL", "https://", "names no host"),
    ("PUBLIC_URL", "https://desk.example.org:door", "its host or port cannot be read"),
    (
        "SECRET_KEY",
        SECRET,
        "has 17 characters, and needs 32 or more. This prints one: openssl rand -hex 32",
    ),
    ("HTTP__HOST", "", "must be an address of this machine, or a name of it, without scheme and port"),
    ("HTTP__HOST", f"http://{SECRET}", "must be an address of this machine, or a name of it, without scheme and port"),
    ("HTTP__PORT", SECRET, NO_NUMBER),
    ("HTTP__PORT", "", NO_NUMBER),
    ("HTTP__PORT", "80.5", NO_NUMBER),
    ("HTTP__PORT", "9" * 5000, NO_NUMBER),
    ("HTTP__PORT", "-1", "must be 0 or more"),
    ("HTTP__PORT", "65536", "must be 65535 or less"),
    ("TELEGRAM__TOKEN", SECRET, "is no bot token: those are a number, a colon and letters"),
    ("TELEGRAM__TOKEN", f"12x:{SECRET}", "is no bot token: those are a number, a colon and letters"),
    ("TELEGRAM__TOKEN", f"12:{SECRET} and more", "is no bot token: those are a number, a colon and letters"),
    ("TELEGRAM__API_URL", SECRET, NO_URL),
    ("TELEGRAM__MODE", SECRET, "must be polling or webhook"),
    ("TELEGRAM__WEBHOOK_SECRET", f"{SECRET}!", "must be 1 to 256 of A-Z, a-z, 0-9, _ and -"),
    ("TELEGRAM__WEBHOOK_SECRET", "x" * 257, "must be 1 to 256 of A-Z, a-z, 0-9, _ and -"),
    ("TELEGRAM__PACE", SECRET, "must be a number"),
    ("TELEGRAM__PACE", "-1", NO_PACE),
    ("TELEGRAM__PACE", "nan", "must be a finite number"),
    ("TELEGRAM__PACE", "inf", "must be a finite number"),
    (
        "SLACK__BOT_TOKEN",
        f"xapp-{SECRET}",
        "is the app-level token, which belongs into CHATDESK_SLACK__APP_TOKEN",
    ),
    ("SLACK__BOT_TOKEN", SECRET, "is no bot token: those begin with xoxb- and hold no spaces"),
    ("SLACK__BOT_TOKEN", f"xoxb-{SECRET} x", "is no bot token: those begin with xoxb- and hold no spaces"),
    ("SLACK__APP_TOKEN", f"xoxb-{SECRET}", "is the bot token, which belongs into CHATDESK_SLACK__BOT_TOKEN"),
    ("SLACK__APP_TOKEN", SECRET, "is no app-level token: those begin with xapp- and hold no spaces"),
    ("SLACK__API_URL", SECRET, NO_URL),
    ("SLACK__MODE", SECRET, "must be socket or http"),
    ("SLACK__CHANNEL", "#", "names no channel"),
    ("SLACK__CHANNEL", "help desk", "must be one channel's name or id, without spaces"),
    ("SLACK__CHANNEL", "#support,#other", "must be one channel's name or id, without spaces"),
    ("SLACK__CHANNEL", "x" * 81, "has 81 characters, and Slack's channels have 80 at most"),
    ("SLACK__AGENTS", ",,,", "names nobody: leave it out, or list people with commas between"),
    ("SLACK__PACE", "-0.5", NO_PACE),
    ("SLACK__PACE", "-inf", "must be a finite number"),
    ("GROUP__HOLD", "soon", "must be a number"),
    ("GROUP__HOLD", "-1", "must be 0 or more"),
    ("GROUP__HOLD", "301", "must be 300 or less"),
    ("GROUP__NAME", "", "is empty"),
    ("GROUP__NAME", "  ", "is empty"),
    ("GROUP__NAME", "x" * 61, "has 61 characters, and may have 60"),
    ("GROUP__NAME", "two\nlines", "must be one line of text"),
    ("GROUP__ANSWER_WITHIN", "", "is empty"),
    ("GROUP__ANSWER_WITHIN", "x" * 101, "has 101 characters, and may have 100"),
    ("GROUP__LANGUAGES", ",", "names no language"),
    ("GROUP__LANGUAGES", "en,klingon", "klingon is no language: those are written as en, de, fr or pt-BR"),
    ("GROUP__HOLD", "301", "must be 300 or less"),
    ("GROUP__THREAD", "both", "must be reply or note"),
    ("GROUP__AFTER_END", SECRET, "must be ask, reopen or new"),
    ("GROUP__REOPEN_DAYS", "0", "must be 1 or more"),
    ("GROUP__LEASE__REMIND_AFTER", "soon", NO_LENGTH),
    ("GROUP__LEASE__RETURN_AFTER", "0h", NO_LENGTH),
    ("GROUP__ROTA", "perhaps", "must be true or false"),
    ("GROUP__ASSIGNMENT__METHOD", "chance", "must be manual, round_robin or least_loaded"),
    ("GROUP__ASSIGNMENT__CAPACITY", "-1", "must be 0 or more"),
    ("GROUP__ASSIGNMENT__PRESENT", "perhaps", "must be true or false"),
    ("GROUP__FLOOD", "-1", "must be 0 or more"),
    ("GROUP__MUTE_MINUTES", "1441", "must be 1440 or less"),
    ("GROUP__DAY_OPENS", "8:30", "must be a time of day from 00:00 to 23:59, with two digits each"),
    ("GROUP__TIME_ZONE", "Europe/Warsow", "is no time zone of the IANA's list (did you mean Europe/Warsaw?)"),
    ("DESK", "", "names no file"),
    ("CANNED", "", "names no file"),
    ("LOG_LEVEL", SECRET, "must be debug, info, warning or error"),
]


@pytest.mark.parametrize(("name", "value", "fault"), WRONG)
def test_a_wrong_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str) -> None:
    monkeypatch.setenv(f"CHATDESK_{name}", value)
    example = {variable: shown for variable, *_, shown in described()}[f"CHATDESK_{name}"]
    assert refusal() == f"CHATDESK_{name}: {fault}. Example: CHATDESK_{name}={example}"
    assert SECRET not in fault


def test_every_validator_has_a_case_above() -> None:
    """A setting that is text, without any demand on it, cannot be wrong."""
    names = {variable.removeprefix(PREFIX) for variable, *_ in described()}
    assert {name for name, *_ in WRONG} == names - {"SLACK__SIGNING_SECRET", "FILES"}


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://desk.example.org", "in webhook mode Telegram posts to https only"),
        ("https://desk.example.org:8080", "Telegram posts to no port 8080, only to 443, 80, 88, 8443"),
    ],
)
def test_where_the_real_telegram_does_not_post_to(monkeypatch: pytest.MonkeyPatch, url: str, fault: str) -> None:
    monkeypatch.setenv("CHATDESK_PUBLIC_URL", url)
    assert load().public_url == url
    monkeypatch.setenv("CHATDESK_TELEGRAM__MODE", "webhook")
    assert refusal() == f"CHATDESK_PUBLIC_URL: {fault}. Example: CHATDESK_PUBLIC_URL=https://desk.example.org"
    monkeypatch.setenv("CHATDESK_TELEGRAM__API_URL", "http://127.0.0.1:8800/telegram")
    assert load().public_url == url


def test_words_are_taken_without_the_spaces_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATDESK_GROUP__NAME", " Support \U0001f469\u200d\U0001f4bb ")
    monkeypatch.setenv("CHATDESK_SLACK__CHANNEL", " #support ")
    monkeypatch.setenv("CHATDESK_SLACK__AGENTS", "")
    found = load()
    assert (found.group.name, found.slack.channel) == ("Support \U0001f469\u200d\U0001f4bb", "#support")
    assert found.slack.agents == []


@pytest.mark.parametrize("name", ["REDIS_URL", "SECRET_KEY", "TELEGRAM__TOKEN", "SLACK__BOT_TOKEN", "SLACK__APP_TOKEN"])
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
        ("[http]\nport = 'x'\n", "CHATDESK_HTTP__PORT: (http.port in chatdesk.toml) must be a whole number."),
        ("[http]\nport = [1]\n", "CHATDESK_HTTP__PORT: (http.port in chatdesk.toml) must be a whole number."),
        (f"[telegram]\ntoken = '{SECRET}'\n", "(telegram.token in chatdesk.toml) is no bot token"),
        (
            f"[telegram]\ntoken = ['{SECRET}']\n",
            "TELEGRAM__TOKEN: (telegram.token in chatdesk.toml) must be text.",
        ),
        (
            f"[slack]\nagents = [1, '{SECRET}']\n",
            "SLACK__AGENTS: (slack.agents in chatdesk.toml) must be text.",
        ),
        ("[slack]\nagents = 1\n", "(slack.agents in chatdesk.toml) must be a list of texts, or texts with commas"),
        ("[slack]\nagents = ['', ' ']\n", "CHATDESK_SLACK__AGENTS: (slack.agents in chatdesk.toml) names nobody"),
        ("http = 1\n", "CHATDESK_HTTP: (http in chatdesk.toml) is a section, and no setting of its own."),
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
    assert refusal() == "chatdesk.toml: cannot be read: it is no text in UTF-8."


def test_what_the_examples_show_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, _, _, example in described():
        monkeypatch.setenv(variable, example)
    assert isinstance(load(), Settings)
