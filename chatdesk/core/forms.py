"""What is asked: one vocabulary of fields for guided dialogs and for command arguments."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from chatdesk.core.errors import Invalid
from chatdesk.core.markup import Markup

LONGEST = 3000  # characters of an answer; Slack's inputs hold no more


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    AGENT = "agent"  # an agent of the ticket's group, answered as the account
    HIDDEN = "hidden"  # carried by a button, never asked
    ZONE = "zone"  # the time zone of who answers, as the channel knows it; never asked


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    group: str = ""  # choices with a group stand together under this heading


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    ask: str
    kind: Kind = Kind.LINE
    choices: tuple[Choice, ...] = ()
    required: bool = True
    default: str = ""
    help: str = ""
    longest: int = LONGEST
    live: bool = False  # an answer to it is told at once, and the form is drawn anew
    drawn: str = ""  # differs from what it was where the default takes the place of what was typed

    @property
    def label(self) -> str:
        """What it asks for, to begin a sentence with."""
        return self.ask.rstrip("?:. ")

    def read(self, typed: str) -> str:
        """The answer that is meant: a choice by its value or its label, in whatever case."""
        wanted = typed.strip().casefold()
        return next((c.value for c in self.choices if wanted in (c.value.casefold(), c.label.casefold())), typed)

    def fault(self, value: str) -> str | None:
        """Why this answer cannot be taken, as a sentence; None when it can."""
        if self.required and not value.strip():
            return "This is needed."
        if len(value) > self.longest:
            return f"At most {self.longest} characters, these are {len(value)}."
        if value and self.choices and value not in {c.value for c in self.choices}:
            return f"One of: {', '.join(c.value for c in self.choices)}."
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to read within a form: a line, with a time at its end, and somebody's words below it."""

    line: str
    at: datetime | None = None
    words: Markup | None = None


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    fields: tuple[Field, ...]
    submit: str = "Send"
    above: tuple[Shown, ...] = ()
    below: tuple[Shown, ...] = ()
    presses: tuple[Choice, ...] = ()  # buttons within it: each draws it anew
    on_close: str = ""  # the command that is called when it is closed and not sent

    def prefilled(self, answers: Mapping[str, str]) -> Form:
        return replace(self, fields=tuple(replace(f, default=answers.get(f.name, f.default)) for f in self.fields))

    def choosing(self, choices: Mapping[str, tuple[Choice, ...]]) -> Form:
        return replace(self, fields=tuple(replace(f, choices=choices.get(f.name, f.choices)) for f in self.fields))

    @property
    def asked(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.kind not in (Kind.HIDDEN, Kind.ZONE))


A = TypeVar("A")


def ask(
    prompt: str,
    kind: Kind = Kind.LINE,
    choices: Mapping[str, str] | None = None,
    default: Any = dataclasses.MISSING,
    help: str = "",
    longest: int = LONGEST,
) -> Any:
    """A field of an argument dataclass; one with a default need not be answered."""
    listed = tuple(Choice(value, label) for value, label in (choices or {}).items())
    told = {"ask": prompt, "kind": kind, "choices": listed, "help": help, "longest": longest}
    return dataclasses.field(default=default, metadata=told)


def form_of(title: str, args: type[Any]) -> Form:
    return Form(
        title,
        tuple(
            Field(
                f.name,
                f.metadata["ask"],
                f.metadata["kind"],
                f.metadata["choices"],
                f.default is dataclasses.MISSING,
                "" if f.default is dataclasses.MISSING else str(f.default),
                f.metadata["help"],
                f.metadata["longest"],
            )
            for f in dataclasses.fields(args)
        ),
    )


def fill(args: type[A], form: Form, answers: Mapping[str, str]) -> A:
    """The argument object of these answers. Raises Invalid with every faulty field at once."""
    given = {f.name: f.read(answers[f.name]) for f in form.fields if answers.get(f.name)}
    faults = {f.name: fault for f in form.fields if (fault := f.fault(given.get(f.name, f.default)))}
    unknown = {name: "There is no such field." for name in answers if name not in {f.name for f in form.fields}}
    if faults or unknown:
        raise Invalid(faults | unknown)
    return args(**given)
