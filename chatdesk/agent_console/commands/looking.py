"""Queries: they answer only their caller and change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chatdesk.agent_console import overview
from chatdesk.agent_console.command import Nothing, Reply, query
from chatdesk.agent_console.overview import Overview
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import AreaTickets, GroupQueue, Queues, Timeline
from chatdesk.conversations.ticket import Ticket, Turn
from chatdesk.core.forms import Kind, ask
from chatdesk.core.markup import shorten
from chatdesk.core.timing import utc_words
from chatdesk.people.people import Agent

MOST_LISTED = 30


def _queues(case: Case, by: Agent) -> tuple[GroupQueue, ...]:
    """Where a group's cards stand its own, elsewhere those of all groups of the caller."""
    found = case.part(Queues).of(by.identity.account)
    here = [g for g in found if g.group == case.group.id and case.conversation.at == case.group.home]
    return tuple(here) or found


def _reply(overviews: Iterable[Overview], empty: str) -> Reply:
    shown = tuple(o for o in overviews if not o.is_empty)
    return Reply(overview.lines(shown, empty), overviews=shown)


@query("My tickets", needs=(Queues,), needs_ticket=False)
def mine(case: Case, by: Agent, args: Nothing) -> Reply:
    """Your open tickets, those that wait for you first."""
    account = by.identity.account
    return _reply((overview.own(g, account, case.now) for g in _queues(case, by)), "You have no open ticket.")


@query("Queue", needs=(Queues,), needs_ticket=False)
def queue(case: Case, by: Agent, args: Nothing) -> Reply:
    """All open tickets of the group, those that nobody has first."""
    account = by.identity.account
    return _reply((overview.everything(g, account, case.now) for g in _queues(case, by)), "The queue is empty.")


def _lines(case: Case, tickets: tuple[Ticket, ...], empty: str) -> str:
    if not tickets:
        return empty
    lines = [_line(case, t) for t in tickets[:MOST_LISTED]]
    more = len(tickets) - MOST_LISTED
    return "\n".join(lines + ([f"... and {more} more"] if more > 0 else []))


def _line(case: Case, ticket: Ticket) -> str:
    agent = case.roster.by_person(ticket.assignee)
    whose = agent.name if agent else "nobody yet"
    turn = ("user" if ticket.turn is Turn.CUSTOMER else "desk") if ticket.state.is_open else "nobody"
    return f"#{ticket.number} {ticket.title} | {ticket.state}, {ticket.priority}, {turn}'s turn | {whose}"


@query("Show", needs=(Timeline,))
def show(case: Case, by: Agent, args: Nothing) -> str:
    """The ticket at a glance, with what became of each message, by numbers that redact takes."""
    ticket = case.subject
    head = f"{_line(case, ticket)}\nFrom {case.customer.name}, since {utc_words(ticket.opened)}"
    said = [
        f"{n}. {utc_words(m.at)} {m.author} ({m.audience}, {m.state}): {shorten(m.text, 200)}"
        for n, m in enumerate(case.part(Timeline).messages, 1)
    ]
    return "\n".join([head, *said])


@query("History of the user", of_area=True, needs=(AreaTickets,))
def history(case: Case, by: Agent, args: Nothing) -> str:
    """The user's tickets of this area with their states, the newest first."""
    ticket = case.subject
    found = tuple(t for t in case.part(AreaTickets).tickets if t.number != ticket.number)
    listed = _lines(case, found, f"{case.customer.name} has no other ticket here.")
    return f"{case.customer.name} asked besides #{ticket.number}:\n{listed}" if found else listed


@dataclass(frozen=True, slots=True)
class AccountArgs:
    account: str = ask("The user's account", Kind.HIDDEN)


@query("History of an account", needs=(AreaTickets,), needs_ticket=False, listed=False)
def history_of(case: Case, by: Agent, args: AccountArgs) -> str:
    """The tickets of who has this account, with their states, the newest first."""
    found = case.part(AreaTickets).tickets
    name = case.customer.name or "This person"
    return f"{name} asked:\n{_lines(case, found, '')}" if found else f"{name} has no ticket here."
