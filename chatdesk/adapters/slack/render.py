"""Outgoing and forms as Block Kit. Pure. Limits: https://docs.slack.dev/reference/block-kit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack.emoji import name_of
from chatdesk.adapters.slack.markup import escape, literal
from chatdesk.adapters.slack.rich_text import user_of, written
from chatdesk.agent_console.command import Reply
from chatdesk.core.errors import Rejected
from chatdesk.core.markup import bold, shorten
from chatdesk.core.messages import Body, Button, Card, Identity, Mark, Moment, Outgoing, Way

Block = dict[str, Any]

SIGNS = {
    Mark.RECEIVED: "eyes",
    Mark.HELD: "hourglass_flowing_sand",
    Mark.SENT: "incoming_envelope",
    Mark.NOTE: "memo",
    Mark.FAILED: "warning",
    Mark.UNDONE: "leftwards_arrow_with_hook",
    Mark.ASKING: "grey_question",
}
SECTION_TEXT = 3000  # characters
SMALL_TEXT = 2000
FACT_TEXT = 200
BUTTON_TEXT = 75
TITLE_TEXT = 24
MENU_TEXT = 75
MORE = "more"  # action_id of the card's menu
QUOTE_TEXT = 300  # characters of what a message answers
FALLBACK_TEXT = 300  # characters of a notification


def sign(mark: str) -> str:
    """Slack's name of a mark of the desk's, or of a person's emoji."""
    name = SIGNS.get(mark) or name_of(mark)
    if name is None:
        raise Rejected(f"Slack has no emoji {mark}.")
    return name


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def blocks(out: Outgoing) -> list[Block]:
    if out.card:
        return [*card(out.card), *actions(out.buttons)]
    foot = [_small(out.foot)] if out.foot else []
    return [*body(out.body or Body()), *foot, *actions(out.buttons)]


def body(said: Body) -> list[Block]:
    """Words, what they answer, where they come from, and what could not be passed on with them."""
    shown = [_small(f"Forwarded: {said.origin}")] if said.origin else []
    if said.text.text or said.quote:
        shown.append(written(said.text, shorten(said.quote, QUOTE_TEXT)))
    lost = "; ".join(f"{f.name or f.kind.replace('_', ' ')} ({FAULTS[f.fault]})" for f in said.files if f.fault)
    return [*shown, *([_small(f"Could not be passed on: {lost}")] if lost else [])]


FAULTS = {"too_big": "too big", "unseen": "shown to no bot", "gone": "deleted"}


def _small(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(shorten(text, SMALL_TEXT))]}


def fallback(out: Outgoing) -> str:
    """What a notification shows."""
    text = out.card.title if out.card else out.body.text.text if out.body else ""
    return escape(shorten(text, FALLBACK_TEXT)) or " "


def words(out: Outgoing) -> str:
    """All of it as text alone."""
    if out.card:
        facts = "\n".join(f"{name}: {fact(value)}" for name, value in out.card.facts)
        return f"{fallback(out)}\n{facts}\n{literal(out.card.foot)}"
    text = out.body.text.text if out.body else ""
    return "\n".join(literal(part) for part in (text, out.foot) if part) or " "


def card(shown: Card) -> list[Block]:
    """Two lines of facts rather than a table: a channel full of cards has to be read at a glance."""
    facts = " · ".join(f"*{literal(name)}* {fact(value)}" for name, value in shown.facts)
    return [
        written(bold(shown.title)),
        {"type": "section", "text": mrkdwn(facts)},
        _small(shown.foot),
    ]


def date(at: datetime) -> str:
    """As each reader's zone has it: https://docs.slack.dev/messaging/formatting-message-text#date-formatting."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def fact(value: str | Moment | Identity | Way) -> str:
    if isinstance(value, Moment):
        return f"{literal(value.words)} {date(value.at)}" if value.words else date(value.at)
    if isinstance(value, Identity):
        return f"<@{user_of(value.account)}>"
    if isinstance(value, Way):
        words = literal(shorten(value.words, FACT_TEXT))
        return f"<{value.link}|{words.replace('|', '¦')}>" if value.link else words
    return literal(shorten(value, FACT_TEXT))


def actions(buttons: Sequence[Button]) -> list[Block]:
    """Buttons in a row; those with a group fold into one menu at its end."""
    if not buttons:
        return []
    row: list[Block] = [_button(b, n) for n, b in enumerate(buttons) if not b.group]
    folded = [b for b in buttons if b.group]
    if folded:
        groups = [
            {"label": plain_text(name), "options": [_option(b) for b in those]}
            for name, those in groupby(folded, key=lambda b: b.group)
        ]
        menu = {"type": "static_select", "action_id": MORE, "placeholder": plain_text("More…"), "option_groups": groups}
        row.append(menu)
    return [{"type": "actions", "elements": row}]


def _button(button: Button, n: int) -> Block:
    made: Block = {
        "type": "button",
        "action_id": f"{button.act.name}:{n}",
        "text": plain_text(shorten(button.label, BUTTON_TEXT)),
        "value": acts.to_text(button.act),
    }
    return made | ({"style": "primary"} if button.primary else {})


def _option(button: Button) -> Block:
    return {"text": plain_text(shorten(button.label, MENU_TEXT)), "value": acts.to_text(button.act)}


def reply(answer: Reply) -> tuple[str, list[Block]]:
    """(text, blocks) of what only the caller sees."""
    text = answer.text
    if len(text) > SECTION_TEXT:
        text = text[: SECTION_TEXT - 1] + "…"
    return escape(shorten(text, FALLBACK_TEXT)), [
        {"type": "section", "text": plain_text(text)},
        *actions(answer.buttons),
    ]
