"""What can be done with any message, wherever it stands: each shortcut begins a command that is already there.

Adding one to SHORTCUTS is all: the listener, the manifest and the documents follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chatdesk.agent_console.call import find
from chatdesk.core.forms import LONGEST, Field, Form
from chatdesk.core.messages import Identity

TICKET = "ticket"  # the field that asks for a ticket's number


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that somebody points at."""

    author: Identity
    text: str
    place: str  # how the channel is called
    ticket: int | None = None  # in whose thread it stands
    is_from_person: bool = False  # who can be answered in the message's own thread

    @property
    def told(self) -> str:
        """What it says, and who said it where."""
        words = f"{self.author.name or 'Somebody'} wrote in {self.place}:\n{self.text}"
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    label: str
    help: str
    command: str
    fill: Callable[[Quoted], Mapping[str, str]]  # answers of the command that the message gives
    asks: bool = True  # for what is missing, and for the ticket; else it is done at once


def _text(quoted: Quoted) -> Mapping[str, str]:
    return {"text": quoted.told}


def _whose(quoted: Quoted) -> Mapping[str, str]:
    return {} if quoted.ticket else {"account": quoted.author.account}


SHORTCUTS: Sequence[Shortcut] = (
    Shortcut(
        "make_ticket",
        "Make a ticket",
        "Opens a ticket with this message, for who wrote it, or for the user of a ticket that you name.",
        "new",
        _text,
    ),
    Shortcut("add_note", "Add to ticket as note", "Keeps this message as an internal note on a ticket.", "note", _text),
    Shortcut(
        "user_history",
        "History of this user",
        "Tells you alone which tickets the user of this message has, and how they stand.",
        "history",
        _whose,
        asks=False,
    ),
)


def form_for(shortcut: Shortcut, quoted: Quoted) -> Form:
    """The command's own form, which asks for the ticket too."""
    form = find(shortcut.command).form.prefilled(shortcut.fill(quoted))
    needed = shortcut.command != "new" or not quoted.is_from_person
    number = Field(
        TICKET,
        "Ticket's number",
        default=str(quoted.ticket or ""),
        help=_help(shortcut, needed),
        longest=10,
        required=needed,
    )
    return replace(form, title=shortcut.label, fields=(number, *form.fields))


def _help(shortcut: Shortcut, needed: bool) -> str:
    if shortcut.command != "new":
        return "As on its card: 42"
    of_user = "Of any ticket of the user; the new one is answered where that one is."
    return of_user if needed else f"{of_user} Empty: for who wrote the message, in its thread."
