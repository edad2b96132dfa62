"""Emoji of agents do what people already use them for: 👀 claims, ✅ resolves, 🔒 keeps a reply that waits. Pure.

Slack lets nobody ask back from a reaction, since it carries no `trigger_id`
(https://docs.slack.dev/reference/events/reaction_added): what needs a form is offered as a private button. What an
emoji does here it does for agents alone, and it does not cross to the customer; taking it back undoes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chatdesk.areas.area import Emoji
from chatdesk.conversations import events as ev
from chatdesk.conversations import holding, moving
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About, Known
from chatdesk.conversations.reactions import on_agent_reaction as crossing
from chatdesk.conversations.replying import claim_by_reply, is_free_for, taken
from chatdesk.core.events import Event
from chatdesk.core.messages import Act, Body, Button, Incoming
from chatdesk.people.people import Agent

LEFT_ALREADY = "Too late for {sign}: the message has left. Edit or delete it in the thread, and the user's changes."
NOT_YOURS = "Only its author makes a reply that waits a note."
STILL_ASKS = "That reply has not been sent. Decide first what becomes of it, then resolve."
KEPT = (Delivery.UNDONE, Delivery.FAILED)

Meaning = Callable[[Case, Agent, Incoming], Sequence[Event]]


def on_agent_reaction(case: Case, said: Incoming) -> Sequence[Event]:
    meaning = _meanings(case.part(Emoji)).get(said.called)
    if meaning is None:
        return crossing(case, said)
    agent = case.roster.by_account(said.author.account)
    if agent is None or not said.signs or case.ticket is None:
        return []
    if case.former:
        return [_told(case, agent, f"{moving.gone_to(case)}.")]
    return meaning(case, agent, said)


def _meanings(emoji: Emoji) -> Mapping[str, Meaning]:
    return {emoji.claim: _claim, emoji.resolve: _resolve, emoji.note: _note}


def _told(case: Case, agent: Agent, why: str, *offers: Button) -> Event:
    return ev.AgentTold(case.about or case.subject.card, why=why, author=agent.identity, offers=offers)


def _claim(case: Case, agent: Agent, said: Incoming) -> Sequence[Event]:
    """On the card, or on whatever stands in its thread."""
    if is_free_for(case, agent):
        return claim_by_reply(case, agent)
    if not case.subject.state.is_open:
        return [_told(case, agent, _ended(case, "claimed"))]
    return [] if case.subject.assignee == agent.person else [_told(case, agent, *taken(case))]


def _ended(case: Case, done: str) -> str:
    return f"Ticket #{case.subject.number} is {case.subject.state}, and cannot be {done}."


def _resolve(case: Case, agent: Agent, said: Incoming) -> Sequence[Event]:
    """On one's own reply it is the solution, which the customer has: it is not sent twice. Elsewhere a form asks."""
    if not case.subject.state.is_open:
        return [_told(case, agent, _ended(case, "resolved"))]
    known = case.part(About).message
    if known is None or not _is_own_reply(known, agent):
        words = f"Resolve ticket #{case.subject.number}? You are asked for the solution."
        button = Button("Resolve", Act("resolve", {"ticket": str(case.subject.number)}), primary=True)
        return [_told(case, agent, words, button)]
    held = holding.find(case, known.key)
    if held and held.asks:
        return [_told(case, agent, STILL_ASKS)]
    first, key = holding.before_solution(case, agent)
    shown = known.copies.of(known.key)[-1]
    solved = ev.Resolved(key, agent.person, sent=False, body=Body(), author=agent.identity, shown=shown)
    return [*first, solved]


def _is_own_reply(known: Known, agent: Agent) -> bool:
    own = known.side == "agent" and known.account == agent.identity.account
    return own and known.audience == "public" and known.state not in KEPT


def _note(case: Case, agent: Agent, said: Incoming) -> Sequence[Event]:
    """On a reply that waits; what has left cannot become one."""
    known = case.part(About).message
    if known is None or known.side != "agent" or known.audience == "internal" or known.state in KEPT:
        return []
    if not known.waits:
        return [_told(case, agent, LEFT_ALREADY.format(sign=f":{said.called}:"))]
    if known.account != agent.identity.account:
        return [_told(case, agent, NOT_YOURS)]
    kept = ev.NoteAdded(known.key, agent.person, body=known.body, author=agent.identity)
    if holding.find(case, known.key):
        return [holding.over(case, known.key, "note"), kept]
    return [ev.AudienceChosen(known.key, "internal"), kept]
