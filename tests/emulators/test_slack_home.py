"""App Home, what is chosen and typed in views, menus that ask the app, and shortcuts on messages.

https://docs.slack.dev/surfaces/app-home
https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from .slack_fixtures import Json, Slack, Socket, button, modal, section, slack, text_input, words

__all__ = ["slack"]


def option(label: str) -> Json:
    return {"text": words(label), "value": label.lower()}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "deeds", "elements": list(elements)}


async def published(slack: Slack, *blocks: Json, user: str = "UADA", **more: Any) -> Json:
    view: Json = (await slack.good("views.publish", user_id=user, view=home(*blocks), **more))["view"]
    return view


async def quiet_socket(slack: Slack) -> Socket:
    await slack.do("app", events=["app_home_opened"])
    return await slack.socket()


async def pressed(slack: Slack, socket: Socket, **given: Any) -> Json:
    pressing = asyncio.create_task(slack.do("press", **given))
    payload: Json = (await socket.take())["payload"]
    await pressing
    return payload


async def opened(slack: Slack, socket: Socket, view: Json) -> str:
    using = asyncio.create_task(slack.do("shortcut", user="UADA", callback_id="x"))
    trigger_id = (await socket.take())["payload"]["trigger_id"]
    await using
    return str((await slack.good("views.open", trigger_id=trigger_id, view=view))["view"]["id"])


# -- home


async def test_opening_the_home_tells_the_app_with_what_was_published(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    assert await slack.see("home", user="UADA") == {"view_id": None, "view": None}
    answer = await slack.do("home", user="UADA")
    event = await socket.event()
    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", "UADA", "home")
    assert event["channel"] == answer["channel"] and event["channel"].startswith("D") and "view" not in event
    view = await published(slack, section("mine"))
    await slack.do("home", user="UADA")
    event = await socket.event()
    assert event["view"]["id"] == view["id"] and event["view"]["blocks"][0]["text"]["text"] == "mine"
    seen = await slack.see("home", user="UADA")
    assert seen["view_id"] == view["id"] and seen["view"]["hash"] == view["hash"]
    assert (await slack.see("home", user="UBEN"))["view"] is None
    await slack.do("home", user="UADA", tab="messages")
    event = await socket.event()
    assert event["tab"] == "messages" and "view" not in event
    assert "tab" in await slack.refused("home", user="UADA", tab="about")


async def test_an_app_that_does_not_ask_is_not_told(slack: Slack) -> None:
    await slack.do("app", events=[])
    assert (await slack.do("home", user="UADA"))["told"] is False


async def test_a_hash_guards_against_an_older_home(slack: Slack) -> None:
    first = await published(slack, section("1"))
    second = await published(slack, section("2"), hash=first["hash"])
    assert second["id"] == first["id"] and second["hash"] != first["hash"]
    answer = await slack.api("views.publish", user_id="UADA", view=home(section("3")), hash=first["hash"])
    assert answer["error"] == "hash_conflict"
    assert (await slack.see("home", user="UADA"))["view"]["blocks"][0]["text"]["text"] == "2"


async def test_several_are_ticked_and_a_button_carries_them(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    tickets = {"type": "checkboxes", "action_id": "ticks", "options": [option(f"#{n}") for n in (41, 42, 43)]}
    view = await published(slack, actions(tickets, button("Resolve", "resolve")))
    payload = await pressed(slack, socket, user="UADA", view_id=view["id"], action_id="ticks", value=["#41", "#43"])
    (action,) = payload["actions"]
    assert action["selected_options"] == [option("#41"), option("#43")]
    assert payload["container"] == {"type": "view", "view_id": view["id"]} and payload["view"]["type"] == "home"
    assert "response_url" not in payload and payload["trigger_id"]
    payload = await pressed(slack, socket, user="UADA", view_id=view["id"], label="Resolve")
    ticked = payload["view"]["state"]["values"]["deeds"]["ticks"]
    assert ticked == {"type": "checkboxes", "selected_options": [option("#41"), option("#43")]}
    payload = await pressed(slack, socket, user="UADA", view_id=view["id"], action_id="ticks", value=[])
    assert payload["actions"][0]["selected_options"] == []


async def test_an_overflow_in_the_home_opens_a_modal(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    more = {"type": "overflow", "action_id": "more", "options": [option("Assign"), option("Note")]}
    view = await published(slack, section("#41", accessory=more))
    payload = await pressed(slack, socket, user="UADA", view_id=view["id"], action_id="more", value="Note")
    assert payload["actions"][0]["selected_option"] == option("Note")
    await slack.good("views.open", trigger_id=payload["trigger_id"], view=modal(text_input("Note", "note")))
    assert len(await slack.see("views", user="UADA")) == 1


# -- what can be chosen


CHOICES: list[tuple[Json, Any, Json]] = [
    ({"type": "multi_users_select"}, ["ada", "UBEN"], {"selected_users": ["UADA", "UBEN"]}),
    ({"type": "multi_channels_select"}, ["general"], {"selected_channels": ["CPUB"]}),
    ({"type": "conversations_select"}, "desk", {"selected_conversation": "CDESK"}),
    ({"type": "multi_conversations_select"}, ["desk", "general"], {"selected_conversations": ["CDESK", "CPUB"]}),
    (
        {"type": "multi_static_select", "options": [option("One"), option("Two")]},
        ["Two", "One"],
        {"selected_options": [option("Two"), option("One")]},
    ),
    ({"type": "datetimepicker"}, "1772446500", {"selected_date_time": 1772446500}),
]


@pytest.mark.parametrize(("element", "value", "chosen"), CHOICES, ids=[e["type"] for e, _, _ in CHOICES])
async def test_each_menu(slack: Slack, element: Json, value: Any, chosen: Json) -> None:
    socket = await quiet_socket(slack)
    kind = element["type"]
    if kind == "datetimepicker":
        block = actions({"action_id": "pick", **element})
    else:
        block = section("which?", block_id="deeds", accessory={"action_id": "pick", **element})
    view = await published(slack, block)
    empty = view["state"]["values"]["deeds"]["pick"]
    assert empty == {"type": kind, next(iter(chosen)): [] if kind.startswith("multi_") else None}
    payload = await pressed(slack, socket, user="UADA", view_id=view["id"], action_id="pick", value=value)
    assert payload["actions"][0] | chosen == payload["actions"][0]
    assert payload["view"]["state"]["values"]["deeds"]["pick"] == {"type": kind, **chosen}
    refused = await slack.refused("press", user="UADA", view_id=view["id"], action_id="pick", value=["nowhere"])
    assert "Nothing here" in refused


async def test_menus_of_several_have_their_places(slack: Slack) -> None:
    view = home(actions({"type": "multi_users_select"}))
    answer = await slack.api("views.publish", user_id="UADA", view=view)
    assert "unsupported type: multi_users_select" in answer["response_metadata"]["messages"][0]


async def test_what_is_typed_goes_with_the_next_press(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    form = modal(text_input("Answer", "answer"), actions(button("Preview", "preview")))
    view_id = await opened(slack, socket, form)
    await slack.do("fill", user="UADA", view_id=view_id, values={"Answer": "dear *Anna*"})
    assert await socket.silent()
    payload = await pressed(slack, socket, user="UADA", view_id=view_id, label="Preview")
    typed = payload["view"]["state"]["values"]["answer"]["text"]
    assert typed == {"type": "plain_text_input", "value": "dear *Anna*"}
    assert "No input" in await slack.refused("fill", user="UADA", view_id=view_id, values={"Else": "x"})


# -- menus that ask the app


CANNED: Json = {
    "type": "input",
    "block_id": "canned",
    "label": words("Canned"),
    "element": {"type": "external_select", "action_id": "find", "min_query_length": 2},
}


async def suggested(slack: Slack, socket: Socket, view_id: str, answer: Json, value: str = "pass") -> tuple[Json, Json]:
    given = {"user": "UADA", "view_id": view_id, "action_id": "find", "value": value}
    asking = asyncio.create_task(slack.do("suggest", **given))
    envelope = await socket.take(answer)
    assert envelope["accepts_response_payload"]
    payload: Json = envelope["payload"]
    return payload, await asking


async def test_the_app_is_asked_for_options(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    view_id = await opened(slack, socket, modal(CANNED))
    payload, seen = await suggested(slack, socket, view_id, {"options": [option("Password"), option("Passport")]})
    assert (payload["type"], payload["value"], payload["action_id"]) == ("block_suggestion", "pass", "find")
    assert payload["block_id"] == "canned" and payload["view"]["id"] == view_id
    assert seen == {"options": ["Password", "Passport"]}
    submitting = asyncio.create_task(slack.do("submit", user="UADA", view_id=view_id, values={"Canned": "Passport"}))
    payload = (await socket.take())["payload"]
    await submitting
    chosen = payload["view"]["state"]["values"]["canned"]["find"]
    assert chosen == {"type": "external_select", "selected_option": option("Passport")}


async def test_too_few_letters_ask_nothing_and_a_bad_answer_shows_nothing(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    view_id = await opened(slack, socket, modal(CANNED))
    where = {"user": "UADA", "view_id": view_id}
    assert await slack.do("suggest", action_id="find", value="p", **where) == {"options": []}
    assert await socket.silent()
    too_many: Json = {"options": [option("A")] * 101}
    bad: list[Json] = [{}, {"options": [{"text": "x"}]}, too_many, {"options": [], "option_groups": []}]
    for answer in bad:
        _, seen = await suggested(slack, socket, view_id, answer)
        assert seen == {"options": [], "error": "invalid_options"}
    groups = [{"label": words("Access"), "options": [option("Key")]}]
    assert (await suggested(slack, socket, view_id, {"option_groups": groups}))[1] == {"options": ["Key"]}
    assert "No menu" in await slack.refused("suggest", action_id="else", **where)


# -- shortcuts on messages


async def test_a_shortcut_carries_the_message_with_its_files_and_blocks(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    file = {"name": "a.txt", "content": base64.b64encode(b"a").decode()}
    posted = await slack.do("post", user="UBEN", channel="CDESK", text="*see*", files=[file])
    using = asyncio.create_task(slack.do("shortcut", user="UADA", callback_id="make", channel="CDESK", ts=posted["ts"]))
    payload = (await socket.take())["payload"]
    await using
    assert (payload["type"], payload["callback_id"], payload["message_ts"]) == ("message_action", "make", posted["ts"])
    message = payload["message"]
    assert (message["user"], message["text"], message["files"][0]["id"]) == ("UBEN", "*see*", posted["files"][0])
    assert message["blocks"][0]["type"] == "rich_text"
    assert payload["channel"] == {"id": "CDESK", "name": "privategroup"} and payload["trigger_id"]
    async with slack.http.post(payload["response_url"], json={"text": "done"}) as response:
        assert (await response.json())["ok"]
    seen = await slack.see("channel", channel="CDESK", user="UADA")
    assert [e["text"] for e in seen["ephemerals"]] == ["done"]
    async with slack.http.post(payload["response_url"], json={"text": "x", "replace_original": True}) as response:
        assert (await response.json())["ok"]
    (kept,) = (await slack.good("conversations.history", channel="CDESK"))["messages"]
    assert kept["text"] == "*see*", "what a person wrote is not the app's to replace"


async def test_what_one_person_sees_is_replaced_and_deleted(slack: Slack) -> None:
    socket = await quiet_socket(slack)
    blocks = [section("sure?"), actions(button("Yes", "yes"))]
    ts = (await slack.good("chat.postEphemeral", channel="CDESK", user="UADA", text="sure?", blocks=blocks))[
        "message_ts"
    ]
    payload = await pressed(slack, socket, user="UADA", channel="CDESK", ts=ts, label="Yes")
    assert payload["container"]["is_ephemeral"] and "message" not in payload
    for body, left in (({"replace_original": True, "text": "sent"}, ["sent"]), ({"delete_original": True}, [])):
        async with slack.http.post(payload["response_url"], json=body) as response:
            assert (await response.json())["ok"]
        seen = await slack.see("channel", channel="CDESK", user="UADA")
        assert [e["text"] for e in seen["ephemerals"]] == left
