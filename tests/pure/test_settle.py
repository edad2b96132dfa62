"""The cascade: what is said, in which order, and how often."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatdesk.conversations import after_end
from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.parts import AreaTickets
from chatdesk.conversations.ticket import State, Turn
from chatdesk.core.events import Event
from chatdesk.core.messages import Outgoing, plain
from chatdesk.desk.settle import Settled, settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.slices import Slice, Timer
from tests.builders import NOW, PIOTR, a_case, a_solved_ticket, a_ticket, an_incoming


def settled(case: Case, *events: Event, slices: Sequence[Slice] = (TRUNK,)) -> Settled:
    return settle(case, events, slices)


def keys(done: Settled) -> list[str]:
    return [out.key for out in done.outgoing]


def test_a_new_ticket_is_card_status_then_message() -> None:
    done = settle(a_case(), on_customer_message(a_case(), an_incoming()), [TRUNK])
    assert keys(done) == ["card:43", "status:43", "telegram:main/1001:5:copy:0"]
    assert [out.lane for out in done.outgoing] == ["card:43", "telegram:main/1001", "card:43"]
    assert done.case.conversation.current == 43
    assert done.case.ticket is not None
    assert (done.case.ticket.state, done.case.ticket.seq) == (State.NEW, 2)


def test_a_later_message_is_its_copy_and_a_mark_and_nothing_of_the_bots_own() -> None:
    said = an_incoming("It says 403")
    done = settled(a_case(a_ticket()), ev.CustomerSaid(said.key, body=said.body))
    assert keys(done) == [f"{said.key}:copy:0", f"{said.key}:received"]


def test_an_edited_card_comes_last() -> None:
    done = settled(a_case(a_ticket()), ev.Claimed(11), ev.CustomerTold(11))
    assert keys(done) == ["t42:3:conversations:0", "t42:4:conversations:0", "card:42", "status:42"]


def test_ten_changes_are_one_edit_of_the_card() -> None:
    changes = [ev.PrioritySet(11, "low", p) for p in ("medium", "high", "top", "low", "medium", "high", "top")]
    done = settled(a_case(a_ticket()), *changes)
    assert keys(done) == ["card:42"]
    card = done.outgoing[0].card
    assert card is not None
    assert ("Priority", "top") in card.facts


def test_a_change_that_is_taken_back_edits_nothing() -> None:
    done = settled(a_case(a_ticket()), ev.PrioritySet(11, "low", "top"), ev.PrioritySet(11, "top", "low"))
    assert keys(done) == []
    assert [h.seq for h in done.events] == [3, 4]


def test_the_last_word_per_key_wins_in_its_first_place() -> None:
    def twice(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
        return [Outgoing(to=case.thread, key="same", body=plain(str(seq))), *([] if seq > 3 else [_other(case)])]

    done = settled(
        a_case(a_ticket()), ev.CustomerTold(11), ev.CustomerTold(11), slices=[Slice(name="x", announce=twice)]
    )
    assert [(o.key, o.body) for o in done.outgoing] == [("same", plain("4")), ("other", plain("other"))]


def _other(case: Case) -> Outgoing:
    return Outgoing(to=case.thread, key="other", body=plain("other"))


def test_slices_react_until_nothing_more_happens() -> None:
    def react(event: Event, case: Case) -> Sequence[Event]:
        return [ev.PrioritySet(0, "low", "high")] if isinstance(event, ev.Claimed) else []

    done = settled(a_case(a_ticket()), ev.Claimed(11), slices=[Slice(name="x", react=react)])
    assert [(type(h.event).__name__, h.ticket, h.seq) for h in done.events] == [
        ("Claimed", 42, 3),
        ("PrioritySet", 42, 4),
    ]


def test_a_reaction_without_an_end_is_a_fault() -> None:
    endless = Slice(name="x", react=lambda event, case: [ev.CustomerTold(11)])
    with pytest.raises(RuntimeError, match="do not settle"):
        settled(a_case(a_ticket()), ev.CustomerTold(11), slices=[endless])


def test_fifty_events_are_allowed() -> None:
    assert len(settled(a_case(a_ticket()), *[ev.CustomerTold(11)] * 50).events) == 50


def test_events_of_the_conversation_count_there() -> None:
    done = settled(a_case(a_ticket()), ev.FreshTicketWanted(), ev.CustomerAnswered("new"))
    assert [(h.ticket, h.seq) for h in done.events] == [(None, 4), (None, 5)]
    assert keys(done) == ["c7:5:conversations:0"]
    assert done.case.conversation.fresh
    assert done.case.ticket == a_ticket()


def test_nothing_decided_is_nothing_settled() -> None:
    case = a_case(a_ticket())
    assert settle(case, [], [TRUNK]) == Settled(case, case)


def test_a_solution_starts_the_timer_and_what_ends_the_wait_takes_it_back() -> None:
    solved = settled(a_case(a_ticket()), ev.Resolved("t42:3", 11, body=plain("Done"), author=PIOTR.identity))
    assert [t.name for t in solved.timers] == ["close"]
    assert solved.timers[0].due is not None
    assert solved.timers[0].due > NOW
    for event in (ev.Reopened(1, by_customer=True), ev.Verified()):
        assert settled(a_case(a_solved_ticket()), event).timers == (Timer("close", None),)


def test_an_old_tickets_card_is_not_touched_when_a_new_one_opens() -> None:
    case = a_case(a_ticket(state=State.VERIFIED))
    done = settle(case, on_customer_message(case, an_incoming("It fails again")), [TRUNK])
    assert keys(done) == ["card:43", "status:43", "telegram:main/1001:5:copy:0"]
    card = done.outgoing[0].card
    assert card is not None
    assert ("Follows", "#42") in card.facts


def test_of_each_ticket_that_one_act_touches_all_is_kept() -> None:
    """What waited is said on the one, and another one is opened: the first one's card and counting follow."""
    case = a_case(a_ticket(turn=Turn.CUSTOMER))
    said = ev.CustomerSaid("t1", body=plain("And this"), written=NOW)
    opened = ev.TicketOpened(43, title="Where is my quota?")
    first = ev.CustomerSaid("t2", first=True, body=plain("Where is my quota?"), written=NOW)
    done = settled(case, said, ev.FreshTicketWanted(), opened, first)
    assert [(h.ticket, h.seq) for h in done.events if h.ticket] == [(42, 3), (43, 1), (43, 2)]
    assert [(t.number, t.seq, t.turn) for t in done.left] == [(42, 3, Turn.DESK)]
    assert done.case.ticket is not None
    assert (done.case.ticket.number, done.case.ticket.seq) == (43, 2)
    assert {"card:42", "card:43"} <= set(keys(done))


def test_a_number_is_given_once() -> None:
    """Two things of one act that both want a new ticket are one ticket."""
    case = a_case()
    opened = after_end.opened(case, None, [("t1", plain("Where is my quota?"))])
    for event in opened:
        case = apply(case, event)
    again = after_end.opened(case, None, [("t2", plain("And my data?"))])
    assert [type(event) for event in again] == [ev.CustomerSaid]


def test_a_button_that_names_somebody_elses_ticket_leaves_it_alone() -> None:
    theirs = a_ticket(conversation=99)
    case = a_case(theirs, [AreaTickets((a_ticket(number=7),))])
    done = settled(case, ev.CustomerAnswered("unknown_ticket"))
    assert done.case.ticket == theirs
    assert not any(key.startswith(("card:", "status:")) for key in keys(done))
