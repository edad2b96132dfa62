"""What the agents are told of a message's delivery. Pure: an outcome goes in, messages come out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from chatdesk.core.messages import Mark, Outgoing, plain


class Delivery(StrEnum):
    """Every state that a message can be in, inbound or outbound."""

    RECEIVED = "received"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"
    UNDONE = "undone"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


PERHAPS_TWICE = (
    "The desk stopped between sending the message and noting that it was sent, so it was sent again: "
    "it may have arrived twice."
)


def told(out: Outgoing, state: Delivery, why: str, doubtful: bool) -> Sequence[Outgoing]:
    """The mark on the agent's message, and a line in the thread when it failed or may have arrived twice."""
    fate = out.fate
    if fate is None or fate.tell is None:
        return ()
    said: list[Outgoing] = []
    if fate.mark and fate.message:
        mark = Mark.SENT if state is Delivery.SENT else Mark.FAILED
        key = f"{fate.message}:{mark}"
        said.append(Outgoing(to=fate.tell, key=key, marks=fate.message, mark=mark, ticket=out.ticket, urgent=True))
    line = (
        f"Not delivered: {why}" if state in (Delivery.FAILED, Delivery.BLOCKED) else PERHAPS_TWICE if doubtful else ""
    )
    if line and (doubtful or not out.standing):  # a status that cannot be edited any more is no news
        key = f"{out.key}:fate:{state}"
        said.append(Outgoing(to=fate.tell, key=key, body=plain(f"{_which(out)} {line}"), ticket=out.ticket))
    return said


def _which(out: Outgoing) -> str:
    """Names the message by its first words, so that the line makes sense wherever it lands in the thread."""
    text = " ".join(out.body.text.text.split()) if out.body else ""
    words = text[:40].rstrip()
    return f"«{words}{'…' if len(text) > len(words) else ''}»:"
