"""The manifest asks Slack for exactly what the adapter uses, and keeps Slack's limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

import chatdesk
from chatdesk.adapters.slack.channel import SlackChannel
from chatdesk.adapters.slack.listeners import Listeners
from chatdesk.adapters.slack.manifest import EVENTS, SCOPES, manifest
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.app import App
from chatdesk.cli import manifest as command
from chatdesk.desk.desk import Desk
from chatdesk.desk.files import Files
from chatdesk.settings import Settings, Slack, SlackMode
from chatdesk.storage.bell import LocalBell

REQUESTS = "https://desk.example.org/slack/events"

# https://docs.slack.dev/reference/scopes: what each method and event needs, for channels that a group may live in.
BOTH_READ, BOTH_HISTORY = {"channels:read", "groups:read"}, {"channels:history", "groups:history"}
METHOD_SCOPES: dict[str, set[str]] = {
    "auth_test": set(),
    "apps_connections_open": set(),  # the app-level token's connections:write
    "chat_postMessage": {"chat:write", "chat:write.customize"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "files_info": {"files:read"},
    "files_delete": {"files:write"},
    "pins_add": {"pins:write"},
    "pins_remove": {"pins:write"},
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    "conversations_list": BOTH_READ,
    "conversations_info": BOTH_READ,
    "conversations_members": BOTH_READ,
    "conversations_history": BOTH_HISTORY,
    "conversations_replies": BOTH_HISTORY,
    "users_info": {"users:read", "users:read.email"},
    "users_getPresence": {"users:read"},
    "users_list": {"users:read"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_update": set(),
    "views_publish": set(),
}
EVENT_SCOPES = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "member_joined_channel": BOTH_READ,
    "member_left_channel": BOTH_READ,
    "user_change": {"users:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "app_home_opened": set(),
    "pin_removed": {"pins:read"},
    **{f"channel_{what}": {"channels:read"} for what in ("archive", "unarchive", "rename", "deleted", "left")},
    **{f"group_{what}": {"groups:read"} for what in ("archive", "unarchive", "rename", "deleted", "left")},
    "tokens_revoked": set(),
    "app_uninstalled": set(),
}
FAMILIES = "auth|apps|bots|chat|conversations|files|pins|reactions|team|usergroups|users|views"
CALL = re.compile(rf"\bclient\.((?:{FAMILIES})_\w+)")
NAME = re.compile(rf"[\"']((?:{FAMILIES})\.[a-zA-Z.]+)[\"']")  # where the desk posts itself


def calls() -> set[str]:
    folder = Path(chatdesk.__file__).parent / "adapters/slack"
    texts = [file.read_text() for file in folder.glob("*.py")]
    by_name = {name.replace(".", "_") for text in texts for name in NAME.findall(text)}
    return by_name | {name for text in texts for name in CALL.findall(text)}


def test_the_scopes_are_those_of_the_methods_and_events_in_use() -> None:
    used = calls()
    assert used <= METHOD_SCOPES.keys(), "a new method: add it and its scopes to the table above"
    needed = {scope for name in used for scope in METHOD_SCOPES[name]}
    needed |= {scope for event in bot_events(manifest(None)) for scope in EVENT_SCOPES[event]}
    asked = manifest(None)["oauth_config"]["scopes"]["bot"]
    assert set(asked) == needed | {"commands"}
    assert len(set(asked)) == len(asked)
    assert all(SCOPES.values())


def bot_events(made: dict[str, Any]) -> list[str]:
    found: list[str] = made["settings"]["event_subscriptions"]["bot_events"]
    return found


async def test_the_events_are_those_that_the_listeners_hear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(Settings(database_url=f"sqlite:///{tmp_path}/x.db", slack=Slack(bot_token="xoxb-x")))
    desk = Desk(app.database, app.plan.directory, (), app.clock, LocalBell(), Files(tmp_path, app.database, app.clock))
    bolt = AsyncApp(token="xoxb-x", signing_secret="x")
    heard: list[str] = []
    listen = bolt.event
    monkeypatch.setattr(bolt, "event", lambda name: heard.append(name) or listen(name))  # type: ignore[func-returns-value]
    Listeners(SlackChannel(app.settings.slack), desk).register(bolt)
    await app.database.close()
    assert set(heard) == set(EVENTS)
    assert bot_events(manifest(None)) == [event for name in EVENTS for event in EVENTS[name]]


@pytest.mark.parametrize("requests", [None, REQUESTS])
def test_the_limits_of_slack_are_kept(requests: str | None) -> None:
    """https://docs.slack.dev/reference/app-manifest"""
    made = manifest(requests)
    shown, (slash,) = made["display_information"], made["features"]["slash_commands"]
    assert 1 <= len(shown["name"]) <= 35
    assert 1 <= len(shown["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert 1 <= len(made["features"]["bot_user"]["display_name"]) <= 80
    assert made["features"]["bot_user"]["always_online"] is True
    assert re.fullmatch(r"/[a-z]{1,31}", slash["command"])
    assert 1 <= len(slash["description"]) <= 2000
    assert 1 <= len(slash["usage_hint"]) <= 1000
    assert slash["usage_hint"].split()[0] in catalogue()
    for shortcut in made["features"]["shortcuts"]:
        assert shortcut["type"] == "message"
        assert 1 <= len(shortcut["name"]) <= 24
        assert 1 <= len(shortcut["callback_id"]) <= 255
        assert 1 <= len(shortcut["description"]) <= 150
    assert len(bot_events(made)) <= 100 and all(len(e) <= 50 for e in bot_events(made))


def test_socket_mode_has_no_addresses_and_http_mode_has_all() -> None:
    socket, http = manifest(None), manifest(REQUESTS)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(socket)
    assert http["settings"]["socket_mode_enabled"] is False
    places = [http["settings"]["event_subscriptions"], http["settings"]["interactivity"]]
    assert [p["request_url"] for p in places] == [REQUESTS, REQUESTS]
    assert http["features"]["slash_commands"][0]["url"] == REQUESTS


def test_the_command_prints_it_or_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHATDESK_SLACK__MODE", "http")
    monkeypatch.setenv("CHATDESK_PUBLIC_URL", "https://desk.example.org/")
    command.run(None)
    assert json.loads(capsys.readouterr().out) == manifest(REQUESTS)
    command.run(Path("made.json"))
    assert json.loads(Path("made.json").read_text()) == manifest(REQUESTS)
    with pytest.raises(SystemExit):
        command.run(Path("nowhere/made.json"))
    assert "nowhere/made.json cannot be written: No such file or directory." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "why"),
    [(None, "CHATDESK_PUBLIC_URL is missing"), ("http://desk.example.org", "Slack posts to https:// only")],
)
def test_http_mode_needs_an_address_of_the_world(url: str | None, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.requests(Settings(public_url=url, slack=Slack(mode=SlackMode.HTTP)))
    assert ended.value.code == 2
    assert why in capsys.readouterr().err
