"""The ways of saying something: a line in the thread, a mark, a word to one agent alone. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.core.markup import bold
from chatdesk.core.messages import Address, Body, Identity, Mark, Outgoing, plain, single

FORMER = "a former agent"


def in_thread(case: Case, body: Body, **more: Any) -> Outgoing:
    return Outgoing(to=case.thread, key="", body=body, **more)


def desk_line(case: Case, text: str) -> Outgoing:
    """A line of the desk's own in the thread."""
    return in_thread(case, plain(text))


def to_one(case: Case, who: Identity, text: str, **more: Any) -> Outgoing:
    """What one agent alone reads, in the thread; where the ticket has left, in the one where they did something."""
    said = in_thread(case, plain(text), private_to=who, urgent=True, **more)
    return replace(said, to=case.former) if case.former else said


def kept(event: ev.AgentSaid | ev.Resolved, case: Case) -> list[Outgoing]:
    """The customer cannot be reached: nothing leaves."""
    why = f"{case.customer.name} cannot be reached now. Your message is kept, and leaves when that has changed."
    return [to_one(case, event.author, why), mark(event.key, Mark.FAILED, case.group.home)]


def mark(key: str, sign: str, to: Address) -> Outgoing:
    return Outgoing(to=to, key=f"{key}:{sign}", marks=single(key), mark=sign)


def unmark(key: str, sign: str, to: Address) -> Outgoing:
    """In the lane of the mark itself, so that it comes after it."""
    return replace(mark(key, sign, to), unmark=True)


def name(case: Case, person: int, former: str = FORMER.capitalize()) -> str:
    agent = case.roster.by_person(person)
    return agent.name if agent else former


def written(event: Any, case: Case, verb: str) -> Outgoing:
    """What was written in a form is shown in the thread too, so that the thread tells all."""
    head = bold(f"{name(case, event.by, 'An agent')} {verb}:")
    return Outgoing(to=case.thread, key=event.key, body=replace(event.body, text=head + "\n" + event.body.text))
