"""`@command` and `@query`: a decorated function is all that a new ability of agents needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from typing import Any, Generic, TypeVar, get_type_hints

from chatdesk.agent_console.overview import Overview
from chatdesk.conversations.case import Case
from chatdesk.core.errors import DeskError
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Field, Form, form_of
from chatdesk.core.messages import Button
from chatdesk.people.people import Agent, Role

A = TypeVar("A")
Decide = Callable[[Case, Agent, A], Sequence[Event]]
Answer = Callable[[Case, Agent, A], "str | Reply"]
When = Callable[[Case], bool]
Prefill = Callable[[Case, Agent], dict[str, str]]
Draw = Callable[[Case, Agent, Mapping[str, str], str], Form]
Choices = Callable[[Case], Mapping[str, tuple[Choice, ...]]]
Done = Callable[[Case, Agent, A], str]


def always(case: Case) -> bool:
    return True


def never(case: Case) -> bool:
    return False


def nothing_known(case: Case, by: Agent) -> dict[str, str]:
    return {}


def no_events(case: Case, by: Agent) -> Sequence[Event]:
    return ()


class Asking(DeskError):
    """Before it is done something more is asked, in this form."""

    code = "asking"

    def __init__(self, sentence: str, form: Form) -> None:
        super().__init__(sentence)
        self.form = form


def no_choices(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Nothing:
    """A command that asks nothing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What only the caller hears, at once; it may be lost and nothing depends on it."""

    text: str = ""
    done: str = ""  # what has been done, where nothing else shows it to the caller
    form: Form | None = None  # to be filled and sent back with the same call
    buttons: tuple[Button, ...] = ()
    overviews: tuple[Overview, ...] = ()  # the same as the text, for a channel that can show ways to the threads
    faults: dict[str, str] | None = None  # field -> sentence
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """A command changes the ticket (`decide`); a query (`answer`) only tells its caller."""

    name: str
    label: str
    help: str
    args: type[A]
    form: Form
    decide: Decide[A] | None
    answer: Answer[A] | None
    when: When  # available at all
    lacks: str  # why it is not, on a ticket that is open
    on_card: When  # shown as a button on the card rather than in the menu
    group: str  # its heading in menus and help: the module's name
    needs: tuple[type, ...]
    prefill: Prefill
    draw: Draw | None  # (case, by, answers so far, what was pressed in it): the form, where it is more than its fields
    opened: Callable[[Case, Agent], Sequence[Event]]  # what follows from its form being opened
    choices: Choices  # of fields whose choices depend on the case
    aloud: bool  # who clicked is told, too: neither the card nor the thread shows it
    needs_ticket: bool
    opens: bool  # whether it may open a ticket, which needs a number
    done: str | Done[A]  # what has been done, for who typed it: {number}, {user} and the command's own fields
    read: Callable[[str], dict[str, str]] | None  # what is typed behind its name, where that is no row of fields
    listed: bool
    role: Role  # who may at least
    of_area: bool  # a query that tells more of the ticket's area than this ticket: not for areas that only share it

    @property
    def typed(self) -> tuple[Field, ...]:
        """The fields that are typed after a command's name, in order; those with a default are not."""
        return tuple(f for f in self.form.asked if f.required)


def _made(function: Callable[..., Any], label: str, **given: Any) -> Command[Any]:
    args = list(get_type_hints(function).values())[2]
    plan: dict[str, Any] = {
        "name": function.__name__.rstrip("_"),
        "label": label,
        "help": getdoc(function) or "",
        "args": args,
        "form": form_of(label, args),
        "decide": None,
        "answer": None,
        "when": always,
        "lacks": "",
        "on_card": never,
        "group": function.__module__.rsplit(".", 1)[-1],
        "needs": (),
        "prefill": nothing_known,
        "draw": None,
        "opened": no_events,
        "choices": no_choices,
        "done": "",
        "aloud": False,
        "needs_ticket": True,
        "opens": False,
        "read": None,
        "listed": True,
        "role": Role.AGENT,
        "of_area": False,
    }
    return Command(**(plan | given))


def command(label: str, **given: Any) -> Callable[[Decide[A]], Command[A]]:
    """A function `(case, by, args) -> events` becomes a command; its docstring is its help."""
    return lambda decide: _made(decide, label, decide=decide, **given)


def query(label: str, **given: Any) -> Callable[[Answer[A]], Command[A]]:
    """A function `(case, by, args) -> text or Reply` answers only its caller and changes nothing."""
    return lambda answer: _made(answer, label, answer=answer, **given)
