"""A reply that waits: some seconds for its author to undo it, or for its author to say what shall become of it. Pure.

What a customer has read cannot be unread. So a reply leaves after `group.hold` seconds, and until then its author may
take it back, send it at once or keep it as a note. When the customer writes or ends the ticket meanwhile, or a
colleague's reply is about to leave, no time sends it: its author is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import HeldMessages
from chatdesk.conversations.replying import claim_by_reply, is_free_for, refusal, reply
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
    asks = any(h.by != agent.person and not h.asks for h in case.subject.held)
    if not asks and case.group.hold <= 0:
        return reply(case, agent, key, body, typed, written, awaits)
    held = ev.ReplyHeld(key, agent.person, asks, typed, body=body, author=agent.identity, awaits=awaits)
    return [*claim_by_reply(case, agent), held]


def crossed(case: Case, said: Body) -> Sequence[Event]:
    """The customer wrote: whoever has a reply waiting did not know that."""
    waiting = case.ticket.held if case.ticket else ()
    return [ev.HoldCrossed(h.key, h.by, said=said) for h in waiting if not h.asks]


def ended_by_customer(case: Case) -> Sequence[Event]:
    """The customer ended the ticket: what comes after that is not wanted without asking."""
    return [ev.HoldCrossed(h.key, h.by, ended=True, said=Body()) for h in case.subject.held if not h.asks]


def release(case: Case, held: Held) -> Sequence[Event]:
    """It leaves for the customer now."""
    found = case.part(HeldMessages).by_key.get(held.key)
    if found is None:
        return [over(case, held.key, "undone")]
    agent = case.roster.by_person(held.by) or Agent(
        held.by, found.name, Identity(case.group.home.channel, found.author)
    )
    said = reply(case, agent, held.key, found.body, awaits=held.awaits)
    refused = next((e for e in said if isinstance(e, ev.AgentRefused)), None)
    ended = over(case, held.key, "refused" if refused else "sent")
    return [replace(ended, why=refused.why) if refused else ended, *said]


def over(case: Case, key: str, how: str) -> ev.HoldEnded:
    held = find(case, key)
    return ev.HoldEnded(key, how, asked=held is not None and held.asks)


def release_all(case: Case, by: Agent, did: str) -> Sequence[Event]:
    """What somebody is about to say or do comes after all that waits, and must not overtake it.

    Colleagues who were told that they had some seconds hear that these are over.
    """
    events: list[Event] = []
    for held in case.subject.held:
        if held.asks:
            continue
        begun = release(case, held)
        author = case.roster.by_person(held.by)
        if author and held.by != by.person and any(isinstance(e, ev.AgentSaid) for e in begun):
            why = f"{by.name} {did}, so your reply left at once, before that. Editing or deleting it works, too."
            begun = [*begun, ev.AgentTold(held.key, why=why, author=author.identity)]
        events += begun
        case = reduce(apply, begun, case)
    return events


def before_solution(case: Case, by: Agent) -> tuple[Sequence[Event], str]:
    """(the claim and the replies that come before somebody's solution, the key of the solution)."""
    claimed = [ev.Claimed(by.person)] if is_free_for(case, by) else []
    did = f"resolved ticket #{case.subject.number}"
    first = [*claimed, *release_all(reduce(apply, claimed, case), by, did)]
    return first, reduce(apply, first, case).next_key


def undone(case: Case, why: str, but: Sequence[str] = ()) -> Sequence[Event]:
    """Nobody can decide any more on what waits for its author's word."""
    events: list[Event] = []
    for key, held in case.part(HeldMessages).by_key.items():
        if key in but:
            continue
        waits = find(case, key) is not None
        events.append(over(case, key, "undone") if waits else ev.AudienceChosen(key, "undone"))
        told = f"{why}: this message of yours was still waiting, and has not been sent."
        author = Identity(case.group.home.channel, held.author, held.name)
        events.append(ev.AgentTold(key, why=told, author=author))
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
