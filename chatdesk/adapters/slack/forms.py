"""Forms as modals, and what comes back of them. Pure. See https://docs.slack.dev/surfaces/modals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack import talks
from chatdesk.adapters.slack.inbound import CHANNEL, Raw, Workspace, words_of
from chatdesk.adapters.slack.markup import literal
from chatdesk.adapters.slack.render import MENU_TEXT, TITLE_TEXT, Block, date, mrkdwn, plain_text
from chatdesk.adapters.slack.rich_text import written
from chatdesk.adapters.slack.shapes import part
from chatdesk.agent_console.call import Call
from chatdesk.agent_console.shortcuts import TICKET, Quoted, Shortcut
from chatdesk.core.forms import Choice, Field, Form, Kind, Shown
from chatdesk.core.markup import Markup, Span, Style, shorten
from chatdesk.core.messages import Act, Address, Identity

CALLBACK = "form"
MOST_OPTIONS = 100  # in a select's list, and in each of its groups
INPUT_TEXT = 3000  # characters of a field
PRESSES = "presses"  # block_id of the buttons within a form

# What Slack calls a channel whose name it does not tell: it is the same word for all of them.
UNNAMED = {
    "": "a channel",
    "privategroup": "a private channel",
    "directmessage": "a direct message",
}


def modal(form: Form, call: Call, place: dict[str, str]) -> Block:
    """A form as a modal; the call that waits for its answers travels in the private metadata."""
    asked = {f.name for f in form.asked}
    carried = {name: answer for name, answer in call.answers.items() if name not in asked}
    carried |= {f.name: f.default for f in form.fields if f.kind is Kind.HIDDEN and f.default}
    waiting = {"command": call.command, "ticket": call.ticket, "answers": carried, "place": place}
    closing = {"notify_on_close": True} if form.on_close else {}
    which = f" #{call.ticket}" if call.ticket else ""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(waiting | ({"on_close": form.on_close} if form.on_close else {})),
        "title": plain_text(shorten(f"{form.title}{which}", TITLE_TEXT)),
        "submit": plain_text(form.submit),
        "close": plain_text("Cancel"),
        "blocks": [*_shown(form.above), *(_input(f) for f in form.asked), *_presses(form.presses), *_shown(form.below)],
        **closing,
    }


def notice(sentence: str) -> Block:
    """A sentence in the place of a form."""
    shown = {"type": "section", "text": plain_text(shorten(sentence, INPUT_TEXT))}
    return {"type": "modal", "title": plain_text("Not done"), "close": plain_text("Close"), "blocks": [shown]}


def _shown(things: Sequence[Shown]) -> Iterator[Block]:
    for thing in things:
        at = f" {date(thing.at)}" if thing.at else ""
        yield {"type": "context", "elements": [mrkdwn(literal(thing.line) + at)]}
        if thing.words:
            yield written(_quoted(thing.words))


def _quoted(words: Markup) -> Markup:
    return Markup(words.text, (Span(Style.QUOTE, 0, len(words.text)), *words.spans))


def _presses(presses: Sequence[Choice]) -> list[Block]:
    if not presses:
        return []
    buttons = [
        {
            "type": "button",
            "action_id": f"{choice.value}:{n}",
            "text": plain_text(choice.label),
            "value": acts.to_text(Act(choice.value)),
        }
        for n, choice in enumerate(presses)
    ]
    return [{"type": "actions", "block_id": PRESSES, "elements": buttons}]


def _input(field: Field) -> Block:
    made: Block = {
        "type": "input",
        "block_id": f"{field.name}:{field.drawn}" if field.drawn else field.name,
        "label": plain_text(field.ask),
        "optional": not field.required,
        "element": _element(field),
    }
    if field.live:
        made["dispatch_action"] = True
    return made | ({"hint": plain_text(field.help)} if field.help else {})


def _element(field: Field) -> Block:
    if field.kind is Kind.CHOICE:
        chosen = [_option(c) for c in field.choices if c.value == field.default]
        initial = {"initial_option": chosen[0]} if chosen else {}
        return {"type": "static_select", "action_id": "answer", **_options(field.choices)} | initial
    if field.kind is Kind.AGENT:
        return {"type": "users_select", "action_id": "answer"}
    made: Block = {
        "type": "plain_text_input",
        "action_id": "answer",
        "multiline": field.kind is Kind.TEXT,
        "max_length": min(field.longest, INPUT_TEXT),
    }
    return made | ({"initial_value": field.default[:INPUT_TEXT]} if field.default else {})


def _option(choice: Choice) -> Block:
    return {"text": plain_text(shorten(choice.label, MENU_TEXT)), "value": choice.value}


def _options(choices: Sequence[Choice]) -> Block:
    """A list, or groups of it: Slack shows what fits to what is typed, in either."""
    if not any(c.group for c in choices):
        return {"options": [_option(c) for c in choices[:MOST_OPTIONS]]}
    groups = []
    for name, those in groupby(choices, key=lambda c: c.group):
        options = [_option(c) for c in those]
        groups += [
            {"label": plain_text(name), "options": options[n : n + MOST_OPTIONS]}
            for n in range(0, len(options), MOST_OPTIONS)
        ]
    return {"option_groups": groups[:MOST_OPTIONS]}


# -- what comes back -----------------------------------------------------------------------------------------


def is_form(payload: Raw) -> bool:
    """Whether something was pressed within a form of ours."""
    return part(payload, "view").get("callback_id") == CALLBACK


def call_of_form(payload: Raw, where: Workspace) -> tuple[Call, dict[str, str]]:
    """A filled form: (the call with its answers, where it was asked for)."""
    return _call(payload, where, complete=True)


def call_of_change(payload: Raw, where: Workspace) -> tuple[Call, dict[str, str]]:
    """Something was chosen or pressed in a form, which is to be drawn anew."""
    action = payload["actions"][0]
    by_button = action["type"] == "button"
    pressed = acts.from_text(action.get("value") or "").name if by_button else _name(action["block_id"])
    return _call(payload, where, pressed=pressed)


def call_of_closing(payload: Raw, where: Workspace) -> Call | None:
    """What a form asks for when it is closed and not sent."""
    waiting = json.loads(payload["view"]["private_metadata"])
    if not waiting.get("on_close"):
        return None
    by, home = where.identity(payload["user"]["id"]), where.room(waiting["place"]["channel"])
    return Call(waiting["on_close"], by, "slack:modal", home, waiting["ticket"])


def quoted(payload: Raw, where: Workspace, ticket: int | None) -> Quoted:
    """The message on which a shortcut was used (https://docs.slack.dev/interactivity/implementing-shortcuts)."""
    message = payload["message"]
    user = str(message.get("user") or message.get("bot_id") or "")
    author = where.identity(user)
    if message.get("username"):  # written by the app under somebody's name
        author = replace(author, name=str(message["username"]))
    words = words_of(message, where).text or "(no words)"
    channel = str((payload.get("channel") or {}).get("name") or "")
    place = UNNAMED.get(channel) or f"#{channel}"
    return Quoted(author, words, place, ticket, bool(talks.carried(payload, where)) and ticket is None)


def call_of_shortcut(shortcut: Shortcut, said: Quoted, payload: Raw, where: Workspace) -> Call:
    place = where.room(payload["channel"]["id"])
    by = where.identity(payload["user"]["id"])
    if shortcut.asks:
        return Call(shortcut.command, by, "slack:shortcut", place, answers=talks.carried(payload, where))
    if said.ticket:
        return Call(shortcut.command, by, "slack:shortcut", place, said.ticket)
    return Call(f"{shortcut.command}_of", by, "slack:shortcut", place, answers=shortcut.fill(said), whose=said.author)


def blocks_of(payload: Raw) -> dict[str, str]:
    """The block of each field, by the field's name: Slack shows a fault at a block."""
    return {_name(block): block for block in payload["view"]["state"]["values"] if block != PRESSES}


def _call(payload: Raw, where: Workspace, **more: Any) -> tuple[Call, dict[str, str]]:
    waiting = json.loads(payload["view"]["private_metadata"])
    values: Mapping[str, Any] = payload["view"]["state"]["values"]
    given = {_name(block): _answer(inner["answer"], where.team) for block, inner in values.items() if "answer" in inner}
    place = waiting["place"]
    command, number = waiting["command"], waiting["ticket"]
    if TICKET in given:  # asked for in the form; without one it is for the author of the message
        typed = given.pop(TICKET).strip().removeprefix("#")
        number = Act("", {TICKET: typed}).ticket
        account, name, room = (waiting["answers"].pop(part, "") for part in ("account", "name", "room"))
        if not typed and room:
            command = f"{command}_here"
            more |= {"whose": Identity(CHANNEL, account, name), "at": Address(CHANNEL, room)}
    return Call(
        command,
        where.identity(payload["user"]["id"]),
        "slack:modal",
        where.room(place["channel"]),
        number,
        {**waiting["answers"], **given},
        **more,
    ), place


def _name(block_id: str) -> str:
    return block_id.split(":")[0]


def _answer(element: Raw, team: str) -> str:
    if element["type"] == "users_select":
        return f"{team}/{element['selected_user']}" if element.get("selected_user") else ""
    if element["type"] == "static_select":
        return str((element.get("selected_option") or {}).get("value") or "")
    return element.get("value") or ""
