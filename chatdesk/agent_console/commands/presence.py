"""Who is there: an agent goes away and comes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from chatdesk.agent_console.command import Asking, Nothing, command
from chatdesk.agent_console.dates import EXAMPLES, end_of, zone_of
from chatdesk.agent_console.typed import named
from chatdesk.conversations import events as ev
from chatdesk.conversations.absence import until_words
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Queues
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Form, Kind, ask, form_of
from chatdesk.core.timing import day_words
from chatdesk.people.people import Agent

RETURN, HAND_OVER = "return", "hand_over"
HELD = {RETURN: "They return to the queue", HAND_OVER: "They are handed over"}
_LINE = re.compile(r"(?:until\b)?(?P<until>.*?)(?:\bto\b(?P<to>.*))?", re.IGNORECASE | re.DOTALL)
_NO_END = re.compile(r"\s*(until )?(further notice)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AwayArgs:
    until: str = ask("Until when?", default="", help=f"Such as {EXAMPLES}. Empty: until further notice.", longest=60)
    held: str = ask("What becomes of your tickets?", Kind.CHOICE, choices=HELD, default="")
    to: str = ask("To whom are they handed over?", Kind.AGENT, default="")
    zone: str = ask("Your time zone", Kind.ZONE, default="UTC")
    asks: str = ask("Whether the form is wanted", Kind.HIDDEN, default="")


def _typed(line: str) -> dict[str, str]:
    """`until Thursday to @ingrid`."""
    return named(_LINE, line)


def _done(case: Case, by: Agent, args: AwayArgs) -> str:
    until = _until(case, args)
    end = f"until {day_words(until)}" if until else "until further notice: /desk back ends that"
    count = len(_held(case, by))
    if not count:
        return f"You are away {end}."
    tickets = f"{_tickets(_held(case, by))} {'is' if count == 1 else 'are'}"
    to = _deputy(case, by, args)
    return f"You are away {end}. {tickets} {f'handed over to {to.name}' if to else 'returned to the queue'}."


@command("I am away", needs=(Queues,), needs_ticket=False, read=_typed, done=_done)
def away(case: Case, by: Agent, args: AwayArgs) -> Sequence[Event]:
    """Be away until then: until Thursday, until 2026-12-24 14:30, until further notice; `to @ingrid` hands over.

    It ends by itself, or with `back`. What you hold is handed over, or returns to the queue.
    """
    until, held = _until(case, args), _held(case, by)
    if (held or args.asks) and not args.held and not args.to:
        raise Asking(f"You hold {_tickets(held)}.", _form(args, held))
    to = _deputy(case, by, args)
    return [
        ev.AgentLeft(
            by.person, until.isoformat() if until else None, to.person if to else None, held, str(zone_of(args.zone))
        )
    ]


def _form(args: AwayArgs, held: Sequence[int]) -> Form:
    form = form_of("I am away", AwayArgs).prefilled({**asdict(args), "held": RETURN})
    question = f"You have {_tickets(held)}: what becomes of them?"
    return replace(form, fields=tuple(replace(f, ask=question) if f.name == "held" else f for f in form.fields))


def _tickets(held: Sequence[int]) -> str:
    return "1 ticket" if len(held) == 1 else f"{len(held) or 'no'} tickets"


def _until(case: Case, args: AwayArgs) -> datetime | None:
    return None if _NO_END.fullmatch(args.until) else end_of(args.until, case.now, zone_of(args.zone))


def _held(case: Case, by: Agent) -> tuple[int, ...]:
    """The open tickets of all groups that this agent has."""
    return tuple(t.number for g in case.part(Queues).groups for t in g.tickets if t.assignee == by.person)


def _deputy(case: Case, by: Agent, args: AwayArgs) -> Agent | None:
    if args.held == RETURN or not (args.to or args.held):
        return None
    if not args.to:
        raise Invalid({"to": "Say to whom, or let them return to the queue."})
    to = case.roster.by_account(args.to)
    if to is None:
        names = ", ".join(a.name for a in case.roster if a.person != by.person)
        raise Invalid({"to": f"No agent of {case.group.name}: {args.to}. There are: {names}."})
    if to.person == by.person:
        raise Invalid({"to": "You cannot hand your tickets over to yourself."})
    if to.is_away(case.now):
        raise Invalid({"to": f"{to.name} is away{until_words(to)}."})
    return to


@command("I am back", needs_ticket=False, done="You are back: tickets can be assigned to you again.")
def back(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Be there again, before the end that you gave, or because you gave none."""
    if not by.is_away(case.now):
        raise NotNow("You are not noted as away.")
    return [ev.AgentReturned(by.person)]
