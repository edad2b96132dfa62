"""An agent's words on their way to the customer: under whose name, about which ticket, in how many messages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import FIRST_WORDS
from chatdesk.conversations.late import time_of_late
from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.ticket import TITLE_LENGTH
from chatdesk.core.language import best
from chatdesk.core.markup import Markup, bold, shorten, split, units
from chatdesk.core.messages import Act, Body, Button, Fate, File, Outgoing, asked_key, copy_key

# UTF-16 code units of one message: the narrowest channel takes 4,096, and may add signs of its own.
MOST_UNITS = 4000
MOST_OF_A_CAPTION = 1000  # of the words below a file: 1,024
# What makes one album: https://core.telegram.org/bots/api#sendmediagroup, the narrowest channel again.
ALIKE = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}
MOST_IN_AN_ALBUM = 10


Spoken = ev.AgentSaid | ev.Resolved | ev.Resent | ev.ReplyEdited


def to_customer(event: ev.AgentSaid | ev.Resolved | ev.Resent, case: Case, tail: str = "") -> Sequence[Outgoing]:
    """What an agent said, with the desk's words at its end; as many messages as it needs, in their order.

    The agents are told that it was sent when the last one was, and of each that failed.
    """
    head = heading(event, case)
    bodies = in_parts(head, event.body, tail)
    said = []
    for n, body in enumerate(bodies, 1):
        last = n == len(bodies)
        fate = Fate(event.key, case.thread, mark=True, last=last, called=_called(body, head, n, len(bodies)))
        key = copy_key(event.key, n - 1)
        answers = event.body.answers if n == 1 else ""
        said.append(Outgoing(to=case.there, key=key, body=body, answers=answers or None, fate=fate, urgent=True))
    return said


def solution(event: ev.Resolved | ev.Resent, case: Case) -> Sequence[Outgoing]:
    """What an agent gives as the solution, with the question whether it is one below it."""
    question, buttons = asks_if_solved(case)
    *begun, last = to_customer(event, case, tail=f"\n\n{question}")
    return [*begun, replace(last, key=asked_key(event.key), buttons=buttons)]


def asks_if_solved(case: Case) -> tuple[str, tuple[Button, ...]]:
    number = str(case.subject.number)
    buttons = tuple(Button(case.say(f"button.{act}"), Act(act, {"ticket": number})) for act in ("solved", "not_solved"))
    return case.say("solved?", number=number), buttons


def in_parts(head: Markup, body: Body, tail: str = "") -> Sequence[Body]:
    """As many messages as it takes: the words with the first files when they fit below them, else before them."""
    text = head + "\n" + body.text.with_bare_names() + tail
    batches = list(_batches(body.passable))
    if batches and len(batches) == 1 and units(text.text) <= MOST_OF_A_CAPTION:
        return [Body(text, batches[0])]
    words = [Body(part) for part in split(text, MOST_UNITS)]
    return [*words, *(Body(files=batch) for batch in batches)]


def _batches(files: Sequence[File]) -> Iterator[tuple[File, ...]]:
    """Files that can be one message: pictures and films with each other, documents and sounds with their like."""
    for _, alike in groupby(enumerate(files), key=lambda one: ALIKE.get(one[1].kind) or one[0]):
        found = tuple(file for _, file in alike)
        yield from (found[n : n + MOST_IN_AN_ALBUM] for n in range(0, len(found), MOST_IN_AN_ALBUM))


def heading(event: Spoken, case: Case) -> Markup:
    """The agent's name, and the ticket where one may wonder: another one is open, or is the one they talk about now."""
    agent = case.roster.by_person(event.by)
    name = agent.name if agent else case.group.name_in(case.language)
    if agent and case.area.signature:
        name += f", {best(case.area.signature, case.language)}"
    ticket = case.subject
    others = any(t.number != ticket.number for t in case.part(OpenTickets).tickets)
    written = event.written if isinstance(event, ev.AgentSaid) else None
    time = time_of_late(written, ticket.answered, case.now, case.language)
    late = " · " + case.say("written", time=time) if time else ""
    if case.conversation.current == ticket.number and not others:
        return bold(name + late)
    return bold(f"{name} · #{ticket.number} {shorten(ticket.title, TITLE_LENGTH)}".rstrip() + late)


def _called(body: Body, head: Markup, number: int, of: int) -> str:
    """«Please try again, the quota of…», part 1 of 2"""
    text = shorten(body.text.text.removeprefix(head.text), FIRST_WORDS)
    words = f"«{text}»" if text else ", ".join(f.name or f.kind for f in body.files)
    return words if of == 1 else f"{words}, part {number} of {of}"
