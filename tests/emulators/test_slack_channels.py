"""What becomes of channels, pins, tokens and people, and what the Web API answers then.

https://docs.slack.dev/reference/events/channel_archive and its siblings
https://docs.slack.dev/reference/methods/pins.add
"""

from __future__ import annotations

import asyncio

import pytest

from chatdesk.emulators.slack.calls import METHODS

from .slack_fixtures import BOT, Json, Slack, Socket, button, section, slack

__all__ = ["slack"]

_DEEDS = ("archive", "unarchive", "rename", "deleted")
LIFE = tuple(f"{kind}_{what}" for kind in ("channel", "group") for what in _DEEDS)


async def listening(slack: Slack, *events: str) -> Socket:
    await slack.do("app", events=list(events))
    return await slack.socket()


async def public(slack: Slack) -> None:
    await slack.do("channels", id="COPEN", name="open", members=[BOT, "UADA"])


# -- a channel's life


@pytest.mark.parametrize(("channel", "kind"), [("COPEN", "channel"), ("CDESK", "group")])
async def test_archived_and_brought_back(slack: Slack, channel: str, kind: str) -> None:
    await public(slack)
    ts = (await slack.good("chat.postMessage", channel=channel, text="card"))["ts"]
    await slack.good("reactions.add", channel=channel, timestamp=ts, name="eyes")
    socket = await listening(slack, *LIFE)
    await slack.do("archive", user="UADA", channel=channel)
    event = await socket.event()
    assert (event["type"], event["channel"], event["user"]) == (f"{kind}_archive", channel, "UADA")
    assert (await slack.good("conversations.info", channel=channel))["channel"]["is_archived"]
    at, item = {"channel": channel, "ts": ts}, {"channel": channel, "timestamp": ts}
    for method, arguments in (
        ("chat.postMessage", {"channel": channel, "text": "x"}),
        ("chat.postMessage", {"channel": channel, "text": "x", "thread_ts": ts}),
        ("chat.postEphemeral", {"channel": channel, "text": "x", "user": "UADA"}),
        ("chat.update", {**at, "text": "x"}),
        ("chat.delete", at),
        ("reactions.add", {**item, "name": "tada"}),
        ("reactions.remove", {**item, "name": "eyes"}),
        ("pins.add", item),
    ):
        assert (await slack.api(method, **arguments))["error"] == "is_archived", method
    newest, _ = (await slack.good("conversations.history", channel=channel))["messages"]
    assert newest["subtype"] == f"{kind}_archive" and "archived" in newest["text"]
    assert "is archived" in await slack.refused("post", user="UADA", channel=channel, text="x")
    await slack.do("unarchive", user="UADA", channel=channel)
    assert (await socket.event())["type"] == f"{kind}_unarchive"
    await slack.good("chat.update", **at, text="x")
    assert "not archived" in await slack.refused("unarchive", user="UADA", channel=channel)


@pytest.mark.parametrize(("channel", "kind"), [("COPEN", "channel"), ("CDESK", "group")])
async def test_renamed(slack: Slack, channel: str, kind: str) -> None:
    await public(slack)
    socket = await listening(slack, *LIFE, "message.channels", "message.groups")
    await slack.do("rename", user="UADA", channel=channel, name="help")
    event = await socket.event()
    assert event["type"] == f"{kind}_rename"
    assert (event["channel"]["id"], event["channel"]["name"]) == (channel, "help")
    line = await socket.event()
    assert (line["subtype"], line["name"], line["user"]) == (f"{kind}_name", "help", "UADA")
    found = (await slack.good("conversations.info", channel=channel))["channel"]
    assert found["name"] == "help" and found["previous_names"] == [line["old_name"]]
    await slack.good("chat.postMessage", channel="#help", text="found by its new name")
    answer = await slack.api("chat.postMessage", channel=line["old_name"], text="x")
    assert answer["error"] == "channel_not_found"
    assert "already" in await slack.refused("rename", user="UADA", channel=channel, name="general")


@pytest.mark.parametrize(("channel", "kind"), [("COPEN", "channel"), ("CDESK", "group")])
async def test_deleted(slack: Slack, channel: str, kind: str) -> None:
    await public(slack)
    ts = (await slack.good("chat.postMessage", channel=channel, text="card"))["ts"]
    socket = await listening(slack, *LIFE)
    await slack.do("delete_channel", user="UADA", channel=channel)
    event = await socket.event()
    assert (event["type"], event["channel"]) == (f"{kind}_deleted", channel)
    for method, arguments in (
        ("conversations.info", {}),
        ("conversations.history", {}),
        ("chat.postMessage", {"text": "x"}),
        ("chat.update", {"text": "x", "ts": ts}),
    ):
        assert (await slack.api(method, channel=channel, **arguments))["error"] == "channel_not_found"


async def test_a_response_url_into_a_deleted_channel(slack: Slack) -> None:
    socket = await listening(slack)
    blocks = [{"type": "actions", "elements": [button("Go", "go")]}]
    ts = (await slack.good("chat.postMessage", channel="CDESK", text="a", blocks=blocks))["ts"]
    pressing = asyncio.create_task(slack.do("press", user="UADA", channel="CDESK", ts=ts, label="Go"))
    url = (await socket.take())["payload"]["response_url"]
    await pressing
    await slack.do("delete_channel", user="UADA", channel="CDESK")
    async with slack.http.post(url, json={"text": "x"}) as response:
        assert (await response.json())["error"] == "channel_not_found"


async def test_the_life_of_a_private_channel_is_told_to_its_members_only(slack: Slack) -> None:
    await slack.do("channels", id="CSEC", name="secret", private=True, members=["UADA"])
    socket = await listening(slack, *LIFE)
    await slack.do("rename", user="UADA", channel="CSEC", name="hidden")
    await slack.do("archive", user="UADA", channel="CSEC")
    assert await socket.silent()
    await slack.do("archive", user="UADA", channel="CPUB")
    assert (await socket.event())["channel"] == "CPUB", "of a public one every app hears"
    await slack.without("groups:read")
    await slack.do("archive", user="UADA", channel="CDESK")
    assert await socket.silent()


@pytest.mark.parametrize(
    ("channel", "kind", "error"),
    [("COPEN", "channel_left", "not_in_channel"), ("CDESK", "group_left", "channel_not_found")],
)
async def test_the_bot_is_removed_and_invited_again(slack: Slack, channel: str, kind: str, error: str) -> None:
    await public(slack)
    socket = await listening(slack, "channel_left", "group_left", "member_joined_channel", "message.groups")
    await slack.do("leave", user=BOT, channel=channel)
    event = await socket.event()
    assert (event["type"], event["channel"]) == (kind, channel)
    assert (await slack.api("chat.postMessage", channel=channel, text="x"))["error"] == error
    await slack.do("post", user="UADA", channel=channel, text="unheard")
    assert await socket.silent()
    await slack.do("join", user=BOT, channel=channel)
    event = await socket.event()
    assert (event["type"], event["user"]) == ("member_joined_channel", BOT)
    await slack.good("chat.postMessage", channel=channel, text="x")


# -- direct messages


async def test_a_person_writes_to_the_app(slack: Slack) -> None:
    socket = await listening(slack, "message.im")
    direct = (await slack.good("conversations.open", users="UADA"))["channel"]["id"]
    await slack.do("post", user="UADA", channel=direct, text=f"<@{BOT}> help")
    event = await socket.event()
    assert (event["channel"], event["channel_type"], event["user"]) == (direct, "im", "UADA")
    found = (await slack.good("conversations.history", channel=direct))["messages"]
    assert [m["text"] for m in found] == [f"<@{BOT}> help"]
    await slack.without("im:history")
    await slack.do("post", user="UADA", channel=direct, text="again")
    assert await socket.silent()


# -- pins


async def test_pins(slack: Slack) -> None:
    socket = await listening(slack, "pin_added", "pin_removed")
    stamps = [(await slack.good("chat.postMessage", channel="CDESK", text=t))["ts"] for t in ("board", "card")]
    for ts in stamps:
        await slack.good("pins.add", channel="CDESK", timestamp=ts)
        event = await socket.event()
        assert (event["type"], event["user"], event["channel_id"]) == ("pin_added", BOT, "CDESK")
        assert event["item"]["message"]["ts"] == ts
    target = {"channel": "CDESK", "timestamp": stamps[0]}
    assert (await slack.api("pins.add", **target))["error"] == "already_pinned"
    items = (await slack.good("pins.list", channel="CDESK"))["items"]
    assert [(i["type"], i["message"]["text"], i["created_by"]) for i in items] == [
        ("message", "card", BOT),
        ("message", "board", BOT),
    ]
    history = await slack.good("conversations.history", channel="CDESK")
    assert history["pin_count"] == 2 and history["messages"][0]["pinned_to"] == ["CDESK"]
    assert (await slack.see("channel", channel="CDESK", user="UADA"))["pins"] == [stamps[1], stamps[0]]
    await slack.good("pins.remove", **target)
    assert (await socket.event())["type"] == "pin_removed"
    assert (await slack.api("pins.remove", **target))["error"] == "no_pin"
    await slack.good("chat.delete", channel="CDESK", ts=stamps[1])
    assert (await slack.good("pins.list", channel="CDESK"))["items"] == []


async def test_people_pin_too(slack: Slack) -> None:
    socket = await listening(slack, "pin_added", "pin_removed")
    ts = (await slack.do("post", user="UADA", channel="CDESK", text="x"))["ts"]
    await slack.do("pin", user="UBEN", channel="CDESK", ts=ts)
    assert (await socket.event())["user"] == "UBEN"
    assert "already_pinned" in await slack.refused("pin", user="UADA", channel="CDESK", ts=ts)
    await slack.do("unpin", user="UADA", channel="CDESK", ts=ts)
    assert (await socket.event())["type"] == "pin_removed"
    assert "no_pin" in await slack.refused("unpin", user="UADA", channel="CDESK", ts=ts)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "CDESK"}, "no_item_specified"),
        ({"channel": "CDESK", "timestamp": "1.1"}, "message_not_found"),
        ({"channel": "CPUB", "timestamp": "1.1"}, "not_in_channel"),
        ({"channel": "CNONE", "timestamp": "1.1"}, "channel_not_found"),
    ],
)
async def test_refused_pins(slack: Slack, arguments: Json, error: str) -> None:
    assert (await slack.api("pins.add", **arguments))["error"] == error


async def test_pins_have_scopes_and_a_tier(slack: Slack) -> None:
    await slack.do("app", scopes=["chat:write"])
    for method, scope in (("pins.add", "pins:write"), ("pins.remove", "pins:write"), ("pins.list", "pins:read")):
        assert (await slack.api(method, channel="CDESK"))["needed"] == scope
        assert METHODS[method].tier.name == "tier 2"


# -- tokens


async def test_a_revoked_token(slack: Slack) -> None:
    socket = await listening(slack, "tokens_revoked", "app_uninstalled", "message.groups")
    await slack.do("revoke")
    event = await socket.event()
    assert event["type"] == "tokens_revoked" and event["tokens"] == {"oauth": [], "bot": [BOT]}
    for method in ("auth.test", "chat.postMessage"):
        assert (await slack.api(method))["error"] == "token_revoked"
    await slack.good("apps.connections.open", "xapp-chatdesk")
    await slack.do("post", user="UADA", channel="CDESK", text="unheard")
    assert await socket.silent()
    assert "no tokens" in await slack.refused("uninstall")
    assert (await slack.do("install"))["bot_token"] == "xoxb-chatdesk"
    await slack.good("auth.test")
    await slack.do("post", user="UADA", channel="CDESK", text="heard")
    assert (await socket.event())["text"] == "heard"


async def test_an_app_that_is_removed(slack: Slack) -> None:
    socket = await listening(slack, "tokens_revoked", "app_uninstalled")
    blocks = [section("a", accessory=button("Go", "go"))]
    ts = (await slack.good("chat.postMessage", channel="CDESK", text="a", blocks=blocks))["ts"]
    await slack.do("uninstall")
    assert {(await socket.event())["type"] for _ in range(2)} == {"tokens_revoked", "app_uninstalled"}
    assert (await slack.api("auth.test"))["error"] == "account_inactive"
    pressed = await slack.do("press", user="UADA", channel="CDESK", ts=ts, label="Go")
    assert (pressed["delivered"], pressed["error"]) == (False, "dispatch_failed")
    commanded = await slack.do("command", user="UADA", channel="CDESK", command="/desk", text="help")
    assert commanded == {"answer": {}, "error": "dispatch_failed"}
    assert await socket.silent()
    await slack.do("install", bot_token="xoxb-second")
    assert (await slack.api("auth.test"))["error"] == "invalid_auth"
    await slack.good("auth.test", "xoxb-second")


# -- people


async def test_a_person_is_deactivated(slack: Slack) -> None:
    socket = await listening(slack, "user_change", "team_join")
    await slack.do("users", id="UBEN", deleted=True)
    event = await socket.event()
    assert (event["type"], event["user"]["id"], event["user"]["deleted"]) == ("user_change", "UBEN", True)
    assert (await slack.good("users.info", user="UBEN"))["user"]["deleted"]
    assert [u["id"] for u in (await slack.good("users.list"))["members"] if u["deleted"]] == ["UBEN"]
    assert "deactivated" in await slack.refused("post", user="UBEN", channel="CDESK", text="x")
    assert (await slack.api("conversations.open", users="UBEN"))["error"] == "user_disabled"
    whispered = await slack.api("chat.postEphemeral", channel="CDESK", user="UBEN", text="x")
    assert whispered["error"] == "user_not_in_channel"
    await slack.do("users", id="UNEW", name="new")
    event = await socket.event()
    assert (event["type"], event["user"]["id"]) == ("team_join", "UNEW")
