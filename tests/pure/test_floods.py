"""Who writes too fast, the same again and again, or is muted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

import pytest

from chatdesk.agent_console.call import decide
from chatdesk.conversations import events as ev
from chatdesk.conversations import floods, inputs
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import card_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About, GatheredMessage, GatheredMessages, Line, MutedMessages
from chatdesk.conversations.ticket import State
from chatdesk.conversations.writers import Mute, Writer, print_of
from chatdesk.core.events import Event
from chatdesk.core.messages import Body, Deed, Incoming, plain
from tests.builders import (
    NOW,
    PIOTR,
    a_call,
    a_case,
    a_conversation,
    a_file,
    a_group,
    a_known,
    a_ticket,
    an_act,
    an_incoming,
)

WORDS = ["plot", "axis", "quota", "login", "kernel", "memory", "token", "proxy", "disk", "node", "queue"]


def at(seconds: float, text: str = "", n: int = 0) -> Incoming:
    """Something that Anna says so many seconds later; the text is another each time unless given."""
    words = text or f"The {WORDS[n % 11]} and the {WORDS[n // 11 % 11]} are broken"
    return replace(an_incoming(words), key=f"k{n}", when=NOW + timedelta(seconds=seconds))


def heard(case: Case, said: Incoming) -> tuple[Case, Sequence[Event]]:
    now = replace(case, now=max(case.now, said.when))
    events = inputs.decide(now, said, by_agent=False)
    return reduce(apply, events, now), events


def run(case: Case, gaps: Sequence[float], text: str = "") -> tuple[Case, list[Sequence[Event]]]:
    seconds, done = 0.0, []
    for n, gap in enumerate(gaps):
        seconds += gap
        case, events = heard(case, at(seconds, text, n))
        done.append(events)
    return case, done


def began(done: Sequence[Sequence[Event]]) -> int | None:
    """At which message a flood began, counted from 1."""
    return next((n for n, events in enumerate(done, 1) if any(isinstance(e, ev.FloodBegan) for e in events)), None)


def a_flood(limit: int = 30) -> Case:
    return a_case(a_ticket(heard=NOW - timedelta(hours=1)), group=a_group(flood=limit))


@pytest.mark.parametrize(
    ("limit", "gaps", "begins"),
    [
        (30, [1.0] * 40, 31),  # as soon as there are more than 30 in a minute
        (30, [0.0] * 40, 31),
        (30, [2.0] * 200, None),  # 30 a minute, for long
        (30, [60.0] * 200, None),
        (30, [1.0] * 30 + [60.0] + [1.0] * 25, None),
        (30, [2.0] * 20 + [1.0] * 60, 43),  # a minute slides
        (5, [1.0] * 9, 6),
        (1, [1.0] * 3, 2),
        (1, [61.0] * 20, None),
        (0, [0.0] * 500, None),  # off
    ],
)
def test_when_a_flood_begins(limit: int, gaps: list[float], begins: int | None) -> None:
    _, done = run(a_flood(limit), gaps)
    found = began(done)
    assert found == begins or (begins == 43 and found is not None and 31 <= found <= 62)


def test_after_the_end_of_a_ticket_there_is_a_limit_too() -> None:
    """Messages wait for what they are about: nothing is noted on the ticket."""
    ended = a_case(a_ticket(state=State.SOLVED, heard=NOW - timedelta(hours=1)), group=a_group(flood=30))
    assert began(run(ended, [1.0] * 40)[1]) == 31


def test_a_human_pace_leaves_no_trace() -> None:
    """Nothing is written beside the message itself: what an ordinary one costs stays as it was."""
    case, done = run(a_flood(), [3.0] * 20)
    assert case.conversation.writers == ()
    assert [type(e).__name__ for e in done[-1]] == ["CustomerSaid"]


@pytest.mark.parametrize("text", ["Buy cheap tickets now", "КУПИТЕ БИЛЕТЫ", "Bitte   sofort melden!!!"])
def test_the_same_again_and_again_is_a_flood_at_any_pace(text: str) -> None:
    case, seconds, found = a_flood(), 0.0, 0
    for n in range(10):
        seconds += 120
        case, events = heard(case, at(seconds, f"{text.upper() if n % 2 else text} {n}!", n))
        if any(isinstance(e, ev.FloodBegan) and e.alike for e in events):
            found = n + 1
            break
    assert found == floods.ALIKE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Buy cheap tickets now", "buy CHEAP tickets, now!!! 17 👍", True),
        ("Buy cheap tickets now", "buuuuy cheap tiiickets now", True),
        ("Buy cheap tickets now", "Sell cheap tickets now", False),
        ("ﬁle not found", "file not found", True),
    ],
)
def test_nearly_the_same(one: str, other: str, same: bool) -> None:
    assert (print_of(one) == print_of(other)) is same


@pytest.mark.parametrize("text", ["", "yes", "ok!", "1234567890", "👍👍👍👍👍👍👍👍👍", "and now?"])
def test_there_is_too_little_to_compare(text: str) -> None:
    assert print_of(text) == 0
    _, done = run(a_flood(), [60.0] * 20, text or " ")
    assert began(done) is None


def test_answers_of_one_word_are_no_flood() -> None:
    assert began(run(a_flood(), [30.0] * 40, "yes")[1]) is None


def test_what_comes_in_late_is_judged_by_when_it_was_written() -> None:
    """After an outage all of it arrives at once, though its author wrote it over hours."""
    case = replace(a_flood(), now=NOW + timedelta(days=1))
    _, done = run(case, [60.0] * 100)
    assert began(done) is None


def test_while_it_lasts_messages_are_gathered_and_told_once() -> None:
    case, done = run(a_flood(5), [1.0] * 20)
    kept = [e.key for events in done for e in events if isinstance(e, ev.MessageKept)]
    assert kept == [f"k{n}" for n in range(5, 20)] == list(case.conversation.gathered)
    assert sum(isinstance(e, ev.FloodBegan) for events in done for e in events) == 1


def test_a_flood_ends_and_the_next_one_is_told_again() -> None:
    case, _ = run(a_flood(5), [1.0] * 10)
    late = replace(case, now=case.now + timedelta(minutes=11))
    (ended,) = floods.on_end(late)
    assert isinstance(ended, ev.FloodEnded)
    assert apply(late, ended).conversation.writers == ()
    assert floods.on_end(case) == []


def test_typed_commands_are_gathered_too_and_buttons_are_not() -> None:
    case, _ = run(a_flood(5), [1.0] * 10)
    case, events = heard(case, replace(an_act("new", "more quota"), when=case.now, key="c1"))
    assert [e.body.text.text for e in events if isinstance(e, ev.MessageKept)] == ["/new more quota"]
    _, pressed = heard(case, replace(an_act("solved", ticket="42"), native=None))
    assert not any(isinstance(e, ev.MessageKept) for e in pressed)


def test_the_parts_of_an_album_are_one_message() -> None:
    case, part = a_flood(5), replace(an_incoming("", "photo"), part_of="album")
    for n in range(20):
        case, events = heard(case, replace(part, key=f"p{n}"))
        assert not any(isinstance(e, ev.FloodBegan) for e in events)
    assert case.conversation.album is not None
    assert len(case.conversation.album.body.files) == 20


def gathered(*texts: str, account: str = "1001", first: int = 0) -> list[GatheredMessage]:
    said = [Body(plain(t).text, (a_file("photo"),) if not t else ()) for t in texts]
    return [GatheredMessage(f"g{first + n}", account, "Anna Keller", NOW, body) for n, body in enumerate(said)]


def test_what_was_gathered_goes_on_as_one_message() -> None:
    messages = gathered("one", "", "two")
    case = a_case(
        a_ticket(),
        [GatheredMessages(tuple(messages))],
        conversation=a_conversation(current=42, gathered=("g0", "g1", "g2")),
    )
    passed, said = inputs.on_timer(floods.GATHERED, case)
    assert passed == ev.GatheredPassed(("g0", "g1", "g2"))
    assert isinstance(said, ev.CustomerSaid)
    assert (said.key, said.gathered, said.body.text.text) == ("g2:together", 3, "one\ntwo")
    assert len(said.body.files) == 1
    after = reduce(apply, [passed, said], case)
    assert after.conversation.gathered == ()
    assert after.subject.last_said == "g2", "what its author can see"


@pytest.mark.parametrize(
    ("state", "ticket", "waiting", "event"),
    [
        (Delivery.MUTED, 42, (), "PendingEdited"),
        (Delivery.GATHERED, None, ("k1",), "PendingEdited"),
        (Delivery.GATHERED, 42, ("k1",), "PendingEdited"),
        (Delivery.GATHERED, 42, (), "GatheredEdited"),
    ],
)
def test_an_edit_of_a_kept_message(state: Delivery, ticket: int | None, waiting: tuple[str, ...], event: str) -> None:
    known = a_known(key="k1", side="customer", state=state, ticket=ticket)
    talk = a_conversation(current=42, gathered=waiting)
    case = a_case(a_ticket(), [About(known)], conversation=talk)
    (happened,) = inputs.decide(case, replace(an_incoming("Better"), deed=Deed.EDITED), by_agent=False)
    assert type(happened).__name__ == event


def test_what_was_gathered_may_open_a_ticket() -> None:
    case = a_case(None, [GatheredMessages(tuple(gathered("one", "two")))])
    names = [type(e).__name__ for e in inputs.on_timer(floods.GATHERED, case)]
    assert names == ["GatheredPassed", "TicketOpened", "CustomerSaid"]


def test_of_several_people_each_has_a_message() -> None:
    messages = gathered("a", "b", account="1") + gathered("c", account="2", first=5)
    talk = a_conversation(current=42, circle="Lab", readers=3)
    case = a_case(a_ticket(), [GatheredMessages(tuple(messages))], conversation=talk)
    said = [e for e in inputs.on_timer(floods.GATHERED, case) if isinstance(e, ev.CustomerSaid)]
    assert [(e.author and e.author.account, e.body.text.text) for e in said] == [("1", "a\nb"), ("2", "c")]


def test_too_much_at_once_is_counted() -> None:
    messages = gathered(*["x" * 500] * 20)
    case = a_case(a_ticket(), [GatheredMessages(tuple(messages))])
    *_, said = inputs.on_timer(floods.GATHERED, case)
    assert isinstance(said, ev.CustomerSaid)
    assert said.body.text.text.endswith("… and 15 more, which are kept")
    assert len(said.body.text.text) < floods.MOST_SHOWN + 100


def test_nothing_was_gathered() -> None:
    assert inputs.on_timer(floods.GATHERED, a_case(a_ticket(), [GatheredMessages(())])) == []


# -- mutes -------------------------------------------------------------------------------------------------


def a_mute(until: datetime, kept: int = 0) -> Case:
    return a_case(a_ticket(), conversation=a_conversation(current=42, mute=Mute(until, "Too much", kept)))


def test_what_is_written_during_a_mute_is_kept_and_counted() -> None:
    case, events = heard(a_mute(NOW + timedelta(minutes=5)), at(1))
    assert [type(e).__name__ for e in events] == ["MessageKept"]
    assert case.conversation.mute is not None
    assert case.conversation.mute.kept == 1


def test_after_a_mute_all_is_heard_even_when_no_timer_has_come() -> None:
    case = a_mute(NOW - timedelta(seconds=1), 3)
    assert isinstance(heard(case, at(1))[1][-1], ev.CustomerSaid)
    (ended,) = inputs.on_timer(floods.MUTE, case)
    assert ended == ev.MuteEnded(0, 3)
    assert apply(case, ended).conversation.mute is None


def test_a_mute_that_was_made_longer_does_not_end_early() -> None:
    assert inputs.on_timer(floods.MUTE, a_mute(NOW + timedelta(minutes=5))) == []
    case = a_mute(NOW + timedelta(minutes=5), 3)
    longer = apply(case, ev.Muted(11, (NOW + timedelta(hours=1)).isoformat(), why="Still"))
    assert longer.conversation.mute == Mute(NOW + timedelta(hours=1), "Still", 3)


def test_the_card_says_so() -> None:
    facts = dict(card_of(a_mute(NOW + timedelta(minutes=5))).facts)
    assert "Muted until" in facts
    slow = Writer("1001", NOW, 31, slow_until=NOW + timedelta(minutes=10))
    slowed = a_case(a_ticket(), conversation=a_conversation(current=42, writers=(slow,)))
    assert "Writes too fast: gathered until" in dict(card_of(slowed).facts)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("30m", 30), ("2h", 120), ("3d", 4320), (" 10 min ", 10), ("1 hour", 60), ("365d", 525600)],
)
def test_a_mute_ends(typed: str, minutes: int) -> None:
    (muted,) = decide(a_call("mute", answers={"length": typed, "why": " Wait "}), a_case(a_ticket())).events
    assert muted == ev.Muted(PIOTR.person, (NOW + timedelta(minutes=minutes)).isoformat(), why="Wait")


@pytest.mark.parametrize("typed", ["0m", "tomorrow", "366d", "9999h9", "-5m", "5", "m", "1e3m", "30s"])
def test_a_mute_without_an_end_is_refused(typed: str) -> None:
    outcome = decide(a_call("mute", answers={"length": typed, "why": "Wait"}), a_case(a_ticket()))
    assert outcome.events == ()
    assert outcome.reply.faults is not None
    assert list(outcome.reply.faults) == ["length"]


def test_a_mute_is_asked_for_with_the_groups_usual_length() -> None:
    form = decide(a_call("mute"), a_case(a_ticket(), group=a_group(mute_minutes=15))).reply.form
    assert form is not None
    assert [f.default for f in form.asked] == ["15m", ""]


def test_unmuting_tells_how_much_was_kept() -> None:
    case = a_mute(NOW + timedelta(minutes=5), 3)
    assert decide(a_call("unmute"), case).events == [ev.MuteEnded(PIOTR.person, 3)]
    assert not decide(a_call("unmute"), a_case(a_ticket())).reply.ok


def test_muted_messages_are_shown_to_who_asks() -> None:
    lines = MutedMessages((Line(NOW, "Anna Keller", "public", "muted", "Hello"), Line(NOW, "Anna Keller", "", "", "")))
    text = decide(a_call("muted"), a_case(a_ticket(), [lines])).reply.text
    assert text == "2026-03-02 10:15 UTC Anna Keller: Hello\n2026-03-02 10:15 UTC Anna Keller: a file"
    assert decide(a_call("muted"), a_case(a_ticket())).reply.text == (
        "Nothing was written while Anna Keller was muted (ticket #42)."
    )
