"""A reply that waits: some seconds for its author to undo it, or for its author to say what shall become of it. Pure.

What a customer has read cannot be unread. So a reply leaves after `group.hold` seconds, and until then its author may
take it back, send it at once or keep it as a note. When the customer writes meanwhile, or a colleague's reply waits
already, no time sends it: its author is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import HeldMessages
from chatdesk.conversations.replying import claim_by_reply, refusal, reply
from chatdesk.conversations.ticket import Held
from chatdesk.core.events import Event
from chatdesk.core.messages import Body, Identity
from chatdesk.people.people import Agent

SEND = "send:"  # what the name of a held reply's timer begins with; its key follows


def begin(
    case: Case,
    agent: Agent,
    key: str,
    body: Body,
    typed: bool = True,
    written: datetime | None = None,
    awaits: bool = False,
) -> Sequence[Event]:
    """An agent speaks to the customer: at once where nothing is held back, else after a while."""
    if refused := refusal(case, agent, key):
        return [refused]
    asks = any(h.by != agent.person for h in case.subject.held)
    if not asks and case.group.hold <= 0:
        return reply(case, agent, key, body, typed, written, awaits)
    held = ev.ReplyHeld(key, agent.person, asks, typed, body=body, author=agent.identity, awaits=awaits)
    return [*claim_by_reply(case, agent), held]


def crossed(case: Case, said: Body) -> Sequence[Event]:
    """The customer wrote: whoever has a reply waiting did not know that."""
    waiting = case.ticket.held if case.ticket else ()
    return [ev.HoldCrossed(h.key, h.by, said=said) for h in waiting if not h.asks]


def release(case: Case, held: Held) -> Sequence[Event]:
    """It leaves for the customer now."""
    found = case.part(HeldMessages).by_key.get(held.key)
    if found is None:
        return [ev.HoldEnded(held.key, "undone")]
    agent = case.roster.by_person(held.by) or Agent(
        held.by, found.name, Identity(case.group.home.channel, found.author)
    )
    said = reply(case, agent, held.key, found.body, awaits=held.awaits)
    refused = next((e for e in said if isinstance(e, ev.AgentRefused)), None)
    return [ev.HoldEnded(held.key, "refused" if refused else "sent", why=refused.why if refused else ""), *said]


def release_all(case: Case) -> Sequence[Event]:
    """What somebody is about to say or do comes after all that waits, and must not overtake it."""
    events: list[Event] = []
    for held in case.subject.held:
        if not held.asks:
            begun = release(case, held)
            events += begun
            case = reduce(apply, begun, case)
    return events


def on_timer(name: str, case: Case) -> Sequence[Event]:
    """A reply has waited long enough."""
    held = find(case, name.removeprefix(SEND))
    return release(case, held) if held and not held.asks else []


def find(case: Case, key: str) -> Held | None:
    return next((h for h in case.subject.held if h.key == key), None)


def timer(event: ev.ReplyHeld | ev.HoldCrossed | ev.HoldEnded, case: Case) -> tuple[str, datetime | None]:
    """(the timer's name, when it is due; None: no time sends it)."""
    waits = isinstance(event, ev.ReplyHeld) and not event.asks
    return SEND + event.key, case.now + timedelta(seconds=case.group.hold) if waits else None
