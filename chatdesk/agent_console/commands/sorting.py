"""What the ticket is called and how much it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command
from chatdesk.agent_console.commands.handling import is_open
from chatdesk.areas.filter import TAG
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.ticket import Priority, TicketType
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Kind, ask
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


@dataclass(frozen=True, slots=True)
class TypeArgs:
    type: str = ask("Type", Kind.CHOICE, choices={"incident": "Incident", "service_request": "Service request"})


def _typed(type: str) -> TicketType:
    return TicketType(type.replace("_", " "))


def _type_now(case: Case, by: Agent) -> dict[str, str]:
    return {"type": str(case.subject.type).replace(" ", "_")}


def _type_done(case: Case, by: Agent, args: TypeArgs) -> str:
    return f"Ticket #{case.subject.number} is of type {_typed(args.type)} now."


@command("Type", when=is_open, prefill=_type_now, done=_type_done)
def type(case: Case, by: Agent, args: TypeArgs) -> Sequence[Event]:
    """Say whether something is broken (incident) or something is asked for (service_request)."""
    wanted = _typed(args.type)
    if wanted is case.subject.type:
        raise NotNow(f"Ticket #{case.subject.number} is of type {wanted} already.")
    return [ev.TypeSet(by.person, str(case.subject.type), str(wanted))]


NO_SERVICE = "none"


@dataclass(frozen=True, slots=True)
class ServiceArgs:
    service: str = ask("Service", Kind.CHOICE)


def _has_services(case: Case) -> bool:
    return is_open(case) and bool(case.services.services)


def _services(case: Case) -> dict[str, tuple[Choice, ...]]:
    known = sorted(case.services.services, key=lambda s: (s.area != case.group.area, s.name))
    return {"service": (*(Choice(s.id, s.name) for s in known), Choice(NO_SERVICE, "None that is known"))}


def _service_done(case: Case, by: Agent, args: ServiceArgs) -> str:
    found = case.services.find(args.service)
    return f"Ticket #{case.subject.number} is about {found.name if found else 'no known service'} now."


@command("Service", when=_has_services, lacks="the desk knows no services", choices=_services, done=_service_done)
def service(case: Case, by: Agent, args: ServiceArgs) -> Sequence[Event]:
    """Say which service the ticket is about, by its id or name; none takes it back."""
    found = case.services.find(args.service)
    if found is None and args.service.strip().casefold() != NO_SERVICE:
        names = ", ".join(f"{s.name} ({s.id})" for s in case.services.services)
        raise Invalid({"service": f"There is no service {args.service[:40]}. There are: {names}."})
    now = found.id if found else None
    if now == case.subject.service:
        raise NotNow(f"That is what ticket #{case.subject.number} is about already.")
    return [ev.ServiceSet(by.person, case.subject.service, now)]


MOST_TAGS = 10  # on a ticket: they have to be read at a glance


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
