"""Who has the ticket, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import Nothing, command
from chatdesk.conversations import events as ev
from chatdesk.conversations import holding
from chatdesk.conversations.absence import until_words
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import HeldMessages, LastReply
from chatdesk.conversations.replying import REPLY_NEEDS, claim_by_reply, is_free_for, taken, why_internal
from chatdesk.conversations.ticket import TITLE_LENGTH, State
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import LONGEST, Kind, ask
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Button, plain
from chatdesk.people.people import Agent

NOBODY = "nobody has it"


def is_open(case: Case) -> bool:
    return case.subject.state.is_open


def unclaimed(case: Case) -> bool:
    return is_open(case) and case.subject.assignee is None


def claimed(case: Case) -> bool:
    return is_open(case) and case.subject.assignee is not None


def ended(case: Case) -> bool:
    return case.subject.state in (State.SOLVED, State.UNSOLVED)


@command("Claim", when=is_open, on_card=unclaimed, done="Ticket #{number} is yours.")
def claim(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Make a free ticket yours; the user is told once who takes care."""
    if is_free_for(case, by):
        return claim_by_reply(case, by)
    ticket = case.subject
    if ticket.assignee == by.person:
        raise NotNow(f"Ticket #{ticket.number} is yours already.")
    raise NotNow(*taken(case))


@command("Take over", when=claimed, lacks=NOBODY, done="Ticket #{number} is yours now.")
def take_over(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Take a ticket that somebody else has; that is recorded and shown in the thread."""
    was = case.subject.assignee
    if was is None:
        raise NotNow(f"Nobody has ticket #{case.subject.number}: claim it.")
    if was == by.person:
        raise NotNow(f"Ticket #{case.subject.number} is yours already.")
    return [ev.TakenOver(by.person, was)]


@command("Release", when=claimed, lacks=NOBODY, done="Ticket #{number} is free to claim.")
def release(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Give a ticket back to its group, free to claim."""
    return [ev.Released(by.person)]


@dataclass(frozen=True, slots=True)
class AssignArgs:
    to: str = ask("To whom?", Kind.AGENT)
    anyway: str = ask("Whether they have it though they are away", Kind.HIDDEN, default="")


@command("Assign", when=is_open, done="Ticket #{number} is assigned to {to}.")
def assign(case: Case, by: Agent, args: AssignArgs) -> Sequence[Event]:
    """Hand the ticket to an agent of the group, who is told."""
    to = case.roster.by_account(args.to)
    if to is None:
        names = ", ".join(a.name for a in case.roster)
        raise Invalid({"to": f"No agent of {case.group.name}: {args.to}. There are: {names}."})
    if to.person == by.person:
        return claim.decide(case, by, Nothing()) if claim.decide else []
    if to.is_away(case.now) and not args.anyway:
        which = {"ticket": str(case.subject.number), "to": to.identity.account, "anyway": "yes"}
        offer = Button("Assign all the same", Act("assign", which))
        raise NotNow(f"{to.name} is away{until_words(to)}.", offer)
    return [ev.Assigned(by.person, to.person)]


QUALIFIERS = {
    "fixed": "Fixed",
    "workaround": "Workaround",
    "works_as_designed": "Works as designed",
    "other": "Other",
}


@dataclass(frozen=True, slots=True)
class ResolveArgs:
    solution: str = ask("Solution, as the user reads it", Kind.TEXT)
    qualifier: str = ask("How was it solved?", Kind.CHOICE, choices=QUALIFIERS, default="fixed")


def _last_reply(case: Case, by: Agent) -> dict[str, str]:
    return {"solution": _offered(_latest(case))}


def _latest(case: Case) -> str:
    """What an agent last said to the customer, or is about to."""
    held = [h.key for h in case.subject.held if not h.asks]
    found = case.part(HeldMessages).by_key.get(held[-1]) if held else None
    return found.body.text.text if found else case.part(LastReply).text


def _offered(last: str) -> str:
    """The last reply as far as a form holds it; what is missing can be seen."""
    return last if len(last) <= LONGEST else last[: LONGEST - 1] + "…"


@command(
    "Resolve",
    when=is_open,
    on_card=is_open,
    needs=(LastReply, HeldMessages, *REPLY_NEEDS),
    prefill=_last_reply,
    done="Ticket #{number} is resolved. {user} is asked whether it is solved.",
)
def resolve(case: Case, by: Agent, args: ResolveArgs) -> Sequence[Event]:
    """Give the solution. The user gets it with two buttons; an unchanged last reply is not sent twice."""
    if why := why_internal(args.solution):
        raise Invalid({"solution": why})
    last = _latest(case)
    sent = args.solution.strip() not in (last.strip(), _offered(last).strip())
    body = plain(args.solution)
    first, key = holding.before_solution(case, by)
    return [*first, ev.Resolved(key, by.person, args.qualifier, sent, body=body, author=by.identity)]


@dataclass(frozen=True, slots=True)
class NewArgs:
    text: str = ask("What it is about", Kind.TEXT, help="Its first words become the title. The user does not read it.")


@command("New ticket", opens=True, done="A new ticket is open for {user}, who is told its number.")
def new(case: Case, by: Agent, args: NewArgs) -> Sequence[Event]:
    """Open a further ticket for the user of this one; what it is about is its first note."""
    number = case.number if case.subject else 0
    opened = ev.TicketOpened(number, title=shorten(args.text, TITLE_LENGTH))
    body = plain(args.text)
    return [opened, ev.NoteAdded(f"t{number}:2", by.person, typed=False, body=body, author=by.identity)]


@command(
    "New ticket here",
    needs_ticket=False,
    opens=True,
    listed=False,
    aloud=True,
    done="A ticket is open for {user}, who is answered in the thread of that message.",
)
def new_here(case: Case, by: Agent, args: NewArgs) -> Sequence[Event]:
    """Open a ticket for who wrote a message, with what they wrote."""
    if case.ticket and case.ticket.state.is_open:
        raise NotNow(f"Ticket #{case.ticket.number} is about that thread already, and open.")
    opened = ev.TicketOpened(case.number, title=shorten(args.text, TITLE_LENGTH))
    return [opened, ev.CustomerSaid(f"t{case.number}:2", first=True, body=plain(args.text))]


@command("Reopen", when=ended, on_card=ended, done="Ticket #{number} is open again.")
def reopen(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Open a solved or unsolved ticket again; verified and closed ones stay closed."""
    return [ev.Reopened(by.person, by_customer=False, asked=case.subject.solution)]


def _may_be_spam(case: Case) -> bool:
    return is_open(case) or ended(case)


@command(
    "Spam",
    when=lambda case: _may_be_spam(case) and not case.subject.spam,
    lacks="it is marked as spam already",
    needs=(HeldMessages,),
    done="Ticket #{number} is marked as spam, and ended. Nothing is said to {user}.",
)
def spam(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """End what is no request for help, as unsolved (invalid); it is kept, and nothing is said to who wrote it."""
    return [*holding.undone(case, "The ticket is marked as spam"), ev.SpamMarked(by.person)]


@command(
    "Not spam",
    when=lambda case: case.subject.spam and not case.subject.state.is_final,
    on_card=lambda case: case.subject.spam and not case.subject.state.is_final,
    lacks="it is not marked as spam",
    done="Ticket #{number} is open again.",
)
def not_spam(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Take back that it is spam: the ticket is open again."""
    return [ev.SpamMarked(by.person, on=False)]
