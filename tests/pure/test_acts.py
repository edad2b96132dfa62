"""Every button and command of a customer, also those whose time has gone."""

from __future__ import annotations

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS, on_act
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.inputs import needs_of
from chatdesk.conversations.linking import Linking, Merge
from chatdesk.conversations.parts import OpenTickets, OwnTickets
from chatdesk.conversations.phrases import say
from chatdesk.conversations.ticket import REMOVED, State, Ticket
from chatdesk.core.markup import units
from chatdesk.core.messages import Act
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from tests.builders import PIOTR, a_case, a_conversation, a_solved_ticket, a_ticket, an_act, an_incoming

OPEN = [s for s in State if s.is_open]
ENDED = [s for s in State if not s.is_open]
WHICH = {"ticket": "42"}


def with_open(ticket: Ticket | None, *parts: object) -> Case:
    """A case of this ticket, which is the open one when it is open."""
    return a_case(ticket, [OpenTickets((ticket,) if ticket and ticket.state.is_open else ()), *parts])


def answer(ticket: Ticket | None, name: str, /, *parts: object, **args: str) -> ev.CustomerAnswered:
    """The one thing that is said and nothing else happens."""
    (said,) = on_act(with_open(ticket, *parts), an_act(name, **args))
    assert isinstance(said, ev.CustomerAnswered)
    return said


@pytest.mark.parametrize("ticket", [None, a_ticket(), a_solved_ticket(), a_ticket(state=State.CLOSED)])
def test_start_greets_and_help_helps_and_neither_opens_a_ticket(ticket: Ticket | None) -> None:
    assert answer(ticket, "start").phrase == "greeting"
    assert answer(ticket, "help").phrase == "help"


@pytest.mark.parametrize("ticket", [None, a_ticket(), a_solved_ticket()])
@pytest.mark.parametrize("name", ["new", "ask", "report"])
def test_the_next_message_opens_a_ticket(ticket: Ticket | None, name: str) -> None:
    assert on_act(a_case(ticket), an_act(name)) == [ev.FreshTicketWanted(), ev.CustomerAnswered(name)]


def test_a_title_that_was_removed_says_so_in_the_users_language() -> None:
    ticket = a_ticket(title=REMOVED)
    (asked,) = on_act(a_case(ticket, [OpenTickets((ticket,))], language="de"), an_act("end"))
    assert isinstance(asked, ev.CustomerAnswered)
    assert ("title", "(entfernt)") in asked.params


def test_own_tickets_are_listed_newest_first_and_the_current_one_is_named() -> None:
    own = OwnTickets((a_ticket(), a_ticket(number=41, state=State.SOLVED, title="Quota")))
    text = dict(answer(a_ticket(), "tickets", own).params)["list"]
    assert text == "#42 I cannot log in: received (we are talking about this one)\n#41 Quota: solution sent"
    assert answer(None, "tickets").phrase == "no_tickets"
    assert needs_of(an_act("tickets"), by_agent=False) == (OwnTickets,)


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
    withdrawn, said = on_act(a_case(a_ticket(state=state)), an_act("end_now", **WHICH))
    assert withdrawn == ev.Withdrawn()
    assert isinstance(said, ev.CustomerAnswered)
    assert said.phrase == "ended"
    assert answer(a_ticket(state=state), "keep", **WHICH).phrase == "kept"


@pytest.mark.parametrize("ticket", [None, *(a_ticket(state=s) for s in ENDED)])
def test_end_without_an_open_ticket_says_so(ticket: Ticket | None) -> None:
    assert answer(ticket, "end").phrase == "nothing_to_end"


def test_solved_verifies_and_not_solved_reopens() -> None:
    ticket = a_solved_ticket()
    verified, thanks = on_act(a_case(ticket), an_act("solved", **WHICH))
    assert verified == ev.Verified("t42:5:asked")
    assert isinstance(thanks, ev.CustomerAnswered)
    assert thanks.phrase == "verified"
    reopened, what_now = on_act(a_case(ticket), an_act("not_solved", **WHICH))
    assert reopened == ev.Reopened(1, by_customer=True, asked="t42:5:asked")
    assert isinstance(what_now, ev.CustomerAnswered)
    assert what_now.phrase == "reopened"


STALE = [
    *(("solved", a_ticket(state=s)) for s in State if s not in (State.SOLVED, State.VERIFIED)),
    *(("not_solved", a_ticket(state=s)) for s in State if s not in (State.SOLVED, State.REOPENED)),
    *((name, a_ticket(state=State.SOLVED, qualifier="withdrawn")) for name in ("solved", "not_solved")),
    *((name, a_ticket(state=s)) for name in ("end_now", "keep") for s in ENDED),
]


@pytest.mark.parametrize(("name", "ticket"), STALE)
def test_a_stale_button_says_how_the_ticket_stands(name: str, ticket: Ticket) -> None:
    said = answer(ticket, name, **WHICH)
    assert said.phrase == "served"
    state = "withdrawn" if ticket.qualifier == "withdrawn" else ticket.state
    assert say("en", said.phrase, **dict(said.params)) == (
        f"That button has done its work. Ticket #42: {say('en', f'state.{state}')}."
    )


AGAIN = [
    ("solved", a_solved_ticket(), "verified"),
    ("not_solved", a_solved_ticket(), "reopened"),
    ("end_now", a_ticket(), "ended"),
]


@pytest.mark.parametrize(("name", "ticket", "phrase"), AGAIN)
def test_a_second_press_changes_nothing_and_its_answer_stands_where_the_first_one_does(
    name: str, ticket: Ticket, phrase: str
) -> None:
    press = an_act(name, **WHICH)
    first = settle(a_case(ticket), on_act(a_case(ticket), press), [TRUNK])
    second = settle(first.case, on_act(first.case, press), [TRUNK])
    assert second.case.ticket == first.case.ticket
    (again,) = second.outgoing
    assert again.standing
    assert [(o.key, o.body) for o in first.outgoing if o.key == again.key] == [
        (f"{phrase}:42:{again.key[-1]}", again.body)
    ]


def test_the_answer_to_a_button_is_new_when_something_has_happened_since() -> None:
    case = a_case(a_ticket(state=State.REOPENED))
    later = apply(case, ev.Released(11))
    keys = [settle(c, on_act(c, an_act("not_solved", **WHICH)), [TRUNK]).outgoing[0].key for c in (case, later)]
    assert len(set(keys)) == 2


# -- words behind a command --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["new", "ask", "report"])
@pytest.mark.parametrize("ticket", [None, a_ticket(), a_solved_ticket(), a_ticket(state=State.CLOSED)])
def test_words_behind_new_open_the_ticket_at_once(name: str, ticket: Ticket | None) -> None:
    said = an_act(name, "Where is my quota shown?")
    settled = settle(a_case(ticket), on_act(a_case(ticket), said), [TRUNK])
    assert [h.event for h in settled.events] == [
        ev.FreshTicketWanted(),
        ev.TicketOpened(43, title="Where is my quota shown?"),
        ev.CustomerSaid(said.key, first=True, body=said.body),
    ]
    assert not settled.case.conversation.fresh
    assert settled.case.conversation.current == 43


def test_a_greeting_behind_new_is_no_ticket() -> None:
    assert [type(e).__name__ for e in on_act(a_case(), an_act("new", "Hello!"))] == [
        "FreshTicketWanted",
        "CustomerAnswered",
    ]


@pytest.mark.parametrize("name", ["start", "help", "tickets", "solved", "keep", "end_now"])
def test_words_that_a_command_has_no_use_for_are_told_to_be_nowhere(name: str) -> None:
    said = on_act(with_open(a_ticket()), an_act(name, "my disk is full", **WHICH))[-1]
    assert isinstance(said, ev.CustomerAnswered)
    assert say("en", said.phrase, **dict(said.params)).startswith(
        f"These words were not passed on, because they stand behind /{name}: «my disk is full»."
    )


SECOND = a_ticket(number=43, title="Quota", state=State.IN_PROGRESS)
SEVERAL = OpenTickets((a_ticket(), SECOND))


def phrases(case: Case, words: str) -> list[tuple[str, str]]:
    """(what is said, the number or the list in it) after `/end words`."""
    found = []
    for said in on_act(case, an_act("end", words)):
        assert isinstance(said, ev.CustomerAnswered)
        params = dict(said.params)
        found.append((said.phrase, params.get("number") or params.get("list") or params.get("words") or ""))
    return found


@pytest.mark.parametrize(
    ("current", "words", "said"),
    [
        (43, "", [("end?", "43")]),
        (43, "42", [("end?", "42")]),
        (43, "#42", [("end?", "42")]),
        (43, " 43 ", [("end?", "43")]),
        (43, "99", [("not_open", "99")]),
        (43, "9" * 5000, [("not_open", "9" * 10)]),
        (43, "it works now", [("end?", "43"), ("not_passed_on", "it works now")]),
        (43, "²", [("end?", "43"), ("not_passed_on", "²")]),
        (7, "", [("end_which", "#42 I cannot log in: received\n#43 Quota: in progress")]),
        (None, "", [("end_which", "#42 I cannot log in: received\n#43 Quota: in progress")]),
    ],
)
def test_end_means_the_ticket_that_is_named_or_the_current_one(
    current: int | None, words: str, said: list[tuple[str, str]]
) -> None:
    case = a_case(None, [SEVERAL], conversation=a_conversation(current=current))
    assert phrases(case, words) == said


def test_the_only_open_ticket_is_meant_though_another_one_was_spoken_of_last() -> None:
    case = a_case(a_solved_ticket(number=50), [OpenTickets((SECOND,))])
    assert phrases(case, "") == [("end?", "43")]


def test_a_list_of_tickets_with_the_longest_titles_is_one_message() -> None:
    own = OwnTickets(tuple(a_ticket(number=n, title="x" * 250, state=State.UNSOLVED) for n in range(20)))
    said = answer(None, "tickets", own)
    assert units(say("en", said.phrase, **dict(said.params))) <= 4096


@pytest.mark.parametrize("name", ["end_now", "keep", "solved", "not_solved"])
@pytest.mark.parametrize("ticket", [None, a_solved_ticket(conversation=8), a_ticket(conversation=8)])
def test_a_foreign_ticket_is_no_ticket(name: str, ticket: Ticket | None) -> None:
    assert answer(ticket, name, **WHICH).phrase == "unknown_ticket"


@pytest.mark.parametrize("name", ["frobnicate", "", "claim"])
def test_an_unknown_command_is_answered(name: str) -> None:
    said = answer(a_ticket(), name)
    assert said == ev.CustomerAnswered("unknown_command", params=(("command", f"/{name}"),))
    assert needs_of(an_act(name), by_agent=False) == ()


def test_a_further_message_of_a_customer_needs_nothing_and_an_agents_does() -> None:
    assert needs_of(an_incoming(), by_agent=False) == ()
    assert needs_of(an_incoming(by=PIOTR.identity), by_agent=True) == (OpenTickets,)


def test_every_phrase_that_is_answered_exists_and_has_its_words() -> None:
    """What `say` is given for each act is all that its phrase asks for."""
    for ticket in (None, a_ticket(), a_solved_ticket(), a_ticket(state=State.VERIFIED)):
        for name in ACTS:
            for event in on_act(
                a_case(ticket, [OwnTickets((a_ticket(),)), Linking(linked=Merge(7, 1, 2))]), an_act(name, **WHICH)
            ):
                if isinstance(event, ev.CustomerAnswered):
                    assert say("en", event.phrase, **dict(event.params))
                    assert all(say("en", b) for b, _ in event.buttons if b.startswith("button."))
