"""Whom a ticket has to catch the eye of, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chatdesk.adapters.slack.permalinks import as_links
from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.apply import apply
from chatdesk.conversations.ticket import State, Ticket, Turn
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup, Style, styled
from chatdesk.core.messages import plain
from chatdesk.desk.settle import Settled, settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.people.people import Away
from tests.builders import HOME, INGRID, NOW, PIOTR, a_case, a_roster, a_solved_ticket, a_ticket

EARLIER = NOW - timedelta(hours=1)
KEY = "telegram:main/1001:6"
SAID = ev.CustomerSaid(KEY, body=plain("It says 403"))
LINE = f"{KEY}:call"
OLD = a_ticket(opened=EARLIER)
MINE = a_ticket(opened=EARLIER, assignee=PIOTR.person, state=State.IN_PROGRESS)


def settled(ticket: Ticket, *events: Event) -> Settled:
    return settle(a_case(ticket), events, [TRUNK])


@pytest.mark.parametrize(
    ("ticket", "event", "calls"),
    [
        (OLD, SAID, True),
        (a_ticket(), SAID, False),  # within the moment in which it opened
        (OLD, ev.CustomerSaid(KEY, first=True, body=plain("It says 403")), False),
        (OLD, ev.CustomerThanked(KEY, body=plain("Thanks")), False),
        (OLD, ev.CustomerGreeted(KEY, body=plain("Hello")), False),
        (MINE, SAID, False),
        (a_ticket(opened=EARLIER, assignee=99), SAID, True),  # its owner is an agent no more
        (a_ticket(opened=EARLIER, called="an earlier line"), SAID, False),
        (a_ticket(opened=EARLIER, turn=Turn.CUSTOMER), SAID, True),
    ],
)
def test_what_calls_for_somebody(ticket: Ticket, event: Event, calls: bool) -> None:
    said = [o for o in settled(ticket, event).outgoing if o.key == LINE]
    assert [o.to for o in said] == ([HOME] if calls else [])
    after = apply(a_case(ticket), event).subject
    assert after.called == (LINE if calls else ticket.called)


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        (ev.Claimed(PIOTR.person), True),
        (ev.Assigned(PIOTR.person, INGRID.person), True),
        (ev.AgentSaid("slack:T1/C1:9.1", 11, body=plain("Try again"), author=PIOTR.identity), True),
        (ev.Withdrawn(), True),
        (ev.Resolved("t42:3", 11, body=plain("Done"), author=PIOTR.identity), True),
        (ev.NoteAdded("slack:T1/C1:9.1", 11, body=plain("Hm"), author=PIOTR.identity), False),
        (ev.Released(PIOTR.person), False),
        (ev.PrioritySet(11, "low", "high"), False),
        (ev.CustomerSaid("telegram:main/1001:7", body=plain("Hello?")), False),
    ],
)
def test_what_ends_the_call(event: Event, ends: bool) -> None:
    done = settled(a_ticket(opened=EARLIER, called=LINE), event)
    assert [o.removes for o in done.outgoing if o.removes] == ([LINE] if ends else [])
    assert done.case.subject.called == (None if ends else LINE)


def test_an_owner_who_is_away_is_not_there() -> None:
    gone = replace(PIOTR, away=Away(EARLIER))
    for roster, calls in ((a_roster(gone), True), (a_roster(replace(gone, away=Away(EARLIER, NOW))), False)):
        case = a_case(MINE, roster=roster)
        said = [str(o.body) for o in settle(case, [SAID], [TRUNK]).outgoing if o.to == HOME]
        assert len(said) == calls
        assert all("#42 (Piotr Zieliński is away): It says 403" in words for words in said)


def test_a_call_is_ended_once_however_much_happens() -> None:
    reply = ev.AgentSaid("slack:T1/C1:9.1", 11, body=plain("Try again"), author=PIOTR.identity)
    done = settled(a_ticket(opened=EARLIER, called=LINE), ev.Claimed(11), ev.CustomerTold(11), reply)
    assert [o.key for o in done.outgoing if o.removes] == [f"{LINE}:gone"]


def test_the_call_of_another_ticket_stays_when_a_new_one_opens() -> None:
    done = settled(a_solved_ticket(called=LINE), ev.TicketOpened(43, title="Quota"))
    assert not [o for o in done.outgoing if o.removes]


@pytest.mark.parametrize(
    ("told", "event", "mentioned"),
    [
        (None, ev.Claimed(PIOTR.person), True),
        (PIOTR.person, ev.Claimed(PIOTR.person), False),
        (INGRID.person, ev.Claimed(PIOTR.person), True),
        (PIOTR.person, ev.TakenOver(INGRID.person, PIOTR.person), True),
        (None, ev.Assigned(INGRID.person, PIOTR.person), True),
        (PIOTR.person, ev.Assigned(INGRID.person, PIOTR.person), False),
        (None, ev.Assigned(INGRID.person, 99), False),
        (None, ev.HandedOver(INGRID.person, PIOTR.person), True),
        (PIOTR.person, ev.HandedOver(INGRID.person, PIOTR.person), False),
        (None, ev.HandedOver(INGRID.person), False),
        (None, ev.PrioritySet(11, "low", "high"), False),
    ],
)
def test_an_owner_is_mentioned_once_in_a_row(told: int | None, event: Event, mentioned: bool) -> None:
    done = settled(a_ticket(told_owner=told), event)
    spans = [s for o in done.outgoing if o.body for s in o.body.text.spans if s.style is Style.MENTION]
    assert len(spans) == mentioned
    told_now = [h.event for h in done.events if isinstance(h.event, ev.OwnerTold)]
    assert told_now == ([ev.OwnerTold(done.case.subject.assignee or 0)] if mentioned else [])
    again = settle(done.case, [event], [TRUNK])
    assert not [o for o in again.outgoing if o.body and o.body.text.spans]


def test_words_that_lead_to_a_message() -> None:
    text = Markup("Anna wrote on ") + styled("#42", Style.MESSAGE, "card:42") + ": hello"
    assert list(text.messages()) == ["card:42"]
    (span,) = as_links(text, {"card:42": "https://x.slack.com/p1"}).spans
    assert (span.style, span.target) == (Style.LINK, "https://x.slack.com/p1")
    assert as_links(text, {}) == text


@pytest.mark.parametrize(("key", "ends"), [(KEY, True), ("telegram:main/1001:5", False)])
def test_the_words_of_a_message_that_is_removed_stand_in_no_line(key: str, ends: bool) -> None:
    removed = pe.Redacted(key, 11, "secret", here="left", there="left", body=plain(""), was=plain(""))
    after = apply(a_case(a_ticket(opened=EARLIER, called=LINE)), removed).subject
    assert after.called == (None if ends else LINE)
