"""An agent speaks to the customer: what claims a ticket, what may not be said, what is no reply. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.ticket import State
from chatdesk.core.events import Event
from chatdesk.core.messages import Act, Body, Button
from chatdesk.people.people import Agent

MENTION = re.compile(r"<[@!]\w+")  # as it is typed in a command, where no channel has read it yet
# Styled, too, and as the keyboards of other scripts write it: a note must not leak.
NOTE_PREFIX = re.compile(r"[\s*_~`]*([;；؛]{2}|note\s*[:：])[*_~`]*", re.IGNORECASE)
# What says that it is for the customer, whatever plain text in the thread is; `！` is how those keyboards write it.
REPLY_PREFIX = re.compile(r"[\s*_~`]*([!！]{2}|reply\s*[:：])[*_~`]*", re.IGNORECASE)
REPLY_NEEDS = (OpenTickets,)  # whoever hears from an agent has to know which ticket it is about


def without_prefix(body: Body, prefix: re.Match[str] | None) -> Body:
    """What is said, without the sign that told whom it is for."""
    return replace(body, text=body.text.without_start(prefix.end())) if prefix else body


def why_internal(text: str) -> str | None:
    """Why words that were typed for the customer in a command or a form look internal; None when they do not."""
    if NOTE_PREFIX.match(text):
        return "This begins like an internal note and would have left the desk. Use Note, or begin it differently."
    if MENTION.search(text):
        return "This mentions a colleague and would have left the desk. Use Note, or take the mention out."
    return None


def reply(
    case: Case,
    agent: Agent,
    key: str,
    body: Body,
    typed: bool = True,
    written: datetime | None = None,
    awaits: bool = False,
) -> Sequence[Event]:
    """An agent speaks to the customer. The first reply to a ticket that nobody has claims it.

    `awaits`: it is a question, and the ticket waits for its answer.
    """
    if refused := refusal(case, agent, key):
        return [refused]
    kept = case.conversation.left is not None
    said = ev.AgentSaid(key, agent.person, typed, kept=kept, body=body, author=agent.identity, written=written)
    waits = [ev.ReplyAwaited(agent.person)] if awaits and case.subject.state.is_open else []
    return [*claim_by_reply(case, agent), said, *waits]


def refusal(case: Case, agent: Agent, key: str) -> ev.AgentRefused | None:
    """Why nothing more can be said to the customer on this ticket; None when it can."""
    ticket = case.subject
    if not ticket.state.is_final:
        return None
    why = (
        f"Your message was not sent: ticket #{ticket.number} is {ticket.state} and takes no more messages. "
        f"If {case.customer.name} writes again, a new linked ticket opens."
    )
    return ev.AgentRefused(key, why=why, author=agent.identity)


def claim_by_reply(case: Case, agent: Agent) -> Sequence[Event]:
    """Nobody has it yet: whoever answers takes care of it."""
    if not is_free_for(case, agent):
        return []
    told = [] if case.subject.told_who else [ev.CustomerTold(agent.person)]
    return [ev.Claimed(agent.person), *told]


def is_free_for(case: Case, agent: Agent) -> bool:
    """Whether this agent may claim it: open, and nobody else's."""
    ticket = case.subject
    if not ticket.state.is_open:
        return False
    if ticket.assignee is None:
        return True
    return ticket.assignee == agent.person and ticket.state in (State.NEW, State.ASSIGNED, State.REOPENED)


def taken(case: Case) -> tuple[str, Button]:
    """Why a ticket cannot be claimed that a colleague has, and what may be done instead."""
    offer = Button("Take it over", Act("take_over", {"ticket": str(case.subject.number)}))
    return f"{_since(case)} You may take it over if you have agreed on that.", offer


def _since(case: Case) -> str:
    """ "Piotr took ticket #42 at 10:15:02 UTC, 3 seconds ago." """
    ticket = case.subject
    who = case.assignee_name or "Somebody"
    if ticket.assigned_at is None:
        return f"{who} has ticket #{ticket.number}."
    seconds = int((case.now - ticket.assigned_at).total_seconds())
    ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
    return f"{who} took ticket #{ticket.number} at {ticket.assigned_at:%H:%M:%S} UTC, {ago} ago."
