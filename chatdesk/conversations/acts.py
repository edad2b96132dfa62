"""What a customer can ask for by a button or a command, by name. Pure, like every decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chatdesk.conversations import events as ev
from chatdesk.conversations.decide import greeting
from chatdesk.conversations.parts import OwnTickets
from chatdesk.conversations.phrases import say
from chatdesk.conversations.ticket import Case, State, Ticket
from chatdesk.core.events import Event
from chatdesk.core.messages import Act

Decision = Callable[[Case, Act], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class CustomerAct:
    decide: Decision
    needs: tuple[type, ...] = ()
    command: str = ""  # what the channel's command menu says of it; empty: a button only


def on_act(case: Case, act: Act) -> Sequence[Event]:
    known = ACTS.get(act.name)
    if known is None:
        return [ev.CustomerAnswered("unknown_command", params=(("command", f"/{act.name}"),))]
    return known.decide(case, act)


def needs_of(act: Act | None) -> tuple[type, ...]:
    return ACTS[act.name].needs if act and act.name in ACTS else ()


def _answer(phrase: str) -> Decision:
    return lambda case, act: [ev.CustomerAnswered(phrase)]


def _start(case: Case, act: Act) -> Sequence[Event]:
    return [greeting(case)]


def _fresh(phrase: str) -> Decision:
    return lambda case, act: [ev.FreshTicketWanted(), ev.CustomerAnswered(phrase)]


def _tickets(case: Case, act: Act) -> Sequence[Event]:
    own = case.part(OwnTickets).tickets
    if not own:
        return [ev.CustomerAnswered("no_tickets")]
    lines = [
        say(
            case.language,
            "tickets.current" if t.number == case.conversation.current and t.state.is_open else "tickets.line",
            number=t.number,
            title=t.title,
            state=_state(case, t),
        )
        for t in own
    ]
    return [ev.CustomerAnswered("tickets", params=(("list", "\n".join(lines)),))]


def _state(case: Case, ticket: Ticket) -> str:
    return say(case.language, "state.withdrawn" if ticket.is_withdrawn else f"state.{ticket.state}")


def _ticket_params(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    return (("number", str(ticket.number)), ("title", ticket.title))


def _end(case: Case, act: Act) -> Sequence[Event]:
    ticket = case.ticket
    if ticket is None or not ticket.state.is_open:
        return [ev.CustomerAnswered("nothing_to_end")]
    which = {"ticket": str(ticket.number)}
    buttons = (("button.end", Act("end_now", which)), ("button.keep", Act("keep", which)))
    return [ev.CustomerAnswered("end?", buttons=buttons, params=_ticket_params(ticket))]


def _served(case: Case, ticket: Ticket) -> Sequence[Event]:
    return [ev.CustomerAnswered("served", params=(*_ticket_params(ticket), ("state", _state(case, ticket))))]


def _own(decide: Callable[[Case, Ticket], Sequence[Event]]) -> Decision:
    """For buttons that name a ticket: a ticket of someone else, or none, is answered politely."""

    def checked(case: Case, act: Act) -> Sequence[Event]:
        if case.ticket is None or case.ticket.conversation != case.conversation.id:
            return [ev.CustomerAnswered("unknown_ticket")]
        return decide(case, case.ticket)

    return checked


def _end_now(case: Case, ticket: Ticket) -> Sequence[Event]:
    if not ticket.state.is_open:
        return _served(case, ticket)
    return [ev.Withdrawn(), ev.CustomerAnswered("ended", params=_ticket_params(ticket))]


def _keep(case: Case, ticket: Ticket) -> Sequence[Event]:
    return (
        [ev.CustomerAnswered("kept", params=_ticket_params(ticket))] if ticket.state.is_open else _served(case, ticket)
    )


def _solved(case: Case, ticket: Ticket) -> Sequence[Event]:
    if ticket.state is not State.SOLVED or ticket.solution is None:
        return _served(case, ticket)
    return [ev.Verified(ticket.solution), ev.CustomerAnswered("verified", params=_ticket_params(ticket))]


def _not_solved(case: Case, ticket: Ticket) -> Sequence[Event]:
    if ticket.state is not State.SOLVED or ticket.solution is None:
        return _served(case, ticket)
    reopened = ev.Reopened(case.customer.person, by_customer=True, asked=ticket.solution)
    return [reopened, ev.CustomerAnswered("reopened", params=_ticket_params(ticket))]


ACTS: Mapping[str, CustomerAct] = {
    "start": CustomerAct(_start),
    "help": CustomerAct(_answer("help"), command="What I understand"),
    "new": CustomerAct(_fresh("new"), command="Ask something new"),
    "tickets": CustomerAct(_tickets, needs=(OwnTickets,), command="Your tickets and how they stand"),
    "end": CustomerAct(_end, command="End the current ticket"),
    "ask": CustomerAct(_fresh("ask")),
    "report": CustomerAct(_fresh("report")),
    "end_now": CustomerAct(_own(_end_now)),
    "keep": CustomerAct(_own(_keep)),
    "solved": CustomerAct(_own(_solved)),
    "not_solved": CustomerAct(_own(_not_solved)),
}
