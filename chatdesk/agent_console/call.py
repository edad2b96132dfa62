"""A Call: somebody asks for a command, from whatever surface. Rights and availability are checked here, once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatdesk.agent_console.catalogue import available, catalogue
from chatdesk.agent_console.command import Asking, Command, Reply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Abroad
from chatdesk.core.errors import DeskError, Invalid, NotAllowed, NotFound, NotNow, Unsure
from chatdesk.core.events import Event
from chatdesk.core.forms import Field, Form, Kind, fill
from chatdesk.core.messages import Address, Identity
from chatdesk.people.people import Agent, Roster

MOST_NUMBER = 2**31 - 1  # the database's integers hold no more
_QUOTED = re.compile(r'"([^"]*)"(?=\s|$)')


@dataclass(frozen=True, slots=True)
class Call:
    command: str
    by: Identity
    via: str  # the surface: slack:button, slack:modal, slack:slash, ...
    home: Address  # where it was asked: tells the group when there is no ticket
    ticket: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False  # a filled form: nothing more is asked
    whose: Identity | None = None  # the account that it is about, where no ticket says so
    at: Address | None = None  # where that person is answered
    pressed: str = ""  # what was pressed or chosen in a form that is to be drawn anew


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


def parse_line(line: str, by: Identity, via: str, home: Address) -> Call:
    """A typed command: `resolve 42 fixed it`; the last field takes the rest of the line as it stands.

    What has a default is not typed: a solution of several words needs no quotes.
    """
    if not line.strip():
        return Call("help", by, via, home)
    command, rest = _named(line)
    number = None
    if command.needs_ticket:
        first, rest = _word(rest)
        number = _number(first.removeprefix("#"), command)
    if command.read:
        return Call(command.name, by, via, home, number, command.read(rest))
    answers = {}
    for asked in command.typed[:-1]:
        answers[asked.name], rest = _word(rest)
    if command.typed:
        quoted = _QUOTED.fullmatch(rest)
        answers[command.typed[-1].name] = quoted[1] if quoted else rest
    return Call(command.name, by, via, home, number, {k: v for k, v in answers.items() if v})


def _named(line: str) -> tuple[Command[Any], str]:
    """(the command, the rest of the line); `take over`, `takeover` and `Take-over` are `take_over`."""
    known = {name.replace("_", ""): name for name in catalogue()}
    first, rest = _word(line)
    second, after = _word(rest)
    for words, left in ((first, rest), (first + second, after)):
        if name := known.get(re.sub(r"[_-]", "", words).lower()):
            return find(name), left
    return find(first.lower()), rest


def _word(line: str) -> tuple[str, str]:
    """(the first word or "quoted words", the rest)."""
    line = line.strip()
    if quoted := _QUOTED.match(line):
        return quoted[1], line[quoted.end() :].lstrip()
    first, *rest = line.split(maxsplit=1) or [""]
    return first, "".join(rest)


def _number(typed: str, command: Command[Any]) -> int:
    if not typed.isdecimal():
        raise NotFound(f"Say which ticket: /desk {command.name} 42.")
    if len(typed) > 10 or int(typed) > MOST_NUMBER:
        raise NotFound(f"There is no ticket #{typed[:20]}.")
    return int(typed)


def decide(call: Call, case: Case) -> Outcome:
    """Run the call against the case. A refusal becomes the caller's reply, never an exception."""
    try:
        return _decide(call, case)
    except Asking as more:
        begun = () if call.complete else _begun(find(call.command), case, call)
        return Outcome(begun, Reply(more.sentence, form=more.form, ok=False))
    except Invalid as fault:
        return Outcome(reply=Reply(_faults(find(call.command), fault), faults=fault.fields, ok=False))
    except Unsure as question:
        return Outcome(reply=Reply(question.sentence, buttons=question.offers))
    except DeskError as refusal:
        return Outcome(refusal.noted, Reply(refusal.sentence, buttons=refusal.offers, ok=False))


def _decide(call: Call, case: Case) -> Outcome:
    command = find(call.command)
    agent = _caller(command, call, case)
    if command.needs_ticket and not command.when(case):
        raise NotNow(_not_now(command, case))
    if command.answer:
        answer = command.answer(case, agent, fill(command.args, command.form, call.answers))
        return Outcome(reply=answer if isinstance(answer, Reply) else Reply(answer))
    if not call.complete and (call.pressed or _asks(command, call)):
        return Outcome(_begun(command, case, call), Reply(form=_form(command, case, agent, call)))
    args = fill(command.args, command.form, _accounts(command, call.answers, case.roster))
    assert command.decide is not None
    done = _done(command, case, agent, args)
    return Outcome(command.decide(case, agent, args), Reply(done if command.aloud else "", done))


def needs_of(command: Command[Any]) -> Sequence[type]:
    """The parts that a call of this command needs."""
    return (*command.needs, Abroad) if command.needs_ticket else command.needs


def _caller(command: Command[Any], call: Call, case: Case) -> Agent:
    """Who asks, when it is theirs to ask. Whether there is a ticket that they may not see is not theirs to know."""
    agent = case.roster.by_account(call.by.account)
    if agent is None and call.ticket and case.ticket:
        agent = _reader(command, case)
        if agent is None and not _is_at_home(call, case):
            raise NotFound(no_ticket(call.ticket))
    if agent is None:
        raise NotAllowed(f"Only agents of {case.group.name} may do that.")
    if not agent.role.includes(command.role):
        raise NotAllowed(f"{command.label} is not for every agent: it takes a {command.role} of {case.group.name}.")
    return agent


def _reader(command: Command[Any], case: Case) -> Agent | None:
    """An agent of another group, who sees what belongs to their area or is shared with it, and changes nothing."""
    abroad, ticket = case.part(Abroad), case.subject
    own = abroad.agent_of.get(ticket.area)
    guest = next((agent for area, agent in abroad.agent_of.items() if area in ticket.shared), None)
    if (own or guest) is None:
        return None
    if command.answer is None:
        raise NotAllowed(f"Only agents of {case.group.name} may do that: you can read ticket #{ticket.number}.")
    return own or (None if command.of_area else guest)


def _form(command: Command[Any], case: Case, agent: Agent, call: Call) -> Form:
    if command.draw:
        return command.draw(case, agent, call.answers, call.pressed)
    form = command.form.choosing(command.choices(case))
    return form.prefilled({**command.prefill(case, agent), **call.answers})


def _begun(command: Command[Any], case: Case, call: Call) -> Sequence[Event]:
    """What follows from the form being opened; drawing it anew opens it no second time."""
    agent = case.roster.by_account(call.by.account)
    return command.opened(case, agent) if agent and not call.pressed else ()


def no_ticket(number: int) -> str:
    return f"There is no ticket #{number}."


def _is_at_home(call: Call, case: Case) -> bool:
    """Whether it was asked where the ticket's card stands for all to see."""
    return (call.home.channel, call.home.room) == (case.group.home.channel, case.group.home.room)


def _done(command: Command[Any], case: Case, by: Agent, args: Any) -> str:
    if not isinstance(command.done, str):
        return command.done(case, by, args)
    shown = {f.name: _shown(f, getattr(args, f.name), case.roster) for f in command.form.fields}
    number = case.ticket.number if case.ticket else ""
    return command.done.format(number=number, user=case.customer.name, **shown)


def _shown(field: Field, answer: str, roster: Roster) -> str:
    """An answer as a person reads it."""
    agent = roster.by_account(answer) if field.kind is Kind.AGENT else None
    return agent.name if agent else answer


def _faults(command: Command[Any], fault: Invalid) -> str:
    """In a form a fault stands at its field; in words it begins with how the field is called there."""
    labels = {f.name: f.label for f in command.form.fields}
    return "; ".join(f"{labels.get(name, name)}: {why}" for name, why in fault.fields.items())


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
    found = [a for a in roster if wanted and _is_called(a, wanted)]
    return found[0].identity.account if len(found) == 1 else value


def _is_called(agent: Agent, wanted: str) -> bool:
    return agent.identity.account.lower().endswith("/" + wanted) or agent.name.lower().startswith(wanted)


def _not_now(command: Command[Any], case: Case) -> str:
    allowed = ", ".join(c.name for c in available(case)) or "nothing more"
    ticket = case.subject
    why = command.lacks if command.lacks and ticket.state.is_open else f"ticket #{ticket.number} is {ticket.state}"
    return f"{command.label} is not possible: {why}. Possible now: {allowed}."
