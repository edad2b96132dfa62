"""Who a person is, and what must not stay of what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatdesk.agent_console.command import Nothing, command
from chatdesk.conversations import linking
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.case import Case
from chatdesk.conversations.linking import Linking, Other
from chatdesk.conversations.parts import Known
from chatdesk.conversations.redaction import WHY, Redactable, leaves_something
from chatdesk.conversations.redaction import redact as removed
from chatdesk.core.errors import Invalid, NotNow, Unsure
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Kind, Shown, ask, form_of
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Button
from chatdesk.people.people import Agent

MOST_OFFERED = 25  # messages to choose from
MOST_OF_A_CHOICE = 75  # characters

# -- accounts -----------------------------------------------------------------------------------------------

REFUSED: Mapping[str, str] = {
    "wrong": "There is no such code. The user gets one by /link in Telegram, and it is good for ten minutes.",
    "expired": "That code is too old: it was good for ten minutes. Ask for a new one with /link in Telegram.",
    "used": "That code has been used already. Ask for a new one with /link in Telegram.",
    "own": "That code is of this very account.",
    "linked": "Both accounts are linked already.",
    "tries": "Too many wrong codes. Wait ten minutes.",
}


@dataclass(frozen=True, slots=True)
class LinkArgs:
    code: str = ask("The code that /link gave you in Telegram", longest=40)


@command(
    "Link an account", needs=(Linking,), needs_ticket=False, done="Linked: both accounts are yours now.", aloud=True
)
def link(case: Case, by: Agent, args: LinkArgs) -> Sequence[Event]:
    """Make an account in Telegram yours: for agents who are also users."""
    part = case.part(Linking)
    why = linking.refusal(part, by.identity, case.now)
    if why or part.typed is None:
        raise NotNow(REFUSED[why or "wrong"], noted=(pe.LinkCodeRefused(why or "wrong"),))
    return [linking.linked(part, part.typed, args.code)]


@dataclass(frozen=True, slots=True)
class UnlinkArgs:
    merge: str = ask("Which link", Kind.HIDDEN, default="")


@command("Unlink", needs=(Linking,), needs_ticket=False, done="The link is undone.", aloud=True)
def unlink(case: Case, by: Agent, args: UnlinkArgs) -> Sequence[Event]:
    """Undo the latest link of your account with another one."""
    merge = case.part(Linking).linked
    if merge is None:
        raise NotNow("No other account is linked to yours.")
    if args.merge != str(merge.id):
        offer = Button("Undo the link", Act("unlink", {"merge": str(merge.id)}))
        raise Unsure("Shall the link of your account be undone? Then it is two people's again.", offer)
    return [linking.unlinked(merge)]


@dataclass(frozen=True, slots=True)
class MergeArgs:
    other: str = ask("Number of a ticket of the same person", longest=12)
    sure: str = ask("Whether it has been confirmed", Kind.HIDDEN, default="")


@command("Merge person", needs=(Other,), done="They are one person now.", aloud=True)
def merge_person(case: Case, by: Agent, args: MergeArgs) -> Sequence[Event]:
    """Say that the users of this ticket and of another one are the same person; part_person undoes it."""
    here, ticket, other = case.customer, case.subject, case.part(Other)
    number = linking.other_number({"other": args.other})
    if number is None or not other.person:
        raise Invalid({"other": f"There is no ticket {args.other}."})
    if other.person == here.person:
        raise Invalid({"other": f"Tickets #{ticket.number} and #{number} are the same person's already."})
    if args.sure != "yes":
        act = Act("merge_person", {"ticket": str(ticket.number), "other": str(number), "sure": "yes"})
        raise Unsure(
            f"Are {here.name} of #{ticket.number} and {other.name} of #{number} the same person? "
            "All their accounts and tickets are one person's then; no message is lost, and it can be undone.",
            Button("They are the same person", act),
        )
    kept, gone = linking.kept_of((here.person, other.here_is_agent), (other.person, other.is_agent))
    name = here.name if kept == here.person else other.name
    return [pe.PersonsMerged(by.person, kept, gone, number, name=name, names=(here.name, other.name))]


@command("Part person", needs=(Other,), done="They are two people again.", aloud=True)
def part_person(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Undo the latest merge of this ticket's user: each has their own accounts and tickets again."""
    ticket, merge = case.subject, case.part(Other).merged
    if merge is None:
        raise NotNow(f"{case.customer.name} of #{ticket.number} was not merged with anybody.")
    return [pe.PersonsParted(by.person, merge.id, merge.kept, merge.gone)]


# -- messages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RedactArgs:
    message: str = ask("Which message? Its number, as /desk show tells it", Kind.CHOICE)
    why: str = ask("Why?", Kind.CHOICE, choices={name: words.capitalize() for name, words in WHY.items()})


def _offered(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    """The latest messages, and the one that was named already."""
    part, named = case.part(Redactable), case.asked.args.get("message", "")
    numbered = list(enumerate(part.messages, 1))
    offered = [(n, m) for n, m in numbered if m.key == named or n > len(numbered) - MOST_OFFERED]
    return {"message": tuple(Choice(m.key, _line(n, m)) for n, m in reversed(offered))}


def _line(number: int, message: Known) -> str:
    words = message.body.text.text or ", ".join(f.kind for f in message.body.files)
    return shorten(f"{number}. {message.author}: {words}", MOST_OF_A_CHOICE)


def _secret(case: Case, by: Agent) -> dict[str, str]:
    return {"why": "secret"}


def _removed(case: Case, by: Agent, args: RedactArgs) -> str:
    known = case.part(Redactable).find(args.message)
    more = ""
    if known and leaves_something(case, known):
        more = "; the thread says what you have to delete yourselves"
    elif known and known.side == "customer" and case.conversation.circle:  # a bot deletes there as an administrator
        there = case.subject.origin.channel.capitalize()
        more = f"; should {there} not let the bot delete it in {case.conversation.circle}, the thread says so"
    return f"The message is removed{more}."


_FOR_GOOD = replace(
    form_of("Redact", RedactArgs),
    submit="Remove for good",
    above=(Shown("What the message said is removed here and at the user's. This cannot be undone."),),
)


@command(
    "Redact",
    needs=(Redactable,),
    prefill=_secret,
    choices=_offered,
    done=_removed,
    form=_FOR_GOOD,
)
def redact(case: Case, by: Agent, args: RedactArgs) -> Sequence[Event]:
    """Remove what a message said for good, here and at the user's; who removed it, when and why stays."""
    known = case.part(Redactable).find(args.message)
    if known is None:
        raise Invalid({"message": f"Ticket #{case.subject.number} has no message {shorten(args.message, 40)}."})
    return removed(case, by, known, args.why)
