"""Where else the user of a ticket can be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command
from chatdesk.conversations import addresses
from chatdesk.conversations.addresses import Addresses
from chatdesk.conversations.case import Case
from chatdesk.core.errors import Invalid, NotNow, Unsure
from chatdesk.core.events import Event
from chatdesk.core.forms import ask
from chatdesk.core.markup import shorten
from chatdesk.people.people import Agent


def is_going_on(case: Case) -> bool:
    return not case.subject.state.is_final


def cut_off(case: Case) -> bool:
    """Whether the user cannot be reached where the ticket is answered."""
    return is_going_on(case) and case.subject.left is not None


@dataclass(frozen=True, slots=True)
class AddressArgs:
    to: str = ask("The number of the address", default="", longest=20)


def _read(typed: str) -> dict[str, str]:
    return {"to": typed.strip()} if typed.strip() else {}


def _done(case: Case, by: Agent, args: AddressArgs) -> str:
    part = case.part(Addresses)
    one = part.find(args.to)
    return f"Ticket #{case.subject.number} is answered in {part.name(one)} from now on." if one else ""


@command("Other address", when=is_going_on, on_card=cut_off, needs=(Addresses,), read=_read, done=_done, group="people")
def address(case: Case, by: Agent, args: AddressArgs) -> Sequence[Event]:
    """List where else the user can be answered; with a number behind it, as in /desk address 42 2, answer there."""
    ticket, part, who = case.subject, case.part(Addresses), case.customer.name
    if not args.to:
        raise Unsure(_listed(case), *addresses.offers(case))
    one = part.find(args.to)
    if one is None:
        many = f"the numbers are 1 to {len(part.known)}" if len(part.known) > 1 else "no other one is known"
        raise Invalid({"to": f"{who} has no address {shorten(args.to, 20)}: {many}."})
    if one.conversation == ticket.conversation:
        raise NotNow(f"Ticket #{ticket.number} is answered in {part.name(one)} already.")
    if one.left:
        raise NotNow(f"{who} cannot be reached in {part.name(one)} either.")
    if case.conversation.pending:
        raise NotNow(f"{who} is being asked there what their last message is about. Try again when that is answered.")
    return addresses.chosen(case, by, one)


def _listed(case: Case) -> str:
    ticket, part, who = case.subject, case.part(Addresses), case.customer.name
    if len(part.known) < 2:
        return (
            f"No other address of {who} is known here. One becomes known when they write to another bot of yours, "
            "or link another account with /link."
        )
    lines = []
    for n, one in enumerate(part.known, 1):
        now = ["answered here now"] if one.conversation == ticket.conversation else []
        lines.append(f"{n}. {', '.join([part.name(one), *now, *(['cannot be reached'] if one.left else [])])}")
    how = f"Choose one with /desk address {ticket.number} and its number."
    return "\n".join([f"Addresses of {who}, for ticket #{ticket.number}:", *lines, how])
