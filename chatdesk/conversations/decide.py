"""What follows from what was said. Pure: a Case and an Incoming go in, events come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chatdesk.conversations import events as ev
from chatdesk.conversations import smalltalk
from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.ticket import Case, Conversation, State, Ticket
from chatdesk.core.events import Event
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Body, Incoming
from chatdesk.people.people import Agent

TITLE_LENGTH = 60  # characters; what Zammad takes of a first Telegram message
MENTION = re.compile(r"<[@!]\w+")  # as it is typed in a command, where no channel has read it yet
# Styled, too, and as the keyboards of other scripts write it: a note must not leak.
NOTE_PREFIX = re.compile(r"[\s*_~`]*([;；؛]{2}|note\s*[:：])[*_~`]*", re.IGNORECASE)
REPLY_NEEDS = (OpenTickets,)  # whoever hears from an agent has to know which ticket it is about


def on_customer_message(case: Case, said: Incoming) -> Sequence[Event]:
    """A customer wrote: a greeting gets buttons, the rest goes to the current ticket or opens one.

    A bare "hello" while a ticket is open is how people begin before they have typed the rest, or politeness: it is
    passed on and marked as received, opens no menu, and does not make it the agents' turn. "Hello?" asks where the
    answer stays and "thanks" answers what an agent wrote: both are messages like any other.
    """
    text = said.body.text.text
    if not said.body.text:
        kinds = ", ".join(f.kind for f in said.body.files) or "an empty message"
        return [ev.CustomerAnswered("no_files", params=(("kinds", kinds),))]
    ticket = current(case.conversation, case.ticket)
    if ticket is None or not ticket.state.is_open:
        if smalltalk.is_thanks(text) and case.ticket is not None:
            return [ev.CustomerThanked(said.key, body=said.body, written=said.when)]
        if smalltalk.is_greeting(text):
            return [greeting(case)]
    elif smalltalk.is_greeting(text) and not smalltalk.asks(text) and not said.body.files:
        return [ev.CustomerGreeted(said.key, body=said.body, written=said.when)]
    said_now = ev.CustomerSaid(said.key, body=said.body, written=said.when)
    if opens_ticket(ticket):
        return [
            ev.TicketOpened(
                case.number,
                relates_to=ticket.number if ticket else None,
                title=shorten(text, TITLE_LENGTH),
            ),
            replace(said_now, first=True),
        ]
    assert ticket is not None
    if not ticket.state.is_open:
        return [ev.Reopened(case.customer.person, by_customer=True, asked=ticket.solution, wrote=True), said_now]
    return [said_now]


def current(conversation: Conversation, ticket: Ticket | None) -> Ticket | None:
    """The ticket that a message belongs to, unless a new one was asked for."""
    return None if conversation.fresh else ticket


def opens_ticket(current: Ticket | None) -> bool:
    """Whether a further message needs a ticket of its own."""
    return current is None or current.state.is_final


def greeting(case: Case) -> ev.CustomerAnswered:
    from_menu = ("ask", "report", "tickets")
    buttons = tuple((f"button.{name}", Act(name)) for name in from_menu)
    return ev.CustomerAnswered("greeting", buttons=buttons, params=(("name", case.customer.name),))


def on_agent_message(case: Case, said: Incoming) -> Sequence[Event]:
    """Someone wrote in the thread under a card: a reply, a note, or a question whom it is for."""
    agent = case.roster.by_account(said.author.account)
    if agent is None:
        why = f"Your message was not sent: you are not an agent of {case.group.name}. Only its agents reply from here."
        return [ev.AgentRefused(said.key, why=why, author=said.author)]
    if prefix := NOTE_PREFIX.match(said.body.text.text):
        body = replace(said.body, text=said.body.text.without_start(prefix.end()))
        return [ev.NoteAdded(said.key, agent.person, body=body, author=said.author)]
    if not said.body.text:
        why = "Your message was not sent: files cannot be passed on yet. Describe in words what they show."
        return [ev.AgentRefused(said.key, why=why, author=said.author)]
    if any(said.body.text.mentions()) and not case.subject.state.is_final:
        return [ev.AudienceAsked(said.key, agent.person, body=said.body, author=said.author)]
    return reply(case, agent, said.key, said.body, written=said.when)


def why_internal(text: str) -> str | None:
    """Why words that were typed for the customer in a command or a form look internal; None when they do not."""
    if NOTE_PREFIX.match(text):
        return "This begins like an internal note and would have left the desk. Use Note, or begin it differently."
    if MENTION.search(text):
        return "This mentions a colleague and would have left the desk. Use Note, or take the mention out."
    return None


def reply(
    case: Case, agent: Agent, key: str, body: Body, typed: bool = True, written: datetime | None = None
) -> Sequence[Event]:
    """An agent speaks to the customer. The first reply to a ticket that nobody has claims it."""
    ticket = case.subject
    if ticket.state.is_final:
        why = (
            f"Your message was not sent: ticket #{ticket.number} is {ticket.state} and takes no more messages. "
            f"If {case.customer.name} writes again, a new linked ticket opens."
        )
        return [ev.AgentRefused(key, why=why, author=agent.identity)]
    said = ev.AgentSaid(key, agent.person, typed, body=body, author=agent.identity, written=written)
    return [*claim_by_reply(case, agent), said]


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
