"""A message after the end is a question, not a guess: about the ended ticket, something new, or just thanks? Pure.

The group decides (`after_end`): ask, reopen as long as the end is a few days old, or always a new ticket. A bare
"thanks" has been recognised before, and a verified or closed ticket has only new, linked ones after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.filtering import filtered
from chatdesk.conversations.parts import PendingMessages
from chatdesk.conversations.ticket import Ticket, title_of
from chatdesk.core.events import Event
from chatdesk.core.messages import Body, Identity, Incoming, asked_key

TIMER = "after_end"
PATIENCE = timedelta(minutes=30)  # unanswered as long, the ticket is opened again: nothing that was said gets lost
CHOICES = ("reopen", "new", "thanks")


def wrote(case: Case, ticket: Ticket, said: Incoming) -> Sequence[Event]:
    """The customer wrote and the ticket has ended."""
    if case.group.after_end == "ask":
        return [ev.AfterEndAsked(said.key, ticket.number, body=said.body, written=said.when)]
    young = ticket.ended is None or case.now - ticket.ended <= timedelta(days=case.group.reopen_days)
    message = (said.key, said.body)
    if case.group.after_end == "reopen" and young:
        return _reopened(case, ticket, [message], said.when)
    return opened(case, ticket, [message], said.when)


def opened(
    case: Case, ended: Ticket | None, messages: Sequence[tuple[str, Body]], written: datetime | None = None
) -> Sequence[Event]:
    """A ticket of its own, linked to the one that has ended.

    What the same moment has begun is not begun twice: an album that waited for its end, and `/new` right after it.
    """
    if case.ticket and case.ticket.number == case.number:
        said = [ev.CustomerSaid(key, body=body, written=written) for key, body in messages]
        return [*chosen(case, case.ticket), *said]
    title = title_of(messages[0][1])
    sorted_, after = filtered(case, messages[0][1], follows=ended is not None)
    return [
        ev.TicketOpened(case.number, relates_to=ended.number if ended else None, title=title),
        *sorted_,
        *(ev.CustomerSaid(key, first=n == 0, body=body, written=written) for n, (key, body) in enumerate(messages)),
        *after,
    ]


def _reopened(
    case: Case, ticket: Ticket, messages: Sequence[tuple[str, Body]], written: datetime | None = None
) -> Sequence[Event]:
    again = ev.Reopened(case.customer.person, by_customer=True, asked=ticket.solution, wrote=True)
    return [*chosen(case, ticket), again, *(ev.CustomerSaid(key, body=body, written=written) for key, body in messages)]


def chosen(case: Case, ticket: Ticket) -> Sequence[Event]:
    """Who opens a ticket again goes on speaking of it, even if they had begun to ask something new."""
    talk = case.conversation
    return [] if talk.current == ticket.number and not talk.fresh else [ev.TicketChosen(ticket.number)]


def answered(case: Case, ticket: Ticket, how: str) -> Sequence[Event]:
    """The customer has said what the messages are that wait; nothing when that was done before."""
    messages = case.part(PendingMessages).messages
    if not messages:
        return []
    done = ev.AfterEndAnswered(ticket.number, how, asked=asked_key(messages[0][0]))
    if how == "thanks":
        follows: Sequence[Event] = [ev.CustomerThanked(key, body=body) for key, body in messages]
    elif how == "new" or ticket.state.is_final:
        follows = opened(case, ticket, messages)
    else:
        follows = _continued(case, ticket, messages)
    return [done, *(_signed(event, case.part(PendingMessages).authors) for event in follows)]


def _signed(event: Event, authors: Mapping[str, Identity]) -> Event:
    """They may be others than who says what the messages are."""
    if isinstance(event, ev.CustomerSaid | ev.CustomerThanked):
        return replace(event, author=authors.get(event.key))
    return event


def _continued(case: Case, ticket: Ticket, messages: Sequence[tuple[str, Body]]) -> Sequence[Event]:
    """Somebody may have opened it again meanwhile."""
    if not ticket.state.is_open:
        return _reopened(case, ticket, messages)
    return [ev.CustomerSaid(key, body=body) for key, body in messages]


def on_timer(case: Case) -> Sequence[Event]:
    """Nobody answered the question. Verified or closed meanwhile, it takes no more: the agents still see the words."""
    if case.subject.state.is_final:
        return answered(case, case.subject, "thanks")
    return answered(case, case.subject, "time")
