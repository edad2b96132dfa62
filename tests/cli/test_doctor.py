"""`chatdesk doctor` over the emulators: for every kind of failure it says what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from chatdesk.adapters.slack.manifest import SCOPES
from chatdesk.cli.checks.finding import Level
from chatdesk.conversations.acts import ACTS
from chatdesk.settings import SlackMode, TelegramMode
from chatdesk.storage.database import Database
from tests.cli.command import chatdesk
from tests.cli.examined import GONE, changed, report, wrong
from tests.conftest import NewDatabase
from tests.processes import environment
from tests.servers import free_port
from tests.stage import Mode, Stage, open_stage, until

MENU = ", ".join(sorted(f"/{name}" for name, act in ACTS.items() if act.in_menu))
HTTP = Mode("sqlite", TelegramMode.WEBHOOK, SlackMode.HTTP)


async def test_all_is_well(world: Stage) -> None:
    found = await report(world.settings)
    said = "\n".join(map(str, found))
    assert all(f.is_well for f in found), said
    assert "database: SQLite answers, at this program's version" in said
    assert "the token is that of @research_desk_bot (Research Desk)" in said
    assert f"web: chatdesk serve can listen on 127.0.0.1:{world.settings.http.port}." in said
    assert "updates come by polling, 0 wait" in said
    assert f"all {len(SCOPES)} scopes are granted" in said
    assert "the app token opens a socket" in said
    assert "the bot is in #support (C0SUPPORT). It is private, so that its members are agents." in said
    assert "2 agents: Ingrid Solberg, Piotr Zieliński." in said
    assert f"no {MENU} in the menu yet" in said


async def test_a_running_desk_is_well_in_http_mode_too(tmp_path: Path) -> None:
    async with open_stage(HTTP, f"sqlite:///{tmp_path}/desk.db") as stage:
        await stage.control.post("slack/app", scopes=list(SCOPES))
        found = await report(stage.settings)
    said = "\n".join(map(str, found))
    assert all(f.is_well for f in found), said
    assert "the webhook is set to http://127.0.0.1:" in said
    assert f"the commands are registered: {MENU}." in said
    assert "/healthz answers, and all is well there" in said
    assert "the signing secret is set" in said
    assert f"web: chatdesk serves on 127.0.0.1:{stage.settings.http.port} already." in said


# -- settings and storage -----------------------------------------------------------------------------------


async def test_what_is_missing_is_named(world: Stage) -> None:
    said = await wrong(world.settings, telegram__token=None, slack__app_token=None)
    assert "missing settings: CHATDESK_TELEGRAM__TOKEN is missing: the bot's token, from @BotFather. Example: " in said
    assert "missing settings: CHATDESK_SLACK__APP_TOKEN is missing" in said
    assert "wrong " not in said


async def test_a_database_of_another_version(world: Stage) -> None:
    database = Database(world.settings.database_url)
    async with database.begin() as c:
        await c.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    await database.close()
    said = await wrong(world.settings)
    assert "database: is at version 0000, this program needs" in said
    assert "To mend it: chatdesk migrate" in said


async def test_a_database_that_has_not_been_made_yet_is_a_note(world: Stage, tmp_path: Path) -> None:
    found = await report(world.settings, database_url=f"sqlite:///{tmp_path}/new/deep/x.db")
    notes = [f.what for f in found if f.about == "database"]
    assert notes == [
        f"{tmp_path}/new/deep/x.db is not there yet, and its folder can be written: chatdesk serve makes it."
    ]
    assert not (tmp_path / "new").exists()
    (tmp_path / "empty.db").touch()
    found = await report(world.settings, database_url=f"sqlite:///{tmp_path}/empty.db")
    assert [f.level for f in found if f.about == "database"] == [Level.NOTE]


async def test_an_sqlite_place_that_cannot_be(world: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("This is no database, and it is long enough to be told from one.")
    said = await wrong(world.settings, database_url=f"sqlite:///{tmp_path}/file/x.db")
    assert "file is no folder" in said and "CHATDESK_DATABASE_URL" in said
    said = await wrong(world.settings, database_url=f"sqlite:///{tmp_path}")
    assert "is no file" in said
    said = await wrong(world.settings, database_url=f"sqlite:///{tmp_path}/file")
    assert "does not answer: file is not a database" in said
    said = await wrong(world.settings, database_url="sqlite:////proc/chatdesk/x.db")
    assert "database:" in said


async def test_postgresql(world: Stage, empty_database: NewDatabase) -> None:
    url = await empty_database("postgres")
    found = await report(world.settings, database_url=url)
    assert [f.what for f in found if f.about == "database"] == [
        "has no tables yet: chatdesk serve makes them, or chatdesk migrate."
    ]
    said = await wrong(world.settings, database_url=url.replace("/test_", "/toast_"))
    assert 'database "toast_' in said and "does not exist" in said
    said = await wrong(world.settings, database_url=f"postgresql://desk:hush@127.0.0.1:{free_port()}/desk")
    assert "database: does not answer" in said and "hush" not in said


async def test_redis(world: Stage, valkey_url: str) -> None:
    given = world.settings.model_validate({"redis_url": valkey_url}).redis_url
    found = await report(world.settings, redis_url=given)
    assert "ok    redis: answers." in [str(f) for f in found]
    given = world.settings.model_validate({"redis_url": f"redis://:hush@127.0.0.1:{free_port()}/0"}).redis_url
    said = await wrong(world.settings, redis_url=given)
    assert "redis: does not answer" in said and "CHATDESK_REDIS_URL" in said and "hush" not in said


# -- Telegram -----------------------------------------------------------------------------------------------


async def test_a_wrong_telegram_token(world: Stage) -> None:
    token = world.settings.model_validate({"telegram": {"token": "123:hush"}}).telegram.token
    said = await wrong(world.settings, telegram__token=token)
    assert "does not know this token" in said and "CHATDESK_TELEGRAM__TOKEN" in said and "hush" not in said


async def test_telegram_away(world: Stage) -> None:
    said = await wrong(world.settings, telegram__api_url=f"{GONE}/telegram")
    assert "telegram: no answer from http://127.0.0.1:9" in said and "CHATDESK_TELEGRAM__API_URL" in said
    assert "demo-token" not in said
    await world.control.post("telegram/faults", kind="fail", method="getMe", status=502)
    assert "telegram:" in await wrong(world.settings)


async def test_a_webhook_while_polling(world: Stage) -> None:
    await _set_webhook(world, "http://127.0.0.1:9/hush")
    said = await wrong(world.settings)
    assert "a webhook at http://127.0.0.1:9 is set" in said and "CHATDESK_TELEGRAM__MODE=webhook" in said
    assert "hush" not in said


async def test_a_webhook_of_somebody_else_and_one_that_fails(world: Stage) -> None:
    http = changed(world.settings, telegram__mode=TelegramMode.WEBHOOK)
    found = await report(http)
    assert "note  telegram: no webhook is set yet" in "\n".join(map(str, found))
    await _set_webhook(world, "http://127.0.0.1:9/hush")
    said = await wrong(http)
    assert "telegram: the webhook is at http://127.0.0.1:9, not at" in said and "hush" not in said
    await _set_webhook(world, f"{http.public_url}/telegram/main")
    await world.customer().says("Is anybody there?")

    async def failed() -> bool:
        return bool((await world.control.get("telegram/bots"))[0]["webhook"].get("last_error_message"))

    await until(failed, "a delivery to the webhook that failed")
    said = await wrong(http)
    assert "1 updates wait for the webhook; its last delivery failed:" in said and "CHATDESK_PUBLIC_URL" in said


async def _set_webhook(world: Stage, url: str) -> None:
    telegram = world.settings.telegram
    assert telegram.token is not None
    call = f"{telegram.api_url}/bot{telegram.token.get_secret_value()}/setWebhook"
    async with world.control._session.post(call, json={"url": url}) as answer:
        assert answer.status == 200, await answer.text()


# -- the web server -----------------------------------------------------------------------------------------


async def test_nothing_answers_at_the_public_url(world: Stage) -> None:
    said = await wrong(world.settings, slack__mode=SlackMode.HTTP)
    assert "web: nothing answers at http://127.0.0.1:" in said and "start chatdesk serve" in said
    assert "CHATDESK_PUBLIC_URL is missing" in await wrong(world.settings, slack__mode=SlackMode.HTTP, public_url=None)


async def test_something_else_answers_at_the_public_url(world: Stage) -> None:
    said = await wrong(world.settings, slack__mode=SlackMode.HTTP, public_url=world.playground.url)
    assert "/healthz answers 404, and that is not chatdesk" in said


async def test_an_ill_desk_at_the_public_url(world: Stage) -> None:
    async def ill(request: web.Request) -> web.Response:
        return web.json_response({"status": "ill", "database": "does not answer"}, status=503)

    server = web.Application()
    server.add_routes([web.get("/healthz", ill)])
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    said = await wrong(world.settings, slack__mode=SlackMode.HTTP, public_url=url)
    await runner.cleanup()
    assert "but is ill" in said and "database" in said


async def test_the_real_slack_posts_to_https_only(world: Stage) -> None:
    said = await wrong(
        world.settings, slack__mode=SlackMode.HTTP, slack__bot_token=None, slack__api_url="https://slack.com/api/"
    )
    assert "is not https. To mend it: CHATDESK_PUBLIC_URL must begin with https://" in said


async def test_a_port_that_another_program_has(world: Stage) -> None:
    port = world.playground.port
    said = await wrong(world.settings, http__port=port)
    assert f"web: CHATDESK_HTTP__PORT: another program has port {port} of 127.0.0.1." in said


async def test_a_host_that_is_not_this_machine(world: Stage) -> None:
    said = await wrong(world.settings, http__host="192.0.2.1")  # an address for documentation
    assert "web: CHATDESK_HTTP__HOST: 192.0.2.1 is no address of this machine" in said
    said = await wrong(world.settings, http__host="desk.invalid")
    assert (
        "web: CHATDESK_HTTP__HOST: this machine knows no desk.invalid. Example: CHATDESK_HTTP__HOST=127.0.0.1" in said
    )


# -- the command itself -------------------------------------------------------------------------------------


async def test_the_command_ends_well_when_all_is_well(world: Stage, tmp_path: Path) -> None:
    code, said = await chatdesk(environment(world.settings), tmp_path, "doctor")
    assert (code, said.splitlines()[-1]) == (0, "All is well."), said
    assert all(line[:5] in ("ok   ", "note ") for line in said.splitlines()[:-2])


async def test_the_command_fails_when_something_is_wrong(world: Stage, tmp_path: Path) -> None:
    await world.control.post("slack/app", scopes=[s for s in SCOPES if s != "users:read"])
    given = environment(world.settings) | {"CHATDESK_TELEGRAM__TOKEN": "1:hush"}
    code, said = await chatdesk(given, tmp_path, "doctor")
    assert code == 1
    assert "wrong slack: the scope users:read is missing" in said
    assert "wrong telegram: " in said
    assert "2 of " in said.splitlines()[-1]
    assert "hush" not in said and "xoxb-" not in said.replace("(xoxb-...)", "")


async def test_the_command_with_settings_that_cannot_be_read(tmp_path: Path) -> None:
    given = {"CHATDESK_HTTP__PORT": "x", "CHATDESK_COLOUR": "red", "CHATDESK_SECRET_KEY": "hush" * 3}
    code, said = await chatdesk(given, tmp_path, "doctor")
    assert code == 1
    assert (
        "wrong settings: CHATDESK_SECRET_KEY: has 12 characters, and needs 32 or more." in said and "hush" not in said
    )
    assert "wrong settings: CHATDESK_HTTP__PORT: " in said and "wrong settings: CHATDESK_COLOUR: " in said
