"""Agents who are away: what is typed, what becomes of their tickets, what others are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatdesk.agent_console.call import Outcome, decide, parse_line
from chatdesk.conversations import absence
from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import GroupQueue, Queues
from chatdesk.conversations.ticket import State
from chatdesk.conversations.timers import on_timer, wanted
from chatdesk.core.messages import Act
from chatdesk.people.people import Agent, Away
from tests.builders import HOME, INGRID, NOW, OTTO, PIOTR, a_call, a_case, a_roster, a_ticket

THURSDAY = "2026-03-05T00:00:00+01:00"
MINE = (a_ticket(assignee=11), a_ticket(number=43), a_ticket(number=44, assignee=12), a_ticket(number=45, assignee=11))


def gone(agent: Agent, until: datetime | None = None, deputy: int | None = None) -> Agent:
    return replace(agent, away=Away(NOW, until, "Europe/Warsaw", deputy))


def queue(*tickets: object, agents: tuple[Agent, ...] = (PIOTR, INGRID, OTTO)) -> Case:
    roster = a_roster(*agents)
    return a_case(None, [Queues((GroupQueue("support", "Support", roster, tickets),))], roster=roster)  # type: ignore[arg-type]


def asked(case: Case, complete: bool = False, **answers: str) -> Outcome:
    given = {"zone": "Europe/Warsaw", **answers}
    return decide(a_call("away", ticket=None, answers=given, complete=complete), case)


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("away", {}),
        ("away until Thursday", {"until": "Thursday"}),
        ("away tomorrow 14:30", {"until": "tomorrow 14:30"}),
        ("away until Thursday to @ingrid", {"until": "Thursday", "to": "@ingrid"}),
        ("away today to Ingrid Solberg", {"until": "today", "to": "Ingrid Solberg"}),
        ("away to <@U0INGRID>", {"to": "<@U0INGRID>"}),
        ("Away UNTIL further notice", {"until": "further notice"}),
    ],
)
def test_what_is_typed(typed: str, answers: dict[str, str]) -> None:
    assert parse_line(typed, PIOTR.identity, "slack:slash", HOME).answers == answers


def test_who_holds_nothing_is_away_at_once() -> None:
    outcome = asked(queue(), until="Thursday")
    assert outcome.events == [ev.AgentLeft(11, THURSDAY, None, (), "Europe/Warsaw")]
    assert outcome.reply.done == "You are away until Thursday, 5 March."


@pytest.mark.parametrize("typed", ["", "further notice", "until further notice"])
def test_until_further_notice(typed: str) -> None:
    outcome = asked(queue(), until=typed)
    assert outcome.events == [ev.AgentLeft(11, None, None, (), "Europe/Warsaw")]
    assert outcome.reply.done == "You are away until further notice: /desk back ends that."


def test_who_holds_tickets_is_asked_what_becomes_of_them() -> None:
    outcome = asked(queue(*MINE), until="Thursday")
    form = outcome.reply.form
    assert not outcome.events and form is not None
    assert [(f.name, f.ask, f.default) for f in form.asked] == [
        ("until", "Until when?", "Thursday"),
        ("held", "You have 2 tickets: what becomes of them?", "return"),
        ("to", "To whom are they handed over?", ""),
    ]


def test_who_pressed_a_button_is_asked_whatever_they_hold() -> None:
    form = asked(queue(), asks="yes").reply.form
    assert form is not None and form.asked[1].ask == "You have no tickets: what becomes of them?"


@pytest.mark.parametrize(
    ("answers", "to", "done"),
    [
        ({"held": "return"}, None, "2 tickets are returned to the queue."),
        ({"held": "hand_over", "to": "ingrid"}, 12, "2 tickets are handed over to Ingrid Solberg."),
        ({"to": "@Ingrid"}, 12, "2 tickets are handed over to Ingrid Solberg."),
        ({"held": "return", "to": "ingrid"}, None, "2 tickets are returned to the queue."),
    ],
)
def test_what_becomes_of_what_they_hold(answers: dict[str, str], to: int | None, done: str) -> None:
    outcome = asked(queue(*MINE), complete=True, until="Thursday", **answers)
    assert outcome.events == [ev.AgentLeft(11, THURSDAY, to, (42, 45), "Europe/Warsaw")]
    assert outcome.reply.done == f"You are away until Thursday, 5 March. {done}"
    waking = list(wanted(outcome.events[0], queue()))
    assert waking == [(absence.TIMER, NOW, 42, False), (absence.TIMER, NOW, 45, False)]


@pytest.mark.parametrize(
    ("answers", "field", "why"),
    [
        ({"until": "soon"}, "until", "soon is no day or time that is known here."),
        ({"held": "hand_over"}, "to", "Say to whom, or let them return to the queue."),
        ({"to": "piotr"}, "to", "You cannot hand your tickets over to yourself."),
        ({"to": "otto"}, "to", "Otto Novak is away until Thursday, 5 March."),
        ({"to": "gus"}, "to", "No agent of Support: gus. There are: Ingrid Solberg, Otto Novak."),
    ],
)
def test_what_cannot_be(answers: dict[str, str], field: str, why: str) -> None:
    otto = gone(OTTO, datetime(2026, 3, 4, 23, tzinfo=UTC))
    faults = asked(queue(*MINE, agents=(PIOTR, INGRID, otto)), complete=True, **answers).reply.faults
    assert faults is not None and faults[field].startswith(why)


def test_an_unknown_zone_is_utc() -> None:
    (event,) = asked(queue(), until="tomorrow", zone="Mars/Olympus").events
    assert event == ev.AgentLeft(11, "2026-03-03T00:00:00+00:00", None, (), "UTC")


# -- the tickets of who is away --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "deputy", "then"),
    [
        (gone(PIOTR), INGRID, ev.HandedOver(11)),
        (gone(PIOTR, deputy=12), INGRID, ev.HandedOver(11, 12)),
        (gone(PIOTR, NOW + timedelta(days=2), 12), INGRID, ev.HandedOver(11, 12, "2026-03-04T11:15:00+01:00")),
        (gone(PIOTR, deputy=12), gone(INGRID), ev.HandedOver(11)),
        (gone(PIOTR, deputy=99), INGRID, ev.HandedOver(11)),  # of another group
        (gone(PIOTR, NOW), INGRID, None),  # back already
        (PIOTR, INGRID, None),
    ],
)
def test_each_ticket_goes_on(owner: Agent, deputy: Agent, then: ev.HandedOver | None) -> None:
    case = a_case(a_ticket(assignee=11, state=State.IN_PROGRESS), roster=a_roster(owner, deputy))
    assert on_timer(absence.TIMER, case) == ([then] if then else [])
    if then:
        after = apply(case, then).subject
        assert (after.assignee, after.state) == (then.to, State.ASSIGNED)


@pytest.mark.parametrize("ticket", [a_ticket(), a_ticket(assignee=11, state=State.SOLVED), a_ticket(assignee=12)])
def test_what_is_not_theirs_any_more_stays(ticket: object) -> None:
    case = a_case(ticket, roster=a_roster(gone(PIOTR), INGRID))  # type: ignore[arg-type]
    assert on_timer(absence.TIMER, case) == []


# -- the others ------------------------------------------------------------------------------------------------


def test_who_assigns_to_somebody_away_is_told_and_may_insist() -> None:
    case = a_case(a_ticket(), roster=a_roster(PIOTR, gone(INGRID, datetime(2026, 3, 4, 23, tzinfo=UTC))))
    outcome = decide(a_call("assign", answers={"to": "ingrid"}), case)
    assert not outcome.events
    assert outcome.reply.text == "Ingrid Solberg is away until Thursday, 5 March."
    (offer,) = outcome.reply.buttons
    assert offer.label == "Assign all the same"
    assert offer.act == Act("assign", {"ticket": "42", "to": "T1/U0INGRID", "anyway": "yes"})
    again = decide(a_call("assign", answers={"to": "T1/U0INGRID", "anyway": "yes"}), case)
    assert again.events == [ev.Assigned(11, 12)]


def test_an_absence_ends_by_itself_or_by_its_agent() -> None:
    until = NOW + timedelta(hours=1)
    assert gone(PIOTR, until).is_away(NOW)
    assert not gone(PIOTR, until).is_away(until)
    assert gone(PIOTR).is_away(NOW + timedelta(days=999))
    here, away = a_case(), a_case(roster=a_roster(gone(PIOTR)))
    assert decide(a_call("back", ticket=None), here).reply.text == "You are not noted as away."
    assert decide(a_call("back", ticket=None), away).events == [ev.AgentReturned(11)]
