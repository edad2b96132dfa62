"""Events, Socket Mode, signed HTTP, retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from chatdesk.emulators.slack import SlackEmulator, deliveries, signed_http, sockets
from chatdesk.emulators.slack.records import EVENTS, SCOPES

from .slack_fixtures import BOT, Json, Slack, running, slack, until

__all__ = ["slack"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes become hundredths of a second, the three seconds for an ack become a tenth."""
    monkeypatch.setattr(deliveries, "RETRY_AFTER", (0.02, 0.04, 0.06))
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.1)
    monkeypatch.setattr(signed_http, "ANSWER_SECONDS", 0.1)


async def post(slack: Slack, text: str = "hi", **more: Any) -> str:
    return str((await slack.do("post", user="UADA", channel="CDESK", text=text, **more))["ts"])


# -- events


async def test_message_events_and_their_envelope(slack: Slack) -> None:
    socket = await slack.socket()
    assert socket.hello["num_connections"] == 1 and socket.hello["connection_info"] == {"app_id": "A0001"}
    ts = await post(slack)
    envelope = await socket.take()
    assert envelope["type"] == "events_api" and envelope["accepts_response_payload"] is False
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    payload = envelope["payload"]
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == ("event_callback", "T0001", "A0001")
    assert payload["authorizations"][0]["user_id"] == BOT and payload["event_id"].startswith("Ev")
    event = payload["event"]
    assert (event["type"], event["user"], event["text"], event["channel"]) == ("message", "UADA", "hi", "CDESK")
    assert (event["channel_type"], event["ts"], event["event_ts"]) == ("group", ts, ts)
    reply = await post(slack, "reply", thread_ts=ts)
    event = await socket.event()
    assert (event["ts"], event["thread_ts"], event["parent_user_id"]) == (reply, ts, "UADA")
    await until(lambda: slack.deliveries("message"))
    await until(lambda: _all_acked(slack))


async def _all_acked(slack: Slack) -> bool:
    return all(d["state"] == "acked" for d in await slack.deliveries())


async def test_edits_deletes_and_own_changes(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await post(slack, "old")
    await socket.take()
    await slack.do("edit", user="UADA", channel="CDESK", ts=ts, text="new")
    event = await socket.event()
    assert (event["subtype"], event["hidden"], event["message"]["text"]) == ("message_changed", True, "new")
    assert event["previous_message"]["text"] == "old" and event["message"]["edited"]["user"] == "UADA"
    await slack.do("delete", user="UADA", channel="CDESK", ts=ts)
    event = await socket.event()
    assert (event["subtype"], event["deleted_ts"], event["previous_message"]["text"]) == ("message_deleted", ts, "new")
    own = (await slack.good("chat.postMessage", channel="CDESK", text="card"))["ts"]
    event = await socket.event()
    assert (event["bot_id"], event["user"], event["ts"]) == ("B0001", BOT, own)
    await slack.good("chat.update", channel="CDESK", ts=own, text="card 2")
    assert (await socket.event())["message"]["bot_id"] == "B0001"
    await post(slack, "reply", thread_ts=own)
    await socket.take()
    await slack.good("chat.delete", channel="CDESK", ts=own)
    event = await socket.event()
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    assert event["message"]["text"] == "This message was deleted." and event["message"]["reply_count"] == 1


async def test_reactions_membership_people_and_mentions(slack: Slack) -> None:
    await slack.do("app", events=[*EVENTS, "app_mention"], scopes=[*SCOPES, "app_mentions:read"])
    socket = await slack.socket()
    ts = await post(slack, f"<@{BOT}> help")
    kinds = {(await socket.event())["type"] for _ in range(2)}
    assert kinds == {"message", "app_mention"}
    await slack.do("react", user="UBEN", channel="CDESK", ts=ts, emoji="eyes")
    event = await socket.event()
    assert (event["type"], event["reaction"], event["item_user"]) == ("reaction_added", "eyes", "UADA")
    assert event["item"] == {"type": "message", "channel": "CDESK", "ts": ts}
    await slack.do("unreact", user="UBEN", channel="CDESK", ts=ts, emoji="eyes")
    assert (await socket.event())["type"] == "reaction_removed"
    await slack.do("join", user="UCY", channel="CDESK")
    event = await socket.event()
    assert (event["type"], event["user"], event["channel_type"]) == ("member_joined_channel", "UCY", "G")
    await slack.do("leave", user="UCY", channel="CDESK")
    assert (await socket.event())["type"] == "member_left_channel"
    await slack.do("users", id="UCY", deleted=True)
    event = await socket.event()
    assert (event["type"], event["user"]["deleted"], event["user"]["name"]) == ("user_change", True, "cy")
    assert "deactivated" in await slack.refused("post", user="UCY", channel="CPUB", text="a")


async def test_only_what_was_asked_for_and_where_the_bot_is(slack: Slack) -> None:
    socket = await slack.socket()
    await slack.do("post", user="UADA", channel="CPUB", text="the bot is not here")
    await slack.do("app", events=["reaction_added"])
    ts = await post(slack, "not asked for")
    assert await socket.silent()
    await slack.do("app", events=["reaction_added", "message.groups"], scopes=["chat:write"])
    await slack.do("react", user="UADA", channel="CDESK", ts=ts, emoji="eyes")
    await post(slack, "no scope for it")
    fresh = await slack.socket()
    assert await fresh.silent()


# -- Socket Mode


async def test_each_delivery_goes_to_one_socket(slack: Slack) -> None:
    first, second = await slack.socket(), await slack.socket()
    assert second.hello["num_connections"] == 2
    for n in range(4):
        await post(slack, str(n))
    texts = [[(await s.event())["text"] for _ in range(2)] for s in (first, second)]
    assert sorted(texts[0] + texts[1]) == ["0", "1", "2", "3"]
    assert len((await slack.see("app"))["sockets"]) == 2


async def test_ten_sockets_and_links_used_once(slack: Slack) -> None:
    all_ten = [await slack.socket() for _ in range(10)]
    eleventh = await slack.socket()
    assert eleventh.hello == {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}}
    for one in all_ten:
        await one.socket.close()
    url = (await slack.good("apps.connections.open", "xapp-chatdesk"))["url"]
    assert url.startswith(f"ws://{slack.host}/slack/link/")
    await (await slack.http.ws_connect(url)).close()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await slack.http.ws_connect(url)


@pytest.mark.usefixtures("hasty")
async def test_an_event_without_ack_is_retried_then_given_up(slack: Slack) -> None:
    socket = await slack.socket()
    await post(slack)
    seen = [await socket.next() for _ in range(4)]
    assert [e["retry_attempt"] for e in seen] == [0, 1, 2, 3]
    assert [e["retry_reason"] for e in seen] == ["", "timeout", "timeout", "timeout"]
    assert len({e["payload"]["event_id"] for e in seen}) == 1

    async def given_up() -> bool:
        return bool((await slack.deliveries())[0]["state"] == "gave up")

    await until(given_up)
    delivery = (await slack.deliveries())[0]
    assert (delivery["tries"], delivery["error"], delivery["kind"]) == (4, "timeout", "events_api")
    assert await socket.silent(0.1)


async def test_a_delivery_tells_whom_and_what_it_is_about_and_where_it_went(slack: Slack) -> None:
    socket = await slack.socket()
    ts = (await slack.do("post", user="UADA", channel="CDESK", text="hello"))["ts"]
    await socket.take()

    async def acked() -> bool:
        return bool((await slack.deliveries("message"))[0]["state"] == "acked")

    await until(acked)
    (delivery,) = await slack.deliveries("message")
    (link,) = (await slack.see("app"))["sockets"]
    assert (delivery["user"], delivery["ts"], delivery["socket"]) == ("UADA", ts, link["id"])
    assert 0 < delivery["sent_at"] <= delivery["acked_at"]


@pytest.mark.usefixtures("hasty")
async def test_nothing_is_buffered_without_a_socket(slack: Slack) -> None:
    await post(slack, "lost")

    async def given_up() -> bool:
        return bool((await slack.deliveries())[0]["state"] == "gave up")

    await until(given_up)
    socket = await slack.socket()
    assert await socket.silent(0.1)
    lost = (await slack.deliveries())[0]
    assert lost["error"] == "no_open_socket"
    await slack.do("redeliver", id=lost["id"])
    assert (await socket.event())["text"] == "lost"
    await slack.do("redeliver", id=lost["id"])
    assert (await socket.event())["text"] == "lost"
    assert "no delivery" in await slack.refused("redeliver", id="Ev0")


async def test_the_first_retry_is_soon_the_second_by_the_pace(slack: Slack) -> None:
    slack.emulator.pace.factor = 1000
    await post(slack, "late")
    await asyncio.sleep(0.02)
    assert (await slack.deliveries())[0]["state"] == "pending"
    socket = await slack.socket()
    envelope = await socket.take()
    assert envelope["payload"]["event"]["text"] == "late" and envelope["retry_attempt"] >= 1


async def test_a_cut_socket_loses_its_acks_and_the_event_comes_again(slack: Slack) -> None:
    first = await slack.socket()
    await post(slack)
    before = await first.next()
    assert await slack.do("cut") == {"sockets": 1}
    second = await slack.socket()
    again = await second.take()
    assert again["payload"] == before["payload"] and again["retry_attempt"] == 1
    message = await first.socket.receive(timeout=1)
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


async def test_refresh_says_so_and_closes(slack: Slack) -> None:
    socket = await slack.socket()
    await slack.do("refresh", reason="warning")
    assert (await socket.next())["reason"] == "warning"
    closing = asyncio.create_task(slack.do("refresh"))
    said = await socket.next()
    assert (said["type"], said["reason"]) == ("disconnect", "refresh_requested")
    assert (await socket.socket.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    await closing
    assert (await slack.see("app"))["sockets"] == []


async def test_nonsense_on_a_socket_is_ignored(slack: Slack) -> None:
    socket = await slack.socket()
    await socket.socket.send_str("{")
    await socket.socket.send_json([1])
    await socket.socket.send_json({"envelope_id": "unknown"})
    await post(slack, "still here")
    assert (await socket.event())["text"] == "still here"


async def test_pending_events_survive_a_restart(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "RESTART_SECONDS", 0.2)
    await post(slack, "kept")
    kept = json.loads(json.dumps(slack.emulator.snapshot()))
    other = SlackEmulator(pace=0)
    other.restore(kept)
    async with running(other) as again:
        socket = await again.socket()
        assert (await socket.event())["text"] == "kept"


# -- signed HTTP


class Receiver:
    """An app's request URL: remembers what came, answers what it is told."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes, Any]] = []
        self.status = 200
        self.answer: Any = ""
        self.echoes = True
        self.headers: dict[str, str] = {}
        self.sleep = 0.0
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.content_type == "application/json" and b"url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"] if self.echoes else "?"})
        self.came.append((request.content_type, body, request.headers))
        await asyncio.sleep(self.sleep)
        if isinstance(self.answer, dict):
            return web.json_response(self.answer, status=self.status, headers=self.headers)
        return web.Response(text=self.answer, status=self.status, headers=self.headers)


async def receiver_for(slack: Slack) -> tuple[Receiver, web.AppRunner]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/events", receiver.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/events"
    return receiver, runner


async def came(receiver: Receiver, number: int) -> None:
    async def check() -> bool:
        return len(receiver.came) >= number

    await until(check)


async def test_signed_http(slack: Slack) -> None:
    receiver, runner = await receiver_for(slack)
    receiver.echoes = False
    assert "challenge" in await slack.refused("app", request_url=receiver.url)
    assert (await slack.see("app"))["request_url"] == ""
    receiver.echoes = True
    await slack.do("app", request_url=receiver.url, signing_secret="s3cret")
    await post(slack, "over http")
    await came(receiver, 1)
    kind, body, headers = receiver.came[0]
    signed = b"v0:" + headers["X-Slack-Request-Timestamp"].encode() + b":" + body
    expected = "v0=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == expected and kind == "application/json"
    assert json.loads(body)["event"]["text"] == "over http" and "X-Slack-Retry-Num" not in headers
    receiver.answer = "plain words"
    answer = await slack.do("command", user="UADA", channel="CDESK", command="/desk", text="who")
    assert answer == {"answer": {"text": "plain words"}}
    kind, body, _ = receiver.came[1]
    assert kind == "application/x-www-form-urlencoded" and b"command=%2Fdesk" in body
    receiver.answer = ""
    assert (await slack.do("shortcut", user="UADA", callback_id="go"))["delivered"]
    assert receiver.came[2][1].startswith(b"payload=%7B")
    await runner.cleanup()


@pytest.mark.usefixtures("hasty")
async def test_http_retries(slack: Slack) -> None:
    receiver, runner = await receiver_for(slack)
    await slack.do("app", request_url=receiver.url)
    receiver.status = 500
    await post(slack)
    await came(receiver, 4)
    heads: list[Json] = [h for _, _, h in receiver.came]
    assert [h.get("X-Slack-Retry-Num") for h in heads] == [None, "1", "2", "3"]
    assert heads[1]["X-Slack-Retry-Reason"] == "http_error"
    receiver.headers = {"X-Slack-No-Retry": "1"}
    await post(slack)
    await asyncio.sleep(0.2)
    assert len(receiver.came) == 5
    receiver.status, receiver.headers, receiver.sleep = 200, {}, 0.3
    answer = await slack.do("command", user="UADA", channel="CDESK", command="/desk")
    assert answer == {"answer": {}, "error": "operation_timeout"}
    await runner.cleanup()
    answer = await slack.do("command", user="UADA", channel="CDESK", command="/desk")
    assert answer == {"answer": {}, "error": "dispatch_failed"}
