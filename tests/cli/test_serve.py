"""`chatdesk serve` at its start: what a person has to mend ends it with a sentence, and an outage does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from chatdesk.app import App, CannotServe
from chatdesk.credentials import REFUSED
from tests.cli.command import chatdesk
from tests.cli.examined import changed
from tests.processes import Process, environment
from tests.stage import Stage, until

SECONDS = 30.0  # that a process may take to say why it does not start


async def refusal(stage: Stage, folder: Path, **changes: str) -> str:
    """The one sentence with which it ends; `TELEGRAM__TOKEN=...` changes a setting."""
    given = environment(stage.settings) | {f"CHATDESK_{name}": value for name, value in changes.items()}
    code, said = await asyncio.wait_for(chatdesk(given, folder, "serve"), SECONDS)
    assert code == 2, said
    told = [line for line in said.splitlines() if not line.startswith("{")]
    assert len(told) == 1, said
    assert "hush" not in said and "Traceback" not in said
    return told[0]


async def reason(stage: Stage, **changes: Any) -> str:
    """The same without a process of its own; `telegram__api_url=...` changes a setting."""
    with pytest.raises(CannotServe) as why:
        async with App(changed(stage.settings, **changes)).running():
            pass
    return str(why.value)


async def asked(stage: Stage) -> list[str]:
    """The methods that either service was called with."""
    calls = [*await stage.control.get("telegram/journal"), *await stage.control.get("slack/journal")]
    return [call["method"] for call in calls]


@asynccontextmanager
async def started(stage: Stage, folder: Path, **changes: str) -> AsyncIterator[Process]:
    process = Process(environment(stage.settings) | {f"CHATDESK_{n}": v for n, v in changes.items()}, folder)
    process.start()
    try:
        yield process
    finally:
        process.kill()


async def fails(stage: Stage, service: str, method: str, **how: Any) -> None:
    await stage.control.post(f"{service}/faults", kind="fail", method=method, times=-1, **how)


# -- what only a person can mend --------------------------------------------------------------------------------


async def test_a_token_that_telegram_does_not_know(world: Stage, tmp_path: Path) -> None:
    said = await refusal(world, tmp_path, TELEGRAM__TOKEN="123456:hush")
    assert said.startswith("CHATDESK_TELEGRAM__TOKEN: 127.0.0.1 does not know this token (401 Unauthorized).")
    assert "SLACK" not in said
    assert "@BotFather" in said and said.endswith("Example: CHATDESK_TELEGRAM__TOKEN=123456:ABC-DEF")


async def test_a_token_that_telegram_finds_no_bot_for(world: Stage) -> None:
    await fails(world, "telegram", "getMe", status=404, error="Not Found")
    assert "CHATDESK_TELEGRAM__TOKEN: 127.0.0.1 does not know this token (404 Not Found)." in await reason(world)


async def test_a_bot_token_that_slack_does_not_know(world: Stage) -> None:
    said = await reason(world, slack__bot_token=SecretStr("xoxb-hush"))
    assert said.startswith("CHATDESK_SLACK__BOT_TOKEN: Slack does not take this token (invalid_auth).")
    assert "OAuth & Permissions" in said and said.endswith("Example: CHATDESK_SLACK__BOT_TOKEN=xoxb-1-2-abc")


@pytest.mark.parametrize("error", REFUSED)
async def test_every_refusal_of_the_bot_token(world: Stage, error: str) -> None:
    await fails(world, "slack", "auth.test", status=200, error=error)
    assert f"CHATDESK_SLACK__BOT_TOKEN: Slack does not take this token ({error})." in await reason(world)


async def test_a_scope_that_is_missing(world: Stage) -> None:
    await world.control.post("slack/app", scopes=["chat:write"])
    said = await reason(world)
    assert said.startswith("CHATDESK_SLACK__BOT_TOKEN: its app lacks the scope ")
    assert ":read" in said and "reinstall the app" in said


async def test_an_app_token_that_slack_does_not_know(world: Stage) -> None:
    said = await reason(world, slack__app_token=SecretStr("xapp-hush"))
    assert said.startswith("CHATDESK_SLACK__APP_TOKEN: it is not taken by Slack (invalid_auth).")
    assert "Basic Information" in said and said.endswith("Example: CHATDESK_SLACK__APP_TOKEN=xapp-1-A-2-abc")


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("missing_scope", "it lacks the scope connections:write."),
        ("not_allowed_token_type", "it is not taken by Slack (not_allowed_token_type)."),
    ],
)
async def test_an_app_token_of_another_kind(world: Stage, error: str, what: str) -> None:
    await fails(world, "slack", "apps.connections.open", status=200, error=error)
    assert f"CHATDESK_SLACK__APP_TOKEN: {what} Make an app-level token with" in await reason(world)


async def test_an_address_that_is_another_server_s(world: Stage) -> None:
    nowhere = f"{world.playground.url}nowhere"
    said = await reason(world, telegram__api_url=nowhere)
    assert said.startswith("CHATDESK_TELEGRAM__API_URL: what answers at 127.0.0.1 is no Bot API server.")
    said = await reason(world, slack__api_url=f"{nowhere}/")
    assert said.startswith("CHATDESK_SLACK__API_URL: what answers at 127.0.0.1 is no Web API of Slack.")


async def test_slack_s_tokens_in_each_other_s_place_are_refused_before_anybody_is_asked(
    world: Stage, tmp_path: Path
) -> None:
    given = environment(world.settings)
    given["CHATDESK_SLACK__BOT_TOKEN"], given["CHATDESK_SLACK__APP_TOKEN"] = "xapp-hush", "xoxb-hush"
    before = await asked(world)
    code, said = await chatdesk(given, tmp_path, "serve")
    assert code == 2 and "hush" not in said
    assert [line.split(" which")[0] for line in said.splitlines()] == [
        "CHATDESK_SLACK__BOT_TOKEN: is the app-level token,",
        "CHATDESK_SLACK__APP_TOKEN: is the bot token,",
    ]
    assert await asked(world) == before


# -- where it listens -------------------------------------------------------------------------------------------


async def test_a_port_that_is_taken_is_said_before_anybody_is_asked(world: Stage, tmp_path: Path) -> None:
    before, port = await asked(world), world.playground.port
    said = await refusal(world, tmp_path, HTTP__PORT=str(port))
    assert said.startswith(f"CHATDESK_HTTP__PORT: another program has port {port} of 127.0.0.1. Stop it, or choose")
    assert f"Example: CHATDESK_HTTP__PORT={port + 1}" in said
    assert await asked(world) == before


async def test_a_host_that_is_not_this_machine(world: Stage) -> None:
    said = await reason(world, http__host="192.0.2.1")  # an address for documentation
    assert said.startswith("CHATDESK_HTTP__HOST: 192.0.2.1 is no address of this machine (")
    said = await reason(world, http__host="desk.invalid")
    assert said == "CHATDESK_HTTP__HOST: this machine knows no desk.invalid. Example: CHATDESK_HTTP__HOST=127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "localhost", "127.0.0.1"])
async def test_it_listens_where_it_is_told_to(world: Stage, host: str) -> None:
    desk = App(changed(world.settings, http__host=host, http__port=0))
    async with desk.running(), aiohttp.ClientSession(f"http://127.0.0.1:{desk.port}") as session:
        answer = await session.get("/healthz")
        assert answer.status in (200, 503)


# -- an outage --------------------------------------------------------------------------------------------------

OUTAGES: list[tuple[str, str, dict[str, Any]]] = [
    ("telegram", "*", {"status": 502}),
    ("telegram", "*", {"status": 429, "retry_after": 1}),
    ("slack", "*", {"status": 503}),
    ("slack", "*", {"status": 429, "retry_after": 1}),
    ("slack", "*", {"status": 200, "error": "internal_error"}),
    ("slack", "apps.connections.open", {"status": 429, "retry_after": 1}),
    ("slack", "apps.connections.open", {"status": 200, "error": "service_unavailable"}),
]


@pytest.mark.parametrize(("service", "method", "how"), OUTAGES)
async def test_a_service_that_is_ill_at_the_start_is_waited_for(
    world: Stage, tmp_path: Path, service: str, method: str, how: dict[str, Any]
) -> None:
    await fails(world, service, method, **how)
    async with started(world, tmp_path) as process, aiohttp.ClientSession() as session:

        async def refused() -> Any:
            assert process.is_alive, process.log
            journal = await world.control.get(f"{service}/journal")
            return len([call for call in journal if call["fault"]]) >= 2

        await until(refused, f"two calls that {service} refused", 60)
        await world.control.delete(f"{service}/faults")
        await process.is_well(session)
        assert all(json.loads(line) for line in process.log.splitlines())


async def test_a_token_that_turns_out_wrong_later_is_named_and_the_desk_goes_on(world: Stage, tmp_path: Path) -> None:
    await fails(world, "telegram", "deleteWebhook", status=401, error="Unauthorized")
    async with started(world, tmp_path) as process:
        said = await _ill(process, "CHATDESK_TELEGRAM__TOKEN")
        assert said["channels"]["telegram"].endswith(": copy it anew from @BotFather")
        assert said["channels"]["slack"] == "listening"
        assert "CHATDESK_TELEGRAM__TOKEN is not taken (Unauthorized)" in process.log
        await world.control.delete("telegram/faults")
        async with aiohttp.ClientSession() as session:
            await process.is_well(session)


async def test_a_public_url_that_telegram_does_not_take(world: Stage, tmp_path: Path) -> None:
    await fails(world, "telegram", "setWebhook", status=400, error="Bad Request: bad webhook: no such host")
    async with started(world, tmp_path, TELEGRAM__MODE="webhook") as process:
        await _ill(process, "CHATDESK_PUBLIC_URL: it is not taken (Bad Request: bad webhook: no such host)")
        await world.control.delete("telegram/faults")
        async with aiohttp.ClientSession() as session:
            await process.is_well(session)


async def _ill(process: Process, words: str) -> dict[str, Any]:
    """Wait until health says these words, and nothing starts any more."""
    async with aiohttp.ClientSession() as session:

        async def look() -> Any:
            try:
                async with session.get(f"{process.url}/healthz") as answer:
                    text = await answer.text()
                    return json.loads(text) if words in text and '"starting"' not in text else None
            except aiohttp.ClientError:
                return None

        found: dict[str, Any] = await until(look, f"{words!r} in /healthz", SECONDS)
        return found


async def test_what_libraries_log_is_json_too(world: Stage, tmp_path: Path) -> None:
    """Sockets that break make slack_sdk and asyncio speak; each of their lines is an object."""
    async with started(world, tmp_path) as process, aiohttp.ClientSession() as session:
        await process.is_well(session)
        await fails(world, "slack", "apps.connections.open", status=200, error="internal_error")
        await world.control.post("slack/cut")

        async def spoken() -> Any:
            found = [json.loads(line) for line in process.log.splitlines()]
            return [line for line in found if line.get("logger", "").startswith("slack")]

        (first, *_) = await until(spoken, "a line of slack_sdk", SECONDS)
        assert first["level"] in ("warning", "error") and first["timestamp"]
        await world.control.delete("slack/faults")
        await process.is_well(session)
        assert "Traceback (most recent call last)" not in process.log
