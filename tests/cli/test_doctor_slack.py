"""`chatdesk doctor` about Slack: tokens, scopes, the channel, and who the agents are."""

from __future__ import annotations

import pytest

from chatdesk.adapters.slack.manifest import SCOPES
from chatdesk.cli.checks.finding import Level
from tests.cli.examined import GONE, report, wrong
from tests.stage import CHANNEL, INGRID, PIOTR, Stage


async def test_a_wrong_bot_token(world: Stage) -> None:
    token = world.settings.model_validate({"slack": {"bot_token": "xoxb-hush"}}).slack.bot_token
    said = await wrong(world.settings, slack__bot_token=token)
    assert "the bot token is not taken: invalid_auth." in said and "CHATDESK_SLACK__BOT_TOKEN" in said
    assert "hush" not in said
    await world.control.post("slack/faults", kind="fail", method="auth.test", status=200, error="token_revoked")
    assert "the bot token is not taken: token_revoked." in await wrong(world.settings)


async def test_a_wrong_app_token(world: Stage) -> None:
    token = world.settings.model_validate({"slack": {"app_token": "xapp-hush"}}).slack.app_token
    said = await wrong(world.settings, slack__app_token=token)
    assert "the app token opens no socket: invalid_auth." in said and "connections:write" in said
    assert "hush" not in said
    await world.control.post(
        "slack/faults", kind="fail", method="apps.connections.open", status=200, error="missing_scope"
    )
    assert "the app token lacks the scope connections:write" in await wrong(world.settings)


@pytest.mark.parametrize(("method", "token"), [("apps.connections.open", "app"), ("auth.test", "bot")])
async def test_a_rate_limit_is_not_held_against_a_token(world: Stage, method: str, token: str) -> None:
    await world.control.post("slack/faults", kind="fail", method=method, status=429, retry_after=17)
    said = await wrong(world.settings)
    assert f"slack: the {token} token could not be checked: Slack asks to wait. That says nothing against it." in said
    assert "To mend it: run chatdesk doctor again in 17 s." in said
    await world.control.post("slack/faults", kind="fail", method=method, status=503)
    said = await wrong(world.settings)
    assert f"slack: the {token} token could not be checked: http://127.0.0.1:" in said
    assert "answers internal_error. To mend it: try again" in said


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_missing_scope(world: Stage, scope: str) -> None:
    await world.control.post("slack/app", scopes=[s for s in SCOPES if s != scope])
    said = await wrong(world.settings)
    assert f"slack: the scope {scope} is missing; it is needed to" in said
    assert "reinstall the app" in said
    assert len(said.splitlines()) == 1


async def test_slack_away(world: Stage) -> None:
    said = await wrong(world.settings, slack__api_url=f"{GONE}/slack/api/")
    assert "slack: no answer from http://127.0.0.1:9" in said and "CHATDESK_SLACK__API_URL" in said
    await world.control.post("slack/faults", kind="fail", method="auth.test", status=503)
    assert "slack: the bot token could not be checked: http://127.0.0.1:" in await wrong(world.settings)


async def test_no_such_channel(world: Stage) -> None:
    said = await wrong(world.settings, slack__channel="#nowhere")
    assert "the bot sees no channel #nowhere" in said
    assert "/invite @" in said and "CHATDESK_SLACK__CHANNEL" in said


async def test_a_public_channel_without_the_bot_and_without_a_list(world: Stage) -> None:
    made = await world.control.post("slack/channels", name="open", members=[PIOTR, INGRID])
    said = await wrong(world.settings, slack__channel="#open")
    assert "the bot is not in #open. To mend it: write in #open: /invite @" in said
    bot = (await world.control.get("slack/app"))["bot_user_id"]
    await world.control.post("slack/join", user=bot, channel=made["id"])
    said = await wrong(world.settings, slack__channel="#open")
    assert "nobody is an agent. To mend it: list members of #open in CHATDESK_SLACK__AGENTS" in said


async def test_who_is_listed_in_a_public_channel(world: Stage) -> None:
    bot = (await world.control.get("slack/app"))["bot_user_id"]
    await world.control.post("slack/channels", name="open", members=[PIOTR, INGRID, bot])
    listed = ["piotr@example.com", "@ghost", INGRID]
    found = await report(world.settings, slack__channel="#open", slack__agents=listed)
    said = "\n".join(map(str, found))
    assert "It is public, so that only those in CHATDESK_SLACK__AGENTS are agents." in said
    assert "wrong slack: @ghost of CHATDESK_SLACK__AGENTS is none of #open's members" in said
    assert "2 agents: Ingrid Solberg, Piotr Zieliński." in said
    assert sum(f.level is Level.WRONG for f in found) == 1


async def test_a_private_channel_with_nobody_in_it(world: Stage) -> None:
    for user in (PIOTR, INGRID):
        await world.control.post("slack/leave", user=user, channel=CHANNEL)
    said = await wrong(world.settings)
    assert "nobody is an agent. To mend it: invite people to #support" in said
