"""What agents are told of their channel itself, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatdesk.adapters.slack.home import CHANNEL_ERRORS, NOT_IN, TOKEN_ERRORS, look, trouble_of
from chatdesk.adapters.slack.inbound import lost
from chatdesk.conversations import events as ev
from chatdesk.conversations import notices
from chatdesk.conversations.ticket import State
from chatdesk.conversations.timers import CARD_LOST, OWNER_GONE, on_timer
from chatdesk.core.messages import Address, Outgoing
from chatdesk.people.people import Roster
from tests.builders import HOME, INGRID, NOW, PIOTR, a_case, a_group, a_roster, a_ticket

GROUP = a_group()
NEAR = a_group(id="second", name="Second", home=Address("slack", "T1/C2"))
FAR = a_group(id="library", area="library", name="Library", home=Address("slack", "T1/C3"))


def places(said: list[Outgoing]) -> list[Address]:
    return [out.to for out in said]


def test_a_trouble_is_told_in_a_channel_of_the_same_area_that_works_or_to_each_alone() -> None:
    told = notices.trouble(GROUP, "it is archived", [GROUP, FAR, NEAR], [a_roster()], NOW)
    assert places(told) == [NEAR.home]
    assert told[0].body is not None
    assert told[0].body.text.text.startswith("Nobody is heard in the channel of Support now: it is archived. ")
    assert places(notices.trouble(GROUP, "it is archived", [FAR], [a_roster()], NOW)) == [
        Address("slack", a.identity.account) for a in a_roster()
    ]


def test_without_one_each_agent_is_told_alone() -> None:
    told = notices.trouble(GROUP, "", [GROUP], [a_roster(PIOTR, INGRID)], NOW)
    assert places(told) == [Address("slack", "T1/U0PIOTR"), Address("slack", "T1/U0INGRID")]
    assert len({out.key for out in told}) == 2
    assert len({out.lane for out in told}) == 2
    assert notices.trouble(GROUP, "it is archived", [], [Roster()], NOW) == []


@pytest.mark.parametrize(("called", "asks"), [("#support", True), ("", False)])
def test_a_new_name_is_told_in_the_channel_itself(called: str, asks: bool) -> None:
    (told,) = notices.renamed(GROUP, "helpdesk", called)
    assert told.to == HOME
    assert told.body is not None
    assert ("Its settings still say #support" in told.body.text.text) is asks


@pytest.mark.parametrize(
    ("channel", "trouble"),
    [
        ({"is_member": True}, ""),
        ({"is_member": False}, NOT_IN),
        ({"is_member": True, "is_archived": True}, "it is archived"),
    ],
)
def test_what_a_look_tells(channel: dict[str, bool], trouble: str) -> None:
    assert look(channel) == trouble


def test_what_an_error_says_of_the_channel() -> None:
    assert all(trouble_of(error) for error in (*CHANNEL_ERRORS, *TOKEN_ERRORS, "missing_scope"))
    assert "token_revoked" in trouble_of("token_revoked")
    assert [trouble_of(error) for error in ("", "msg_too_long", "internal_error")] == ["", "", ""]


BOTS = {"ts": "5.1", "bot_id": "B1"}


@pytest.mark.parametrize(
    ("event", "ts"),
    [
        ({"subtype": "message_deleted", "previous_message": BOTS}, "5.1"),
        ({"subtype": "message_changed", "previous_message": BOTS, "message": {"subtype": "tombstone"}}, "5.1"),
        ({"subtype": "message_deleted", "previous_message": BOTS | {"thread_ts": "5.1"}}, "5.1"),
        ({"subtype": "message_deleted", "previous_message": BOTS | {"thread_ts": "4.1"}}, None),
        ({"subtype": "message_deleted", "previous_message": {"ts": "5.1", "user": "U1"}}, None),
        ({"subtype": "message_changed", "previous_message": BOTS, "message": BOTS}, None),
        ({"text": "hello", "user": "U1", "ts": "5.1"}, None),
        ({"subtype": "message_deleted"}, None),
    ],
)
def test_which_deletions_are_of_our_own_messages(event: dict[str, object], ts: str | None) -> None:
    assert lost(event) == ts


@pytest.mark.parametrize("state", State)
def test_only_what_can_still_change_gets_its_card_back(state: State) -> None:
    found = on_timer(CARD_LOST, a_case(a_ticket(state=state)))
    assert list(found) == ([] if state.is_final else [ev.CardLost()])


@pytest.mark.parametrize(
    ("ticket", "returns"),
    [
        (a_ticket(assignee=PIOTR.person), True),
        (a_ticket(assignee=INGRID.person), False),
        (a_ticket(), False),
        (a_ticket(assignee=PIOTR.person, state=State.SOLVED), False),
    ],
)
def test_only_what_the_agent_still_has_returns_to_the_queue(ticket: object, returns: bool) -> None:
    case = replace(a_case(a_ticket()), ticket=ticket)  # type: ignore[arg-type]
    assert list(on_timer(f"{OWNER_GONE}{PIOTR.person}", case)) == ([ev.OwnerGone(PIOTR.person)] if returns else [])
