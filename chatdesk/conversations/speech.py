"""An agent's words on their way to the customer: under whose name, about which ticket, in how many messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.fate import FIRST_WORDS
from chatdesk.conversations.late import time_of_late
from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.phrases import say
from chatdesk.conversations.ticket import TITLE_LENGTH, Case
from chatdesk.core.markup import Markup, bold, shorten, split
from chatdesk.core.messages import Body, Fate, Outgoing, copy_key

# UTF-16 code units of one message: the narrowest channel takes 4,096, and may add signs of its own.
MOST_UNITS = 4000


Spoken = ev.AgentSaid | ev.Resolved | ev.Resent | ev.ReplyEdited


def to_customer(event: ev.AgentSaid | ev.Resolved | ev.Resent, case: Case, tail: str = "") -> Sequence[Outgoing]:
    """What an agent said, with the desk's words at its end; as many messages as it needs, in their order.

    The agents are told that it was sent when the last one was, and of each that failed.
    """
    head = heading(event, case)
    texts = in_parts(head, event.body.text, tail)
    said = []
    for n, text in enumerate(texts, 1):
        last = n == len(texts)
        fate = Fate(event.key, case.thread, mark=True, last=last, called=_called(text, head, n, len(texts)))
        body = Body(text, event.body.files if last else ())
        key = copy_key(event.key, n - 1)
        said.append(Outgoing(to=case.subject.origin, key=key, body=body, fate=fate, urgent=True))
    return said


def in_parts(head: Markup, text: Markup, tail: str = "") -> Sequence[Markup]:
    return split(head + "\n" + text.with_bare_names() + tail, MOST_UNITS)


def heading(event: Spoken, case: Case) -> Markup:
    """The agent's name, and the ticket where one may wonder: another one is open, or is the one they talk about now."""
    agent = case.roster.by_person(event.by)
    name = agent.name if agent else case.group.name
    ticket = case.subject
    others = any(t.number != ticket.number for t in case.part(OpenTickets).tickets)
    written = event.written if isinstance(event, ev.AgentSaid) else None
    time = time_of_late(written, ticket.answered, case.now, case.language)
    late = " · " + say(case.language, "written", time=time) if time else ""
    if case.conversation.current == ticket.number and not others:
        return bold(name + late)
    return bold(f"{name} · #{ticket.number} {shorten(ticket.title, TITLE_LENGTH)}".rstrip() + late)


def _called(text: Markup, head: Markup, number: int, of: int) -> str:
    """«Please try again, the quota of…», part 1 of 2"""
    words = f"«{shorten(text.text.removeprefix(head.text), FIRST_WORDS)}»"
    return words if of == 1 else f"{words}, part {number} of {of}"
