"""Every button and command of a customer, also those whose time has gone."""

from __future__ import annotations

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS, needs_of, on_act
from chatdesk.conversations.parts import OwnTickets
from chatdesk.conversations.phrases import ENGLISH, say
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.messages import Act
from tests.builders import a_case, a_solved_ticket, a_ticket

OPEN = [s for s in State if s.is_open]
ENDED = [s for s in State if not s.is_open]
WHICH = {"ticket": "42"}


def answer(ticket: Ticket | None, name: str, /, *parts: object, **args: str) -> ev.CustomerAnswered:
    """The one thing that is said and nothing else happens."""
    (said,) = on_act(a_case(ticket, parts), Act(name, args))
    assert isinstance(said, ev.CustomerAnswered)
    return said


@pytest.mark.parametrize("ticket", [None, a_ticket(), a_solved_ticket(), a_ticket(state=State.CLOSED)])
def test_start_greets_and_help_helps_and_neither_opens_a_ticket(ticket: Ticket | None) -> None:
    assert answer(ticket, "start").phrase == "greeting"
    assert answer(ticket, "help").phrase == "help"


@pytest.mark.parametrize("ticket", [None, a_ticket(), a_solved_ticket()])
@pytest.mark.parametrize("name", ["new", "ask", "report"])
def test_the_next_message_opens_a_ticket(ticket: Ticket | None, name: str) -> None:
    assert on_act(a_case(ticket), Act(name)) == [ev.FreshTicketWanted(), ev.CustomerAnswered(name)]


def test_own_tickets_are_listed_newest_first_and_the_current_one_is_named() -> None:
    own = OwnTickets((a_ticket(), a_ticket(number=41, state=State.SOLVED, title="Quota")))
    text = dict(answer(a_ticket(), "tickets", own).params)["list"]
    assert text == "#42 I cannot log in: received (we are talking about this one)\n#41 Quota: solution sent"
    assert answer(None, "tickets").phrase == "no_tickets"
    assert needs_of(Act("tickets")) == (OwnTickets,)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_for_the_list(state: State) -> None:
    ticket = a_ticket(state=state)
    assert say("en", f"state.{state}") in dict(answer(ticket, "tickets", OwnTickets((ticket,))).params)["list"]


@pytest.mark.parametrize("state", OPEN)
def test_end_asks_first_and_both_answers_work(state: State) -> None:
    asked = answer(a_ticket(state=state), "end")
    assert asked.phrase == "end?"
    assert [(label, act) for label, act in asked.buttons] == [
        ("button.end", Act("end_now", WHICH)),
        ("button.keep", Act("keep", WHICH)),
    ]
    withdrawn, said = on_act(a_case(a_ticket(state=state)), Act("end_now", WHICH))
    assert withdrawn == ev.Withdrawn()
    assert isinstance(said, ev.CustomerAnswered)
    assert said.phrase == "ended"
    assert answer(a_ticket(state=state), "keep", **WHICH).phrase == "kept"


@pytest.mark.parametrize("ticket", [None, *(a_ticket(state=s) for s in ENDED)])
def test_end_without_an_open_ticket_says_so(ticket: Ticket | None) -> None:
    assert answer(ticket, "end").phrase == "nothing_to_end"


def test_solved_verifies_and_not_solved_reopens() -> None:
    ticket = a_solved_ticket()
    verified, thanks = on_act(a_case(ticket), Act("solved", WHICH))
    assert verified == ev.Verified("t42:5:asked")
    assert isinstance(thanks, ev.CustomerAnswered)
    assert thanks.phrase == "verified"
    reopened, what_now = on_act(a_case(ticket), Act("not_solved", WHICH))
    assert reopened == ev.Reopened(1, by_customer=True, asked="t42:5:asked")
    assert isinstance(what_now, ev.CustomerAnswered)
    assert what_now.phrase == "reopened"


STALE = [
    *(("solved", a_ticket(state=s)) for s in State if s is not State.SOLVED),
    *(("not_solved", a_ticket(state=s)) for s in State if s is not State.SOLVED),
    *((name, a_ticket(state=State.SOLVED, qualifier="withdrawn")) for name in ("solved", "not_solved")),
    *((name, a_ticket(state=s)) for name in ("end_now", "keep") for s in ENDED),
]


@pytest.mark.parametrize(("name", "ticket"), STALE)
def test_a_stale_button_says_how_the_ticket_stands(name: str, ticket: Ticket) -> None:
    said = answer(ticket, name, **WHICH)
    assert said.phrase == "served"
    state = "withdrawn" if ticket.qualifier == "withdrawn" else ticket.state
    assert say("en", said.phrase, **dict(said.params)) == (
        f"That button has done its work: ticket #42 is {ENGLISH[f'state.{state}']}."
    )


@pytest.mark.parametrize("name", ["end_now", "keep", "solved", "not_solved"])
@pytest.mark.parametrize("ticket", [None, a_solved_ticket(conversation=8), a_ticket(conversation=8)])
def test_a_foreign_ticket_is_no_ticket(name: str, ticket: Ticket | None) -> None:
    assert answer(ticket, name, **WHICH).phrase == "unknown_ticket"


@pytest.mark.parametrize("name", ["frobnicate", "", "claim"])
def test_an_unknown_command_is_answered(name: str) -> None:
    said = answer(a_ticket(), name)
    assert said == ev.CustomerAnswered("unknown_command", params=(("command", f"/{name}"),))
    assert needs_of(Act(name)) == ()
    assert needs_of(None) == ()


def test_every_phrase_that_is_answered_exists_and_has_its_words() -> None:
    """What `say` is given for each act is all that its phrase asks for."""
    for ticket in (None, a_ticket(), a_solved_ticket(), a_ticket(state=State.VERIFIED)):
        for name in ACTS:
            for event in on_act(a_case(ticket, [OwnTickets((a_ticket(),))]), Act(name, WHICH)):
                if isinstance(event, ev.CustomerAnswered):
                    assert say("en", event.phrase, **dict(event.params))
                    assert all(say("en", label) for label, _ in event.buttons)
