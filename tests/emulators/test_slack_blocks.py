"""Block Kit's limits, each at its edge."""

from __future__ import annotations

from typing import Any

import pytest

from .slack_fixtures import Json, Slack, button, modal, section, slack, text_input, words

__all__ = ["slack"]


def option(label: str = "One", value: str = "1") -> Json:
    return {"text": words(label), "value": value}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "placeholder": words("Pick"), **more}


CONFIRM = {"title": words("Sure?"), "text": words("Really?"), "confirm": words("Yes"), "deny": words("No")}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}]}

GOOD: dict[str, list[Json]] = {
    "fifty blocks": [{"type": "divider"}] * 50,
    "longest section": [section("x" * 3000)],
    "fields": [{"type": "section", "fields": [words("x" * 2000)] * 10}],
    "header": [{"type": "header", "text": words("x" * 150)}],
    "context": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}] * 10}],
    "actions": [actions(*(button("x" * 75, f"b{n}", value="v" * 2000, confirm=CONFIRM) for n in range(25)))],
    "overflow": [section("a", accessory={"type": "overflow", "options": [option(value=str(n)) for n in range(5)]})],
    "select": [
        actions(select(options=[option("x" * 75, "v" * 150)] * 100, initial_option=option("x" * 75, "v" * 150)))
    ],
    "grouped": [actions(select(option_groups=[{"label": words("Group"), "options": [option()]}]))],
    "choices": [
        actions(
            {"type": "users_select"},
            {"type": "datepicker"},
            {"type": "radio_buttons", "options": [{"text": {"type": "mrkdwn", "text": "*a*"}, "value": "a"}]},
            {"type": "checkboxes", "options": [option()]},
        )
    ],
    "rich text": [RICH],
    "markdown": [{"type": "markdown", "text": "# a"}],
    "image": [{"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}],
    "input": [text_input("x" * 2000, "b" * 255, hint=words("h" * 2000))],
}

BAD: dict[str, tuple[list[Json], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "section": ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "empty text": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "no text": ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    "11 fields": ([{"type": "section", "fields": [words("x")] * 11}], "/blocks/0/fields"),
    "field": ([{"type": "section", "fields": [words("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "header": ([{"type": "header", "text": words("x" * 151)}], "/blocks/0/text/text"),
    "mrkdwn header": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    "context": ([{"type": "context", "elements": [words("x")] * 11}], "/blocks/0/elements"),
    "26 buttons": ([actions(*(button("x") for _ in range(26)))], "/blocks/0/elements"),
    "button text": ([actions(button("x" * 76))], "must be less than 76 characters"),
    "button value": ([actions(button("x", value="v" * 2001))], "/blocks/0/elements/0/value"),
    "button style": ([actions(button("x", style="blue"))], "/blocks/0/elements/0/style"),
    "action_id": ([actions(button("x", "a" * 256))], "/blocks/0/elements/0/action_id"),
    "same action_id": ([actions(button("x", "a"), button("y", "a"))], "action_id `a` already exists"),
    "same block_id": ([section("a", block_id="b"), section("c", block_id="b")], "block_id `b` already exists"),
    "block_id": ([section("a", block_id="b" * 256)], "/blocks/0/block_id"),
    "overflow": ([actions({"type": "overflow", "options": [option()] * 6})], "no more than 5 items"),
    "option text": ([actions(select(options=[option("x" * 76)]))], "/options/0/text/text"),
    "option value": ([actions(select(options=[option("x", "v" * 151)]))], "/options/0/value"),
    "mrkdwn option": (
        [actions(select(options=[{"text": {"type": "mrkdwn", "text": "a"}, "value": "a"}]))],
        "/text/type",
    ),
    "101 options": ([actions(select(options=[option()] * 101))], "no more than 100 items"),
    "no options": ([actions(select())], "must have either options or option_groups"),
    "unknown first": ([actions(select(options=[option()], initial_option=option("Two", "2")))], "/initial_option"),
    "confirm": ([actions(button("x", confirm={**CONFIRM, "title": words("t" * 101)}))], "/confirm/title/text"),
    "input min": ([text_input("a", "b", element={"max_length": 3001})], "/element/max_length"),
    "input range": ([text_input("a", "b", element={"min_length": 5, "max_length": 4})], "/element/min_length"),
    "input first": ([text_input("a", "b", element={"max_length": 2, "initial_value": "abc"})], "/initial_value"),
    "label": ([text_input("x" * 2001, "b")], "/blocks/0/label/text"),
    "hint": ([text_input("x", "b", hint=words("h" * 2001))], "/blocks/0/hint/text"),
    "unknown block": ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    "unknown element": ([actions({"type": "slider"})], "unsupported type: slider"),
    "unknown key": ([section("a", colour="red")], "unknown field: colour [json-pointer:/blocks/0/colour]"),
    "input in actions": ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "flag": ([text_input("a", "b", optional="yes")], "must be a boolean"),
    "rich": ([{"type": "rich_text", "elements": [{"type": "rich"}]}], "/blocks/0/elements/0/type"),
}


@pytest.mark.parametrize("name", GOOD)
async def test_within_the_limits(slack: Slack, name: str) -> None:
    answer = await slack.good("chat.postMessage", channel="CDESK", blocks=GOOD[name])
    assert all(b["block_id"] for b in answer["message"]["blocks"])


@pytest.mark.parametrize("name", BAD)
async def test_beyond_the_limits(slack: Slack, name: str) -> None:
    blocks, sentence = BAD[name]
    for more in ({}, {"text": "words do not help"}):
        answer = await slack.api("chat.postMessage", channel="CDESK", blocks=blocks, **more)
        assert answer["error"] == "invalid_blocks", answer
        assert any(sentence in m and m.startswith("[ERROR] ") for m in answer["response_metadata"]["messages"]), answer


async def trigger(slack: Slack) -> str:
    return str((await slack.do("shortcut", user="UADA", callback_id="x"))["trigger_id"])


VIEWS_BAD: dict[str, tuple[Json, str]] = {
    "title": (modal(title=words("x" * 25)), "/view/title/text"),
    "submit": (modal(submit=words("x" * 25)), "/view/submit/text"),
    "close": (modal(close=words("x" * 25)), "/view/close/text"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "private_metadata": (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    "callback_id": (modal(callback_id="x" * 256), "/view/callback_id"),
    "unknown key": (modal(size="large"), "unknown field: size"),
    "type": (modal(type="popup"), "unsupported type: popup"),
    "no submit": ({"type": "modal", "title": words("a"), "blocks": [text_input("a", "b")]}, "submit"),
    "markdown": (modal({"type": "markdown", "text": "a"}), "unsupported type: markdown"),
    "home": ({"type": "home", "blocks": []}, "must be a modal"),
}


@pytest.mark.parametrize("name", VIEWS_BAD)
async def test_views_beyond_the_limits(slack: Slack, name: str) -> None:
    view, sentence = VIEWS_BAD[name]
    answer = await slack.api("views.open", trigger_id=await trigger(slack), view=view)
    assert answer["error"] == "invalid_arguments"
    assert any(sentence in m for m in answer["response_metadata"]["messages"]), answer


async def test_views_within_the_limits(slack: Slack) -> None:
    view = modal(*[{"type": "divider"}] * 100, private_metadata="x" * 3000, title=words("x" * 24))
    await slack.good("views.open", trigger_id=await trigger(slack), view=view)
    heavy = modal(*(section("x" * 2900, fields=[words("x" * 2000)]) for _ in range(60)))
    answer = await slack.api("views.open", trigger_id=await trigger(slack), view=heavy)
    assert answer["error"] == "view_too_large"
    answer = await slack.api("views.open", trigger_id=await trigger(slack), view="{")
    assert answer["error"] == "invalid_arguments"
