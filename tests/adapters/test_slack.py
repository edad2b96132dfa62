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

from chatdesk.adapters.slack import render, speak
from chatdesk.adapters.slack.inbound import Workspace, call_of_form, call_of_press, place_of, to_incoming
from chatdesk.adapters.slack.markup import escape, from_mrkdwn, rich_text, unescape
from chatdesk.agent_console.call import Call, parse_line
from chatdesk.agent_console.card import card
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.command import Reply
from chatdesk.conversations.ticket import State
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
        call, place = call_of_form(payload, WHERE)
        return {"call": as_call(call), "place": place}
    return {"call": as_call(call_of_press(payload, WHERE)), "place": place_of(payload)}


@pytest.mark.parametrize("path", examples("slack", "calls"), ids=lambda p: p.stem)
def test_calls(path: Path, golden: Golden) -> None:
    check(path, translated, golden)


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
    view = render.modal(form, a_call(command), place)
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
    (section,) = rich_text(markup)["elements"]
    assert all(e["type"] in ("text", "link", "user") for e in section["elements"])
    words = [s for s in spans if s[0] is Style.MENTION]
    if not words:
        assert "".join(e["text"] for e in section["elements"]) == text


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
