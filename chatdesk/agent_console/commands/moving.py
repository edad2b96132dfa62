"""A ticket goes to another group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import command
from chatdesk.agent_console.commands.handling import is_open
from chatdesk.areas.area import Groups
from chatdesk.conversations import moving
from chatdesk.conversations.parts import Rosters
from chatdesk.conversations.ticket import Case
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Kind, ask
from chatdesk.people.people import Agent


@dataclass(frozen=True, slots=True)
class MoveArgs:
    to: str = ask("To which group?", Kind.CHOICE)
    why: str = ask("Why?", help="The new group reads it; the user does not.", longest=500)


def _can_move(case: Case) -> bool:
    return is_open(case) and case.has_elsewhere


def _others(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    return {"to": moving.choices(case.part(Groups).groups, case.group.id)}


def _done(case: Case, by: Agent, args: MoveArgs) -> str:
    to = moving.meant(case, args.to)
    trouble = case.part(Rosters).troubles.get(to.id)
    waits = f" Nothing can be said in its channel now ({trouble}): the card waits for that." if trouble else ""
    return f"Ticket #{case.subject.number} is with {to.name} now.{waits}"


@command("Move", when=_can_move, needs=moving.NEEDS, choices=_others, done=_done, aloud=True)
def move(case: Case, by: Agent, args: MoveArgs) -> Sequence[Event]:
    """Give the ticket to another group: by its id or name, with the reason. The user is told who takes over."""
    return moving.move(case, by, moving.meant(case, args.to), args.why)
