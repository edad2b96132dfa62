"""Speaking to the user, and about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command
from chatdesk.conversations import decide
from chatdesk.conversations import events as ev
from chatdesk.conversations.parts import HeldMessages
from chatdesk.conversations.ticket import Case
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, ask
from chatdesk.core.messages import Body, plain
from chatdesk.people.people import Agent


def can_be_told(case: Case) -> bool:
    return not case.subject.state.is_final


@dataclass(frozen=True, slots=True)
class ReplyArgs:
    text: str = ask("Reply to the user", Kind.TEXT)


@command(
    "Reply", when=can_be_told, needs=decide.REPLY_NEEDS, done="Your reply on ticket #{number} is on its way to {user}."
)
def reply(case: Case, by: Agent, args: ReplyArgs) -> Sequence[Event]:
    """Answer the user under your name; in Slack, a message in the thread does the same."""
    if why := decide.why_internal(args.text):
        raise Invalid({"text": why})
    before = decide.claim_by_reply(case, by)
    key = f"t{case.subject.number}:{case.subject.seq + 1 + len(before)}"
    return decide.reply(case, by, key, plain(args.text), typed=False)


@dataclass(frozen=True, slots=True)
class NoteArgs:
    text: str = ask("Internal note", Kind.TEXT, help="It never leaves the agents' side.")


@command("Note", on_card=can_be_told, done="Your note is in the thread of ticket #{number}.")
def note(case: Case, by: Agent, args: NoteArgs) -> Sequence[Event]:
    """Add an internal note, which the user never sees."""
    return [ev.NoteAdded(case.next_key, by.person, typed=False, body=plain(args.text), author=by.identity)]


@dataclass(frozen=True, slots=True)
class HeldArgs:
    message: str = ask("The message", Kind.HIDDEN)


def _held(case: Case, by: Agent, key: str) -> Body:
    held = case.part(HeldMessages).by_key.get(key)
    if held is None:
        raise NotNow("That message has been dealt with already.")
    if held.author != by.identity.account:
        raise NotNow("Only its author decides whom the message is for.")
    return held.body


@command(
    "Send it",
    when=can_be_told,
    needs=(HeldMessages, *decide.REPLY_NEEDS),
    listed=False,
    done="Your message is on its way to {user}.",
    aloud=True,
)
def send(case: Case, by: Agent, args: HeldArgs) -> Sequence[Event]:
    """Send a message that was held because it mentions a colleague."""
    body = _held(case, by, args.message)
    return [ev.AudienceChosen(args.message, "public"), *decide.reply(case, by, args.message, body)]


@command("Keep as note", needs=(HeldMessages,), listed=False, done="Kept as an internal note.", aloud=True)
def keep(case: Case, by: Agent, args: HeldArgs) -> Sequence[Event]:
    """Keep a held message as an internal note."""
    body = _held(case, by, args.message)
    kept = ev.NoteAdded(args.message, by.person, body=body, author=by.identity)
    return [ev.AudienceChosen(args.message, "internal"), kept]
