"""What the ticket is called and how much it matters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command
from chatdesk.agent_console.commands.handling import is_open
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.ticket import Priority
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, ask
from chatdesk.people.people import Agent


@dataclass(frozen=True, slots=True)
class TitleArgs:
    title: str = ask("Title", longest=250)


def _title_now(case: Case, by: Agent) -> dict[str, str]:
    return {"title": case.subject.title}


@command("Title", when=is_open, prefill=_title_now, done="Ticket #{number} is called: {title}")
def title(case: Case, by: Agent, args: TitleArgs) -> Sequence[Event]:
    """Say in a few words what the ticket is about."""
    wanted = " ".join(args.title.split())
    return [ev.TitleSet(by.person, title=wanted)] if wanted != case.subject.title else []


@dataclass(frozen=True, slots=True)
class PriorityArgs:
    priority: str = ask("Priority", Kind.CHOICE, choices={p.value: p.value.capitalize() for p in Priority})


def _priority_now(case: Case, by: Agent) -> dict[str, str]:
    return {"priority": case.subject.priority}


@command("Priority", when=is_open, prefill=_priority_now, done="The priority of ticket #{number} is {priority} now.")
def priority(case: Case, by: Agent, args: PriorityArgs) -> Sequence[Event]:
    """Set how urgent it is: low, medium, high or top."""
    if args.priority == case.subject.priority:
        raise NotNow(f"The priority of ticket #{case.subject.number} is {args.priority} already.")
    return [ev.PrioritySet(by.person, str(case.subject.priority), args.priority)]


MOST_TAGS = 10  # on a ticket: they have to be read at a glance
TAG = re.compile(r"[\w.+-]{1,30}")


@dataclass(frozen=True, slots=True)
class TagArgs:
    tags: str = ask("Tags", help="Words such as vpn, printer. -vpn takes one away.", longest=400)


@command("Tag", when=is_open, done="The tags of ticket #{number} have changed.")
def tag(case: Case, by: Agent, args: TagArgs) -> Sequence[Event]:
    """Sort the ticket under some words; a word with - before it is taken away."""
    words = args.tags.lower().replace(",", " ").split()
    has = case.subject.tags
    off = tuple(w[1:] for w in dict.fromkeys(words) if w.startswith("-") and w[1:] in has)
    wanted = [w.removeprefix("#") for w in dict.fromkeys(words) if not w.startswith("-")]
    if wrong := [w for w in wanted if not TAG.fullmatch(w)]:
        raise Invalid({"tags": f"A tag is one word of letters and digits, at most 30: {wrong[0][:40]} is none."})
    on = tuple(w for w in dict.fromkeys(wanted) if w not in has)
    if len({*has, *on} - {*off}) > MOST_TAGS:
        raise Invalid({"tags": f"A ticket has at most {MOST_TAGS} tags."})
    if not on and not off:
        named = f"the tags {', '.join(has)}" if has else "no tags"
        raise NotNow(f"Ticket #{case.subject.number} has {named}: nothing changes.")
    return [ev.TicketTagged(by.person, on, off)]
