"""Who gets a ticket that nobody has, where the group lets the desk give them out. Pure.

Round robin and least loaded both pass over who is away, who has as many open tickets as they shall have, and, where
the group asks for it, who is not there now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from chatdesk.areas.area import Assignment, Method
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.people.people import Agent, Roster

TIMER = "assign:"  # with the person who shall have it behind it


def pick(
    rule: Assignment,
    roster: Roster,
    open_tickets: Mapping[int, int],
    last: int,
    now: datetime,
    there: Collection[str] | None = None,
) -> Agent | None:
    """Who is next; None: nobody can take one now.

    `open_tickets`: how many each person has of the group; `last`: the person who got one last; `there`: the accounts
    that are there, None where nobody has looked.
    """
    able = [a for a in sorted(roster, key=lambda a: a.person) if not a.is_away(now)]
    if rule.present and there is not None:
        able = [a for a in able if a.identity.account in there]
    if rule.capacity:
        able = [a for a in able if open_tickets.get(a.person, 0) < rule.capacity]
    in_turn = [a for a in able if a.person > last] + [a for a in able if a.person <= last]
    if rule.method is Method.LEAST_LOADED:
        return min(in_turn, key=lambda a: open_tickets.get(a.person, 0), default=None)
    return next(iter(in_turn), None)


def on_timer(name: str, case: Case) -> list[Event]:
    """It is given to this person, unless something has become of it, or of them, meanwhile."""
    ticket, to = case.subject, case.roster.by_person(int(name.removeprefix(TIMER)))
    if ticket.assignee is not None or not ticket.state.is_open or to is None or to.is_away(case.now):
        return []
    return [ev.Assigned(0, to.person)]
