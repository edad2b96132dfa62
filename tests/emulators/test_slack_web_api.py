"""The Web API: arguments, tokens, scopes, messages, reactions, lookups, limits, faults, journal."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.emulators.slack import SlackEmulator
from chatdesk.emulators.slack.calls import METHODS

from .slack_fixtures import BOT, Slack, running, section, slack

__all__ = ["slack"]


async def post(slack: Slack, text: str = "hi", **more: Any) -> str:
    return str((await slack.good("chat.postMessage", channel="CDESK", text=text, **more))["ts"])


# -- arguments and tokens


async def test_every_way_to_pass_arguments(slack: Slack) -> None:
    bearer = {"Authorization": "Bearer xoxb-chatdesk"}
    arguments = {"channel": "CDESK", "text": "a"}
    url = f"{slack.api_url}chat.postMessage"
    multipart = aiohttp.FormData(default_to_multipart=True)
    for key, value in arguments.items():
        multipart.add_field(key, value)
    for given in ({"json": arguments}, {"data": arguments}, {"data": multipart}, {"params": arguments}):
        async with slack.http.post(url, headers=bearer, **given) as response:
            assert (await response.json())["ok"], given
    async with slack.http.get(url, params=arguments | {"token": "xoxb-chatdesk"}) as response:
        assert (await response.json())["ok"]
    async with slack.http.post(url, headers=bearer, data=b"{", skip_auto_headers=["Content-Type"]) as response:
        assert (await response.json())["error"] == "invalid_post_type"
    async with slack.http.post(url, headers=bearer | {"Content-Type": "application/json"}, data=b"{") as response:
        assert (await response.json())["error"] == "invalid_json"
    async with slack.http.post(url, headers=bearer, json=[1]) as response:
        assert (await response.json())["error"] == "json_not_object"


async def test_tokens(slack: Slack) -> None:
    async with slack.http.post(f"{slack.api_url}auth.test") as response:
        assert (await response.json())["error"] == "not_authed"
    assert (await slack.api("auth.test", "xoxb-other"))["error"] == "invalid_auth"
    assert (await slack.api("auth.test", "xapp-chatdesk"))["error"] == "not_allowed_token_type"
    assert (await slack.api("apps.connections.open"))["error"] == "not_allowed_token_type"
    me = await slack.good("auth.test")
    assert (me["user_id"], me["bot_id"], me["team"], me["user"]) == (BOT, "B0001", "Research Desk", "chatdesk")


async def test_unknown_method_and_argument(slack: Slack) -> None:
    assert (await slack.api("chat.shout"))["error"] == "unknown_method"
    answer = await slack.api("chat.postMessage", channel="CDESK", txt="a")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] unknown argument: txt"]


async def test_scopes(slack: Slack) -> None:
    await slack.do("app", scopes=["chat:write", "users:read"])
    _, answer, headers = await slack.raw("reactions.add", channel="CDESK", timestamp="1.2", name="eyes")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")
    assert answer["provided"] == headers["X-OAuth-Scopes"] == "chat:write,users:read"
    answer = await slack.api("chat.postMessage", channel="CDESK", text="a", username="Eva")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write.customize")
    assert "email" not in (await slack.good("users.info", user="UADA"))["user"]["profile"]


# -- messages


async def test_posting_as_itself_and_under_another_name(slack: Slack) -> None:
    answer = await slack.good("chat.postMessage", channel="CDESK", text="a &amp; <@UADA>")
    assert (answer["channel"], answer["message"]["user"], answer["message"]["bot_id"]) == ("CDESK", BOT, "B0001")
    assert answer["message"]["text"] == "a &amp; <@UADA>"
    named = await slack.good("chat.postMessage", channel="CDESK", text="b", username="Eva", icon_emoji=":wave:")
    assert (named["message"]["username"], named["message"]["subtype"]) == ("Eva", "bot_message")
    assert named["message"]["icons"] == {"emoji": ":wave:"}
    assert named["ts"] > answer["ts"]
    seen = (await slack.see("channel", channel="CDESK", user="UADA"))["messages"]
    assert [(m["bot"], m["username"]) for m in seen] == [(True, None), (True, "Eva")]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "CNONE", "text": "a"}, "channel_not_found"),
        ({"channel": "CPUB", "text": "a"}, "not_in_channel"),
        ({"channel": "CDESK"}, "no_text"),
        ({"channel": "CDESK", "text": ""}, "no_text"),
        ({"channel": "CDESK", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "CDESK", "text": "a", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "CDESK", "blocks": {"a": 1}}, "invalid_blocks_format"),
        ({"channel": "CDESK", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "CDESK", "text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
async def test_refused_posts(slack: Slack, arguments: dict[str, Any], error: str) -> None:
    assert (await slack.api("chat.postMessage", **arguments))["error"] == error
    assert (await slack.see("journal"))[-1]["done"] is False


async def test_a_private_channel_without_the_bot_is_not_found_and_an_archived_one_refuses(slack: Slack) -> None:
    await slack.do("channels", id="CSEC", name="secret", private=True, members=["UADA"])
    assert (await slack.api("conversations.info", channel="CSEC"))["error"] == "channel_not_found"
    await slack.do("channels", id="CDESK", is_archived=True)
    assert (await slack.api("chat.postMessage", channel="CDESK", text="a"))["error"] == "is_archived"


async def test_update_keeps_what_is_not_given(slack: Slack) -> None:
    ts = await post(slack, "old", blocks=[section("old")], metadata={"event_type": "card", "event_payload": {"n": 1}})
    answer = await slack.good("chat.update", channel="CDESK", ts=ts, text="new")
    assert answer["text"] == "new" and answer["message"]["blocks"][0]["text"]["text"] == "old"
    assert answer["message"]["metadata"]["event_payload"] == {"n": 1}
    assert answer["message"]["edited"]["user"] == BOT
    answer = await slack.good("chat.update", channel="CDESK", ts=ts, text="new", blocks=[])
    assert "blocks" not in answer["message"]
    assert (await slack.api("chat.update", channel="CDESK", ts=ts, text=""))["error"] == "no_text"
    assert (await slack.api("chat.update", channel="CDESK", ts="1.000001", text="a"))["error"] == "message_not_found"
    theirs = (await slack.do("post", user="UADA", channel="CDESK", text="mine"))["ts"]
    assert (await slack.api("chat.update", channel="CDESK", ts=theirs, text="a"))["error"] == "cant_update_message"
    assert (await slack.api("chat.delete", channel="CDESK", ts=theirs))["error"] == "cant_delete_message"


async def test_delete_leaves_a_tombstone_over_replies(slack: Slack) -> None:
    lone, root = await post(slack), await post(slack)
    await post(slack, "reply", thread_ts=root)
    await slack.good("chat.delete", channel="CDESK", ts=lone)
    await slack.good("chat.delete", channel="CDESK", ts=root)
    found = (await slack.good("conversations.history", channel="CDESK"))["messages"]
    assert [(m["ts"], m["subtype"], m["text"]) for m in found] == [(root, "tombstone", "This message was deleted.")]
    assert len((await slack.good("conversations.replies", channel="CDESK", ts=root))["messages"]) == 2
    assert (await slack.api("chat.delete", channel="CDESK", ts=lone))["error"] == "message_not_found"


async def test_ephemerals_are_for_one(slack: Slack) -> None:
    answer = await slack.good("chat.postEphemeral", channel="CDESK", user="UADA", text="psst")
    assert (await slack.see("channel", channel="CDESK", user="UADA"))["ephemerals"] == [
        {"ts": answer["message_ts"], "thread_ts": None, "text": "psst", "blocks": []}
    ]
    assert (await slack.see("channel", channel="CDESK", user="UBEN"))["ephemerals"] == []
    answer = await slack.api("chat.postEphemeral", channel="CDESK", user="UCY", text="psst")
    assert answer["error"] == "user_not_in_channel"
    assert (await slack.good("conversations.history", channel="CDESK"))["messages"] == []


async def test_permalink(slack: Slack) -> None:
    root = await post(slack)
    reply = await post(slack, thread_ts=root)
    link = (await slack.good("chat.getPermalink", channel="CDESK", message_ts=root))["permalink"]
    assert link == f"https://research-desk.slack.com/archives/CDESK/p{root.replace('.', '')}"
    link = (await slack.good("chat.getPermalink", channel="CDESK", message_ts=reply))["permalink"]
    assert link.endswith(f"?thread_ts={root}&cid=CDESK")
    assert (await slack.api("chat.getPermalink", channel="CDESK", message_ts="1.1"))["error"] == "message_not_found"


async def test_reactions(slack: Slack) -> None:
    ts = await post(slack)
    target = {"channel": "CDESK", "timestamp": ts}
    assert (await slack.api("reactions.add", name="✅", **target))["error"] == "invalid_name"
    await slack.good("reactions.add", name="white_check_mark", **target)
    assert (await slack.api("reactions.add", name="white_check_mark", **target))["error"] == "already_reacted"
    message = (await slack.good("reactions.get", **target))["message"]
    assert message["reactions"] == [{"name": "white_check_mark", "users": [BOT], "count": 1}]
    await slack.good("reactions.remove", name="white_check_mark", **target)
    assert (await slack.api("reactions.remove", name="white_check_mark", **target))["error"] == "no_reaction"
    assert (await slack.api("reactions.add", name="eyes", channel="CDESK"))["error"] == "no_item_specified"
    answer = await slack.api("reactions.add", name="eyes", channel="CDESK", timestamp="1.000001")
    assert answer["error"] == "message_not_found"


# -- lookups


async def test_history_pages_newest_first_and_hides_replies(slack: Slack) -> None:
    stamps = [await post(slack, str(n)) for n in range(5)]
    await post(slack, "reply", thread_ts=stamps[0])
    await post(slack, "told all", thread_ts=stamps[0], reply_broadcast=True)
    seen: list[str] = []
    cursor = ""
    while True:
        page = await slack.good("conversations.history", channel="CDESK", limit=2, cursor=cursor)
        seen += [m["text"] for m in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == ["told all", "4", "3", "2", "1", "0"]
    some = await slack.good("conversations.history", channel="CDESK", oldest=stamps[1], latest=stamps[3])
    assert [m["text"] for m in some["messages"]] == ["2"]
    some = await slack.good("conversations.history", channel="CDESK", oldest=stamps[3], inclusive=True, limit=3)
    assert [m["text"] for m in some["messages"]] == ["told all", "4", "3"]
    for cursor in ("?", "bm9uc2Vuc2U="):
        answer = await slack.api("conversations.history", channel="CDESK", cursor=cursor)
        assert answer["error"] == "invalid_cursor"
    assert (await slack.api("conversations.history", channel="CDESK", limit=1000))["error"] == "invalid_limit"
    assert (await slack.api("conversations.history", channel="CPUB"))["error"] == "not_in_channel"


async def test_replies_and_metadata(slack: Slack) -> None:
    root = await post(slack, "root", metadata={"event_type": "card", "event_payload": {"ticket": 7}})
    replies = [await post(slack, f"r{n}", thread_ts=root) for n in range(3)]
    answer = await slack.good("conversations.replies", channel="CDESK", ts=root, include_all_metadata=True)
    first, *rest = answer["messages"]
    assert first["metadata"] == {"event_type": "card", "event_payload": {"ticket": 7}}
    assert (first["reply_count"], first["latest_reply"], first["reply_users"]) == (3, replies[-1], [BOT])
    assert [m["parent_user_id"] for m in rest] == [BOT] * 3 and [m["ts"] for m in rest] == replies
    answer = await slack.good("conversations.replies", channel="CDESK", ts=root, oldest=replies[1])
    assert [m["text"] for m in answer["messages"]] == ["root", "r2"] and "metadata" not in answer["messages"][0]
    page = await slack.good("conversations.replies", channel="CDESK", ts=root, limit=2)
    cursor = page["response_metadata"]["next_cursor"]
    page = await slack.good("conversations.replies", channel="CDESK", ts=root, limit=2, cursor=cursor)
    assert [m["text"] for m in page["messages"]] == ["r1", "r2"] and not page["has_more"]
    assert (await slack.api("conversations.replies", channel="CDESK", ts="1.000001"))["error"] == "thread_not_found"


async def test_conversations(slack: Slack) -> None:
    await slack.do("channels", id="CSEC", name="secret", private=True, members=["UADA"])
    both = "public_channel,private_channel"
    found = (await slack.good("conversations.list", types=both))["channels"]
    assert [(c["id"], c["is_private"], c["is_member"]) for c in found] == [
        ("CDESK", True, True),
        ("CPUB", False, False),
    ]
    first = await slack.good("conversations.list", types=both, limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.good("conversations.list", types=both, limit=1, cursor=cursor)
    assert [c["id"] for c in second["channels"]] == ["CPUB"] and not second["response_metadata"]["next_cursor"]
    assert (await slack.api("conversations.list", types="secret"))["error"] == "invalid_types"
    assert (await slack.good("conversations.members", channel="CDESK"))["members"] == [BOT, "UADA", "UBEN"]
    info = await slack.good("conversations.info", channel="CDESK", include_num_members=True)
    assert (info["channel"]["name"], info["channel"]["num_members"]) == ("desk", 3)
    assert (await slack.api("conversations.join", channel="CPUB"))["error"] == "missing_scope"
    scopes = (await slack.see("app"))["scopes"]
    await slack.do("app", scopes=[*scopes, "channels:join"])
    assert (await slack.good("conversations.join", channel="CPUB"))["channel"]["is_member"]
    answer = await slack.api("conversations.join", channel="CDESK")
    assert answer["error"] == "method_not_supported_for_channel_type"


async def test_each_kind_of_conversation_has_its_scope(slack: Slack) -> None:
    await slack.do("app", scopes=["channels:read", "channels:history"])
    for method in ("conversations.info", "conversations.members"):
        assert (await slack.api(method, channel="CDESK"))["needed"] == "groups:read"
        await slack.good(method, channel="CPUB")
    assert (await slack.api("conversations.history", channel="CDESK"))["needed"] == "groups:history"
    assert (await slack.api("conversations.list", types="private_channel"))["needed"] == "groups:read"


@pytest.mark.parametrize(
    ("tier", "methods"),
    [
        ("posting", {"chat.postMessage"}),
        ("generous", {"auth.test", "chat.getPermalink"}),
        ("tier 1", {"apps.connections.open"}),
        ("tier 2", {"conversations.list", "users.list", "reactions.remove"}),
        ("tier 4", {"chat.postEphemeral", "conversations.members", "users.info", "views.open", "views.push"}),
        ("tier 3", {"chat.update", "chat.delete", "reactions.add", "conversations.info", "conversations.replies"}),
    ],
)
def test_tiers_are_those_of_the_documentation(tier: str, methods: set[str]) -> None:
    assert {METHODS[m].tier.name for m in methods} == {tier}


async def test_direct_messages(slack: Slack) -> None:
    direct = (await slack.good("conversations.open", users="UADA"))["channel"]["id"]
    assert (await slack.good("chat.postMessage", channel="UADA", text="hi"))["channel"] == direct
    assert [m["text"] for m in (await slack.see("channel", channel=direct, user="UADA"))["messages"]] == ["hi"]
    assert "sees no channel" in (await slack.refused("post", user="UBEN", channel=direct, text="x"))
    assert (await slack.api("conversations.open", users="UNONE"))["error"] == "user_not_found"
    assert (await slack.api("conversations.open", users="UADA,UBEN"))["error"] == "missing_scope"
    assert (await slack.api("conversations.open"))["error"] == "users_list_not_supplied"


async def test_people(slack: Slack) -> None:
    user = (await slack.good("users.info", user="UADA"))["user"]
    assert (user["name"], user["profile"]["email"], user["is_bot"]) == ("ada", "ada@desk.example", False)
    assert (await slack.good("users.info", user="UGUY"))["user"]["is_restricted"]
    assert (await slack.api("users.info", user="UNONE"))["error"] == "user_not_found"
    assert (await slack.good("users.lookupByEmail", email="Ada@desk.example"))["user"]["id"] == "UADA"
    assert (await slack.api("users.lookupByEmail", email="x@y.example"))["error"] == "users_not_found"
    page = await slack.good("users.list", limit=3)
    assert [u["id"] for u in page["members"]] == [BOT, "UADA", "UBEN"]
    page = await slack.good("users.list", limit=3, cursor=page["response_metadata"]["next_cursor"])
    assert [u["id"] for u in page["members"]] == ["UCY", "UGUY"]
    assert (await slack.good("bots.info", bot="B0001"))["bot"]["user_id"] == BOT
    assert (await slack.api("bots.info", bot="B9"))["error"] == "bot_not_found"
    assert (await slack.api("team.info"))["needed"] == "team:read"
    await slack.do("app", scopes=["team:read"])
    assert (await slack.good("team.info"))["team"]["id"] == "T0001"


# -- limits, faults, journal


async def test_rate_limits_as_published() -> None:
    async with running(SlackEmulator(pace=1)) as slack:
        for name in ("CONE", "CTWO"):
            await slack.do("channels", id=name, name=name.lower(), members=[BOT])
        for _ in range(4):
            await slack.good("chat.postMessage", channel="CONE", text="a")
        status, answer, headers = await slack.raw("chat.postMessage", channel="CONE", text="a")
        assert (status, answer["error"], headers["Retry-After"]) == (429, "ratelimited", "1")
        await slack.good("chat.postMessage", channel="CTWO", text="another channel is free")
        for _ in range(20):
            await slack.good("conversations.list")
        status, _, headers = await slack.raw("conversations.list")
        assert status == 429 and 1 <= int(headers["Retry-After"]) <= 3
        entry = (await slack.see("journal"))[-1]
        assert (entry["done"], entry["status"]) == (False, 429)


async def test_faults(slack: Slack) -> None:
    await slack.do("faults", kind="fail", method="chat.postMessage", status=429, retry_after=3)
    status, answer, headers = await slack.raw("chat.postMessage", channel="CDESK", text="a")
    assert (status, answer, headers["Retry-After"]) == (429, {"ok": False, "error": "ratelimited"}, "3")
    await slack.do("faults", kind="fail", status=200, error="fatal_error", only={"channel": "CDESK"})
    await slack.good("auth.test")
    assert (await slack.raw("chat.postMessage", channel="CDESK", text="a"))[:2] == (
        200,
        {"ok": False, "error": "fatal_error"},
    )
    await slack.do("faults", kind="fail")
    assert (await slack.raw("auth.test"))[0] == 500
    await slack.do("faults", kind="delay", seconds=0.05)
    await slack.good("auth.test")
    await slack.do("faults", kind="lose_answer", method="chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await slack.raw("chat.postMessage", channel="CDESK", text="lost")
    seen = (await slack.see("channel", channel="CDESK", user="UADA"))["messages"]
    assert [m["text"] for m in seen] == ["lost"]
    journal = await slack.see("journal", method="chat.postMessage")
    assert [(e["fault"], e["done"], e["status"]) for e in journal] == [
        ("fail", False, 429),
        ("fail", False, 200),
        ("lose_answer", True, 0),
    ]
    assert "token" not in journal[0]["arguments"]
    assert "kind" in await slack.refused("faults", kind="explode")
    await slack.do("faults", kind="fail", times=-1)
    async with slack.http.delete(f"{slack.base}/control/slack/faults") as response:
        assert response.status == 200
    await slack.good("auth.test")


async def test_slow_answer_tells_what_was_there_when_it_was_asked(slack: Slack) -> None:
    await slack.good("chat.postMessage", channel="CDESK", text="first")
    await slack.do("faults", kind="slow_answer", method="conversations.history", seconds=0.3)
    asked = asyncio.create_task(slack.good("conversations.history", channel="CDESK"))
    await asyncio.sleep(0.1)
    await slack.good("chat.postMessage", channel="CDESK", text="second")
    assert not asked.done()
    assert [m["text"] for m in (await asked)["messages"]] == ["first"]


async def test_hang_answer_acts_and_waits_until_the_caller_has_gone(slack: Slack) -> None:
    await slack.do("faults", kind="hang_answer", method="chat.postMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(slack.raw("chat.postMessage", channel="CDESK", text="hung"), 0.2)
    seen = (await slack.see("channel", channel="CDESK", user="UADA"))["messages"]
    assert [m["text"] for m in seen] == ["hung"]
    (entry,) = await slack.see("journal", method="chat.postMessage")
    assert (entry["fault"], entry["done"], entry["status"]) == ("hang_answer", True, 0)


async def test_journal_since(slack: Slack) -> None:
    await slack.good("auth.test")
    await slack.api("nonsense")
    entries = await slack.see("journal")
    assert [e["method"] for e in entries] == ["auth.test", "nonsense"]
    assert [e["method"] for e in await slack.see("journal", since=str(entries[0]["n"]))] == ["nonsense"]


async def test_through_the_sdk(slack: Slack) -> None:
    client = AsyncWebClient(token="xoxb-chatdesk", base_url=slack.api_url)
    ts = (await client.chat_postMessage(channel="CDESK", text="a", blocks=[section("a")]))["ts"]
    await client.chat_update(channel="CDESK", ts=ts, text="b", blocks=[section("b")])
    await client.chat_postEphemeral(channel="CDESK", user="UADA", text="c", thread_ts=ts)
    await client.reactions_add(channel="CDESK", timestamp=ts, name="eyes")
    assert (await client.conversations_replies(channel="CDESK", ts=ts))["messages"][0]["text"] == "b"
    pages = await client.conversations_list(limit=1, types="public_channel,private_channel")
    assert [c["id"] async for page in pages for c in page["channels"]] == ["CDESK", "CPUB"]
    assert (await client.users_list())["ok"] and (await client.auth_test())["user_id"] == BOT
    with pytest.raises(SlackApiError) as refusal:
        await client.users_lookupByEmail(email="no@where.example")
    assert refusal.value.response["error"] == "users_not_found"
    await client.chat_delete(channel="CDESK", ts=ts)


# -- keeping


async def test_a_restart_keeps_everything(slack: Slack) -> None:
    root = await post(slack, "root")
    await post(slack, "reply", thread_ts=root)
    await slack.good("chat.postEphemeral", channel="CDESK", user="UADA", text="psst")
    other = SlackEmulator(pace=0)
    other.restore(slack.emulator.snapshot())
    async with running(other) as again:
        for user in ("UADA", "UBEN"):
            before = await slack.see("channel", channel="CDESK", user=user)
            assert await again.see("channel", channel="CDESK", user=user) == before
        assert (await again.good("chat.postMessage", channel="CDESK", text="later"))["ts"] > root


async def test_changed_is_told() -> None:
    told: list[int] = []
    async with running(SlackEmulator(pace=0, changed=lambda: told.append(1))) as slack:
        await slack.do("channels", id="C1", name="one", members=[BOT])
        seen = len(told)
        await slack.good("chat.postMessage", channel="C1", text="a")
        assert len(told) > seen
