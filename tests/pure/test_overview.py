"""What waits, at a glance: which tickets, in which order, and how Slack draws them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatdesk.adapters.slack import overviews
from chatdesk.agent_console import many, overview
from chatdesk.agent_console.call import decide
from chatdesk.agent_console.command import Reply
from chatdesk.agent_console.overview import COLLEAGUES, UNCLAIMED, WAITING, YOURS, Overview
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import GroupQueue, Queues
from chatdesk.conversations.ticket import Priority, State, Ticket, Turn
from chatdesk.core.messages import Address, Moment
from chatdesk.emulators.slack.blocks import check_message_blocks, check_view
from chatdesk.people.people import Away
from tests.builders import HOME, INGRID, NOW, OTTO, PIOTR, STRANGER, a_call, a_case, a_conversation, a_roster, a_ticket

ACCOUNT = PIOTR.identity.account
WORKING, PENDING = State.IN_PROGRESS, State.WAITING


def hours_ago(n: int) -> Any:
    return NOW - timedelta(hours=n)


def a_row(number: int, assignee: int | None, turn: Turn, since: int, **more: Any) -> Ticket:
    return a_ticket(number=number, assignee=assignee, turn=turn, turn_since=hours_ago(since), **more)


TICKETS = (
    a_row(1, 11, Turn.CUSTOMER, 9, state=PENDING),
    a_row(2, 11, Turn.DESK, 1, state=WORKING),
    a_row(3, 11, Turn.DESK, 5, state=WORKING, tags=("vpn",), priority=Priority.HIGH),
    a_row(4, None, Turn.DESK, 2),
    a_row(5, None, Turn.DESK, 3),
    a_row(6, 12, Turn.CUSTOMER, 4, state=PENDING),
    a_row(7, 12, Turn.DESK, 7, state=WORKING),
    a_row(8, 99, Turn.DESK, 8, state=WORKING),  # of an agent who has left
)


def a_queue(*tickets: Ticket, name: str = "Support") -> GroupQueue:
    return GroupQueue(name.lower(), name, a_roster(PIOTR, INGRID), tickets)


def numbers(shown: Overview) -> dict[str, list[int]]:
    return {section.title: [row.ticket for row in section.rows] for section in shown.sections}


def test_our_turn_comes_first_then_what_has_waited_longest() -> None:
    waiting = a_queue(*TICKETS)
    assert numbers(overview.home(waiting, ACCOUNT, NOW)) == {YOURS: [3, 2, 1], UNCLAIMED: [8, 5, 4], WAITING: [6]}
    everything = {UNCLAIMED: [8, 5, 4], YOURS: [3, 2, 1], COLLEAGUES: [7, 6]}
    assert numbers(overview.everything(waiting, ACCOUNT, NOW)) == everything
    assert numbers(overview.own(waiting, ACCOUNT, NOW)) == {YOURS: [3, 2, 1]}


def test_a_row_tells_whose_turn_it_is_and_who_has_it() -> None:
    away = replace(INGRID, away=Away(NOW))
    waiting = GroupQueue("support", "Support", a_roster(PIOTR, away), TICKETS)
    rows = {row.ticket: row for s in overview.everything(waiting, ACCOUNT, NOW).sections for row in s.rows}
    assert rows[3].turn == Moment(hours_ago(5), "ours since")
    assert rows[1].turn == Moment(hours_ago(9), "theirs since")
    assert (rows[3].owner, rows[4].owner, rows[7].owner, rows[8].owner) == (PIOTR.name, "", "Ingrid Solberg (away)", "")
    assert (rows[3].tags, rows[3].priority) == (("vpn",), "high")


def test_what_is_too_much_is_counted() -> None:
    shown = overview.home(a_queue(*(a_ticket(number=n) for n in range(1, 41))), ACCOUNT, NOW, most=10)
    unclaimed = shown.sections[1]
    assert (len(unclaimed.rows), unclaimed.more, unclaimed.count) == (10, 30, 40)


# -- typed ---------------------------------------------------------------------------------------------------


def asked(command: str, *waiting: GroupQueue, at: Address = HOME, by: Any = PIOTR) -> Reply:
    case: Case = a_case(None, [Queues(waiting)], conversation=a_conversation(at=at))
    return decide(a_call(command, by, ticket=None, home=at), case).reply


def test_mine_and_queue_in_words() -> None:
    assert asked("mine", a_queue(*TICKETS)).text.splitlines() == [
        "Yours (3)",
        "#3 I cannot log in | ours since 2026-03-02 05:15 UTC | in progress, high | Piotr Zieliński | vpn",
        "#2 I cannot log in | ours since 2026-03-02 09:15 UTC | in progress, low | Piotr Zieliński",
        "#1 I cannot log in | theirs since 2026-03-02 01:15 UTC | waiting for reply, low | Piotr Zieliński",
    ]
    heads = [line for line in asked("queue", a_queue(*TICKETS)).text.splitlines() if not line.startswith("#")]
    assert heads == ["Unclaimed (3)", "Yours (3)", "Colleagues' (2)"]
    assert asked("mine", a_queue(), by=INGRID).text == "You have no open ticket."
    assert asked("queue", a_queue()).text == "The queue is empty."


def test_a_long_queue_ends_with_how_many_more() -> None:
    lines = asked("queue", a_queue(*(a_ticket(number=n) for n in range(1, 41)))).text.splitlines()
    assert (len(lines), lines[-1]) == (32, "... and 10 more")


def test_elsewhere_all_groups_of_the_caller_are_shown() -> None:
    other = a_queue(a_ticket(number=9), name="Grid")
    foreign = GroupQueue("lending", "Lending", a_roster(OTTO), (a_ticket(number=10),))
    waiting = (a_queue(*TICKETS), other, foreign)
    assert [o.group for o in asked("queue", *waiting).overviews] == ["Support"]
    elsewhere = asked("queue", *waiting, at=Address("slack", "T1/C9"))
    assert [o.group for o in elsewhere.overviews] == ["Support", "Grid"]
    assert elsewhere.text.startswith("Support: Unclaimed (3)")
    assert "Grid: Unclaimed (1)\n#9" in elsewhere.text


def test_only_agents_are_told() -> None:
    assert not asked("queue", a_queue(*TICKETS), by=STRANGER).ok


# -- drawn ---------------------------------------------------------------------------------------------------

LINKS = {"card:3": overviews.thread_link("https://desk.slack.com/", "C1", "1700000000.000100")}


def test_a_row_leads_to_its_thread() -> None:
    (shown,) = overview.own(a_queue(TICKETS[2]), ACCOUNT, NOW).sections
    assert overviews.row(shown.rows[0], LINKS) == (
        "*<https://desk.slack.com/archives/C1/p1700000000000100?thread_ts=1700000000.000100&cid=C1|"
        "#3 · I cannot log in>*\n"
        f"ours since <!date^{int(hours_ago(5).timestamp())}^{{date_short_pretty}} at {{time}}|2026-03-02 05:15 UTC> "
        "· in progress · high · Piotr Zieliński · vpn"
    )


@pytest.mark.parametrize("title", ["<!channel> & *all*", "a|b>c", "https://x.org/_y_"])
def test_a_title_is_shown_and_never_obeyed(title: str) -> None:
    (shown,) = overview.own(a_queue(replace(TICKETS[2], title=title)), ACCOUNT, NOW).sections
    link = overviews.row(shown.rows[0], LINKS).splitlines()[0]
    assert link.count("<") == link.count(">") == 1 and link.count("|") == 1


def page(*waiting: GroupQueue, **more: Any) -> overviews.HomePage:
    most = overviews.most_rows(len(waiting))
    return overviews.HomePage([overview.home(q, ACCOUNT, NOW, most) for q in waiting], LINKS, **more)


@pytest.mark.parametrize("groups", [0, 1, 2, 7, 40])
@pytest.mark.parametrize("tickets", [0, 3, 200])
def test_every_home_keeps_slacks_limits(groups: int, tickets: int) -> None:
    def queue(group: int) -> GroupQueue:
        owners, first = (11, None, 12), group * 1000
        own = (a_row(first + n, owners[n % 3], Turn.CUSTOMER, n, title="x" * 250) for n in range(tickets))
        return a_queue(*own, name=f"G{group}")

    view = overviews.home(page(*map(queue, range(groups)), ticked=frozenset(range(0, 50_000, 2))))
    assert check_view(view, len(json.dumps(view)))


@pytest.mark.parametrize("tickets", [1, 30, 200])
def test_every_answer_keeps_slacks_limits(tickets: int) -> None:
    own = [a_row(n, 12, Turn.DESK, n, title="&" * 250) for n in range(tickets)]
    waiting = [a_queue(*own, name=f"G{n}") for n in (1, 2)]
    links = {f"card:{n}": "https://x.slack.com/archives/C0123456789/p1" + "0" * 80 for n in range(tickets)}
    shown = [overview.everything(q, ACCOUNT, NOW) for q in waiting]
    blocks = overviews.message(shown, links)
    check_message_blocks(blocks)
    assert blocks and all(len(b["text"]["text"]) <= 3000 for b in blocks)


def test_what_was_ticked_stays_ticked() -> None:
    view = overviews.home(page(a_queue(*TICKETS), ticked=frozenset({3, 4}), generation=2))
    ticks = {b["block_id"]: b["accessory"].get("initial_options") for b in view["blocks"] if "accessory" in b}
    assert [block for block, initial in ticks.items() if initial] == ["tick:2:3", "tick:2:4"]


def test_ticks_are_read_from_the_view() -> None:
    values = {
        "tick:0:3": {"tick": {"type": "checkboxes", "selected_options": [{"value": "3"}]}},
        "tick:0:4": {"tick": {"type": "checkboxes", "selected_options": []}},
    }
    assert overviews.ticked({"state": {"values": values}}) == (3,)
    assert overviews.ticked({}) == ()


def test_who_is_away_can_come_back() -> None:
    def labels(shown: overviews.HomePage) -> list[str]:
        return [e["text"]["text"] for e in overviews.home(shown)["blocks"][0]["elements"]]

    assert labels(page(a_queue())) == ["Reply…", "Tag…", "Resolve…", "I am away…"]
    assert labels(page(a_queue(), away=" until Thursday, 5 March"))[-1] == "I am back (away until Thursday, 5 March)"


# -- several at once -----------------------------------------------------------------------------------------


def test_each_ticket_is_a_call_of_its_own() -> None:
    call = a_call("resolve", ticket=None, answers={"solution": "Restarted"})
    assert [(c.ticket, c.complete) for c in many.calls(call, [3, 4])] == [(3, True), (4, True)]


def test_what_could_not_be_done_is_told_in_one_sentence() -> None:
    refused = Reply("Resolve is not possible: ticket #4 is verified.", ok=False)
    assert many.told("resolve", [3, 4], [Reply(done="x"), Reply(done="y")]) == ""
    assert many.told("resolve", [3, 4], [Reply(), refused]) == (
        "Resolve: done for 1 of 2 tickets. Not for #4: Resolve is not possible: ticket #4 is verified."
    )


def test_what_is_wrong_with_the_answers_is_no_ticket_s_fault() -> None:
    wrong = Reply("Text: no", faults={"text": "no"}, ok=False)
    assert many.faults([wrong, wrong]) == {"text": "no"}
    assert many.faults([wrong, Reply()]) == {}
    assert many.faults([]) == {}
