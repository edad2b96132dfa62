"""Answering the user, in a form or in one typed line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from chatdesk.agent_console import writing as form_of_reply
from chatdesk.agent_console.command import Asking, Nothing, command
from chatdesk.agent_console.commands.handling import is_open
from chatdesk.agent_console.commands.talking import can_be_told
from chatdesk.areas.canned import Canned
from chatdesk.conversations import events as ev
from chatdesk.conversations import holding, replying, writing
from chatdesk.conversations.case import Case
from chatdesk.core.errors import Invalid
from chatdesk.core.events import Event
from chatdesk.core.forms import Form, Kind, ask, form_of
from chatdesk.core.messages import plain
from chatdesk.people.people import Agent

MOST_WORDS = 3  # what is longer is no name of a canned reply
OWN_WORDS = "If these are your own words, use the Reply button or write in the thread."
THEN = {
    "send": "Send it",
    "wait": "Send it and wait for the user",
    "note": "Keep it as an internal note",
}


@dataclass(frozen=True, slots=True)
class AskArgs:
    text: str = ask("Reply to the user", Kind.TEXT)
    canned: str = ask("A canned reply to begin with", Kind.HIDDEN, default="")
    seen: str = ask("The user's last message when the form was opened", Kind.HIDDEN, default="")
    drawn: str = ask("How often the text was filled in", Kind.HIDDEN, default="")


@dataclass(frozen=True, slots=True)
class ReplyArgs(AskArgs):
    then: str = ask("And then", Kind.CHOICE, choices=THEN, default="send")


REPLY_FORM, ASK_FORM = form_of("Reply", ReplyArgs), form_of("Ask and wait", AskArgs)


def _reply_form(case: Case, by: Agent, answers: Mapping[str, str], pressed: str) -> Form:
    return form_of_reply.draw(REPLY_FORM, case, by, answers, pressed)


def _ask_form(case: Case, by: Agent, answers: Mapping[str, str], pressed: str) -> Form:
    return form_of_reply.draw(ASK_FORM, case, by, answers, pressed)


@command(
    "Reply",
    when=can_be_told,
    on_card=can_be_told,
    needs=form_of_reply.NEEDS,
    draw=_reply_form,
    opened=writing.began,
    done="Your reply on ticket #{number} is on its way to {user}.",
)
def reply(case: Case, by: Agent, args: ReplyArgs) -> Sequence[Event]:
    """Answer the user under your name; in Slack, a message in the thread does the same.

    The name of a canned reply opens the form with it.
    """
    if args.then == "note":
        over = writing.ended(case, by.person)
        key = f"t{case.subject.number}:{case.subject.seq + 1 + len(over)}"
        return [*over, ev.NoteAdded(key, by.person, typed=False, body=plain(args.text), author=by.identity)]
    return _said(REPLY_FORM, case, by, args, awaits=args.then == "wait")


@command(
    "Ask and wait",
    when=is_open,
    needs=form_of_reply.NEEDS,
    draw=_ask_form,
    opened=writing.began,
    done="Your question on ticket #{number} is on its way to {user}, and the ticket waits for the answer.",
)
def ask_(case: Case, by: Agent, args: AskArgs) -> Sequence[Event]:
    """Answer the user and wait for theirs: the ticket is waiting for reply until they write."""
    return _said(ASK_FORM, case, by, args, awaits=True)


def _said(form: Form, case: Case, by: Agent, args: AskArgs, awaits: bool) -> Sequence[Event]:
    """What is said leaves as what is written in the thread does, and its author is no longer writing."""
    if awaits and not case.subject.state.is_open:
        raise Invalid({"then": f"The ticket is {case.subject.state}: reopen it to wait for an answer."})
    if not args.seen:
        _open_for_canned(form, case, by, args.text)
    if why := replying.why_internal(args.text):
        raise Invalid({"text": why})
    form_of_reply.ask_when_crossed(form, case, by, asdict(args))
    over = writing.ended(case, by.person)
    before = [*over, *replying.claim_by_reply(case, by)]
    key = f"t{case.subject.number}:{case.subject.seq + 1 + len(before)}"
    return [*over, *holding.begin(case, by, key, plain(args.text), typed=False, awaits=awaits)]


def _open_for_canned(form: Form, case: Case, by: Agent, typed: str) -> None:
    """A canned reply's name opens the form, so that nobody sends what they have not read. Raises Asking or Invalid."""
    canned = case.part(Canned)
    if found := canned.named(typed, case.group):
        chosen = {"canned": found.name, "text": ""}
        raise Asking(found.name, form_of_reply.draw(form, case, by, chosen, form_of_reply.CHOOSE))
    near = canned.near(typed, case.group) if len(typed.split()) <= MOST_WORDS else []
    if near:
        names = ", ".join(near)
        raise Invalid({"text": f"There is no canned reply of that name; near it: {names}. {OWN_WORDS}"})


@command("Stop writing", listed=False, done="Nothing was sent.")
def stop_writing(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """The form of a reply was closed without being sent."""
    return writing.ended(case, by.person)
