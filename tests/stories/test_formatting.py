"""Formatting crosses both ways, and nothing that a person types is obeyed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fidelity import TO_AGENTS, TO_USERS
from tests.stage import Stage, until


@pytest.mark.crosses("formatting", TO_USERS, "bold, italic, struck, code and links as such")
@pytest.mark.crosses("emoji", TO_USERS, "the signs themselves")
@pytest.mark.crosses("list", TO_USERS, "lines with a sign or number before each")
@pytest.mark.crosses("quotation", TO_USERS, "a quotation")
async def test_what_an_agent_formats_arrives_formatted(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    lists = "- one\n- two\n> as you said\n```x < 1 & y```"
    await piotr.writes(1, f"*Bold* and _slanted_, `code` 👩‍🔬 :tada: <https://x.org/a|there>\n{lists}")
    shown = await anna.sees("Bold and slanted, code 👩‍🔬 🎉 there")
    text = shown["text"]
    assert "• one\n• two" in text
    assert "x < 1 & y" in text
    raw = text.encode("utf-16-le")
    styled = {
        (e["type"], raw[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in shown["entities"]
    }
    wanted = {("bold", "Bold"), ("italic", "slanted"), ("code", "code"), ("text_link", "there"), ("pre", "x < 1 & y")}
    assert wanted | {("blockquote", "as you said")} <= styled


@pytest.mark.crosses("formatting", TO_AGENTS, "bold, italic, struck, code; underlined and hidden words plain")
@pytest.mark.crosses("emoji", TO_AGENTS, "the signs themselves")
@pytest.mark.crosses("quotation", TO_AGENTS, "a quotation")
async def test_what_a_user_formats_arrives_formatted(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    text = "😀 bold slanted struck code secret said"
    entities = [
        {"type": kind, "offset": len(text[: text.index(word)].encode("utf-16-le")) // 2, "length": len(word)}
        for kind, word in (
            ("bold", "bold"),
            ("italic", "slanted"),
            ("strikethrough", "struck"),
            ("code", "code"),
            ("spoiler", "secret"),
            ("blockquote", "said"),
        )
    ]
    await anna.says(text, entities=entities)
    copy = await piotr.thread_shows(1, "slanted")
    parts = copy["blocks"][0]["elements"]
    styles = {e["text"]: set(e.get("style") or {}) for part in parts for e in part["elements"]}
    assert styles["bold"] == {"bold"}
    assert styles["slanted"] == {"italic"}
    assert styles["struck"] == {"strike"}
    assert styles["code"] == {"code"}
    assert [p["type"] for p in parts] == ["rich_text_section", "rich_text_quote"]


@pytest.mark.crosses("text", TO_AGENTS, "in the ticket's thread, under the user's name")
@pytest.mark.crosses("text", TO_USERS, "under the agent's name")
@pytest.mark.crosses("long text", TO_AGENTS, "one message")
@pytest.mark.crosses("list", TO_AGENTS, "the lines as they were typed")
@pytest.mark.crosses("mention", TO_AGENTS, "as it was typed")
@pytest.mark.crosses("mention", TO_USERS, "the name alone, after its author was asked whether it is for the user")
async def test_words_arrive_as_they_are(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    words = "@ingrid please:\n- one\n- two\n" + "long " * 800
    await anna.says(words.strip())
    copy = await piotr.thread_shows(1, "- one\n- two\nlong long")
    assert copy["username"] == "Anna Keller (Telegram)"
    assert "".join(e["text"] for part in copy["blocks"][0]["elements"] for e in part["elements"]) == words.strip()
    await piotr.writes(1, "<@U0INGRID> will call you")
    await piotr.clicks_private("mentions a colleague", "Send to Anna Keller")
    await anna.sees("Piotr Zieliński\nIngrid Solberg will call you")


@pytest.mark.crosses("what looks like a command", TO_AGENTS, "as it was typed: no mention, no HTML, no Markdown")
@pytest.mark.crosses("what looks like a command", TO_USERS, "as it was typed; an @name is no link to a stranger")
async def test_nothing_that_is_typed_is_obeyed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    hostile = "<!channel> <@U0INGRID> <b>fat</b> *not bold* [x](https://evil.example) &lt;!here&gt; {name}"
    await anna.says(hostile)
    copy = await piotr.thread_shows(1, "fat")
    elements = [e for part in copy["blocks"][0]["elements"] for e in part["elements"]]
    assert "".join(e["text"] for e in elements) == hostile
    assert [e for e in elements if e["type"] != "text"] == [
        {"type": "link", "url": "https://evil.example", "text": "https://evil.example"}  # as Telegram shows it
    ]
    assert not any(e.get("style") for e in elements)

    async def heard() -> Any:
        return not [e for e in await stage.control.get("slack/deliveries") if e["state"] == "pending"]

    await until(heard, "all events delivered")
    await piotr.writes(1, "Use <b>this</b> and __that__ @durov https://x.org/@durov")
    answer = await anna.sees("<b>this</b> and __that__")
    assert {e["type"] for e in answer["entities"] or ()} <= {"bold", "text_link", "url"}
