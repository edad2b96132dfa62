"""Buttons, modals, commands, shortcuts, response_url; and Bolt against all of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.emulators.slack import sockets, triggers

from .slack_fixtures import Json, Slack, Socket, button, modal, section, slack, text_input, until, words

__all__ = ["slack"]


def option(label: str) -> Json:
    return {"text": words(label), "value": label.lower()}


CARD = [
    section(
        "*Ticket 7*", block_id="head", accessory={"type": "overflow", "options": [option("Snooze"), option("Block")]}
    ),
    {
        "type": "actions",
        "block_id": "deeds",
        "elements": [
            button("Take", "take", value="7"),
            button("Resolve", "resolve", value="7"),
            {"type": "static_select", "action_id": "prio", "options": [option("High"), option("Low")]},
            {"type": "users_select", "action_id": "who"},
        ],
    },
]


async def card(slack: Slack) -> str:
    return str((await slack.good("chat.postMessage", channel="CDESK", text="card", blocks=CARD))["ts"])


async def pressed(slack: Slack, socket: Socket, **given: Any) -> tuple[Json, Json]:
    """Press and ack; returns what the app got and what the person saw."""
    pressing = asyncio.create_task(slack.do("press", **given))
    envelope = await socket.take()
    assert envelope["type"] == "interactive"
    payload: Json = envelope["payload"]
    return payload, await pressing


async def quiet_socket(slack: Slack) -> Socket:
    await slack.do("app", events=[])
    return await slack.socket()


async def opened(slack: Slack, view: Json, user: str = "UADA") -> str:
    trigger_id = (await slack.do("shortcut", user=user, callback_id="x"))["trigger_id"]
    return str((await slack.good("views.open", trigger_id=trigger_id, view=view))["view"]["id"])


# -- press


async def test_pressing_a_button(slack: Slack) -> None:
    socket, ts = await quiet_socket(slack), await card(slack)
    payload, seen = await pressed(slack, socket, user="UADA", channel="CDESK", ts=ts, label="Take")
    assert seen == {"trigger_id": payload["trigger_id"], "delivered": True}
    assert (payload["type"], payload["user"]["id"], payload["channel"]["id"]) == ("block_actions", "UADA", "CDESK")
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": "CDESK", "is_ephemeral": False}
    action = payload["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "take",
        "deeds",
        "7",
        "button",
    )
    assert payload["message"]["ts"] == ts and payload["response_url"].startswith(f"{slack.base}/slack/response/")
    assert payload["state"]["values"]["deeds"]["prio"] == {"type": "static_select", "selected_option": None}


async def test_choosing_options(slack: Slack) -> None:
    socket, ts = await quiet_socket(slack), await card(slack)
    where = {"user": "UADA", "channel": "CDESK", "ts": ts}
    payload, _ = await pressed(slack, socket, label="Snooze", **where)
    assert payload["actions"][0]["selected_option"]["value"] == "snooze"
    payload, _ = await pressed(slack, socket, label="High", **where)
    assert payload["state"]["values"]["deeds"]["prio"]["selected_option"]["value"] == "high"
    payload, _ = await pressed(slack, socket, action_id="who", value="UBEN", **where)
    assert payload["actions"][0]["selected_user"] == "UBEN"
    assert payload["state"]["values"]["deeds"]["prio"]["selected_option"]["value"] == "high"


async def test_what_a_person_cannot_press(slack: Slack) -> None:
    ts = await card(slack)
    where = {"channel": "CDESK", "ts": ts}
    assert "Nothing here is called 'Delete'" in await slack.refused("press", user="UADA", label="Delete", **where)
    assert "sees no channel" in await slack.refused("press", user="UCY", label="Take", **where)
    assert "Say what" in await slack.refused("press", user="UADA", **where)
    assert "Say where" in await slack.refused("press", user="UADA", label="Take")
    assert "no message" in await slack.refused("press", user="UADA", channel="CDESK", ts="1.1", label="Take")
    assert "does not see the view" in await slack.refused("press", user="UADA", view_id="V1", label="Take")
    two = [{"type": "actions", "elements": [button("Go", "a"), button("Go", "b")]}]
    both = (await slack.good("chat.postMessage", channel="CDESK", blocks=two))["ts"]
    assert "More than one" in await slack.refused("press", user="UADA", channel="CDESK", ts=both, label="Go")
    assert "no field" in await slack.refused("press", user="UADA", labl="Take", **where)
    assert "guy sees no channel" in await slack.refused("press", user="UGUY", channel="CPUB", ts=ts, label="Take")


async def test_pressing_without_an_app(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.1)
    await slack.do("app", events=[])
    ts = await card(slack)
    seen = await slack.do("press", user="UADA", channel="CDESK", ts=ts, label="Take")
    assert (seen["delivered"], seen["error"]) == (False, "dispatch_failed")
    socket = await slack.socket()
    seen = await slack.do("press", user="UADA", channel="CDESK", ts=ts, label="Take")
    assert (seen["delivered"], seen["error"]) == (False, "operation_timeout")
    await socket.next()
    assert await socket.silent()
    found = await slack.deliveries("block_actions")
    assert [(d["kind"], d["state"], d["tries"]) for d in found] == [("interactive", "gave up", 1)] * 2


# -- response_url


async def reply_to(slack: Slack, url: str, **body: Any) -> tuple[int, Json]:
    async with slack.http.post(url, json=body) as response:
        return response.status, await response.json()


async def test_response_url(slack: Slack) -> None:
    socket, ts = await quiet_socket(slack), await card(slack)
    payload, _ = await pressed(slack, socket, user="UADA", channel="CDESK", ts=ts, label="Take")
    url = payload["response_url"]
    assert await reply_to(slack, url) == (200, {"ok": False, "error": "no_text"})
    assert await reply_to(slack, url, text="just you") == (200, {"ok": True})
    await reply_to(slack, url, text="all", response_type="in_channel", thread_ts=ts)
    await reply_to(slack, url, text="taken", replace_original=True)
    seen = await slack.see("channel", channel="CDESK", user="UADA")
    assert [e["text"] for e in seen["ephemerals"]] == ["just you"]
    assert [(m["text"], m["blocks"], [r["text"] for r in m["replies"]]) for m in seen["messages"]] == [
        ("taken", [], ["all"])
    ]
    await reply_to(slack, url, delete_original=True)
    assert (await slack.see("channel", channel="CDESK", user="UADA"))["messages"][0]["deleted"]
    await reply_to(slack, url, text="fifth")
    assert await reply_to(slack, url, text="sixth") == (404, {"ok": False, "error": "used_url"})
    assert (await reply_to(slack, f"{slack.base}/slack/response/none", text="a"))[1]["error"] == "expired_url"
    journal = await slack.see("journal", method="response_url")
    assert [e["done"] for e in journal] == [False, True, True, True, True, True, False, False]


async def test_an_ephemeral_message_has_buttons_for_its_reader(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    blocks = [{"type": "actions", "elements": [button("Resolve", "resolve")]}]
    answer = await slack.good("chat.postEphemeral", channel="CDESK", user="UADA", text="psst", blocks=blocks)
    where = {"channel": "CDESK", "ts": answer["message_ts"], "label": "Resolve"}
    await slack.refused("press", user="UBEN", **where)
    payload, _ = await pressed(slack, socket, user="UADA", **where)
    assert payload["container"]["is_ephemeral"] and "message" not in payload
    await reply_to(slack, payload["response_url"], text="done", replace_original=True)
    seen = (await slack.see("channel", channel="CDESK", user="UADA"))["ephemerals"]
    assert [(e["text"], e["blocks"]) for e in seen] == [("done", [])]
    await reply_to(slack, payload["response_url"], delete_original=True)
    assert (await slack.see("channel", channel="CDESK", user="UADA"))["ephemerals"] == []


# -- triggers and views


async def test_triggers(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger_id = (await slack.do("shortcut", user="UADA", callback_id="x"))["trigger_id"]
    view = modal(section("a"))
    await slack.good("views.open", trigger_id=trigger_id, view=view)
    assert (await slack.api("views.open", trigger_id=trigger_id, view=view))["error"] == "exchanged_trigger_id"
    assert (await slack.api("views.open", trigger_id="1.2.3", view=view))["error"] == "invalid_trigger_id"
    assert (await slack.api("views.open", view=view))["error"] == "invalid_arguments"
    assert triggers.TRIGGER_SECONDS == 3.0
    monkeypatch.setattr(triggers, "TRIGGER_SECONDS", 0.05)
    trigger_id = (await slack.do("shortcut", user="UADA", callback_id="x"))["trigger_id"]
    await asyncio.sleep(0.1)
    assert (await slack.api("views.open", trigger_id=trigger_id, view=view))["error"] == "expired_trigger_id"
    trigger_id = (await slack.do("shortcut", user="UADA", callback_id="x"))["trigger_id"]
    assert (await slack.api("views.push", trigger_id=trigger_id, view=view))["error"] == "invalid_trigger_id"


async def test_update_guards_with_hash_and_names(slack: Slack) -> None:
    view_id = await opened(slack, modal(section("a"), external_id="e1", private_metadata="kept"))
    assert [v["view_id"] for v in await slack.see("views", user="UADA")] == [view_id]
    assert await slack.see("views", user="UBEN") == []
    first = (await slack.see("views", user="UADA"))[0]["view"]
    assert first["private_metadata"] == "kept" and first["root_view_id"] == view_id
    after = (await slack.good("views.update", external_id="e1", view=modal(section("b")), hash=first["hash"]))["view"]
    assert after["blocks"][0]["text"]["text"] == "b" and after["hash"] != first["hash"]
    answer = await slack.api("views.update", view_id=view_id, view=modal(section("c")), hash=first["hash"])
    assert answer["error"] == "hash_conflict"
    assert (await slack.api("views.update", view_id="V0", view=modal(section("c"))))["error"] == "not_found"
    assert (await slack.api("views.update", view=modal(section("c"))))["error"] == "invalid_arguments"
    await opened(slack, modal(section("a"), external_id="e2"))
    trigger_id = (await slack.do("shortcut", user="UBEN", callback_id="x"))["trigger_id"]
    twin = modal(section("a"), external_id="e2")
    assert (await slack.api("views.open", trigger_id=trigger_id, view=twin))["error"] == "duplicate_external_id"


async def test_pushing_stacks_three_at_most(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    more = {"type": "actions", "elements": [button("More", "more")]}
    socket_opening = asyncio.create_task(opened(slack, modal(more)))
    await socket.take()
    view_id = await socket_opening
    for depth in (2, 3, 4):
        payload, _ = await pressed(slack, socket, user="UADA", view_id=view_id, label="More")
        assert payload["container"] == {"type": "view", "view_id": view_id} and payload["view"]["id"] == view_id
        answer = await slack.api("views.push", trigger_id=payload["trigger_id"], view=modal(more))
        if depth == 4:
            assert answer["error"] == "push_limit_reached"
        else:
            assert answer["view"]["previous_view_id"] == view_id
            view_id = answer["view"]["id"]
    assert len(await slack.see("views", user="UADA")) == 3


async def test_home(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button("Open", "open")]}]}
    view = (await slack.good("views.publish", user_id="UADA", view=home))["view"]
    payload, _ = await pressed(slack, socket, user="UADA", view_id=view["id"], label="Open")
    assert payload["view"]["type"] == "home"
    assert (await slack.api("views.publish", user_id="UADA", view=home, hash="old"))["error"] == "hash_conflict"
    assert (await slack.api("views.publish", user_id="UNONE", view=home))["error"] == "user_not_found"
    assert "Only a modal" in await slack.refused("close", user="UADA", view_id=view["id"])


# -- submit


FORM = modal(
    text_input("Answer", "answer", element={"multiline": True, "max_length": 10}),
    text_input("Note", "note", optional=True),
    {
        "type": "input",
        "block_id": "hours",
        "optional": True,
        "label": words("Hours"),
        "element": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"},
    },
    {
        "type": "input",
        "block_id": "prio",
        "optional": True,
        "label": words("Priority"),
        "element": {"type": "static_select", "action_id": "p", "options": [option("High"), option("Low")]},
    },
    private_metadata="ticket 7",
    callback_id="reply",
)


async def test_the_client_checks_before_it_sends(slack: Slack) -> None:
    view_id = await opened(slack, FORM)
    sent = len(await slack.deliveries())
    for values, where in (
        ({}, "answer"),
        ({"Answer": "x" * 11}, "answer"),
        ({"Answer": "ok", "Hours": "1.5"}, "hours"),
        ({"Answer": "ok", "Hours": "0"}, "hours"),
    ):
        answer = (await slack.do("submit", user="UADA", view_id=view_id, values=values))["answer"]
        assert list(answer["errors"]) == [where]
        assert (await slack.see("views", user="UADA"))[0]["errors"] == answer["errors"]
    assert len(await slack.deliveries()) == sent
    submit = {"user": "UADA", "view_id": view_id}
    assert "No input here" in await slack.refused("submit", values={"Mood": "x"}, **submit)
    assert "offers no 'Middle'" in await slack.refused("submit", values={"Priority": "Middle"}, **submit)
    assert "does not see" in await slack.refused("submit", user="UBEN", view_id=view_id, values={})


async def submitted(
    slack: Slack, socket: Socket, view_id: str, payload: Json | None, **values: str
) -> tuple[Json, Any]:
    task = asyncio.create_task(slack.do("submit", user="UADA", view_id=view_id, values=values))
    envelope = await socket.take(payload)
    return envelope, await task


async def test_submissions_and_their_answers(slack: Slack) -> None:
    view_id = await opened(slack, FORM)
    socket = await quiet_socket(slack)
    errors = {"response_action": "errors", "errors": {"answer": "Too short."}}
    envelope, seen = await submitted(slack, socket, view_id, errors, Answer="no", Priority="High")
    assert envelope["accepts_response_payload"] and seen == {"answer": errors}
    view = envelope["payload"]["view"]
    assert (view["private_metadata"], view["callback_id"], view["id"]) == ("ticket 7", "reply", view_id)
    assert view["state"]["values"]["answer"]["text"] == {"type": "plain_text_input", "value": "no"}
    assert view["state"]["values"]["note"]["text"]["value"] is None
    assert view["state"]["values"]["prio"]["p"]["selected_option"]["value"] == "high"
    assert (await slack.see("views", user="UADA"))[0]["errors"] == {"answer": "Too short."}
    wrong = {"response_action": "errors", "errors": {"nowhere": "x"}}
    assert (await submitted(slack, socket, view_id, wrong))[1]["error"] == "invalid_errors"
    bad = {"response_action": "update", "view": modal(title=words("x" * 25))}
    assert (await submitted(slack, socket, view_id, bad))[1]["error"] == "invalid_arguments"
    pushed = {"response_action": "push", "view": FORM}
    await submitted(slack, socket, view_id, pushed)
    below, top = (v["view_id"] for v in await slack.see("views", user="UADA"))
    assert below == view_id
    assert "does not see" in await slack.refused("submit", user="UADA", view_id=below, values={"Answer": "a"})
    updated = {"response_action": "update", "view": modal(section("Sure?"))}
    await submitted(slack, socket, top, updated, Answer="b")
    await submitted(slack, socket, top, None)
    assert [v["view_id"] for v in await slack.see("views", user="UADA")] == [view_id]
    await submitted(slack, socket, view_id, {"response_action": "clear"})
    assert await slack.see("views", user="UADA") == []


async def test_a_submission_without_answer_stays_open(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.1)
    view_id = await opened(slack, FORM)
    socket = await quiet_socket(slack)
    seen = await slack.do("submit", user="UADA", view_id=view_id, values={"Answer": "a"})
    assert (await socket.next())["type"] == "interactive"
    assert seen == {"answer": {}, "error": "operation_timeout"}
    assert (await slack.see("views", user="UADA"))[0]["view"]["state"]["values"]["answer"]["text"]["value"] == "a"


async def test_closing(slack: Slack) -> None:
    silent = await opened(slack, modal(section("a")), user="UBEN")
    view_id = await opened(slack, modal(section("a"), notify_on_close=True))
    socket = await quiet_socket(slack)
    await slack.do("close", user="UBEN", view_id=silent)
    closing = asyncio.create_task(slack.do("close", user="UADA", view_id=view_id))
    payload = (await socket.take())["payload"]
    assert (payload["type"], payload["view"]["id"], payload["is_cleared"]) == ("view_closed", view_id, False)
    await closing
    assert await slack.see("views", user="UADA") == []


# -- commands and shortcuts


async def test_commands(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    typed = {"user": "UADA", "channel": "CDESK", "command": "/desk", "text": "resolve 42"}
    typing = asyncio.create_task(slack.do("command", **typed))
    envelope = await socket.take({"text": "Resolved."})
    assert envelope["type"] == "slash_commands" and envelope["accepts_response_payload"]
    payload = envelope["payload"]
    assert (payload["command"], payload["text"], payload["user_id"]) == ("/desk", "resolve 42", "UADA")
    assert payload["channel_name"] == "privategroup"
    assert await typing == {"answer": {"text": "Resolved."}}
    assert [e["text"] for e in (await slack.see("channel", channel="CDESK", user="UADA"))["ephemerals"]] == [
        "Resolved."
    ]
    await reply_to(slack, payload["response_url"], text="For all", response_type="in_channel")
    assert (await slack.see("channel", channel="CDESK", user="UBEN"))["messages"][0]["text"] == "For all"
    typing = asyncio.create_task(slack.do("command", **typed))
    await socket.take({"blocks": [{"type": "carousel"}]})
    assert (await typing)["error"] == "invalid_blocks"
    typing = asyncio.create_task(slack.do("command", **typed))
    await socket.take()
    assert await typing == {"answer": {}}
    assert "not supported in threads" in await slack.refused("command", **typed, thread_ts="1.1")
    assert "not a valid command" in await slack.refused("command", **typed | {"command": "/nope"})
    assert "is not in" in await slack.refused("command", **typed | {"channel": "CPUB", "user": "UBEN"})


async def test_shortcuts(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    ts = (await slack.do("post", user="UBEN", channel="CDESK", text="help"))["ts"]
    using = asyncio.create_task(slack.do("shortcut", user="UADA", callback_id="open", channel="CDESK", ts=ts))
    payload = (await socket.take())["payload"]
    assert (payload["type"], payload["callback_id"], payload["message"]["text"]) == ("message_action", "open", "help")
    assert (payload["message_ts"], payload["channel"]["id"]) == (ts, "CDESK")
    assert (await using)["delivered"]
    using = asyncio.create_task(slack.do("shortcut", user="UADA", callback_id="new"))
    payload = (await socket.take())["payload"]
    assert payload["type"] == "shortcut" and "channel" not in payload
    await using


# -- what people may not do in channels


async def test_what_people_cannot_do(slack: Slack) -> None:
    ts = (await slack.do("post", user="UADA", channel="CDESK", text="mine"))["ts"]
    where = {"channel": "CDESK", "ts": ts}
    assert "own messages" in await slack.refused("edit", user="UBEN", text="x", **where)
    assert "own messages" in await slack.refused("delete", user="UBEN", **where)
    assert "is not in" in await slack.refused("post", user="UBEN", channel="CPUB", text="x")
    assert "empty" in await slack.refused("post", user="UADA", channel="CDESK", text=" ")
    assert "no message" in await slack.refused("post", user="UADA", channel="CDESK", text="x", thread_ts="1.1")
    assert "Web API" in await slack.refused("post", user="U0001", channel="CDESK", text="x")
    assert "no_reaction" in await slack.refused("unreact", user="UADA", emoji="eyes", **where)
    assert "already in" in await slack.refused("join", user="UADA", channel="CDESK")
    assert "is missing" in await slack.refused("post", user="UADA", channel="CDESK")
    assert "needs a name" in await slack.refused("users", id="UNEW")
    assert "needs a name" in await slack.refused("channels", id="CNEW")
    assert "no user" in await slack.refused("channels", name="x", members=["UNONE"])
    async with slack.http.post(f"{slack.base}/control/slack/post", data=b"{") as response:
        assert response.status == 400


# -- the real libraries


async def test_the_sdks_socket_mode_client(slack: Slack) -> None:
    client = SocketModeClient(
        app_token="xapp-chatdesk", web_client=AsyncWebClient(token="xoxb-chatdesk", base_url=slack.api_url)
    )
    heard: list[str] = []

    async def hear(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"]["text"])
        await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(hear)
    await client.connect()  # type: ignore[no-untyped-call]
    await slack.do("post", user="UADA", channel="CDESK", text="one")

    async def acked() -> bool:
        found = await slack.deliveries("message")
        return all(d["state"] == "acked" for d in found) and bool(found)

    await until(acked)
    assert heard == ["one"]
    await client.disconnect()  # type: ignore[no-untyped-call]
    await client.close()  # type: ignore[no-untyped-call]


async def test_bolt(slack: Slack) -> None:
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-chatdesk", base_url=slack.api_url),
        process_before_response=True,
    )

    @app.action("take")
    async def take(ack: Any, body: Json, client: AsyncWebClient, respond: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await respond(text="opening", replace_original=False)
        await ack()

    @app.view("reply")
    async def reply(ack: Any, view: Json, client: AsyncWebClient) -> None:
        words_given = view["state"]["values"]["answer"]["text"]["value"]
        if words_given == "no":
            await ack(response_action="errors", errors={"answer": "Be kind."})
            return
        await client.chat_postMessage(channel="CDESK", text=words_given)
        await ack()

    @app.command("/desk")
    async def desk(ack: Any, command: Json) -> None:
        await ack(f"You said {command['text']}")

    @app.event("message")
    async def message() -> None:
        return None

    handler = AsyncSocketModeHandler(app, "xapp-chatdesk")
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await play_with_bolt(slack)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def play_with_bolt(slack: Slack) -> None:
    ts = await card(slack)
    seen = await slack.do("press", user="UADA", channel="CDESK", ts=ts, label="Take")
    assert seen["delivered"]
    view_id = (await slack.see("views", user="UADA"))[0]["view_id"]
    answer = await slack.do("submit", user="UADA", view_id=view_id, values={"Answer": "no"})
    assert answer["answer"]["errors"] == {"answer": "Be kind."}
    assert await slack.do("submit", user="UADA", view_id=view_id, values={"Answer": "yes"}) == {"answer": {}}
    typed = await slack.do("command", user="UADA", channel="CDESK", command="/desk", text="hi")
    assert typed == {"answer": {"text": "You said hi"}}
    channel = await slack.see("channel", channel="CDESK", user="UADA")
    assert [m["text"] for m in channel["messages"]] == ["card", "yes"]
    assert [e["text"] for e in channel["ephemerals"]] == ["opening", "You said hi"]
