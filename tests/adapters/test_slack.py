"""Slack's payloads as Incoming and Call, and Outgoing as calls of the Web API: golden files.

Every block and view is also put before the emulator's own Block Kit checks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chatdesk.adapters.slack import forms, render, speak
from chatdesk.adapters.slack.inbound import Workspace, call_of_press, place_of, to_incoming
from chatdesk.adapters.slack.markup import escape, from_mrkdwn, unescape
from chatdesk.adapters.slack.rich_text import Reader, written
from chatdesk.agent_console.call import Call, parse_line
from chatdesk.agent_console.card import card
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.command import Reply
from chatdesk.conversations.ticket import State
from chatdesk.core.forms import Choice
from chatdesk.core.markup import Markup, Span, Style
from chatdesk.core.messages import Act, Button
from chatdesk.emulators.slack.blocks import check_message_blocks, check_view
from tests.adapters.examples import FOLDER, check, delivery, examples, incoming_as_json
from tests.builders import a_call, a_case, a_ticket
from tests.golden import Golden

WHERE = Workspace("T0DESK", {"U0PIOTR": "Piotr Zieliński", "U0INGRID": "Ingrid Solberg"})
CALL = TypeAdapter(Call)


def as_call(call: Call) -> Any:
    return CALL.dump_python(call, mode="json", exclude_defaults=True)


@pytest.mark.parametrize("path", examples("slack", "in"), ids=lambda p: p.stem)
def test_in(path: Path, golden: Golden) -> None:
    check(path, lambda event: incoming_as_json(to_incoming(event, WHERE)), golden)


def translated(payload: Any) -> Any:
    if payload.get("command"):
        who, room = WHERE.identity(payload["user_id"]), WHERE.room(payload["channel_id"])
        return {"call": as_call(parse_line(payload["text"], who, "slack:slash", room))}
    if payload["type"] == "view_submission":
        call, place = forms.call_of_form(payload, WHERE)
        return {"call": as_call(call), "place": place}
    return {"call": as_call(call_of_press(payload, WHERE)), "place": place_of(payload)}


@pytest.mark.parametrize("path", examples("slack", "calls"), ids=lambda p: p.stem)
def test_calls(path: Path, golden: Golden) -> None:
    check(path, translated, golden)


@pytest.mark.parametrize(
    ("named", "shown"),
    [("random", "#random"), ("privategroup", "a private channel"), ("directmessage", "a direct message")],
)
def test_what_a_shortcut_quotes_says_where_it_was_written(named: str, shown: str) -> None:
    """Slack tells no app's interaction the name of a private channel."""
    said = {"ts": "1.2", "user": "U0PIOTR", "text": "It is down"}
    payload = {"message": said, "channel": {"id": "C1", "name": named}}
    assert forms.quoted(payload, WHERE, ticket=1).place == shown


def spoken(given_delivery: Any) -> Any:
    made = delivery(given_delivery)
    return {"method": speak.method_of(made), "arguments": speak.arguments_of(made)}


@pytest.mark.parametrize("path", examples("slack", "out"), ids=lambda p: p.stem)
def test_out(path: Path, golden: Golden) -> None:
    arguments = check(path, spoken, golden)["arguments"]
    if "blocks" in arguments:
        check_message_blocks(arguments["blocks"])


@pytest.mark.parametrize("command", sorted(c.name for c in catalogue().values() if c.form.asked))
def test_every_form_is_a_modal(command: str, golden: Golden) -> None:
    place = {"channel": "C0SUPPORT", "user": "U0PIOTR", "thread": "1.1"}
    form = catalogue()[command].form.prefilled(
        {"solution": "As before.", "title": "I cannot log in", "priority": "low"}
    )
    offered = tuple(Choice(f"m{n}", f"{n}. Anna Keller: hello") for n in (1, 2))
    groups = (Choice("grid", "Grid Support"), Choice("lending", "Lending Desk"))
    areas, services = (Choice("library", "Library"),), (Choice("notebooks", "Notebooks"), Choice("all", "All of Lab"))
    choices: dict[str, dict[str, tuple[Choice, ...]]] = {
        "redact": {"message": offered},
        "move": {"to": groups},
        "share": {"area": areas},
        "unshare": {"area": areas},
        "service": {"service": services},
        "bulletin": {"about": services},
    }
    form = form.choosing(choices.get(command, {}))
    view = forms.modal(form, a_call(command), place)
    check_view(view, len(json.dumps(view)))
    golden(FOLDER / "slack" / "modals" / f"{command}.json", view)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("assignee", [None, 11])
def test_every_card_is_drawn_within_slacks_limits(state: State, assignee: int | None) -> None:
    case = a_case(a_ticket(state=state, assignee=assignee, title="x" * 250, relates_to=41))
    check_message_blocks(render.blocks(card(case)))


@given(
    st.text(max_size=200), st.lists(st.tuples(st.sampled_from(sorted(Style)), st.integers(0, 200), st.integers(0, 200)))
)
def test_what_a_person_typed_stays_text(text: str, spans: list[tuple[Style, int, int]]) -> None:
    markup = Markup(text, tuple(Span(s, a, b, "T1/U1") for s, a, b in spans))
    parts = written(markup)["elements"]
    elements = [e for part in parts for e in part["elements"]]
    assert all(e["type"] in ("text", "link", "user") for e in elements)
    words = [s for s in spans if s[0] is Style.MENTION]
    if not words:  # code and quotations stand alone: beside them a line break is no sign
        assert "".join(e["text"] for e in elements).replace("\n", "") == text.replace("\n", "")
        assert len(parts) > 1 or "".join(e["text"] for e in elements) == text


@given(st.text(max_size=200))
def test_escaped_text_comes_back_and_says_nothing_to_slack(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "<" not in escape(text)
    assert from_mrkdwn(escape(text), "T1", {}) == Markup(text)


@pytest.mark.parametrize("length", [0, 1, 3000, 3001, 20_000])
def test_a_private_answer_of_any_length_fits(length: int) -> None:
    text, blocks = render.reply(Reply("x" * length or "Done.", buttons=(Button("Take it over", Act("take_over")),)))
    check_message_blocks(blocks)
    assert len(text) <= render.FALLBACK_TEXT


def element(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def section(*elements: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    return {"type": kind, "elements": list(elements), **more}


LISTED = section(
    section(element("text", text="one")),
    section(element("text", text="two", style={"bold": True})),
    kind="rich_text_list",
    style="ordered",
)


DEEPER = section(section(element("text", text="x")), kind="rich_text_list", style="bullet", indent=1)
CODE = section(element("text", text="x = 1"), kind="rich_text_preformatted")
STYLES = st.lists(st.sampled_from([Style.BOLD, Style.QUOTE, Style.PRE, Style.CODE]), max_size=4)


@pytest.mark.parametrize(
    ("parts", "text", "spans"),
    [
        ([section(element("text", text="a "), element("text", text="b", style={"bold": True, "italic": True}))], "a b",
         {("italic", "b"), ("bold", "b")}),
        ([section(element("link", url="https://x.org", text="there"))], "there", {("link", "there")}),
        ([section(element("link", url="mailto:a@b.org"))], "a@b.org", {("link", "a@b.org")}),
        ([section(element("user", user_id="U0INGRID"))], "@Ingrid", {("mention", "@Ingrid")}),
        ([section(element("broadcast", range="here"))], "@here", {("mention", "@here")}),
        ([section(element("emoji", name="+1", unicode="1f44d-1f3fd"))], "👍🏽", set()),
        ([section(element("emoji", name="parrot"))], ":parrot:", set()),
        ([section(element("text", text="see\n")), CODE], "see\nx = 1", {("pre", "x = 1")}),
        ([section(element("text", text="said"), kind="rich_text_quote"), section(element("text", text="no"))],
         "said\nno", {("quote", "said")}),
        ([LISTED], "1. one\n2. two", {("bold", "two")}),
        ([DEEPER], "   • x", set()),
        ([section(element("nonsense"), element("text"), {"type": 7})], "", set()),
    ],
)  # fmt: skip
def test_what_people_write_is_read_from_its_blocks(
    parts: list[dict[str, Any]], text: str, spans: set[tuple[str, str]]
) -> None:
    read = Reader("T1", {"U0INGRID": "Ingrid"}).read([section(*parts, kind="rich_text")])
    assert read is not None
    assert read.text == text
    assert {(str(s.style), read.text[s.start : s.end]) for s in read.spans} == spans


def test_a_message_without_such_blocks_is_read_from_its_text() -> None:
    assert Reader("T1", {}).read([{"type": "section"}]) is None


@given(
    st.lists(st.sampled_from([Style.BOLD, Style.QUOTE, Style.PRE, Style.CODE]), max_size=4),
    st.text("ab\n ", min_size=1, max_size=12),
)
def test_what_is_written_is_read_again(styles: list[Style], text: str) -> None:
    """Apart from line breaks, which quotations and code have of their own."""
    half = len(text) // 2
    markup = Markup(text, tuple(Span(style, half, len(text)) for style in dict.fromkeys(styles)))
    read = Reader("T1", {}).read([written(markup)])
    assert read is not None
    assert "".join(read.text.split()) == "".join(text.split())
