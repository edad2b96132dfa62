"""Which group has the ticket, and who else may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import Nothing, command
from chatdesk.agent_console.commands.handling import is_open
from chatdesk.areas.area import Area, Group, Groups
from chatdesk.conversations import events as ev
from chatdesk.conversations import moving
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Rosters
from chatdesk.core.errors import Invalid, NotNow
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Kind, ask
from chatdesk.people.people import Agent

ALONE, STAYED, ONE_AREA = "there is no other group", "it came from no other group", "there is no further area"


@dataclass(frozen=True, slots=True)
class MoveArgs:
    to: str = ask("To which group?", Kind.CHOICE)
    why: str = ask("Why?", help="The new group reads it; the user does not.", longest=500)


def _can_move(case: Case) -> bool:
    return is_open(case) and case.has_elsewhere


def _others(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    return {"to": moving.choices(case.part(Groups).groups, case.group.id)}


def _moved(case: Case, to: Group) -> str:
    trouble = case.part(Rosters).troubles.get(to.id)
    waits = f" Nothing can be said in its channel now ({trouble}): the card waits for that." if trouble else ""
    return f"Ticket #{case.subject.number} is with {to.name} now.{waits}"


def _move_done(case: Case, by: Agent, args: MoveArgs) -> str:
    return _moved(case, moving.meant(case, args.to))


@command("Move", when=_can_move, lacks=ALONE, needs=moving.NEEDS, choices=_others, done=_move_done, aloud=True)
def move(case: Case, by: Agent, args: MoveArgs) -> Sequence[Event]:
    """Give the ticket to another group: by its id or name, with the reason. The user is told who takes over."""
    return moving.move(case, by, moving.meant(case, args.to), args.why)


def _came_from_elsewhere(case: Case) -> bool:
    return is_open(case) and case.has_elsewhere and case.subject.came_from not in (None, case.group.id)


def _just_came(case: Case) -> bool:
    return _came_from_elsewhere(case) and case.subject.assignee is None


def _sender(case: Case) -> Group:
    known = case.part(Groups).by_id(case.subject.came_from or "")
    if known is None:
        raise NotNow(f"The group that gave ticket #{case.subject.number} here is no more: move it to another.")
    return known


def _return_done(case: Case, by: Agent, args: Nothing) -> str:
    return _moved(case, _sender(case))


@command(
    "Return",
    when=_came_from_elsewhere,
    on_card=_just_came,
    lacks=STAYED,
    needs=moving.NEEDS,
    done=_return_done,
    aloud=True,
)
def return_(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """Give a ticket that came here by mistake back to the group that it came from. The user gets no further message."""
    return moving.move(case, by, _sender(case), moving.BY_MISTAKE, returned=True)


@dataclass(frozen=True, slots=True)
class ShareArgs:
    area: str = ask("With which area?", Kind.CHOICE)


def _can_share(case: Case) -> bool:
    return case.areas > 1 + len(case.subject.shared)


def _other_areas(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    shared = (case.group.area, *case.subject.shared)
    return {"area": tuple(Choice(a.id, a.name) for a in case.part(Groups).areas if a.id not in shared)}


def _area(case: Case, typed: str) -> Area:
    found = case.part(Groups).area(typed)
    if found is None:
        names = ", ".join(f"{a.name} ({a.id})" for a in case.part(Groups).areas if a.id != case.group.area)
        raise Invalid({"area": f"There is no area {typed[:40]}. There are: {names}."})
    return found


def _share_done(case: Case, by: Agent, args: ShareArgs) -> str:
    return f"The agents of {_area(case, args.area).name} can read ticket #{case.subject.number} now."


@command("Share", when=_can_share, lacks=ONE_AREA, needs=(Groups,), choices=_other_areas, done=_share_done)
def share(case: Case, by: Agent, args: ShareArgs) -> Sequence[Event]:
    """Let the agents of another area read the ticket with all that is said on it; they change nothing."""
    area, ticket = _area(case, args.area), case.subject
    if area.id == ticket.area:
        raise Invalid({"area": f"Ticket #{ticket.number} is {area.name}'s own."})
    if area.id in ticket.shared:
        raise Invalid({"area": f"{area.name} can read ticket #{ticket.number} already."})
    return [ev.Shared(by.person, area.id, name=area.name)]


def _is_shared(case: Case) -> bool:
    return bool(case.subject.shared)


def _shared_areas(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    return {"area": tuple(Choice(a.id, a.name) for a in case.part(Groups).areas if a.id in case.subject.shared)}


def _unshare_done(case: Case, by: Agent, args: ShareArgs) -> str:
    return f"The agents of {_area(case, args.area).name} see nothing more of ticket #{case.subject.number}."


@command(
    "Unshare",
    when=_is_shared,
    lacks="no other area reads it",
    needs=(Groups,),
    choices=_shared_areas,
    done=_unshare_done,
)
def unshare(case: Case, by: Agent, args: ShareArgs) -> Sequence[Event]:
    """Let the agents of another area read the ticket no more."""
    area = _area(case, args.area)
    if area.id not in case.subject.shared:
        raise Invalid({"area": f"{area.name} cannot read ticket #{case.subject.number} anyway."})
    return [ev.Shared(by.person, area.id, on=False, name=area.name)]
