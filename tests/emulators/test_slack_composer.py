"""What people type becomes `text` and a rich_text block, as Slack's composer sends them.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from .slack_fixtures import Json, Slack, section, slack

__all__ = ["slack"]


def text(words: str, *styles: str) -> Json:
    return {"type": "text", "text": words} | ({"style": dict.fromkeys(styles, True)} if styles else {})


def part(kind: str, *elements: Json, **more: Any) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def bullets(*items: str, style: str = "bullet", indent: int = 0) -> Json:
    return part("list", *(part("section", text(i)) for i in items), style=style, indent=indent, border=0)


async def typed(slack: Slack, words: str) -> tuple[str, list[Json]]:
    """What the app learns of it: `text`, and what the one rich_text block holds."""
    socket = await slack.socket()
    await slack.do("post", user="UADA", channel="CDESK", text=words)
    event = await socket.event()
    (block,) = event["blocks"]
    assert block["type"] == "rich_text" and block["block_id"]
    return event["text"], block["elements"]


INLINE = [
    ("*b* _i_ ~s~ `c`", [text("b", "bold"), text(" "), text("i", "italic"), text(" "), text("s", "strike"), text(" ")]),
    ("*a _b_*", [text("a ", "bold"), text("b", "bold", "italic")]),
    ("snake_case_x 2*3*4 a~b", [text("snake_case_x 2*3*4 a~b")]),
    ("<@UBEN> <#CPUB>", [{"type": "user", "user_id": "UBEN"}, text(" "), {"type": "channel", "channel_id": "CPUB"}]),
    ("<!here>!", [{"type": "broadcast", "range": "here"}, text("!")]),
    ("<!subteam^S1|@team>", [{"type": "usergroup", "usergroup_id": "S1"}]),
    ("<https://a.example/?b=1&amp;c|words>", [{"type": "link", "url": "https://a.example/?b=1&c", "text": "words"}]),
    ("*<https://a.example/b_c_d>*", [{"type": "link", "url": "https://a.example/b_c_d", "style": {"bold": True}}]),
    (":tada: :partyparrot:", [{"type": "emoji", "name": "tada", "unicode": "1f389"}, text(" ")]),
    (
        ":wave::skin-tone-3:",
        [{"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fc", "skin_tone": 3}],
    ),
    ("at 10:30:15", [text("at 10:30:15")]),
]


@pytest.mark.parametrize(("words", "elements"), INLINE, ids=[w for w, _ in INLINE])
async def test_words_and_their_elements(slack: Slack, words: str, elements: list[Json]) -> None:
    told, parts = await typed(slack, words)
    assert told == words
    assert parts[0]["type"] == "rich_text_section"
    assert parts[0]["elements"][: len(elements)] == elements


async def test_an_own_emoji_has_no_unicode_and_code_no_marks(slack: Slack) -> None:
    _, parts = await typed(slack, ":partyparrot: `*x* a&amp;b`")
    assert parts[0]["elements"] == [{"type": "emoji", "name": "partyparrot"}, text(" "), text("*x* a&b", "code")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a & b < c > d <b>x</b>", "a &amp; b &lt; c &gt; d &lt;b&gt;x&lt;/b&gt;"),
        ("already &amp; &lt; &gt;", "already &amp; &lt; &gt;"),
        ("see https://a.example/x?b=1&c=2.", "see <https://a.example/x?b=1&amp;c=2>."),
        ("`https://a.example`", "`https://a.example`"),
        ("well done 👍 ✅", "well done :+1: :white_check_mark:"),
        ("👍🏽 👩‍🔬", ":+1::skin-tone-4: 👩‍🔬"),
        ("<!nobody>", "&lt;!nobody&gt;"),
    ],
)
async def test_text_is_escaped_linked_and_emoji_have_names(slack: Slack, words: str, told: str) -> None:
    assert (await typed(slack, words))[0] == told


async def test_lists_quotes_and_preformatted_lines(slack: Slack) -> None:
    told, parts = await typed(slack, "hi\n- a\n• b\n    - c\n1. d\n2. e\n> q\n> r\nbye")
    assert told == "hi\n• a\n• b\n    ◦ c\n1. d\n2. e\n&gt; q\n&gt; r\nbye"
    assert parts == [
        part("section", text("hi\n")),
        bullets("a", "b"),
        bullets("c", indent=1),
        bullets("d", "e", style="ordered"),
        part("quote", text("q\nr")),
        part("section", text("bye")),
    ]
    told, parts = await typed(slack, "look:\n```if a < b:\n- *x*```\nso")
    assert told == "look:\n```if a &lt; b:\n- *x*```\nso"
    assert parts == [
        part("section", text("look:\n")),
        part("preformatted", text("if a < b:\n- *x*"), border=0),
        part("section", text("so")),
    ]


async def test_an_edit_brings_new_blocks(slack: Slack) -> None:
    ts = (await slack.do("post", user="UADA", channel="CDESK", text="old"))["ts"]
    socket = await slack.socket()
    await slack.do("edit", user="UADA", channel="CDESK", ts=ts, text="*new*")
    event = await socket.event()
    assert event["subtype"] == "message_changed" and event["message"]["edited"]["user"] == "UADA"
    (before,), (after,) = event["previous_message"]["blocks"], event["message"]["blocks"]
    assert before["elements"] == [part("section", text("old"))]
    assert after["elements"] == [part("section", text("new", "bold"))] and after["block_id"] != before["block_id"]


async def test_blocks_given_outright(slack: Slack) -> None:
    parts = [
        part("section", text("a & b", "bold"), {"type": "user", "user_id": "UBEN"}, text("\n")),
        bullets("c", "d", style="ordered"),
        part("quote", {"type": "link", "url": "https://a.example", "text": "e"}),
        part("preformatted", text("f <")),
    ]
    ts = (await slack.do("post", user="UADA", channel="CDESK", blocks=[{"type": "rich_text", "elements": parts}]))["ts"]
    (message,) = (await slack.good("conversations.history", channel="CDESK"))["messages"]
    assert message["text"] == "*a &amp; b*<@UBEN>\n1. c\n2. d\n&gt; <https://a.example|e>\n```f &lt;```"
    assert message["blocks"][0]["elements"] == parts
    await slack.do("edit", user="UADA", channel="CDESK", ts=ts, text="as said", blocks=[section("x")])
    (message,) = (await slack.good("conversations.history", channel="CDESK"))["messages"]
    assert (message["text"], message["blocks"][0]["type"]) == ("as said", "section")
    assert "invalid_blocks" in await slack.refused("post", user="UADA", channel="CDESK", blocks=[{"type": "x"}])


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        (part("section", {"type": "text"}), "missing required field: text"),
        (part("section", {"type": "user", "user": "U1"}), "missing required field: user_id"),
        (part("section", {"type": "text", "text": "a", "style": {"big": True}}), "unknown field: big"),
        (part("list", text("a"), style="bullet"), "unsupported type: text"),
        (part("list", part("section", text("a")), style="square"), "must be one of bullet, ordered"),
        (part("table"), "unsupported type: rich_text_table"),
        (part("quote", {"type": "broadcast", "range": "all"}), "must be one of here, channel, everyone"),
    ],
)
async def test_the_app_has_to_keep_to_the_form_of_rich_text(slack: Slack, element: Json, problem: str) -> None:
    blocks = [{"type": "rich_text", "elements": [element]}]
    answer = await slack.api("chat.postMessage", channel="CDESK", text="a", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    assert any(problem in m for m in answer["response_metadata"]["messages"]), answer


async def test_hostile_words_take_no_time(slack: Slack) -> None:
    started = time.monotonic()
    for words in ("*" * 4000, "<a" * 2000, "`" * 3999, "*<a>" * 1000, "_~*" * 1300, "> " * 2000, ":a" * 2000):
        await slack.do("post", user="UADA", channel="CDESK", text=words)
    assert time.monotonic() - started < 5
