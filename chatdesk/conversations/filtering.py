"""What a filter makes of a ticket that its user has just opened. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.areas.filter import Filters, Then
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.ticket import Priority, TicketType, title_of
from chatdesk.core.events import Event
from chatdesk.core.language import best
from chatdesk.core.messages import Body
from chatdesk.filters.rules import Facts
from chatdesk.filters.screen import first


def facts_of(case: Case, body: Body) -> Facts:
    talk = case.conversation
    door = case.door.area if case.door else case.area
    return Facts(
        text=body.text.text,
        subject=title_of(body),
        channel=talk.at.channel,
        bot=talk.at.room.split("/")[0],
        address=talk.at.room.split("/")[-1],
        language=talk.writes or talk.language,
        area=door.id,
    )


def filtered(case: Case, body: Body, follows: bool) -> tuple[Sequence[Event], Sequence[Event]]:
    """(what comes before the message in the ticket's history, what comes after it); `follows`: the ticket goes on
    from another one, and stays with the group that had that.
    """
    look = first(case.part(Filters).filters, facts_of(case, body))
    if look is None:
        return (), ()
    then = look.filter.then
    door = case.doors.get(then.group or "") if not follows else None
    sorted_ = ev.Filtered(
        look.filter.name,
        door.group.id if door else "",
        why=look.why,
        reply=best(then.reply, case.language) if then.reply and not then.spam else "",
        door=door.group if door else None,
        area=door.area if door else None,
        roster=door.roster if door else None,
    )
    return [sorted_, *_set(then)], [ev.SpamMarked(0)] if then.spam else []


def _set(then: Then) -> Sequence[Event]:
    """As if somebody had set it, of a ticket that is new."""
    events: list[Event] = []
    if then.priority and then.priority != Priority.LOW:
        events.append(ev.PrioritySet(0, str(Priority.LOW), then.priority))
    if then.type and then.type != TicketType.INCIDENT:
        events.append(ev.TypeSet(0, str(TicketType.INCIDENT), then.type))
    if then.service:
        events.append(ev.ServiceSet(0, None, then.service))
    if then.tags:
        events.append(ev.TicketTagged(0, then.tags))
    return events
