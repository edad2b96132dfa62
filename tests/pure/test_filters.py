"""Filters: each condition, their order, and what is wrong with one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatdesk.areas.expressions import fault
from chatdesk.areas.filter import Filter, Filters, Then, When, Words
from chatdesk.conversations import after_end
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Door
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.ticket import Priority, State
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.filters.rules import RULES, Facts
from chatdesk.filters.screen import first, looks
from tests.builders import LENDING, LIBRARY, a_case, a_roster, a_solved_ticket, an_incoming

FACTS = Facts(
    "My Notebook is gone\nsince noon", "My Notebook is gone", "telegram", "main", "anna@lab.example.org", "de", "eosc"
)

# (field, what is wanted, whether it holds, why)
CONDITIONS: list[tuple[str, Any, bool, str]] = [
    ("channel", ("telegram",), True, "the channel is telegram"),
    ("channel", ("email", "web"), False, "the channel is telegram, not email or web"),
    ("bot", ("MAIN",), True, "the bot is main"),
    ("bot", ("other",), False, "the bot is main, not other"),
    ("address", ("anna@lab.example.org",), True, "the address is anna@lab.example.org"),
    ("address", ("1001",), False, "the address is anna@lab.example.org, not 1001"),
    ("domain", ("example.org",), True, "the domain is lab.example.org"),
    ("domain", ("ample.org",), False, "the domain is lab.example.org, not ample.org"),
    ("language", ("de", "fr"), True, "the language is de"),
    ("language", ("en",), False, "the language is de, not en"),
    ("subject", Words(("notebook",)), True, "the subject contains «notebook»"),
    ("subject", Words(("noon",)), False, "the subject contains none of noon"),
    ("text", Words(("casino", "gone since")), True, "the text contains «gone since»"),
    ("text", Words(matches=r"note\w+"), True, r"the text matches note\w+ with «Notebook»"),
    ("text", Words(matches="^since"), False, "the text does not match ^since"),
    ("text", Words(("gone",), "noon$"), True, "the text matches noon$ with «noon»"),
    ("text", Words(("gone",), "noon$$x"), False, "the text does not match noon$$x"),
]


@pytest.mark.parametrize(("name", "wanted", "holds", "why"), CONDITIONS)
def test_a_condition(name: str, wanted: Any, holds: bool, why: str) -> None:
    found = RULES[name](wanted, FACTS)
    assert (found.holds, found.why) == (holds, why)


def test_every_condition_is_tested() -> None:
    assert {name for name, *_ in CONDITIONS} == set(RULES) == set(When.__slots__)


def of(name: str, area: str | None = None, then: Then | None = None, **when: Any) -> Filter:
    return Filter(name, When(**when), then or Then(priority="high"), area)


def test_the_first_that_matches_wins_and_each_before_it_says_why_not() -> None:
    filters = [
        of("elsewhere", area="cloud", channel=("telegram",)),
        of("french", channel=("telegram",), language=("fr",)),
        of("notebooks", text=Words(("notebook",)), language=("de",)),
        of("never reached", text=Words(("notebook",))),
    ]
    assert [(look.filter.name, look.matches, look.why) for look in looks(filters, FACTS)] == [
        ("elsewhere", False, "it came in at a door of eosc, not of cloud"),
        ("french", False, "the language is de, not fr"),
        ("notebooks", True, "the language is de; the text contains «notebook»"),
    ]
    assert first(filters[:2], FACTS) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("noon$", ""),
        ("a{2,5}(bc){1,3}", ""),
        ("[a-z]+@[a-z]+", ""),
        ("(", "is no regular expression"),
        ("(a+)+", "repeats what repeats itself"),
        ("(?:x|(a*b)*)*", "repeats what repeats itself"),
        ("(a{1,90}){1,90}", "repeats what repeats itself"),
        ("a" * 201, "has 201 characters, and may have 200"),
    ],
)
def test_an_expression_is_refused_that_cannot_be_read_or_takes_for_ever(written: str, why: str) -> None:
    assert fault(written).startswith(why) and bool(fault(written)) == bool(why)


def opened(then: Then, **more: Any) -> Any:
    """A ticket that a filter matched as it opened."""
    doors = {LENDING.id: Door(LENDING, LIBRARY, a_roster())}
    case = a_case(None, [Filters((of("books", then=then, text=Words(("book",))),))], doors=doors, **more)
    return settle(case, on_customer_message(case, an_incoming("Where is my book?")), [TRUNK])


def test_it_opens_where_the_filter_says_and_is_sorted() -> None:
    then = Then(LENDING.id, "top", "service request", "loans", ("book",), {"en": "One moment", "de": "Moment"})
    done = opened(then)
    ticket = done.case.subject
    assert (ticket.group, ticket.area, done.case.group) == (LENDING.id, LIBRARY.id, LENDING)
    assert (ticket.priority, str(ticket.type), ticket.service, ticket.tags) == (
        Priority.TOP,
        "service request",
        "loans",
        ("book",),
    )
    assert {out.to.room for out in done.outgoing if out.to.channel == "slack"} == {LENDING.home.room}
    told = [out.body.text.text for out in done.outgoing if out.to.channel == "telegram" and out.body]
    assert "One moment" in told
    assert [type(h.event) for h in done.events][:2] == [ev.TicketOpened, ev.Filtered]


def test_spam_is_ended_without_a_word_to_who_wrote_it() -> None:
    done = opened(Then(spam=True, reply="Thank you"))
    assert (done.case.subject.state, done.case.subject.qualifier) == (State.UNSOLVED, "invalid")
    assert not [out for out in done.outgoing if out.to.channel == "telegram" and out.body]


def test_what_follows_a_ticket_stays_with_its_group() -> None:
    doors = {LENDING.id: Door(LENDING, LIBRARY, a_roster())}
    filters = Filters((of("books", then=Then(LENDING.id, "top"), text=Words(("book",))),))
    case = replace(a_case(a_solved_ticket(), [filters]), doors=doors)
    events = after_end.opened(case, a_solved_ticket(), [("k", an_incoming("Another book").body)])
    done = settle(case, events, [TRUNK])
    assert (done.case.subject.group, done.case.subject.priority) == ("support", Priority.TOP)
