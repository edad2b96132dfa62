"""Who is on shift."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chatdesk.agent_console.command import Nothing, command, query
from chatdesk.agent_console.dates import EXAMPLES, span_of, zone_of
from chatdesk.agent_console.typed import named
from chatdesk.conversations.case import Case
from chatdesk.core.errors import Invalid, NotAllowed, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, ask
from chatdesk.people.people import Agent, Role
from chatdesk.rota import rules
from chatdesk.rota.model import Rota, Shift, ShiftEnded, ShiftSet, ShiftsSwapped

_LINE = re.compile(
    r"(?P<who>.*?)(?:\s*\bfrom\b(?P<since>.*?))?(?:\s*\buntil\b(?P<until>.*))?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ZoneArgs:
    zone: str = ask("Your time zone", Kind.ZONE, default="UTC")


@query("Rota", needs=(Rota,), needs_ticket=False)
def rota(case: Case, by: Agent, args: ZoneArgs) -> str:
    """Who of the group is on shift, now and next."""
    found = rules.lines(case.part(Rota), case.roster, case.now, zone_of(args.zone))
    if found:
        return f"{case.group.name}:\n{found}"
    keeps = "" if case.group.rota else " (rota: true in desk.yaml tells them of new tickets)"
    return f"Nobody of {case.group.name} is on shift, now or later: /desk shift puts somebody on{keeps}."


@dataclass(frozen=True, slots=True)
class ShiftArgs:
    who: str = ask("Who is on shift?", Kind.AGENT)
    since: str = ask("From when?", default="", help=f"Such as {EXAMPLES}. Empty: from now on.", longest=60)
    until: str = ask("Until when?", default="", help="Empty: until somebody else is on shift.", longest=60)
    zone: str = ask("Your time zone", Kind.ZONE, default="UTC")


def _typed(line: str) -> dict[str, str]:
    """`@ingrid from tomorrow 9:00 until Friday 18:00`."""
    return named(_LINE, line)


def _shift_done(case: Case, by: Agent, args: ShiftArgs) -> str:
    agent, since, until = _shift(case, by, args)
    zone = zone_of(args.zone)
    begins = f" from {rules.time_in(since, zone)}" if since > case.now else ""
    ends = f" until {rules.time_in(until, zone)}" if until else ""
    return f"{agent.name} is on shift for {case.group.name}{begins}{ends}."


def _shift(case: Case, by: Agent, args: ShiftArgs) -> tuple[Agent, datetime, datetime | None]:
    agent = _member(case, args.who, "who")
    if agent.person != by.person and not by.role.includes(Role.LEAD):
        raise NotAllowed(f"To put others on shift takes a lead of {case.group.name}. You can put yourself on.")
    return agent, *span_of(args.since, args.until, case.now, zone_of(args.zone))


def _member(case: Case, account: str, field: str) -> Agent:
    agent = case.roster.by_account(account)
    if agent is None or not agent.belongs:
        names = ", ".join(a.name for a in case.roster)
        raise Invalid({field: f"No agent of {case.group.name}: {account}. There are: {names}."})
    return agent


@command("Shift", needs=(Rota,), needs_ticket=False, read=_typed, done=_shift_done)
def shift(case: Case, by: Agent, args: ShiftArgs) -> Sequence[Event]:
    """Put somebody on shift: @ingrid until Friday 18:00, or @ingrid from tomorrow until Friday. Who was, is off."""
    agent, since, until = _shift(case, by, args)
    begun = ShiftSet(by.person, case.group.id, agent.person, since.isoformat(), until.isoformat() if until else None)
    now = list(case.part(Rota).now(case.now)) if since <= case.now else []
    return [*(ShiftEnded(by.person, case.group.id, s.id, case.now.isoformat()) for s in now), begun]


@dataclass(frozen=True, slots=True)
class HandOverArgs:
    to: str = ask("Who takes over?", Kind.AGENT)
    note: str = ask("What do they have to know?", Kind.TEXT, default="", longest=500)


def _own(case: Case, by: Agent) -> Shift:
    found = next((s for s in case.part(Rota).now(case.now) if s.person == by.person), None)
    if found is None:
        raise NotNow(f"You are not on shift for {case.group.name} now.")
    return found


def _noted(line: str) -> dict[str, str]:
    who, _, note = line.strip().partition(" ")
    return {name: words for name, words in (("to", who), ("note", note.strip())) if words}


def _hand_over_done(case: Case, by: Agent, args: HandOverArgs) -> str:
    return f"{_member(case, args.to, 'to').name} is on shift for {case.group.name} now, and has your note."


@command("Hand over", needs=(Rota,), needs_ticket=False, read=_noted, done=_hand_over_done)
def hand_over(case: Case, by: Agent, args: HandOverArgs) -> Sequence[Event]:
    """Give your shift to a colleague for the rest of it, with a note of what they have to know."""
    own, to = _own(case, by), _member(case, args.to, "to")
    if to.person == by.person:
        raise Invalid({"to": "You cannot hand over to yourself."})
    if to.is_away(case.now):
        raise Invalid({"to": f"{to.name} is away."})
    end = own.until.isoformat() if own.until else None
    note = f"{by.name} hands over: {' '.join(args.note.split())}" if args.note else f"{by.name} hands over."
    return [
        ShiftEnded(by.person, case.group.id, own.id, case.now.isoformat()),
        ShiftSet(by.person, case.group.id, to.person, case.now.isoformat(), end, note=note),
    ]


@dataclass(frozen=True, slots=True)
class SwapArgs:
    with_: str = ask("With whom?", Kind.AGENT)


def _swap_done(case: Case, by: Agent, args: SwapArgs) -> str:
    return f"You and {_member(case, args.with_, 'with_').name} have each other's shift: /desk rota shows it."


@command("Swap", needs=(Rota,), needs_ticket=False, done=_swap_done)
def swap(case: Case, by: Agent, args: SwapArgs) -> Sequence[Event]:
    """Swap your next shift with that of a colleague."""
    other = _member(case, args.with_, "with_")
    mine, theirs = case.part(Rota).of(by.person), case.part(Rota).of(other.person)
    if mine is None or theirs is None:
        raise NotNow(f"{'You have' if mine is None else f'{other.name} has'} no shift of {case.group.name} to swap.")
    if mine.id == theirs.id:
        raise Invalid({"with_": "That is yourself."})
    return [ShiftsSwapped(by.person, case.group.id, mine.id, theirs.id)]


@command("Off shift", needs=(Rota,), needs_ticket=False, done="You are off shift.")
def off_shift(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """End your shift now."""
    return [ShiftEnded(by.person, case.group.id, _own(case, by).id, case.now.isoformat())]
