"""Words that lead to messages of ours, as links that Slack opens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chatdesk.adapters.slack.overviews import thread_link
from chatdesk.adapters.slack.rooms import channel_of
from chatdesk.core.markup import Markup, Style
from chatdesk.desk.channel import Delivery


def led(delivery: Delivery, team_url: str) -> Delivery:
    """The same with its words leading where they should."""
    body = delivery.out.body
    if body is None or not delivery.shown:
        return delivery
    channel = channel_of(delivery.out.to.room)
    found = {key: thread_link(team_url, channel, ts) for key, ts in delivery.shown.items()}
    return replace(delivery, out=replace(delivery.out, body=replace(body, text=as_links(body.text, found))))


def as_links(text: Markup, found: Mapping[str, str]) -> Markup:
    """What leads to a message that is not known stays what it is: words."""
    spans = (
        replace(s, style=Style.LINK, target=found[s.target]) if s.style is Style.MESSAGE and s.target in found else s
        for s in text.spans
    )
    return Markup(text.text, tuple(spans))
