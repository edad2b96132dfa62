"""Who is told that a ticket has come, and how the rota reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import in_thread
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup, Style, styled
from chatdesk.core.messages import Address, Body, Outgoing, plain
from chatdesk.people.people import Agent, Roster
from chatdesk.rota.model import Rota, Shift, ShiftSet, ShiftTold
from chatdesk.slices import Timer

TIMER = "shift"


def timers(event: Event, case: Case) -> Sequence[Timer]:
    """A ticket that is new to the group, where the group keeps a rota."""
    came = isinstance(event, ev.TicketOpened | ev.Filtered | ev.Moved)
    return [Timer(TIMER, case.now)] if came and case.group.rota else []


def on_timer(name: str, case: Case) -> Sequence[Event]:
    if name != TIMER or not case.subject.state.is_open:
        return []
    people = tuple(s.person for s in case.part(Rota).now(case.now) if case.is_there(s.person))
    return [ShiftTold(people)] if people else []


def timer_needs(name: str) -> Sequence[type]:
    return [Rota] if name == TIMER else []


def announce(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
    """Whoever is on shift is mentioned in the thread, so that Slack tells them and they follow it."""
    match event:
        case ShiftTold(who=who):
            agents = [agent for person in who if (agent := case.roster.by_person(person))]
            out = in_thread(case, Body(Markup("On shift: ") + _mentioned(agents) + "."))
            return [replace(out, key=f"t{case.subject.number}:{seq}:rota:0")]
        case ShiftSet(by=by, person=person, until=until, note=note) if by != person:
            agent = case.roster.by_person(person)
            return [_to(agent, case, until, note)] if agent else []
        case _:
            return []


def _mentioned(agents: Sequence[Agent]) -> Markup:
    text = Markup("")
    for n, agent in enumerate(agents):
        text = text + (", " if n else "") + styled(f"@{agent.name}", Style.MENTION, agent.identity.account)
    return text


def _to(agent: Agent, case: Case, until: str | None, note: str) -> Outgoing:
    """Somebody else put them on: they read it alone, with what is handed over."""
    end = f" until {datetime.fromisoformat(until):%Y-%m-%d %H:%M %Z}" if until else ""
    said = f" {note}" if note else ""
    at = Address(agent.identity.channel, agent.identity.account)
    key = f"shift:{case.group.id}:{agent.person}:{case.now:%Y%m%dT%H%M%S.%f}"
    return Outgoing(to=at, key=key, body=plain(f"You are on shift for {case.group.name}{end}.{said}"))


def lines(rota: Rota, roster: Roster, now: datetime, zone: tzinfo) -> str:
    """The rota as a person reads it."""
    return "\n".join(_line(shift, roster, now, zone) for shift in rota.shifts)


def _line(shift: Shift, roster: Roster, now: datetime, zone: tzinfo) -> str:
    agent = roster.by_person(shift.person)
    begins = "now" if shift.covers(now) else f"from {time_in(shift.since, zone)}"
    ends = f"until {time_in(shift.until, zone)}" if shift.until else "until somebody else is"
    note = f": {shift.note}" if shift.note else ""
    return f"{agent.name if agent else 'a former agent'}, {begins}, {ends}{note}"


def time_in(at: datetime, zone: tzinfo) -> str:
    """On the clock of who reads it, with its zone."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"
