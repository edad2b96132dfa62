"""What is said about what happened: pure, one small function per event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations.late import time_of_late
from chatdesk.conversations.phrases import say
from chatdesk.conversations.speech import to_customer
from chatdesk.conversations.ticket import Case
from chatdesk.core.events import Event
from chatdesk.core.markup import bold
from chatdesk.core.messages import Act, Address, Body, Button, Fate, Mark, Outgoing, plain

SLICE = "conversations"
FORMER = "a former agent"


def announce(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
    """`case` is the case after the event; `seq` the event's number in its ticket or conversation."""
    speaker = _SPEAKERS.get(type(event))
    if speaker is None:
        return ()
    number = case.ticket.number if case.ticket and isinstance(event, ev.TicketEvent) else None
    owner = f"t{number}" if number else f"c{case.conversation.id}"
    said = speaker(event, case)
    return [
        replace(out, key=out.key or f"{owner}:{seq}:{SLICE}:{n}", ticket=out.ticket or number)
        for n, out in enumerate(said)
    ]


def _in_thread(case: Case, body: Body, **more: Any) -> Outgoing:
    return Outgoing(to=case.thread, key="", body=body, **more)


def _desk_line(case: Case, text: str) -> Outgoing:
    """A line of the desk's own in the thread."""
    return _in_thread(case, plain(text))


def _mark(key: str, mark: str, to: Address) -> Outgoing:
    return Outgoing(to=to, key=f"{key}:{mark}", marks=key, mark=mark)


def _unmark(key: str, mark: str, to: Address) -> Outgoing:
    """In the lane of the mark itself, so that it comes after it."""
    return replace(_mark(key, mark, to), unmark=True)


def _customer_said(event: Any, case: Case) -> list[Outgoing]:
    time = time_of_late(event.written, case.subject.heard, case.now)
    late = f", written at {time}" if time else ""
    author = f"{case.customer.name} ({case.subject.origin.channel.capitalize()}{late})"
    copy = _in_thread(case, event.body, author=author, fate=Fate(event.key, tell=case.thread))
    first = isinstance(event, ev.CustomerSaid) and event.first
    return [copy] if first else [copy, _mark(event.key, Mark.RECEIVED, case.subject.origin)]


def _agent_said(event: ev.AgentSaid, case: Case) -> list[Outgoing]:
    shown = [] if event.typed else [_written(event, case, "replied")]
    return [*shown, *to_customer(event, case)]


def _written(event: Any, case: Case, verb: str) -> Outgoing:
    """What was written in a form is shown in the thread too, so that the thread tells all."""
    agent = case.roster.by_person(event.by)
    head = bold(f"{agent.name if agent else 'An agent'} {verb}:")
    return Outgoing(to=case.thread, key=event.key, body=Body(head + "\n" + event.body.text))


def _note_added(event: ev.NoteAdded, case: Case) -> list[Outgoing]:
    if event.typed:
        return [_mark(event.key, Mark.NOTE, case.group.home)]
    return [_written(event, case, "noted (internal)"), _mark(event.key, Mark.NOTE, case.group.home)]


def _audience_asked(event: ev.AudienceAsked, case: Case) -> list[Outgoing]:
    held = {"ticket": str(case.subject.number), "message": event.key}
    name = case.customer.name
    question = f"Your message mentions a colleague and has not been sent. Is it for {name}?"
    ask = _in_thread(
        case,
        plain(question),
        private_to=event.author,
        buttons=(
            Button(f"Send to {name}", Act("send", held), primary=True),
            Button("Keep as internal note", Act("keep", held)),
        ),
        urgent=True,
    )
    return [ask, _mark(event.key, Mark.ASKING, case.group.home)]


def _audience_chosen(event: ev.AudienceChosen, case: Case) -> list[Outgoing]:
    return [_unmark(event.key, Mark.ASKING, case.group.home)]


def _taken_over(event: ev.TakenOver, case: Case) -> list[Outgoing]:
    return [_desk_line(case, f"{_name(case, event.by)} took the ticket over from {_name(case, event.was, FORMER)}.")]


def _released(event: ev.Released, case: Case) -> list[Outgoing]:
    return [_desk_line(case, f"{_name(case, event.by)} released the ticket: it is free to claim.")]


def _assigned(event: ev.Assigned, case: Case) -> list[Outgoing]:
    to = case.roster.by_person(event.to)
    told = _desk_line(case, f"{_name(case, event.by)} assigned the ticket to {_name(case, event.to, FORMER)}.")
    if to is None:
        return [told]
    nudge = f"{_name(case, event.by)} assigned ticket #{case.subject.number} to you: {case.subject.title}"
    return [told, _in_thread(case, plain(nudge), private_to=to.identity)]


def _customer_told(event: ev.CustomerTold, case: Case) -> list[Outgoing]:
    text = say(case.language, "took", agent=_name(case, event.who), number=case.subject.number)
    fate = Fate(None, tell=case.thread)
    return [Outgoing(to=case.subject.origin, key="", body=plain(text), fate=fate, urgent=True)]


def _resolved(event: ev.Resolved, case: Case) -> list[Outgoing]:
    number = str(case.subject.number)
    buttons = tuple(
        Button(say(case.language, f"button.{name}"), Act(name, {"ticket": number})) for name in ("solved", "not_solved")
    )
    question = say(case.language, "solved?", number=number)
    if not event.sent:
        asked = Outgoing(
            to=case.subject.origin,
            key=event.asked,
            body=plain(question),
            buttons=buttons,
            fate=Fate(None, tell=case.thread),
            urgent=True,
        )
        return [_desk_line(case, f"{_name(case, event.by)} resolved the ticket ({event.qualifier})."), asked]
    shown = _written(event, case, f"resolved the ticket ({event.qualifier})")
    *begun, last = to_customer(event, case, tail=f"\n\n{question}")
    return [shown, *begun, replace(last, key=event.asked, buttons=buttons)]


def _buttons_served(event: ev.Verified | ev.Reopened, case: Case) -> list[Outgoing]:
    if event.asked is None:
        return []
    return [Outgoing(to=case.subject.origin, key=f"{event.asked}:served", replaces=event.asked)]


def _verified(event: ev.Verified, case: Case) -> list[Outgoing]:
    return [*_buttons_served(event, case), _desk_line(case, f"{case.customer.name} says: it is solved.")]


def _withdrawn(event: ev.Withdrawn, case: Case) -> list[Outgoing]:
    return [_desk_line(case, f"{case.customer.name} ended the ticket.")]


def _reopened(event: ev.Reopened, case: Case) -> list[Outgoing]:
    return [*_buttons_served(event, case), _desk_line(case, _why_open(event, case))]


def _why_open(event: ev.Reopened, case: Case) -> str:
    """Only the button claims that it is not solved; who writes again may want to say anything."""
    if not event.by_customer:
        return f"{_name(case, event.by)} reopened the ticket."
    if not event.wrote:
        return f"{case.customer.name} says that it is not solved: the ticket is open again."
    after = "the solution" if event.asked else "the ticket had ended"
    return f"{case.customer.name} wrote again after {after}: the ticket is open again."


def _closed(event: ev.Closed, case: Case) -> list[Outgoing]:
    return [_desk_line(case, "Closed: nobody has objected to the solution for ten working days.")]


def _customer_answered(event: ev.CustomerAnswered, case: Case) -> list[Outgoing]:
    text = say(case.language, event.phrase, **dict(event.params))
    buttons = tuple(Button(say(case.language, label), act) for label, act in event.buttons)
    key = f"{event.phrase}:{case.subject.number}:{case.subject.seq}" if event.once else ""
    at = case.conversation.at
    return [Outgoing(to=at, key=key, body=plain(text), buttons=buttons, standing=event.once, urgent=True)]


def _agent_refused(event: ev.AgentRefused, case: Case) -> list[Outgoing]:
    told = _in_thread(case, plain(event.why), private_to=event.author, urgent=True)
    return [told, _mark(event.key, Mark.FAILED, case.group.home)]


def _name(case: Case, person: int, former: str = FORMER.capitalize()) -> str:
    agent = case.roster.by_person(person)
    return agent.name if agent else former


_SPEAKERS: Mapping[type[Event], Callable[[Any, Case], Sequence[Outgoing]]] = {
    ev.CustomerSaid: _customer_said,
    ev.CustomerThanked: _customer_said,
    ev.CustomerGreeted: _customer_said,
    ev.AgentSaid: _agent_said,
    ev.NoteAdded: _note_added,
    ev.AudienceAsked: _audience_asked,
    ev.AudienceChosen: _audience_chosen,
    ev.TakenOver: _taken_over,
    ev.Released: _released,
    ev.Assigned: _assigned,
    ev.CustomerTold: _customer_told,
    ev.Resolved: _resolved,
    ev.Verified: _verified,
    ev.Withdrawn: _withdrawn,
    ev.Reopened: _reopened,
    ev.Closed: _closed,
    ev.CustomerAnswered: _customer_answered,
    ev.AgentRefused: _agent_refused,
}
