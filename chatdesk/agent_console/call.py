"""A Call: somebody asks for a command, from whatever surface. Rights and availability are checked here, once."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatdesk.agent_console.catalogue import available, catalogue
from chatdesk.agent_console.command import Command, Reply
from chatdesk.conversations.ticket import Case
from chatdesk.core.errors import DeskError, Invalid, NotAllowed, NotFound, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, fill
from chatdesk.core.messages import Act, Address, Identity
from chatdesk.people.people import Agent, Roster


@dataclass(frozen=True, slots=True)
class Call:
    command: str
    by: Identity
    via: str  # the surface: slack:button, slack:modal, slack:slash, ...
    home: Address  # where it was asked: tells the group when there is no ticket
    ticket: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False  # a filled form: nothing more is asked


@dataclass(frozen=True, slots=True)
class Outcome:
    events: Sequence[Event] = ()
    reply: Reply = Reply()


def find(name: str) -> Command[Any]:
    known = catalogue()
    if name not in known:
        words = ", ".join(sorted(c.name for c in known.values() if c.listed))
        raise NotFound(f"There is no command {name!r}. There are: {words}.")
    return known[name]


def call_of(act: Act, by: Identity, via: str, home: Address) -> Call:
    """The call behind a pressed button: the act's arguments beside `ticket` are answers."""
    answers = {k: v for k, v in act.args.items() if k != "ticket"}
    number = act.args.get("ticket", "")
    return Call(act.name, by, via, home, int(number) if number.isdigit() else None, answers)


def parse_line(line: str, by: Identity, via: str, home: Address, roster: Roster = Roster()) -> Call:
    """A typed command: `resolve 42 fixed it`; the last field takes the rest of the line."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    if not words:
        return Call("help", by, via, home)
    command = find(words.pop(0).lower())
    number = None
    if command.needs_ticket:
        first = words.pop(0).lstrip("#") if words else ""
        if not first.isdigit():
            raise Invalid({"ticket": f"Say which ticket: /desk {command.name} 42."})
        number = int(first)
    fields = command.form.asked
    answers = dict(zip((f.name for f in fields[:-1]), words, strict=False))
    if fields and len(words) >= len(fields):
        answers[fields[-1].name] = " ".join(words[len(fields) - 1 :])
    return Call(command.name, by, via, home, number, answers)


def decide(call: Call, case: Case) -> Outcome:
    """Run the call against the case. A refusal becomes the caller's reply, never an exception."""
    try:
        return _decide(call, case)
    except Invalid as fault:
        return Outcome(reply=Reply(fault.sentence, faults=fault.fields, ok=False))
    except DeskError as refusal:
        return Outcome(reply=Reply(refusal.sentence, buttons=refusal.offers, ok=False))


def _decide(call: Call, case: Case) -> Outcome:
    command = find(call.command)
    agent = case.roster.by_account(call.by.account)
    if agent is None:
        raise NotAllowed(f"Only agents of {case.group.name} may do that.")
    if command.needs_ticket and not command.when(case):
        raise NotNow(_not_now(command, case))
    if command.answer:
        return Outcome(reply=Reply(command.answer(case, agent, fill(command.args, command.form, call.answers))))
    if not call.complete and _asks(command, call):
        return Outcome(reply=Reply(form=command.form.prefilled({**command.prefill(case, agent), **call.answers})))
    args = fill(command.args, command.form, _accounts(command, call.answers, case.roster))
    assert command.decide is not None
    return Outcome(command.decide(case, agent, args), Reply(command.done))


def _asks(command: Command[Any], call: Call) -> bool:
    return any(f.required and f.kind is not Kind.HIDDEN and not call.answers.get(f.name) for f in command.form.fields)


def _accounts(command: Command[Any], answers: Mapping[str, str], roster: Roster) -> Mapping[str, str]:
    """Agents may be named by account or by the beginning of their name."""
    agents = {f.name for f in command.form.fields if f.kind is Kind.AGENT}
    return {name: _account(value, roster) if name in agents else value for name, value in answers.items()}


def _account(value: str, roster: Roster) -> str:
    if roster.by_account(value):
        return value
    wanted = value.strip("<@>").split("|")[0].lower()
    found: list[Agent] = [
        a for a in roster if a.identity.account.lower().endswith("/" + wanted) or a.name.lower().startswith(wanted)
    ]
    return found[0].identity.account if len(found) == 1 else value


def _not_now(command: Command[Any], case: Case) -> str:
    allowed = ", ".join(c.name for c in available(case)) or "nothing more"
    ticket = case.subject
    return f"{command.label} is not possible: ticket #{ticket.number} is {ticket.state}. Possible now: {allowed}."
