"""What events change. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.case import Case
from chatdesk.conversations.late import latest
from chatdesk.conversations.ticket import (
    INVALID,
    NONE_EARLIER,
    REMOVED,
    WITHDRAWN,
    Held,
    Priority,
    State,
    Ticket,
    TicketType,
    Turn,
    Writing,
)
from chatdesk.conversations.writers import MINUTE, Mute, print_of
from chatdesk.core.events import Event
from chatdesk.core.messages import single
from chatdesk.people.people import Customer


def apply(case: Case, event: Event) -> Case:
    """The case after the event: the one place where ticket and conversation change."""
    if isinstance(event, ev.TicketOpened):
        if case.door and event.relates_to is None:
            case = replace(case, group=case.door.group, area=case.door.area, roster=case.door.roster)
        opened = Ticket(
            number=event.number,
            conversation=case.conversation.id,
            person=case.customer.person,
            area=case.group.area,
            group=case.group.id,
            origin=case.conversation.at,
            opened=case.now,
            turn_since=case.now,
            title=event.title,
            relates_to=event.relates_to,
            apart=case.apart and not case.conversation.circle,
        )
        talk = replace(case.conversation, current=event.number, fresh=False, fresh_within=None)
        return _counted(replace(case, conversation=talk, ticket=opened))
    if change := _talk_change(event, case):
        talk = replace(case.conversation, **change)
        case = replace(case, conversation=talk, language=change.get("language", case.language))
        if "circle" in change:
            case = replace(case, customer=replace(case.customer, name=talk.circle))
    if isinstance(event, pe.PersonsMerged):
        name = case.conversation.circle or event.name or case.customer.name
        case = replace(case, customer=Customer(event.kept, name))
    if isinstance(event, ev.Filtered) and event.door and event.area and event.roster:
        ticket = replace(case.subject, group=event.door.id, area=event.area.id)
        case = replace(case, ticket=ticket, group=event.door, area=event.area, roster=event.roster)
    if isinstance(event, ev.Moved):
        case = replace(case, group=event.group, area=event.area, roster=event.roster)
    if case.ticket is not None and isinstance(event, ev.TicketEvent):
        moved = _turned(case.ticket, _moved(case.ticket, event, case.now), case.now)
        return _counted(_calling(replace(case, ticket=moved), event))
    return replace(case, conversation=replace(case.conversation, seq=case.conversation.seq + 1))


def _talk_change(event: Event, case: Case) -> dict[str, Any]:
    """What an event changes in the conversation."""
    match event:
        case ev.FreshTicketWanted():
            return {"fresh": True, "fresh_within": case.within}
        case ev.TicketChosen(number=number):
            return {"current": number, "fresh": False, "fresh_within": None}
        case ev.AddressChosen() if case.ticket and case.conversation.current == case.ticket.number:
            return {"current": None}
        case ev.CustomerLeft():
            return {"left": case.now}
        case ev.CustomerReturned():
            return {"left": None}
        case ev.AfterEndAsked(key=key, number=number):
            return {"pending": (*case.conversation.pending, (key, number))}
        case ev.AfterEndAnswered(number=number):
            return {"pending": tuple(one for one in case.conversation.pending if one[1] != number)}
        case ev.AlbumGrew(album=album):
            return {"album": album}
        case ev.AlbumEnded():
            return {"album": None}
        case ev.MessageKept() | ev.GatheredPassed() | ev.WriterSeen() | ev.FloodEnded():
            return _flood_change(event, case)
        case ev.Muted(why=why):
            return {"mute": Mute(event.at, why, case.conversation.mute.kept if case.conversation.mute else 0)}
        case ev.MuteEnded():
            return {"mute": None}
        case ev.CircleSeen(readers=readers, name=name):
            return {"circle": name, "readers": readers}
        case ev.CircleMoved(room=room):
            return {"at": replace(case.conversation.at, room=room)}
        case ev.LanguageSet(language=spoken, writes=writes, leaning=leaning, chosen=chosen):
            return {"language": spoken, "writes": writes, "leaning": leaning, "chosen": chosen}
        case ev.BulletinsWanted(on=on):
            return {"no_bulletins": not on}
        case ev.LanguagesTold():
            return {"languages_told": True}
        case ev.Moved():
            return {"languages_told": False}
        case _:
            return {}


def _flood_change(event: Event, case: Case) -> dict[str, Any]:
    talk = case.conversation
    match event:
        case ev.MessageKept(key=key, how="gathered"):
            return {"gathered": (*talk.gathered, key)}
        case ev.MessageKept() if talk.mute:
            return {"mute": replace(talk.mute, kept=talk.mute.kept + 1)}
        case ev.GatheredPassed(keys=keys):
            return {"gathered": tuple(key for key in talk.gathered if key not in keys)}
        case ev.WriterSeen(writer=writer):
            others = (w for w in talk.writers if w.account != writer.account)
            return {"writers": (*(w for w in others if w.slow_until or case.now - w.since < 2 * MINUTE), writer)}
        case ev.FloodEnded(writer=writer):
            return {"writers": tuple(w for w in talk.writers if w.account != writer.account)}
    return {}


def _counted(case: Case) -> Case:
    return replace(case, ticket=replace(case.subject, seq=case.subject.seq + 1))


def _turned(before: Ticket, after: Ticket, now: datetime) -> Ticket:
    """Whoever has the turn has had it since it came to them; an end is nobody's turn."""
    same = after.turn is before.turn and after.state.is_open == before.state.is_open
    return after if same else replace(after, turn_since=now)


CALL = ":call"


def call_key(message: str) -> str:
    """Key of the line in the channel that tells of this message."""
    return f"{message}{CALL}"


def _calling(case: Case, event: ev.TicketEvent) -> Case:
    """A message that waits for nobody calls for somebody, until that has changed; the card is news enough at first."""
    ticket = case.subject
    removed = isinstance(event, pe.Redacted) and ticket.called == call_key(event.key)
    if ticket.called and (removed or not case.is_unattended):
        return replace(case, ticket=replace(ticket, called=None))
    if not isinstance(event, ev.CustomerSaid) or event.first or ticket.opened == case.now:
        return case
    if ticket.called or not case.is_unattended:
        return case
    return replace(case, ticket=replace(ticket, called=call_key(event.key)))


def without(held: tuple[Held, ...], key: str) -> tuple[Held, ...]:
    return tuple(h for h in held if h.key != key)


def not_writing(writing: tuple[Writing, ...], person: int) -> tuple[Writing, ...]:
    return tuple(w for w in writing if w.by != person)


def _moved(ticket: Ticket, event: ev.TicketEvent, now: datetime) -> Ticket:
    """What is said on it, or about to be."""
    match event:
        case ev.CustomerSaid(written=at):
            state = State.IN_PROGRESS if ticket.state is State.WAITING else ticket.state
            return replace(
                ticket,
                turn=Turn.DESK,
                state=state,
                heard=latest(ticket.heard, at),
                last_said=single(event.key),
                last_words=print_of(event.body.text.text),
            )
        case ev.CustomerThanked(key=key, written=at):
            return replace(ticket, heard=latest(ticket.heard, at), last_said=single(key))
        case ev.AgentSaid(key=key, written=at):
            return replace(ticket, turn=Turn.CUSTOMER, last_reply=key, answered=latest(ticket.answered, at))
        case ev.ReplyHeld(key=key, by=by, asks=asks, awaits=awaits):
            return replace(ticket, held=(*without(ticket.held, key), Held(key, by, asks, awaits)))
        case ev.ReplyAwaited():
            return replace(ticket, state=State.WAITING, turn=Turn.CUSTOMER)
        case ev.WritingBegan(by=by):
            return replace(ticket, writing=(*not_writing(ticket.writing, by), Writing(by, now)))
        case ev.WritingEnded(by=by):
            return replace(ticket, writing=not_writing(ticket.writing, by))
        case ev.HoldCrossed(key=key):
            return replace(ticket, held=tuple(replace(h, asks=h.asks or h.key == key) for h in ticket.held))
        case ev.HoldEnded(key=key):
            return replace(ticket, held=without(ticket.held, key))
        case _:
            return _given(ticket, event, now)


def _given(ticket: Ticket, event: ev.TicketEvent, now: datetime) -> Ticket:
    """Whose it is, and where its customer is answered."""
    match event:
        case ev.Claimed(by=by) | ev.TakenOver(by=by):
            return replace(ticket, assignee=by, assigned_at=now, state=State.IN_PROGRESS)
        case ev.Assigned(to=to):
            return replace(ticket, assignee=to, assigned_at=now, state=State.ASSIGNED)
        case ev.HandedOver(to=int(to)):
            return replace(ticket, assignee=to, assigned_at=now, state=State.ASSIGNED)
        case ev.Released() | ev.LeaseEnded() | ev.HandedOver() | ev.OwnerGone():
            return replace(ticket, assignee=None, assigned_at=None, state=State.ASSIGNED)
        case ev.Moved(was=was, to=to, area=area):
            free = replace(ticket, assignee=None, assigned_at=None, state=State.ASSIGNED, turn=Turn.DESK)
            free = replace(free, told_who=False, told_owner=None, held=(), writing=(), called=None)
            earlier = ticket.earlier if area.id == ticket.area else NONE_EARLIER  # of another area's nothing is told
            shared = {*ticket.shared, *((ticket.area,) if event.followed else ())} - {area.id}
            gone = replace(free, group=to, area=area.id, earlier=earlier, moved_seq=ticket.seq + 1)
            return replace(gone, came_from=None if event.returned else was, shared=tuple(sorted(shared)))
        case ev.Shared(area=other, on=True):
            return replace(ticket, shared=tuple(sorted({*ticket.shared, other})))
        case ev.Shared(area=other):
            return replace(ticket, shared=tuple(one for one in ticket.shared if one != other))
        case ev.CustomerTold():
            return replace(ticket, told_who=True)
        case ev.OwnerTold(who=who):
            return replace(ticket, told_owner=who)
        case ev.ReachLost():
            return replace(ticket, left=now)
        case ev.ReachBack() | ev.AddressTaken():
            return replace(ticket, left=None)
        case ev.AddressChosen(conversation=there, to=to):
            begun = ticket.began or ticket.conversation
            return replace(ticket, conversation=there, origin=to, began=begun, apart=False)
        case _:
            return _stands(ticket, event, now)


def _stands(ticket: Ticket, event: ev.TicketEvent, now: datetime) -> Ticket:
    """Its state, and what it is called and sorted by."""
    match event:
        case ev.Resolved(key=key, qualifier=how):
            last = key if event.sent else ticket.last_reply
            solved = replace(ticket, state=State.SOLVED, turn=Turn.CUSTOMER, qualifier=how, ended=now)
            return replace(solved, solution=event.asked, last_reply=last)
        case ev.Verified():
            return replace(ticket, state=State.VERIFIED, writing=())
        case ev.Withdrawn():
            return replace(ticket, state=State.SOLVED, qualifier=WITHDRAWN, ended=now)
        case ev.Reopened():
            reopened = replace(ticket, state=State.REOPENED, turn=Turn.DESK, ended=None)
            return replace(reopened, solution=None, qualifier=None, spam=False)
        case ev.Closed():
            return replace(ticket, state=State.CLOSED, writing=())
        case ev.TitleSet(title=title):
            return replace(ticket, title=title)
        case ev.TicketTagged(on=on, off=off):
            return replace(ticket, tags=tuple(sorted({*ticket.tags, *on} - {*off})))
        case ev.PrioritySet(priority=priority):
            return replace(ticket, priority=Priority(priority))
        case ev.TypeSet(type=type):
            return replace(ticket, type=TicketType(type))
        case ev.ServiceSet(service=service):
            return replace(ticket, service=service)
        case ev.SpamMarked(on=True):
            ended = replace(ticket, state=State.UNSOLVED, qualifier=INVALID, spam=True, ended=now)
            return replace(ended, turn=Turn.CUSTOMER, held=(), writing=(), called=None)
        case ev.SpamMarked():
            again = replace(ticket, state=State.REOPENED, turn=Turn.DESK, ended=None)
            return replace(again, solution=None, qualifier=None, spam=False)
        case pe.PersonsMerged(kept=kept):
            return replace(ticket, person=kept)
        case pe.Redacted(key=key, title=named):
            title = REMOVED if named else ticket.title
            return replace(ticket, title=title, last_reply=None if ticket.last_reply == key else ticket.last_reply)
        case _:
            return ticket
