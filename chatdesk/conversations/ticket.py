"""Ticket, Conversation and Case: all that a decision may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from chatdesk.areas.area import Area, Group
from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.late import latest
from chatdesk.conversations.phrases import say_with
from chatdesk.conversations.writers import MINUTE, Mute, Writer, print_of
from chatdesk.core.errors import NotFound
from chatdesk.core.events import Event
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Address, Body, Identity, Incoming, place_key, single, ticket_in
from chatdesk.people.people import Customer, Roster

WITHDRAWN = "withdrawn"
REMOVED = "(removed)"  # stands where words of a removed message stood
TITLE_LENGTH = 60  # characters; what Zammad takes of a first Telegram message


class State(StrEnum):
    """EOSC-hub's and GGUS's states (confluence.egi.eu, "Ticket Status Values")."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in progress"
    WAITING = "waiting for reply"
    ON_HOLD = "on hold"
    REOPENED = "reopened"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    VERIFIED = "verified"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self not in (State.SOLVED, State.UNSOLVED, State.VERIFIED, State.CLOSED)

    @property
    def is_final(self) -> bool:
        """Verified and closed tickets take no update; a further message opens a new, linked ticket."""
        return self in (State.VERIFIED, State.CLOSED)


class Priority(StrEnum):
    """EOSC-hub's scale; every ticket starts low."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    TOP = "top"


class Turn(StrEnum):
    """Who has to speak next."""

    DESK = "desk"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that waits. Time sends it, unless `asks`: then only its author does."""

    key: str
    by: int  # person
    asks: bool = False
    awaits: bool = False  # an answer of the customer, once it has left


@dataclass(frozen=True, slots=True)
class Writing:
    """An agent who is writing a reply."""

    by: int  # person
    since: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """The customer's other tickets of the area, as they stood when somebody last dealt with this one."""

    count: int = 0
    last: tuple[tuple[int, str], ...] = ()  # (number, state), the newest first


NONE_EARLIER = Earlier()


def card_key(number: int, moved_seq: int = 0) -> str:
    return f"card:{number}:{moved_seq}" if moved_seq else f"card:{number}"


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    conversation: int
    person: int
    area: str
    group: str
    origin: Address
    opened: datetime
    turn_since: datetime  # since when it is the turn of who has it
    title: str = ""
    state: State = State.NEW
    priority: Priority = Priority.LOW
    assignee: int | None = None
    assigned_at: datetime | None = None
    turn: Turn = Turn.DESK
    told_who: bool = False  # whether the customer knows who takes care
    last_said: str | None = None  # key of the customer's last message
    last_words: int = 0  # its print, to tell whether the next says nearly the same
    last_reply: str | None = None  # key of the last message an agent sent to the customer
    solution: str | None = None  # key of the message that carried the solution and its two buttons
    qualifier: str | None = None  # how it was solved: fixed, workaround, withdrawn, ...
    relates_to: int | None = None
    seq: int = 0  # number of its last event
    heard: datetime | None = None  # when the last message of the customer was written
    answered: datetime | None = None  # when the last reply in its thread was written
    held: tuple[Held, ...] = ()  # replies that wait, oldest first
    left: datetime | None = None  # since when the customer cannot be reached where they wrote
    ended: datetime | None = None  # when it was last solved, unsolved or withdrawn
    writing: tuple[Writing, ...] = ()  # agents who are writing a reply, the first to begin first
    earlier: Earlier = NONE_EARLIER
    tags: tuple[str, ...] = ()  # in alphabetical order
    told_owner: int | None = None  # the last person whom the thread has told that it is theirs
    called: str | None = None  # key of the line in the channel that says that somebody waits for nobody
    apart: bool = False  # it was given a place of its own within the customer's chat
    moved_seq: int = 0  # number of the event by which it last went to another group; 0: it never did
    began: int | None = None  # conversation in which it was opened, once the customer has been answered in another

    @property
    def card(self) -> str:
        """Key of its card; in each group to which it goes there is another one."""
        return card_key(self.number, self.moved_seq)

    @property
    def is_withdrawn(self) -> bool:
        """The customer ended it: no solution was sent."""
        return self.state is State.SOLVED and self.qualifier == WITHDRAWN

    @property
    def status(self) -> str:
        """Key of the standing message that tells the customer how the ticket is doing: one at each address."""
        elsewhere = self.began is not None and self.began != self.conversation
        return f"status:{self.number}:c{self.conversation}" if elsewhere else f"status:{self.number}"

    @property
    def place(self) -> str:
        """Key of its own place within the customer's chat, where it has one."""
        return place_key(self.number)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One address where a person speaks, with the ticket that is spoken of now."""

    id: int
    at: Address
    person: int
    area: str
    group: str
    language: str = "en"  # in which we write to the customer
    writes: str | None = None  # the language that the customer writes, as soon as a text told; we may not speak it
    leaning: str | None = None  # another one that the last text was in: a second text in a row makes it `writes`
    chosen: bool = False  # whether the customer chose `language`, whatever the texts are in
    languages_told: bool = False  # whether the customer knows which languages the group answers
    current: int | None = None  # number of the current ticket
    fresh: bool = False  # the next message opens a new ticket even though one is open
    fresh_within: str | None = None  # key of the place within the chat where that was asked for
    circle: str = ""  # name of the circle of people who speak there; empty: one person does
    readers: int = 0  # how many people of a circle read what is said there; 0: not known
    left: datetime | None = None  # since when the customer cannot be reached there
    pending: tuple[tuple[str, int], ...] = ()  # (key, ended ticket) of messages that wait for what they are about
    album: Incoming | None = None  # a message whose parts are still arriving
    writers: tuple[Writer, ...] = ()  # who wrote in quick succession lately
    gathered: tuple[str, ...] = ()  # keys of messages that came too fast and wait to be passed on together
    mute: Mute | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants something, and the words that say what."""

    by: Identity = Identity("", "")
    words: str = ""  # behind a typed command
    args: Mapping[str, str] = field(default_factory=dict)  # of a button or a form


@dataclass(frozen=True, slots=True)
class Door:
    """The group to which a customer comes who opens a ticket."""

    group: Group
    area: Area
    roster: Roster


P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Case:
    conversation: Conversation
    ticket: Ticket | None
    customer: Customer
    group: Group
    now: datetime
    language: str
    roster: Roster
    number: int  # the number that a ticket opened now would get
    about: str | None = None  # key of the message that is edited, removed, reacted to, or answered
    asked: Asked = Asked()  # what parts may be looked up by
    area: Area = Area("", "")
    heard: str | None = None  # key of the message that has just been said
    speaker: str = ""  # who speaks or presses a button, where several people do
    within: str | None = None  # key of the place within the customer's chat where that happened
    apart: bool = False  # each ticket has a place of its own within that chat
    former: Address | None = None  # where it was said or done, when that is a thread that the ticket has left
    door: Door | None = None  # where a new ticket of the customer opens, when that is not in `group`
    has_elsewhere: bool = False  # whether the desk has other groups
    parts: Mapping[type, object] = field(default_factory=dict)

    def part(self, kind: type[P]) -> P:
        """What a feature loaded for this case. Asking for a part that was not declared in `needs` is a fault."""
        found = self.parts.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"{kind.__name__} was not loaded: declare it in needs=")
        return found

    def say(self, phrase: str, /, **params: object) -> str:
        """What the customer reads: a sentence of the area's own where it has one, else the catalogue's."""
        return say_with(self.area.texts, self.language, phrase, **params)

    @property
    def subject(self) -> Ticket:
        """The ticket, for decisions that make no sense without one."""
        if self.ticket is None:
            raise NotFound("There is no such ticket.")
        return self.ticket

    @property
    def thread(self) -> Address:
        """The agents' side of the ticket: the thread under its card."""
        return replace(self.group.home, thread=self.subject.card)

    @property
    def here(self) -> Address:
        """The customer's side, where something was just said: the chat, or a place within it."""
        return replace(self.conversation.at, thread=self.within)

    @property
    def there(self) -> Address:
        """The customer's side of the ticket: its own place within the chat, or the chat."""
        ticket = self.subject
        return replace(ticket.origin, thread=ticket.place) if ticket.apart and self.apart else ticket.origin

    @property
    def apart_here(self) -> bool:
        """Whether something was said in a ticket's own place: what is written there is about that ticket."""
        return self.within is not None and ticket_in(self.within) is not None

    @property
    def speaks_of(self) -> int | None:
        """The number of the ticket that the customer's next words here are about."""
        return (ticket_in(self.within) if self.within else None) or self.conversation.current

    @property
    def next_key(self) -> str:
        """Key of a message that is written in a form: it has no id of a channel's own."""
        return f"t{self.subject.number}:{self.subject.seq + 1}"

    @property
    def who(self) -> str:
        """Who does it: "Anna Keller", or "Anna Keller in Physics Lab" where several people could."""
        return named_in(self.speaker, self.customer.name)

    @property
    def is_unattended(self) -> bool:
        """Whether it is our turn, and of nobody in particular: unclaimed, or its owner is not there."""
        ticket = self.subject
        return ticket.state.is_open and ticket.turn is Turn.DESK and not self.is_there(ticket.assignee)

    def is_there(self, person: int | None) -> bool:
        """Whether this agent can be expected to read what is said."""
        agent = self.roster.by_person(person)
        return agent is not None and not agent.is_away(self.now)

    @property
    def assignee_name(self) -> str | None:
        ticket = self.ticket
        agent = self.roster.by_person(ticket.assignee) if ticket else None
        return agent.name if agent else None


def named_in(name: str, circle: str) -> str:
    """Whoever speaks for the whole circle has its name."""
    return circle if name in ("", circle) else f"{name} in {circle}"


def title_of(body: Body) -> str:
    """The first words of the message that opens a ticket, or what it holds."""
    if body.text:
        return shorten(body.text.text, TITLE_LENGTH)
    return shorten(", ".join(f.name or f.kind.replace("_", " ") for f in body.files), TITLE_LENGTH)


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


def call_key(message: str) -> str:
    """Key of the line in the channel that tells of this message."""
    return f"{message}:call"


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
        case ev.ReachLost():
            return replace(ticket, left=now)
        case ev.ReachBack() | ev.AddressTaken():
            return replace(ticket, left=None)
        case ev.AddressChosen(conversation=there, to=to):
            begun = ticket.began or ticket.conversation
            return replace(ticket, conversation=there, origin=to, began=begun, apart=False)
        case ev.HoldEnded(key=key):
            return replace(ticket, held=without(ticket.held, key))
        case ev.Claimed(by=by) | ev.TakenOver(by=by):
            return replace(ticket, assignee=by, assigned_at=now, state=State.IN_PROGRESS)
        case ev.Assigned(to=to):
            return replace(ticket, assignee=to, assigned_at=now, state=State.ASSIGNED)
        case ev.HandedOver(to=int(to)):
            return replace(ticket, assignee=to, assigned_at=now, state=State.ASSIGNED)
        case ev.Released() | ev.LeaseEnded() | ev.HandedOver() | ev.OwnerGone():
            return replace(ticket, assignee=None, assigned_at=None, state=State.ASSIGNED)
        case ev.Moved(to=to, area=area):
            free = replace(ticket, assignee=None, assigned_at=None, state=State.ASSIGNED, turn=Turn.DESK)
            free = replace(free, told_who=False, told_owner=None, held=(), writing=(), called=None)
            earlier = ticket.earlier if area.id == ticket.area else NONE_EARLIER  # of another area's nothing is told
            return replace(free, group=to, area=area.id, earlier=earlier, moved_seq=ticket.seq + 1)
        case ev.CustomerTold():
            return replace(ticket, told_who=True)
        case ev.OwnerTold(who=who):
            return replace(ticket, told_owner=who)
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
            return replace(reopened, solution=None, qualifier=None)
        case ev.Closed():
            return replace(ticket, state=State.CLOSED, writing=())
        case ev.TitleSet(title=title):
            return replace(ticket, title=title)
        case ev.TicketTagged(on=on, off=off):
            return replace(ticket, tags=tuple(sorted({*ticket.tags, *on} - {*off})))
        case ev.PrioritySet(priority=priority):
            return replace(ticket, priority=Priority(priority))
        case pe.PersonsMerged(kept=kept):
            return replace(ticket, person=kept)
        case pe.Redacted(key=key, title=named):
            title = REMOVED if named else ticket.title
            return replace(ticket, title=title, last_reply=None if ticket.last_reply == key else ticket.last_reply)
        case _:
            return ticket
