"""Speaking about the user, and what becomes of a message that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command, query
from chatdesk.conversations import events as ev
from chatdesk.conversations import holding, replying
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import HeldMessages, Versions
from chatdesk.core.errors import NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, ask
from chatdesk.core.messages import Body, plain
from chatdesk.people.people import Agent


def can_be_told(case: Case) -> bool:
    return not case.subject.state.is_final


@dataclass(frozen=True, slots=True)
class NoteArgs:
    text: str = ask("Internal note", Kind.TEXT, help="It never leaves the agents' side.")


def _has_room(case: Case) -> bool:
    """A card shows two or three buttons: as long as a ticket is free, claiming it is one of them."""
    return can_be_told(case) and not (case.subject.state.is_open and case.subject.assignee is None)


@command("Note", on_card=_has_room, done="Your note is in the thread of ticket #{number}.")
def note(case: Case, by: Agent, args: NoteArgs) -> Sequence[Event]:
    """Add an internal note, which the user never sees."""
    return [ev.NoteAdded(case.next_key, by.person, typed=False, body=plain(args.text), author=by.identity)]


@dataclass(frozen=True, slots=True)
class HeldArgs:
    message: str = ask("The message", Kind.HIDDEN)


def _held(case: Case, by: Agent, key: str) -> Body:
    held = case.part(HeldMessages).by_key.get(key)
    if held is None:
        raise NotNow(
            "It is too late for that: the message has left, or was dealt with. "
            "What has left can still be changed: edit or delete your message in the thread."
        )
    if held.author != by.identity.account:
        raise NotNow("Only its author decides whom the message is for.")
    return held.body


@command(
    "Send it",
    when=can_be_told,
    needs=(HeldMessages, *replying.REPLY_NEEDS),
    listed=False,
    done="Your message is on its way to {user}.",
    aloud=True,
)
def send(case: Case, by: Agent, args: HeldArgs) -> Sequence[Event]:
    """Send a message that waits: for a while, or for your word."""
    body = _held(case, by, args.message)
    if held := holding.find(case, args.message):
        return holding.release(case, held)
    return [ev.AudienceChosen(args.message, "public"), *replying.reply(case, by, args.message, body)]


@command("Keep as note", needs=(HeldMessages,), listed=False, done="Kept as an internal note.", aloud=True)
def keep(case: Case, by: Agent, args: HeldArgs) -> Sequence[Event]:
    """Keep a message that waits as an internal note."""
    body = _held(case, by, args.message)
    return [
        _chosen(case, args.message, "internal"),
        ev.NoteAdded(args.message, by.person, body=body, author=by.identity),
    ]


@command("Undo", needs=(HeldMessages,), listed=False, done="Undone: it was not sent.", aloud=True)
def undo(case: Case, by: Agent, args: HeldArgs) -> Sequence[Event]:
    """Take a reply back before it has left."""
    _held(case, by, args.message)
    return [_chosen(case, args.message, "undone")]


def _chosen(case: Case, key: str, what: str) -> Event:
    """A reply that waits ends its hold; a message that asks whom it is for has its answer."""
    if holding.find(case, key):
        return holding.over(case, key, "note" if what == "internal" else what)
    return ev.AudienceChosen(key, what)


@query("What it said before", needs=(Versions,), listed=False)
def versions(case: Case, by: Agent, args: HeldArgs) -> str:
    """What a message said before it was changed, the oldest first."""
    told = case.part(Versions).by_key.get(args.message, ())
    lines = [f"Until {at:%Y-%m-%d %H:%M:%S} UTC:\n{text}" for at, text in told]
    return "\n\n".join(lines) or "It was never changed."
