"""What the agents are told of a message's delivery. Pure: an outcome goes in, messages come out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from chatdesk.core.markup import shorten
from chatdesk.core.messages import Mark, Outgoing, plain

FIRST_WORDS = 40  # characters


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
    GATHERED = "gathered"  # it came too fast: shown together with others
    MUTED = "muted"  # its author was muted: shown to agents who ask
    BOUNCED = "bounced"
    COMPLAINED = "complained"


PERHAPS_TWICE = (
    "The desk stopped between sending the message and noting that it was sent, so it was sent again: "
    "it may have arrived twice."
)


def concerned(out: Outgoing, state: Delivery) -> str | None:
    """The message whose state follows from this outcome; none when a part was sent that is not the last."""
    fate = out.fate
    return fate.message if fate and (fate.last or state is not Delivery.SENT) else None


def told(out: Outgoing, state: Delivery, why: str, doubtful: bool) -> Sequence[Outgoing]:
    """The mark on the agent's message, and a line in the thread when it failed or may have arrived twice.

    Of a message in several parts each that failed is told; when later ones arrive, both marks stand, and the line
    says which part is missing.
    """
    fate = out.fate
    if fate is None or fate.tell is None:
        return ()
    said: list[Outgoing] = []
    message = concerned(out, state)
    if fate.mark and message:
        mark = Mark.SENT if state is Delivery.SENT else Mark.FAILED
        key = f"{message}:{mark}"
        said.append(Outgoing(to=fate.tell, key=key, marks=message, mark=mark, ticket=out.ticket, urgent=True))
    line = (
        f"Not delivered: {why}" if state in (Delivery.FAILED, Delivery.BLOCKED) else PERHAPS_TWICE if doubtful else ""
    )
    if line and (doubtful or not out.standing):  # a status that cannot be edited any more is no news
        key = f"{out.key}:fate:{state}"
        said.append(Outgoing(to=fate.tell, key=key, body=plain(f"{_which(out)}: {line}"), ticket=out.ticket))
    return said


def _which(out: Outgoing) -> str:
    """Names the message by its first words, so that the line makes sense wherever it lands in the thread."""
    called = out.fate.called if out.fate else ""
    return called or f"«{shorten(out.body.text.text if out.body else '', FIRST_WORDS)}»"
