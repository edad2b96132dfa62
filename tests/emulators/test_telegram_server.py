"""The front door: arguments in every encoding, refusals, rate limits, faults, the journal, snapshots."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from .telegram_fixtures import BOT, TOKEN, Stage, stage

__all__ = ["stage"]

MARKUP = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}


async def test_every_encoding(stage: Stage) -> None:
    url = stage.url("sendMessage")
    flat = {"chat_id": str(stage.user), "text": "ü & x", "reply_markup": json.dumps(MARKUP), "protect_content": "true"}
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in flat.items():
        multipart.add_field(name, value)
    nested = {**flat, "reply_markup": MARKUP, "protect_content": True}
    ways: list[dict[str, Any]] = [{"params": flat}, {"data": flat}, {"data": multipart}, {"json": nested}]
    for way in ways:
        async with stage.http.post(url, **way) as answer:
            sent = (await answer.json())["result"]
        assert (sent["text"], sent["reply_markup"], sent["has_protected_content"]) == ("ü & x", MARKUP, True)
    async with stage.http.get(url, params=flat) as answer:
        assert answer.status == 200
    arguments = [entry["arguments"] for entry in await stage.journal("sendMessage")]
    assert arguments == [{"chat_id": stage.user, "text": "ü & x", "reply_markup": MARKUP, "protect_content": True}] * 5


async def test_refused_calls(stage: Stage) -> None:
    async with stage.http.get(stage.url("getMe", token="1:nobody")) as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    assert await stage.call("sendFax") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert await stage.refusal("getMe", x=1) == "400 Bad Request: unknown argument 'x'"
    async with stage.http.post(stage.url("getMe"), data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert (await answer.json())["description"] == "Bad Request: can't parse JSON object"
    form = aiohttp.FormData()
    form.add_field("text", b"x", filename="x.txt")
    async with stage.http.post(stage.url("sendMessage"), data=form) as answer:
        assert (await answer.json())["description"] == "Bad Request: no argument names the file 'text'"
    assert await stage.refusal("sendMessage", chat_id=stage.user, text={"a": 1}) == (
        '400 Bad Request: field "text" must be of type String'
    )
    assert await stage.refusal("getUpdates", offset="x") == "400 Bad Request: invalid offset specified"
    entries = await stage.see("journal")
    assert [(e["method"], e["status"], e["done"]) for e in entries[-7:]] == [
        ("getMe", 401, False),
        ("sendFax", 404, False),
        ("getMe", 400, False),
        ("getMe", 400, False),
        ("sendMessage", 400, False),
        ("sendMessage", 400, False),
        ("getUpdates", 400, False),
    ]
    assert [e["n"] for e in entries] == list(range(1, len(entries) + 1))
    assert (await stage.see("journal", since=entries[-2]["n"]))[0]["n"] == entries[-1]["n"]


async def test_method_names_in_any_case(stage: Stage) -> None:
    me = await stage.api("GETME")
    assert (me["id"], me["username"], me["can_join_groups"]) == (4242, BOT, True)
    assert (await stage.journal("getMe"))[-1]["answer"] == {"ok": True, "result": me}


async def test_limit_per_private_chat() -> None:
    stage = await Stage(pace=1).open()
    await stage.say()
    sent = [await stage.call("sendMessage", chat_id=stage.user, text=str(n)) for n in range(4)]
    assert [status for status, _ in sent] == [200, 200, 200, 429]
    assert sent[3][1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    edit = await stage.call("editMessageText", chat_id=stage.user, message_id=2, text="other")
    assert edit[0] == 429
    assert (await stage.chat())["messages"][1]["text"] == "0"
    refused = [e for e in await stage.see("journal") if e["status"] == 429]
    assert [(e["method"], e["done"]) for e in refused] == [("sendMessage", False), ("editMessageText", False)]
    await stage.api("setMessageReaction", chat_id=stage.user, message_id=2, reaction=[])
    await stage.close()


async def test_limit_over_all_chats_and_pace() -> None:
    stage = await Stage(pace=10).open()
    users = [(await stage.act("users", first_name="U"))["id"] for _ in range(50)]
    for user in users:
        await stage.person("say", user=user, text="x")
    begun = time.monotonic()
    answers = await asyncio.gather(*(stage.call("sendMessage", chat_id=user, text="x") for user in users))
    allowed = sum(status == 200 for status, _ in answers)
    assert 30 <= allowed <= 31 + 300 * (time.monotonic() - begun)
    assert {status for status, _ in answers} <= {200, 429}
    await asyncio.sleep(0.2)
    assert (await stage.call("sendMessage", chat_id=users[0], text="x"))[0] == 200
    await stage.close()


async def test_limit_per_group() -> None:
    stage = await Stage(pace=1).open()
    raw = {"message": {"message_id": 1, "date": 1_700_000_000, "chat": {"id": -5, "type": "group", "title": "T"}}}
    await stage.act("updates", bot=BOT, updates=[raw])
    statuses = [(await stage.call("sendMessage", chat_id=-5, text="x")) for _ in range(21)]
    assert [s for s, _ in statuses] == [200] * 20 + [429]
    assert 2 <= statuses[-1][1]["parameters"]["retry_after"] <= 3
    await stage.close()


async def test_fail(stage: Stage) -> None:
    await stage.act("faults", kind="fail", method="sendMessage", times=2, status=502, only={"chat_id": stage.user})
    assert await stage.refusal("sendMessage", chat_id=99, text="x") == "400 Bad Request: chat not found"
    for _ in range(2):
        assert await stage.refusal("sendMessage", chat_id=stage.user, text="x") == "502 Bad Gateway"
    await stage.send("third")
    await stage.act("faults", kind="fail", status=429, retry_after=2.5)
    assert (await stage.call("getMe"))[1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    await stage.act("faults", kind="fail", status=403, error="Forbidden: user is deactivated", times=-1)
    assert await stage.refusal("getMe") == "403 Forbidden: user is deactivated"
    async with stage.http.delete(stage.server.make_url("/control/telegram/faults")) as answer:
        assert answer.status == 200
    await stage.api("getMe")
    assert [m["text"] for m in (await stage.chat())["messages"]] == ["/start", "third"]
    played = [(e["fault"], e["done"]) for e in await stage.journal("sendMessage")]
    assert played == [(None, False), ("fail", False), ("fail", False), (None, True)]


async def test_delay(stage: Stage) -> None:
    await stage.act("faults", kind="delay", seconds=0.2, method="sendMessage")
    begun = time.monotonic()
    await stage.send()
    assert time.monotonic() - begun >= 0.2
    entry = (await stage.journal("sendMessage"))[-1]
    assert (entry["fault"], entry["done"], entry["status"]) == ("delay", True, 200)


async def test_lose_answer(stage: Stage) -> None:
    await stage.act("faults", kind="lose_answer", method="sendMessage", times=2)
    with pytest.raises(aiohttp.ClientConnectionError):
        await stage.send("made, but nobody was told")
    with pytest.raises(aiohttp.ClientConnectionError):
        await stage.call("sendMessage", chat_id=99, text="x")
    assert (await stage.chat())["messages"][-1]["text"] == "made, but nobody was told"
    entries = await stage.journal("sendMessage")
    assert [(e["fault"], e["done"], e["status"]) for e in entries] == [
        ("lose_answer", True, 0),
        ("lose_answer", False, 0),
    ]


async def test_slow_answer_acts_at_once(stage: Stage) -> None:
    await stage.act("faults", kind="slow_answer", method="sendMessage", seconds=0.3)
    asked = asyncio.create_task(stage.send("made at once"))
    await asyncio.sleep(0.1)
    assert (await stage.chat())["messages"][-1]["text"] == "made at once" and not asked.done()
    assert (await asked)["text"] == "made at once"


async def test_hang_answer_acts_and_waits_until_the_caller_has_gone(stage: Stage) -> None:
    await stage.act("faults", kind="hang_answer", method="sendMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stage.send("made, and nothing was said"), 0.2)
    assert (await stage.chat())["messages"][-1]["text"] == "made, and nothing was said"
    (entry,) = await stage.journal("sendMessage")
    assert (entry["fault"], entry["done"], entry["status"]) == ("hang_answer", True, 0)


async def test_snapshot_and_restore(stage: Stage) -> None:
    await stage.say("pending")
    sent = await stage.send("?", reply_markup=MARKUP)
    panel = await stage.send("!", reply_markup={"keyboard": [["Go"]]})
    pressed = await stage.person("press", message_id=sent["message_id"], label="a")
    await stage.api("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await stage.api("setMessageReaction", chat_id=stage.user, message_id=1, reaction=[{"type": "emoji", "emoji": "👍"}])
    saved = json.loads(json.dumps(stage.emulator.snapshot()))
    pending = await stage.api("getUpdates")
    again = await Stage().open(saved)
    again.user = stage.user
    assert await again.chat() == await stage.chat()
    assert again.emulator.snapshot() == saved
    assert await again.api("getUpdates") == pending
    assert await again.api("answerCallbackQuery", callback_query_id=pressed["callback_query_id"]) is True
    said = await again.person("press", message_id=panel["message_id"], label="Go")
    assert said == {"message_id": panel["message_id"] + 1, "update_id": pending[-1]["update_id"] + 1}
    assert (await again.act("users", first_name="Next"))["id"] > stage.user
    await again.close()


async def test_webhook_goes_on_after_restore(stage: Stage) -> None:
    await stage.api("setWebhook", url="http://127.0.0.1:9/", secret_token="x")
    await stage.say("pending")
    again = await Stage().open(stage.emulator.snapshot())
    assert again.emulator.world.bots[TOKEN].webhook.secret == "x"
    await asyncio.sleep(0.1)
    assert (await again.see("updates", bot=BOT))[-1]["last_error"] == "Connection refused"
    await again.close()
