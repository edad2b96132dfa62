"""What an agent's emoji does, on each message, in each state; and what it leaves to the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chatdesk.areas.area import Emoji
from chatdesk.conversations import events as ev
from chatdesk.conversations.announce import announce
from chatdesk.conversations.case import Case
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.emoji import on_agent_reaction
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About, HeldMessage, HeldMessages, Known
from chatdesk.conversations.ticket import Held, State
from chatdesk.core.events import Event
from chatdesk.core.messages import Act, Button, Deed, Identity, Incoming, plain
from tests.builders import INGRID, NOW, PIOTR, STRANGER, a_case, a_group, a_known, a_ticket, an_incoming

MINE = a_ticket(state=State.IN_PROGRESS, assignee=PIOTR.person, told_who=True)
HERS = a_ticket(state=State.IN_PROGRESS, assignee=INGRID.person, assigned_at=NOW, told_who=True)
OWN = a_known()
KEY = OWN.key
HELD = HeldMessages({KEY: HeldMessage(PIOTR.identity.account, plain("Try again"), PIOTR.name)})
FROM_ANNA = a_known(key="telegram:main/1001:5", side="customer", account="1001", author="Anna Keller")


def reacts(called: str, by: Identity = PIOTR.identity, **more: Any) -> Incoming:
    given = {"deed": Deed.REACTED, "called": called, "signs": (f":{called}:",), "about": "9.1"}
    return an_incoming("", by=by, **(given | more))


def on(known: Known | None, ticket: Any = MINE, **more: Any) -> Case:
    about = known.key if known else ticket.card
    return a_case(ticket, [About(known), HELD, *more.pop("parts", ())], about=about, **more)


def told(events: Sequence[Event]) -> str:
    (event,) = events
    assert isinstance(event, ev.AgentTold)
    assert event.author == PIOTR.identity
    return event.why


# -- 👀 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, OWN, FROM_ANNA])
def test_eyes_claim_wherever_they_are(known: Known | None) -> None:
    events = on_agent_reaction(on(known, a_ticket()), reacts("eyes"))
    assert events == [ev.Claimed(PIOTR.person), ev.CustomerTold(PIOTR.person)]


def test_eyes_on_ones_own_ticket_change_nothing() -> None:
    assert on_agent_reaction(on(FROM_ANNA), reacts("eyes")) == []


def test_eyes_on_a_colleagues_ticket_are_refused_with_what_may_be_done() -> None:
    (event,) = on_agent_reaction(on(None, HERS), reacts("eyes"))
    assert isinstance(event, ev.AgentTold)
    assert event.why.startswith("Ingrid Solberg took ticket #42 at 10:15:00 UTC, 0 s ago.")
    assert event.offers == (Button("Take it over", Act("take_over", {"ticket": "42"})),)
    (out,) = announce(event, on(None, HERS), 3)
    assert (out.private_to, out.buttons) == (PIOTR.identity, event.offers)


@pytest.mark.parametrize("state", [s for s in State if not s.is_open])
@pytest.mark.parametrize(("called", "done"), [("eyes", "claimed"), ("white_check_mark", "resolved")])
def test_an_ended_ticket_is_neither_claimed_nor_resolved(state: State, called: str, done: str) -> None:
    words = told(on_agent_reaction(on(OWN, a_ticket(state=state)), reacts(called)))
    assert words == f"Ticket #42 is {state}, and cannot be {done}."


# -- ✅ ----------------------------------------------------------------------------------------------------


def test_a_check_on_ones_own_reply_resolves_with_it_and_asks_once() -> None:
    case = on(OWN)
    (solved,) = on_agent_reaction(case, reacts("white_check_mark"))
    assert isinstance(solved, ev.Resolved)
    assert (solved.key, solved.by, solved.sent, solved.qualifier) == ("t42:3", PIOTR.person, False, "fixed")
    line, asked = announce(solved, case, 3)
    assert line.body == plain("Piotr Zieliński resolved the ticket (fixed).")
    assert asked.body == plain("Does this solve ticket #42?")
    assert asked.answers == f"{KEY}:copy:0"


def test_the_question_is_about_the_last_of_several_parts() -> None:
    (solved,) = on_agent_reaction(on(a_known(copies=Copies((0, 1, 2), 3))), reacts("white_check_mark"))
    assert isinstance(solved, ev.Resolved)
    assert solved.shown == f"{KEY}:copy:2"


def test_a_check_on_a_reply_that_waits_sends_it_first() -> None:
    ticket = a_ticket(state=State.IN_PROGRESS, assignee=PIOTR.person, told_who=True, held=(Held(KEY, PIOTR.person),))
    events = on_agent_reaction(on(a_known(state=Delivery.HELD), ticket), reacts("white_check_mark"))
    assert [type(e) for e in events] == [ev.HoldEnded, ev.AgentSaid, ev.Resolved]
    assert events[-1].key == "t42:5"  # type: ignore[attr-defined]


def test_a_check_on_a_reply_whose_author_is_asked_is_refused() -> None:
    ticket = a_ticket(held=(Held(KEY, PIOTR.person, asks=True),))
    assert told(on_agent_reaction(on(a_known(state=Delivery.HELD), ticket), reacts("white_check_mark"))).startswith(
        "That reply has not been sent."
    )


@pytest.mark.parametrize(
    "known",
    [
        None,
        FROM_ANNA,
        a_known(audience="internal"),
        a_known(account=INGRID.identity.account),
        a_known(state=Delivery.UNDONE),
        a_known(state=Delivery.FAILED),
    ],
)
def test_a_check_elsewhere_offers_the_form(known: Known | None) -> None:
    (event,) = on_agent_reaction(on(known), reacts("white_check_mark"))
    assert isinstance(event, ev.AgentTold)
    assert event.offers == (Button("Resolve", Act("resolve", {"ticket": "42"}), primary=True),)


# -- 🔒 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "audience", "first"),
    [
        ((Held(KEY, PIOTR.person),), "public", ev.HoldEnded(KEY, "note")),
        ((Held(KEY, PIOTR.person, asks=True),), "public", ev.HoldEnded(KEY, "note")),
        ((), "undecided", ev.AudienceChosen(KEY, "internal")),
    ],
)
def test_a_lock_keeps_what_waits_as_a_note(held: tuple[Held, ...], audience: str, first: Event) -> None:
    known = a_known(state=Delivery.HELD, audience=audience)
    events = on_agent_reaction(on(known, a_ticket(held=held)), reacts("lock"))
    assert events == [first, ev.NoteAdded(KEY, PIOTR.person, body=known.body, author=PIOTR.identity)]


@pytest.mark.parametrize("state", [Delivery.QUEUED, Delivery.SENT, Delivery.BLOCKED])
def test_a_lock_that_comes_too_late_says_so(state: Delivery) -> None:
    words = told(on_agent_reaction(on(a_known(state=state)), reacts("lock")))
    assert words.startswith("Too late for :lock:: the message has left.")


def test_a_lock_on_a_colleagues_reply_is_refused() -> None:
    known = a_known(state=Delivery.HELD, account=INGRID.identity.account)
    assert told(on_agent_reaction(on(known), reacts("lock"))).startswith("Only its author")


@pytest.mark.parametrize("known", [None, FROM_ANNA, a_known(audience="internal"), a_known(state=Delivery.UNDONE)])
def test_a_lock_means_nothing_elsewhere(known: Known | None) -> None:
    assert on_agent_reaction(on(known), reacts("lock")) == []


# -- what is no command ------------------------------------------------------------------------------------


@pytest.mark.parametrize("called", ["eyes", "white_check_mark", "lock"])
def test_taking_it_back_undoes_nothing(called: str) -> None:
    assert on_agent_reaction(on(OWN), reacts(called, signs=(), signs_off=(f":{called}:",))) == []


@pytest.mark.parametrize("called", ["eyes", "white_check_mark", "lock"])
def test_a_strangers_emoji_is_an_emoji(called: str) -> None:
    assert on_agent_reaction(on(OWN), reacts(called, STRANGER)) == []


def test_other_emoji_cross() -> None:
    said = reacts("tada", signs=("🎉",))
    assert on_agent_reaction(on(FROM_ANNA), said) == [ev.AgentReacted(FROM_ANNA.key, ("🎉",), (), PIOTR.person)]


def test_the_desk_says_which_emoji() -> None:
    other = Emoji(claim="hand", resolve="tada", note="no_bell")
    case = on(None, a_ticket(), parts=[other], group=a_group())
    assert on_agent_reaction(case, reacts("hand")) == [ev.Claimed(PIOTR.person), ev.CustomerTold(PIOTR.person)]
    crossed = on_agent_reaction(on(FROM_ANNA, parts=[other]), reacts("eyes", signs=("👀",)))
    assert crossed == [ev.AgentReacted(FROM_ANNA.key, ("👀",), (), PIOTR.person)]
