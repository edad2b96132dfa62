"""Words that lead to messages of ours, as links that Slack opens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chatdesk.adapters.slack.overviews import thread_link
from chatdesk.adapters.slack.rooms import channel_of
from chatdesk.core.markup import Markup, Style
from chatdesk.core.messages import Identity, Moment, Way
from chatdesk.desk.channel import Delivery

Fact = str | Moment | Identity | Way


def led(delivery: Delivery, team_url: str) -> Delivery:
    """The same with its words leading where they should."""
    body, card = delivery.out.body, delivery.out.card
    found = {key: thread_link(team_url, channel_of(at.room), at.natives[0]) for key, at in delivery.shown.items()}
    if found and card:
        card = replace(card, facts=tuple((name, _led(value, found)) for name, value in card.facts))
    if found and body:
        body = replace(body, text=as_links(body.text, found))
    return replace(delivery, out=replace(delivery.out, body=body, card=card)) if found else delivery


def _led(value: Fact, found: Mapping[str, str]) -> Fact:
    return replace(value, link=found.get(value.key, "")) if isinstance(value, Way) else value


def as_links(text: Markup, found: Mapping[str, str]) -> Markup:
    """What leads to a message that is not known stays what it is: words."""
    spans = (
        replace(s, style=Style.LINK, target=found[s.target]) if s.style is Style.MESSAGE and s.target in found else s
        for s in text.spans
    )
    return Markup(text.text, tuple(spans))
