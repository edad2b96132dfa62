"""What a customer can ask for by a button or a command, by name. Pure, like every decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from chatdesk.conversations import after_end, holding, language, linking
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import greeting, on_customer_message
from chatdesk.conversations.language import Decision
from chatdesk.conversations.linking import Linking
from chatdesk.conversations.parts import HeldMessages, OpenTickets, OwnTickets, PendingMessages
from chatdesk.conversations.phrases import say_with
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.events import Event
from chatdesk.core.language import PerLanguage, best
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Incoming

MOST_OF_A_TITLE = 100  # characters in a list
MOST_OF_A_BUTTON = 40
MOST_BUTTONS = 20
MOST_REPEATED = 200  # characters of what somebody wrote and we could not use


@dataclass(frozen=True, slots=True)
class CustomerAct:
    decide: Decision
    needs: tuple[type, ...] = ()
    in_menu: bool = False  # whether the channel's command menu shows it; else it is a button only
    reads: bool = False  # whether it deals with the words behind a typed command itself


def on_act(case: Case, said: Incoming) -> Sequence[Event]:
    """A button was pressed or a command typed. Words behind it that it has no use for are not lost silently."""
    assert said.act is not None
    known = ACTS.get(said.act.name)
    if known is None:
        return [ev.CustomerAnswered("unknown_command", params=(("command", f"/{said.act.name}"),))]
    return [*known.decide(case, said), *([] if known.reads else unread(said))]


def unread(said: Incoming) -> Sequence[Event]:
    """Tells that the words behind the command went nowhere."""
    if said.act is None or not said.body.text:
        return []
    words = shorten(said.body.text.text, MOST_REPEATED)
    return [ev.CustomerAnswered("not_passed_on", params=(("command", f"/{said.act.name}"), ("words", words)))]


def _answer(phrase: str) -> Decision:
    return lambda case, said: [ev.CustomerAnswered(phrase)]


def _start(case: Case, said: Incoming) -> Sequence[Event]:
    """What the area does with what people write is said before they write it."""
    privacy = best(case.area.privacy, case.language)
    told = [ev.CustomerAnswered("privacy", params=(("text", privacy),))] if privacy else []
    return [*told, greeting(case)]


def _bulletins(on: bool) -> Sequence[Event]:
    """Whether the customer is told of maintenance and known problems before they ask."""
    answer = "bulletins.on" if on else "bulletins.off"
    other = "bulletins_off" if on else "bulletins_on"
    return [ev.BulletinsWanted(on), ev.CustomerAnswered(answer, buttons=((f"button.{other}", Act(other)),))]


def _fresh(phrase: str) -> Decision:
    """The next message opens a ticket: the words behind the command, when there are any."""

    def wanted(case: Case, said: Incoming) -> Sequence[Event]:
        if not said.body.text:
            return [ev.FreshTicketWanted(), ev.CustomerAnswered(phrase)]
        begun = replace(case, conversation=replace(case.conversation, fresh=True, fresh_within=case.within))
        return [ev.FreshTicketWanted(), *on_customer_message(begun, said)]

    return wanted


def _tickets(case: Case, said: Incoming) -> Sequence[Event]:
    own = case.part(OwnTickets).tickets
    if not own:
        return [ev.CustomerAnswered("no_tickets")]
    open_ones = [t for t in own if t.state.is_open]
    buttons = tuple(
        (f"#{t.number} {shorten(case.title(t), MOST_OF_A_BUTTON)}", _choose(t)) for t in reversed(open_ones)
    )
    listed = (("count", str(len(own))), ("list", _listed(case, own)))
    if len(open_ones) < 2 or case.apart_here:
        return [ev.CustomerAnswered("tickets", params=listed)]
    return [ev.CustomerAnswered("tickets.choose", buttons=buttons[:MOST_BUTTONS], params=listed)]


def _choose(ticket: Ticket) -> Act:
    return Act("choose", {"ticket": str(ticket.number)})


def _chosen(case: Case, ticket: Ticket) -> Sequence[Event]:
    if not ticket.state.is_open:
        return _served(case, ticket)
    about = ev.CustomerAnswered("now_about", params=_ticket_params(case, ticket))
    if case.conversation.current == ticket.number and not case.conversation.fresh:
        return [about]
    return [ev.TicketChosen(ticket.number), about]


def _listed(case: Case, tickets: Iterable[Ticket]) -> str:
    return "\n".join(
        case.say(
            "tickets.current" if t.number == case.conversation.current and t.state.is_open else "tickets.line",
            number=t.number,
            title=shorten(case.title(t), MOST_OF_A_TITLE),
            state=_state(case, t),
        )
        for t in tickets
    )


def _state(case: Case, ticket: Ticket) -> str:
    return case.say("state.withdrawn" if ticket.is_withdrawn else f"state.{ticket.state}")


def _ticket_params(case: Case, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    return (("number", str(ticket.number)), ("title", case.title(ticket)))


def _end(case: Case, said: Incoming) -> Sequence[Event]:
    """Asks whether the ticket shall be ended: the one that is named, else the current one, else the only open one."""
    tickets = case.part(OpenTickets).tickets
    number = said.body.text.text.strip().removeprefix("#")[:10]
    if number.isdecimal():
        named = [t for t in tickets if t.number == int(number)]
        none = ev.CustomerAnswered("not_open", params=(("number", number),))
        return [_shall_it_end(case, named[0]) if named else none]
    meant = [t for t in tickets if t.number == case.speaks_of] or tickets
    if len(meant) == 1:
        return [_shall_it_end(case, meant[0]), *unread(said)]
    if meant:
        return [ev.CustomerAnswered("end_which", params=(("list", _listed(case, meant)),)), *unread(said)]
    return [ev.CustomerAnswered("nothing_to_end"), *unread(said)]


def _shall_it_end(case: Case, ticket: Ticket) -> Event:
    which = {"ticket": str(ticket.number)}
    buttons = (("button.end", Act("end_now", which)), ("button.keep", Act("keep", which)))
    return ev.CustomerAnswered("end?", buttons=buttons, params=_ticket_params(case, ticket))


def _own(decide: Callable[[Case, Ticket], Sequence[Event]]) -> Decision:
    """For buttons that name a ticket: a ticket of someone else, or none, is answered politely."""

    def checked(case: Case, said: Incoming) -> Sequence[Event]:
        if case.ticket is None or case.ticket.conversation != case.conversation.id:
            return [ev.CustomerAnswered("unknown_ticket")]
        return decide(case, case.ticket)

    return checked


def _once(case: Case, phrase: str, ticket: Ticket) -> ev.CustomerAnswered:
    return ev.CustomerAnswered(phrase, params=_ticket_params(case, ticket), once=True)


def _served(case: Case, ticket: Ticket) -> Sequence[Event]:
    """The button has lost its meaning: say how the ticket stands."""
    params = (*_ticket_params(case, ticket), ("state", _state(case, ticket)))
    return [ev.CustomerAnswered("served", params=params, once=True)]


def _end_now(case: Case, ticket: Ticket) -> Sequence[Event]:
    if ticket.is_withdrawn:
        return [_once(case, "ended", ticket)]
    if not ticket.state.is_open:
        return _served(case, ticket)
    return [ev.Withdrawn(), *holding.ended_by_customer(case), _once(case, "ended", ticket)]


def _keep(case: Case, ticket: Ticket) -> Sequence[Event]:
    kept = ev.CustomerAnswered("kept", params=_ticket_params(case, ticket))
    return [kept] if ticket.state.is_open else _served(case, ticket)


def _is_asked(ticket: Ticket) -> bool:
    """Whether the customer has been asked if it is solved."""
    return ticket.state is State.SOLVED and ticket.solution is not None


def _solved(case: Case, ticket: Ticket) -> Sequence[Event]:
    if ticket.state is State.VERIFIED:
        return [_once(case, "verified", ticket)]
    if not _is_asked(ticket):
        return _served(case, ticket)
    undone = holding.undone(case, f"{case.who} has said that ticket #{ticket.number} is solved")
    return [ev.Verified(ticket.solution), *undone, _once(case, "verified", ticket)]


def _not_solved(case: Case, ticket: Ticket) -> Sequence[Event]:
    if ticket.state is State.REOPENED:
        return [_once(case, "reopened", ticket)]
    if not _is_asked(ticket):
        return _served(case, ticket)
    reopened = ev.Reopened(case.customer.person, by_customer=True, asked=ticket.solution)
    return [*after_end.chosen(case, ticket), reopened, _once(case, "reopened", ticket)]


def _after_end(how: str) -> Decision:
    """The answer to what a message after the end was about."""

    def said_so(case: Case, ticket: Ticket) -> Sequence[Event]:
        return after_end.answered(case, ticket, how) or _served(case, ticket)

    return _own(said_so)


ACTS: Mapping[str, CustomerAct] = {
    "start": CustomerAct(_start, in_menu=True),
    "help": CustomerAct(_answer("help"), in_menu=True),
    "new": CustomerAct(_fresh("new"), in_menu=True, reads=True),
    "tickets": CustomerAct(_tickets, needs=(OwnTickets,), in_menu=True),
    "end": CustomerAct(_end, needs=(OpenTickets,), in_menu=True, reads=True),
    "language": CustomerAct(language.choose, in_menu=True, reads=True),
    "link": CustomerAct(linking.on_link, needs=(Linking,), in_menu=True, reads=True),
    "unlink": CustomerAct(linking.on_unlink, needs=(Linking,), in_menu=True),
    "ask": CustomerAct(_fresh("ask"), reads=True),
    "report": CustomerAct(_fresh("report"), reads=True),
    "end_now": CustomerAct(_own(_end_now)),
    "unlink_now": CustomerAct(linking.on_unlink_now, needs=(Linking,)),
    "stay_linked": CustomerAct(linking.on_stay_linked),
    "keep": CustomerAct(_own(_keep)),
    "bulletins_off": CustomerAct(lambda case, said: _bulletins(on=False)),
    "bulletins_on": CustomerAct(lambda case, said: _bulletins(on=True)),
    "solved": CustomerAct(_own(_solved), needs=(HeldMessages,)),
    "not_solved": CustomerAct(_own(_not_solved)),
    "choose": CustomerAct(_own(_chosen)),
    **{f"after_{how}": CustomerAct(_after_end(how), needs=(PendingMessages,)) for how in after_end.CHOICES},
}


def menu(language: str, texts: Mapping[str, PerLanguage] = MappingProxyType({})) -> list[tuple[str, str]]:
    """The commands that a channel shows, and what it says of each."""
    return [(name, say_with(texts, language, f"command.{name}")) for name, act in ACTS.items() if act.in_menu]
