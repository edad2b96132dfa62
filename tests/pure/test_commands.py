"""Every agent command in every state of a ticket: what follows, or which sentence refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from chatdesk.agent_console.call import Outcome, decide
from chatdesk.agent_console.catalogue import available, catalogue
from chatdesk.areas.area import Area, Groups, Service, Services
from chatdesk.conversations import events as ev
from chatdesk.conversations.addresses import Addresses, Known
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import card_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.linking import Merge, Other
from chatdesk.conversations.parts import HeldMessage, HeldMessages, LastReply, Line, Timeline
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.ticket import Priority, State
from chatdesk.core.messages import Act, Address, plain
from tests.builders import (
    CHAT,
    INGRID,
    LENDING,
    NOW,
    PIOTR,
    STRANGER,
    a_call,
    a_case,
    a_group,
    a_known,
    a_solved_ticket,
    a_ticket,
)

OPEN = [s for s in State if s.is_open]
ENDED = [State.SOLVED, State.UNSOLVED]
FINAL = [s for s in State if s.is_final]
HELD_KEY = "slack:T1/C1:9.000001"
HELD = HeldMessages({HELD_KEY: HeldMessage(PIOTR.identity.account, plain("@Ingrid will call you"))})
GROUPS = Groups(
    (a_group(), LENDING), (Area("default", "Default"), Area("library", "Library"), Area("physics", "Physics"))
)
SERVICES = Services((Service("notebooks", "Notebooks", "default"),))
ADDRESSES = Addresses((Known(7, CHAT), Known(8, Address("telegram", "campus/1001"))))
PARTS = (HELD, ADDRESSES, Other(5, "Anna K", merged=Merge(7, 1, 5)), Redactable((a_known(),)), GROUPS)
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "mute": {"length": "30m", "why": "Too much"},
    "assign": {"to": INGRID.identity.account},
    "resolve": {"solution": "Restarted."},
    "reply": {"text": "Looking"},
    "ask": {"text": "Which browser is it?"},
    "note": {"text": "Her account"},
    "new": {"text": "The disk is full"},
    "send": {"message": HELD_KEY},
    "keep": {"message": HELD_KEY},
    "undo": {"message": HELD_KEY},
    "versions": {"message": HELD_KEY},
    "title": {"title": "New title"},
    "priority": {"priority": "high"},
    "merge_person": {"other": "57", "sure": "yes"},
    "redact": {"message": "1", "why": "secret"},
    "tag": {"tags": "vpn"},
    "move": {"to": "lending", "why": "It is about a book"},
    "share": {"area": "library"},
    "unshare": {"area": "physics"},
    "type": {"type": "service_request"},
    "service": {"service": "notebooks"},
    "address": {"to": "2"},
}


TOO_LATE = (
    "It is too late for that: the message has left, or was dealt with. "
    "What has left can still be changed: edit or delete your message in the thread."
)


def names(outcome: Outcome) -> list[str]:
    return [type(e).__name__ for e in outcome.events]


def run(command: str, case: Case, **answers: str) -> Outcome:
    return decide(a_call(command, answers={**ANSWERS.get(command, {}), **answers}), case)


def refusal(outcome: Outcome) -> str:
    assert not outcome.events
    assert not outcome.reply.ok
    return outcome.reply.text


# -- which command is there in which state -----------------------------------------------------------------

WHEN: Mapping[str, Callable[[State], bool]] = {
    "claim": lambda s: s.is_open,
    "take_over": lambda s: s.is_open,
    "release": lambda s: s.is_open,
    "assign": lambda s: s.is_open,
    "resolve": lambda s: s.is_open,
    "title": lambda s: s.is_open,
    "priority": lambda s: s.is_open,
    "tag": lambda s: s.is_open,
    "move": lambda s: s.is_open,
    "reopen": lambda s: s in ENDED,
    "reply": lambda s: not s.is_final,
    "send": lambda s: not s.is_final,
    "note": lambda s: True,
    "keep": lambda s: True,
    "undo": lambda s: True,
    "versions": lambda s: True,
    "show": lambda s: True,
    "ask": lambda s: s.is_open,
    "history": lambda s: True,
    "stop_writing": lambda s: True,
    "new": lambda s: True,
    "merge_person": lambda s: True,
    "part_person": lambda s: True,
    "redact": lambda s: True,
    "mute": lambda s: True,
    "unmute": lambda s: False,  # nobody is muted here
    "muted": lambda s: True,
    "address": lambda s: not s.is_final,
    "return": lambda s: s.is_open,
    "share": lambda s: True,
    "unshare": lambda s: True,
    "type": lambda s: s.is_open,
    "service": lambda s: s.is_open,
    "spam": lambda s: not s.is_final,
    "not_spam": lambda s: False,  # nobody has said that it is
}


def test_the_table_names_every_command_of_a_ticket() -> None:
    assert set(WHEN) == {c.name for c in catalogue().values() if c.needs_ticket}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("command", sorted(WHEN))
def test_a_command_is_possible_in_its_states_only(command: str, state: State) -> None:
    """Ingrid has it: so take_over and release make sense, and claim is refused in words of its own."""
    more = {"came_from": "lending", "shared": ("physics",)}
    ticket = a_ticket(state=state, assignee=INGRID.person, assigned_at=NOW, **more)
    case = a_case(ticket, PARTS, has_elsewhere=True, areas=3, services=SERVICES)
    outcome = run(command, case)
    if not WHEN[command](state):
        sentence = refusal(outcome)
        why = catalogue()[command].lacks if state.is_open else ""
        assert sentence.startswith(
            f"{catalogue()[command].label} is not possible: {why or f'ticket #42 is {state}'}. Possible now:"
        )
        assert all(word in sentence for word in ("note", "show"))
        assert command not in [c.name for c in available(case)]
    elif command == "claim":
        assert "Ingrid Solberg took ticket #42" in refusal(outcome)
    else:
        assert outcome.reply.ok
        assert outcome.events or command in ("show", "versions", "history", "stop_writing", "muted")


@pytest.mark.parametrize("command", sorted(WHEN))
@pytest.mark.parametrize("state", [State.NEW, State.SOLVED, State.CLOSED])
def test_a_stranger_may_do_nothing(command: str, state: State) -> None:
    outcome = decide(a_call(command, STRANGER, answers=ANSWERS.get(command, {})), a_case(a_ticket(state=state), [HELD]))
    assert refusal(outcome) == "Only agents of Support may do that."
    elsewhere = a_call(command, STRANGER, home=Address("slack", "T1/C2"))
    assert refusal(decide(elsewhere, a_case(a_ticket()))) == "There is no ticket #42."


@pytest.mark.parametrize("command", ["mine", "queue", "help"])
def test_queries_about_the_group_are_for_its_agents_too(command: str) -> None:
    assert refusal(decide(a_call(command, STRANGER, ticket=None), a_case())) == "Only agents of Support may do that."


def test_an_unknown_command_names_those_there_are() -> None:
    sentence = refusal(run("frobnicate", a_case(a_ticket())))
    assert sentence.startswith(
        "There is no command 'frobnicate'. There are: address, ask, assign, away, back, bulletin, bulletins, claim,"
    )
    assert "keep" not in sentence.split(", ")  # not offered by name: it stands on a button only


@pytest.mark.parametrize("command", sorted(WHEN))
def test_without_a_ticket_there_is_none(command: str) -> None:
    outcome = decide(a_call(command, answers=ANSWERS.get(command, {})), a_case())
    if command == "versions":
        assert outcome.reply.text == "It was never changed."
    elif command == "stop_writing":
        assert not outcome.events
    else:
        assert refusal(outcome) == (TOO_LATE if command in ("keep", "undo") else "There is no such ticket.")


# -- who has it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", OPEN)
def test_claim_takes_what_nobody_has_and_tells_the_customer_once(state: State) -> None:
    assert run("claim", a_case(a_ticket(state=state))).events == [ev.Claimed(11), ev.CustomerTold(11)]
    assert run("claim", a_case(a_ticket(state=state, told_who=True))).events == [ev.Claimed(11)]


@pytest.mark.parametrize("state", list(State))
def test_a_further_ticket_is_opened_whatever_state_the_named_one_has(state: State) -> None:
    case = a_case(a_ticket(state=state), number=43)
    assert run("new", case, text="The disk is full").events == [
        ev.TicketOpened(43, title="The disk is full"),
        ev.NoteAdded("t43:2", 11, typed=False, body=plain("The disk is full"), author=PIOTR.identity),
    ]


@pytest.mark.parametrize("state", list(State))
def test_a_thread_has_one_open_ticket(state: State) -> None:
    case = a_case(a_ticket(state=state), number=43)
    outcome = decide(a_call("new_here", ticket=None, answers={"text": "The disk is full"}), case)
    if state.is_open:
        assert refusal(outcome) == "Ticket #42 is about that thread already, and open."
    else:
        assert names(outcome) == ["TicketOpened", "CustomerSaid"]


@pytest.mark.parametrize("state", [State.NEW, State.ASSIGNED, State.REOPENED])
def test_claim_begins_work_on_what_is_assigned_to_oneself(state: State) -> None:
    assert names(run("claim", a_case(a_ticket(state=state, assignee=11)))) == ["Claimed", "CustomerTold"]


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.WAITING, State.ON_HOLD])
def test_claim_of_ones_own_is_refused(state: State) -> None:
    assert refusal(run("claim", a_case(a_ticket(state=state, assignee=11)))) == "Ticket #42 is yours already."


@pytest.mark.parametrize(
    ("ago", "words"),
    [(3, "3 s"), (119, "119 s"), (120, "2 min"), (3599, "59 min"), (7199, "119 min"), (7200, "2 h"), (90_000, "25 h")],
)
def test_the_loser_learns_who_took_it_and_when_and_is_offered_to_take_it_over(ago: int, words: str) -> None:
    taken = a_ticket(state=State.IN_PROGRESS, assignee=INGRID.person, assigned_at=NOW - timedelta(seconds=ago))
    outcome = run("claim", a_case(taken))
    at = taken.assigned_at
    told = f"Ingrid Solberg took ticket #42 at {at:%H:%M:%S} UTC, {words} ago."
    assert refusal(outcome) == f"{told} You may take it over if you have agreed on that."
    assert [(b.label, b.act) for b in outcome.reply.buttons] == [("Take it over", Act("take_over", {"ticket": "42"}))]


def test_a_former_agents_ticket_is_somebodys() -> None:
    assert refusal(run("claim", a_case(a_ticket(state=State.IN_PROGRESS, assignee=99)))).startswith(
        "Somebody has ticket #42."
    )


@pytest.mark.parametrize("state", OPEN)
def test_take_over(state: State) -> None:
    assert run("take_over", a_case(a_ticket(state=state, assignee=12))).events == [ev.TakenOver(11, 12)]
    assert refusal(run("take_over", a_case(a_ticket(state=state, assignee=11)))) == "Ticket #42 is yours already."
    assert "Take over is not possible" in refusal(run("take_over", a_case(a_ticket(state=state))))


@pytest.mark.parametrize("state", OPEN)
def test_release(state: State) -> None:
    assert run("release", a_case(a_ticket(state=state, assignee=12))).events == [ev.Released(11)]
    assert "Release is not possible" in refusal(run("release", a_case(a_ticket(state=state))))


@pytest.mark.parametrize(
    "to",
    [
        INGRID.identity.account,
        "ingrid",
        "INGRID",
        "Ingrid Solberg",
        "@ingrid",
        "U0INGRID",
        "<@U0INGRID>",
        "<@U0INGRID|ingrid>",
        "ing",
    ],
)
def test_assign_finds_the_colleague(to: str) -> None:
    assert run("assign", a_case(a_ticket()), to=to).events == [ev.Assigned(11, 12)]


@pytest.mark.parametrize("to", ["nobody", "T1/U0GUEST", "@", "solberg"])
def test_assign_to_someone_unknown_names_the_agents(to: str) -> None:
    outcome = run("assign", a_case(a_ticket()), to=to)
    assert outcome.reply.faults == {
        "to": f"No agent of Support: {to}. There are: Piotr Zieliński, Ingrid Solberg, Otto Novak."
    }


def test_assign_to_oneself_is_a_claim() -> None:
    assert names(run("assign", a_case(a_ticket()), to="piotr")) == ["Claimed", "CustomerTold"]
    taken = a_ticket(state=State.IN_PROGRESS, assignee=12, assigned_at=NOW)
    assert "Ingrid Solberg took ticket #42" in refusal(run("assign", a_case(taken), to="piotr"))


def test_assign_without_a_name_asks_in_a_form() -> None:
    outcome = decide(a_call("assign"), a_case(a_ticket()))
    assert outcome.reply.form is not None
    assert [f.name for f in outcome.reply.form.asked] == ["to"]


# -- how it ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", OPEN)
def test_resolve_sends_the_solution_and_claims_what_nobody_has(state: State) -> None:
    events = run("resolve", a_case(a_ticket(state=state))).events
    assert events == [
        ev.Claimed(11),
        ev.Resolved("t42:4", 11, body=plain("Restarted."), author=PIOTR.identity),
    ]
    owned = a_case(a_ticket(state=State.IN_PROGRESS, assignee=12))
    assert run("resolve", owned, qualifier="workaround").events == [
        ev.Resolved("t42:3", 11, "workaround", body=plain("Restarted."), author=PIOTR.identity)
    ]


def test_the_last_reply_is_offered_as_solution_and_not_sent_twice() -> None:
    case = a_case(a_ticket(state=State.IN_PROGRESS, assignee=11), [LastReply("Try again now.")])
    form = decide(a_call("resolve"), case).reply.form
    assert form is not None
    assert [(f.name, f.default) for f in form.asked] == [("solution", "Try again now."), ("qualifier", "fixed")]
    for same in ("Try again now.", " Try again now.\n"):
        (resolved,) = run("resolve", case, solution=same).events
        assert isinstance(resolved, ev.Resolved)
        assert not resolved.sent
    (resolved,) = run("resolve", case, solution="Try again now!").events
    assert isinstance(resolved, ev.Resolved)
    assert resolved.sent


def test_a_last_reply_longer_than_the_form_is_not_sent_again_in_part() -> None:
    case = a_case(a_ticket(state=State.IN_PROGRESS, assignee=11), [LastReply("x" * 4000)])
    form = decide(a_call("resolve"), case).reply.form
    assert form is not None
    offered = form.asked[0].default
    assert offered == "x" * 2999 + "…"  # one sees that something is missing
    (resolved,) = run("resolve", case, solution=offered).events
    assert isinstance(resolved, ev.Resolved)
    assert not resolved.sent
    (changed,) = run("resolve", case, solution="x" * 2999 + "!").events
    assert isinstance(changed, ev.Resolved)
    assert changed.sent


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"solution": ""}, {"solution": "This is needed."}),
        ({"solution": "x" * 3001}, {"solution": "At most 3000 characters, these are 3001."}),
        (
            {"solution": " ", "qualifier": "magic"},
            {"solution": "This is needed.", "qualifier": "One of: fixed, workaround, works_as_designed, other."},
        ),
        ({"solution": "x", "colour": "red"}, {"colour": "There is no such field."}),
    ],
)
def test_a_faulty_form_is_answered_field_by_field(answers: Mapping[str, str], faults: Mapping[str, str]) -> None:
    outcome = decide(a_call("resolve", answers=answers, complete=True), a_case(a_ticket()))
    assert outcome.reply.faults == faults
    assert not outcome.reply.ok
    assert not outcome.events


def test_reopen_by_an_agent_takes_the_question_back() -> None:
    assert run("reopen", a_case(a_solved_ticket())).events == [ev.Reopened(11, by_customer=False, asked="t42:5:asked")]


# -- talking -----------------------------------------------------------------------------------------------


def test_reply_from_a_form_is_numbered_behind_what_comes_before_it() -> None:
    events = run("reply", a_case(a_ticket())).events
    assert names(Outcome(events)) == ["Claimed", "CustomerTold", "AgentSaid"]
    assert events[-1] == ev.AgentSaid("t42:5", 11, typed=False, body=plain("Looking"), author=PIOTR.identity)
    owned = a_case(a_ticket(state=State.IN_PROGRESS, assignee=11))
    assert run("reply", owned).events == [
        ev.AgentSaid("t42:3", 11, typed=False, body=plain("Looking"), author=PIOTR.identity)
    ]


@pytest.mark.parametrize("state", list(State))
def test_note_claims_nothing(state: State) -> None:
    assert run("note", a_case(a_ticket(state=state))).events == [
        ev.NoteAdded("t42:3", 11, typed=False, body=plain("Her account"), author=PIOTR.identity)
    ]


def test_a_held_message_is_sent_or_kept_by_its_author() -> None:
    owned = a_ticket(state=State.IN_PROGRESS, assignee=11)
    body = plain("@Ingrid will call you")
    sent = run("send", a_case(owned, [HELD]))
    assert sent.events == [
        ev.AudienceChosen(HELD_KEY, "public"),
        ev.AgentSaid(HELD_KEY, 11, body=body, author=PIOTR.identity),
    ]
    assert sent.reply.text == "Your message is on its way to Anna Keller."
    kept = run("keep", a_case(owned, [HELD]))
    assert kept.events == [
        ev.AudienceChosen(HELD_KEY, "internal"),
        ev.NoteAdded(HELD_KEY, 11, body=body, author=PIOTR.identity),
    ]
    assert kept.reply.text == "Kept as an internal note."


@pytest.mark.parametrize("command", ["send", "keep", "undo"])
def test_a_held_message_is_decided_once_and_by_nobody_else(command: str) -> None:
    owned = a_ticket(state=State.IN_PROGRESS, assignee=11)
    assert refusal(run(command, a_case(owned))) == TOO_LATE
    by_ingrid = decide(a_call(command, INGRID, answers={"message": HELD_KEY}), a_case(owned, [HELD]))
    assert refusal(by_ingrid) == "Only its author decides whom the message is for."


# -- sorting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "title"), [("New", "New"), ("  two\n lines ", "two lines"), ("{x}", "{x}")])
def test_title(typed: str, title: str) -> None:
    assert run("title", a_case(a_ticket()), title=typed).events == [ev.TitleSet(11, title=title)]


def test_the_same_title_changes_nothing() -> None:
    outcome = run("title", a_case(a_ticket()), title=" I cannot  log in ")
    assert not outcome.events
    assert outcome.reply.ok


@pytest.mark.parametrize("was", list(Priority))
@pytest.mark.parametrize("to", list(Priority))
def test_priority(was: Priority, to: Priority) -> None:
    outcome = run("priority", a_case(a_ticket(priority=was)), priority=to.value)
    if was is to:
        assert refusal(outcome) == f"The priority of ticket #42 is {to} already."
    else:
        assert outcome.events == [ev.PrioritySet(11, was.value, to.value)]


@pytest.mark.parametrize(
    ("typed", "on", "off", "then"),
    [
        ("vpn", ("vpn",), (), ("disk", "vpn")),
        ("VPN, #Printer vpn", ("vpn", "printer"), (), ("disk", "printer", "vpn")),
        ("-disk web-mail", ("web-mail",), ("disk",), ("web-mail",)),
        ("disk -none v2.1 größe", ("v2.1", "größe"), (), ("disk", "größe", "v2.1")),
    ],
)
def test_tags(typed: str, on: tuple[str, ...], off: tuple[str, ...], then: tuple[str, ...]) -> None:
    case = a_case(a_ticket(tags=("disk",)))
    (event,) = run("tag", case, tags=typed).events
    assert event == ev.TicketTagged(11, on, off)
    tagged = apply(case, event)
    assert tagged.subject.tags == then
    assert dict(card_of(tagged).facts)["Tags"] == ", ".join(then)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("a/b", "A tag is one word of letters and digits, at most 30: a/b is none."),
        ("x" * 31, f"A tag is one word of letters and digits, at most 30: {'x' * 31} is none."),
        (" ".join(f"t{n}" for n in range(10)), "A ticket has at most 10 tags."),
    ],
)
def test_what_is_no_tag(typed: str, why: str) -> None:
    assert run("tag", a_case(a_ticket(tags=("disk",))), tags=typed).reply.faults == {"tags": why}


@pytest.mark.parametrize("typed", ["disk", "-vpn", "-"])
def test_tags_that_change_nothing(typed: str) -> None:
    outcome = run("tag", a_case(a_ticket(tags=("disk",))), tags=typed)
    assert refusal(outcome) == "Ticket #42 has the tags disk: nothing changes."


@pytest.mark.parametrize("typed", ["HIGH", "High", " high "])
def test_a_choice_is_taken_in_any_case(typed: str) -> None:
    assert run("priority", a_case(a_ticket()), priority=typed).events == [ev.PrioritySet(11, "low", "high")]


def test_every_command_says_what_it_has_done() -> None:
    silent = [c.name for c in catalogue().values() if c.decide and not c.done]
    assert silent == []


def test_an_unknown_priority_names_those_there_are() -> None:
    outcome = run("priority", a_case(a_ticket()), priority="urgent")
    assert outcome.reply.faults == {"priority": "One of: low, medium, high, top."}


# -- looking -----------------------------------------------------------------------------------------------


def test_show_tells_what_became_of_each_message() -> None:
    said = (
        Line(NOW, "Anna Keller", "public", "sent", "I cannot\nlog in"),
        Line(NOW, "Piotr Zieliński", "public", "failed: too long", "x" * 300),
    )
    lines = run("show", a_case(a_ticket(), [Timeline(said)])).reply.text.splitlines()
    assert lines == [
        "#42 I cannot log in | new, low, desk's turn | nobody yet",
        "From Anna Keller, since 2026-03-02 10:15 UTC",
        "1. 2026-03-02 10:15 UTC Anna Keller (public, sent): I cannot log in",
        f"2. 2026-03-02 10:15 UTC Piotr Zieliński (public, failed: too long): {'x' * 199}…",
    ]


def test_help_has_a_line_for_every_listed_command() -> None:
    lines = decide(a_call("help", ticket=None), a_case()).reply.text.splitlines()
    listed = [c for c in catalogue().values() if c.listed]
    assert len(lines) == len(listed)
    assert "/desk resolve 42 <solution>: Give the solution. The user gets it with two buttons;" in "\n".join(lines)
    assert "/desk mine: Your open tickets, those that wait for you first." in lines


# -- the card ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "buttons"),
    [
        ({}, ["Claim", "Resolve", "Reply"]),
        ({"state": State.IN_PROGRESS, "assignee": 11}, ["Resolve", "Reply", "Note"]),
        ({"state": State.SOLVED, "assignee": 11}, ["Reopen", "Reply", "Note"]),
        ({"state": State.VERIFIED, "assignee": 11}, []),
    ],
)
def test_the_card_has_two_or_three_buttons(more: Mapping[str, object], buttons: list[str]) -> None:
    case = a_case(a_ticket(**more))
    assert [c.label for c in available(case) if c.on_card(case)] == buttons
