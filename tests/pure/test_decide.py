"""What follows from what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.decide import on_agent_message, on_customer_message
from chatdesk.conversations.replying import claim_by_reply, is_free_for
from chatdesk.conversations.ticket import State, Ticket, Turn
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup, Span, Style, bold, styled
from chatdesk.core.messages import Body, Incoming, plain
from tests.builders import (
    INGRID,
    NOW,
    OTTO,
    PIOTR,
    STRANGER,
    a_case,
    a_conversation,
    a_file,
    a_group,
    a_solved_ticket,
    a_ticket,
    an_incoming,
)

OPEN = [s for s in State if s.is_open]
FINAL = [s for s in State if s.is_final]
ENDED = [State.SOLVED, State.UNSOLVED]


def names(events: Sequence[Event]) -> list[str]:
    return [type(e).__name__ for e in events]


# -- the customer ------------------------------------------------------------------------------------------


def test_the_first_message_opens_a_ticket() -> None:
    said = an_incoming("I cannot log in\nto the notebook service")
    assert on_customer_message(a_case(), said) == [
        ev.TicketOpened(43, None, title="I cannot log in to the notebook service"),
        ev.CustomerSaid(said.key, first=True, body=said.body),
    ]


@pytest.mark.parametrize("state", OPEN)
def test_a_message_goes_to_the_open_ticket(state: State) -> None:
    said = an_incoming("It says 403")
    assert on_customer_message(a_case(a_ticket(state=state)), said) == [ev.CustomerSaid(said.key, body=said.body)]


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("text", ["thanks", "Thank you, solved", "Hello?", "hi, any news?"])
def test_what_may_want_an_answer_makes_it_the_agents_turn(state: State, text: str) -> None:
    case, said = a_case(a_ticket(state=state, turn=Turn.CUSTOMER)), an_incoming(text)
    (event,) = on_customer_message(case, said)
    assert event == ev.CustomerSaid(said.key, body=said.body)
    assert apply(case, event).subject.turn is Turn.DESK


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("turn", list(Turn))
def test_a_bare_greeting_within_an_open_ticket_is_passed_on_and_changes_nothing(state: State, turn: Turn) -> None:
    ticket, said = a_ticket(state=state, turn=turn), an_incoming("Hello!")
    (event,) = on_customer_message(a_case(ticket), said)
    assert event == ev.CustomerGreeted(said.key, body=said.body)
    assert apply(a_case(ticket), event).ticket == replace(
        ticket, seq=ticket.seq + 1, heard=said.when, last_said=said.key
    )


def test_a_greeting_under_a_photo_is_no_bare_greeting() -> None:
    assert names(on_customer_message(a_case(a_ticket()), an_incoming("Hello!", "photo"))) == ["CustomerSaid"]


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize(
    ("policy", "days", "then"),
    [
        ("ask", 1, "asks"),
        ("ask", 99, "asks"),
        ("reopen", 9, "reopens"),
        ("reopen", 11, "opens another"),
        ("new", 0, "opens another"),
    ],
)
def test_a_message_after_the_end(state: State, policy: str, days: int, then: str) -> None:
    ticket = a_solved_ticket(state=state, ended=NOW - timedelta(days=days))
    said = an_incoming("It fails again")
    case = a_case(ticket, group=a_group(after_end=policy))
    assert (
        on_customer_message(case, said)
        == {
            "asks": [ev.AfterEndAsked(said.key, 42, body=said.body)],
            "reopens": [
                ev.Reopened(1, by_customer=True, asked="t42:5:asked", wrote=True),
                ev.CustomerSaid(said.key, body=said.body),
            ],
            "opens another": [
                ev.TicketOpened(43, relates_to=42, title="It fails again"),
                ev.CustomerSaid(said.key, first=True, body=said.body),
            ],
        }[then]
    )


@pytest.mark.parametrize("state", FINAL)
def test_a_message_after_a_final_state_opens_a_linked_ticket(state: State) -> None:
    said = an_incoming("It fails again")
    assert on_customer_message(a_case(a_ticket(state=state)), said) == [
        ev.TicketOpened(43, relates_to=42, title="It fails again"),
        ev.CustomerSaid(said.key, first=True, body=said.body),
    ]


@pytest.mark.parametrize("state", [*ENDED, *FINAL])
@pytest.mark.parametrize("text", ["Thank you!", "thank you, solved", "Thanks, it works now"])
def test_thanks_after_the_end_changes_nothing(state: State, text: str) -> None:
    said = an_incoming(text)
    assert on_customer_message(a_case(a_ticket(state=state)), said) == [ev.CustomerThanked(said.key, body=said.body)]


@pytest.mark.parametrize("ticket", [None, *(a_ticket(state=s) for s in [*ENDED, *FINAL])])
def test_a_greeting_without_an_open_ticket_gets_buttons(ticket: Ticket | None) -> None:
    (answer,) = on_customer_message(a_case(ticket), an_incoming("Hello!"))
    assert isinstance(answer, ev.CustomerAnswered)
    assert answer.phrase == "greeting"
    assert [act.name for _, act in answer.buttons] == ["ask", "report", "tickets"]


def test_thanks_of_someone_without_any_ticket_is_a_question_like_any_other() -> None:
    assert names(on_customer_message(a_case(), an_incoming("Thanks"))) == ["TicketOpened", "CustomerSaid"]


@pytest.mark.parametrize("state", list(State))
def test_a_fresh_ticket_that_was_asked_for_is_opened_whatever_the_old_one_does(state: State) -> None:
    case = a_case(a_ticket(state=state), conversation=a_conversation(current=42, fresh=True))
    opened, said = on_customer_message(case, an_incoming("Something else"))
    assert opened == ev.TicketOpened(43, relates_to=None, title="Something else")
    assert isinstance(said, ev.CustomerSaid)
    assert said.first


@pytest.mark.parametrize(
    ("files", "title"), [(["photo"], "photo.bin"), (["voice", "document"], "voice.bin, document.bin")]
)
@pytest.mark.parametrize("ticket", [None, a_ticket()])
def test_files_without_words_are_messages_like_any_other(files: list[str], title: str, ticket: Ticket | None) -> None:
    *opened, said = on_customer_message(a_case(ticket), an_incoming("  ", *files))
    assert isinstance(said, ev.CustomerSaid)
    assert len(said.body.files) == len(files)
    assert opened == ([] if ticket else [ev.TicketOpened(43, title=title)])


def test_what_is_empty_is_answered() -> None:
    assert on_customer_message(a_case(), an_incoming(" ")) == [ev.CustomerAnswered("nothing_said")]


def test_what_cannot_be_passed_on_is_named_and_shown_all_the_same() -> None:
    film = a_file("video", name="film.mp4", source="", fault="too_big")
    said = an_incoming("See", body=Body(Markup("See"), (film, a_file("photo"))))
    message, told = on_customer_message(a_case(a_ticket()), said)
    assert isinstance(message, ev.CustomerSaid)
    assert message.body.passable == (a_file("photo"),)
    assert told == ev.CustomerAnswered("file.too_big", params=(("files", "film.mp4"),))


def test_a_caption_counts_as_text_and_its_file_stays_with_it() -> None:
    opened, said = on_customer_message(a_case(), an_incoming("See the error", "photo"))
    assert names([opened, said]) == ["TicketOpened", "CustomerSaid"]
    assert isinstance(said, ev.CustomerSaid)
    assert said.body.files == (a_file("photo"),)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("x" * 4096, "x" * 59 + "…"),
        ("word " * 800, "word " * 10 + "word…"),
        ("لا أستطيع تسجيل الدخول", "لا أستطيع تسجيل الدخول"),
        ("{braces} {0} %s", "{braces} {0} %s"),
    ],
)
def test_the_title_is_the_first_words(text: str, title: str) -> None:
    opened = on_customer_message(a_case(), an_incoming(text))[0]
    assert isinstance(opened, ev.TicketOpened)
    assert opened.title == title


# -- the agents --------------------------------------------------------------------------------------------


def by_piotr(text: str | Markup, *files: str) -> Incoming:
    return an_incoming(text, *files, by=PIOTR.identity)


NOTES = [
    *((";; her account", "her account"), (";;her account", "her account"), ("note: her account", "her account")),
    *(("Note:her account", "her account"), ("NOTE: her account", "her account"), ("note : her account", "her account")),
    *(("  ;; her account", "her account"), ("\n;; her account", "her account"), (" note: her account", "her account")),
    *(
        ("*note:* her account", "her account"),
        ("_;; her account_", "her account_"),
        (";;\nher\naccount", "her\naccount"),
    ),
    *((";;", ""), ("note:", ""), (";;; three", "; three")),
    *(("；；her account", "her account"), ("；; her account", "her account"), ("؛؛ her account", "her account")),
    *(("note：her account", "her account"), ("\u3000；；\u3000her account", "her account")),
]
REPLIES = [
    "; one only",
    "； one only",
    "a ;; later",
    "notes: x",
    "Please note: it is down",
    "/note x",
    ":: x",
    "noted",
    "note that",
]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("text", "kept"), NOTES)
def test_a_note_is_a_note_in_every_state(state: State, text: str, kept: str) -> None:
    said = by_piotr(text)
    assert on_agent_message(a_case(a_ticket(state=state)), said) == [
        ev.NoteAdded(said.key, PIOTR.person, body=plain(kept), author=PIOTR.identity)
    ]


def test_a_note_may_mention_colleagues_and_carry_files() -> None:
    text = Markup(";; ask ") + styled("@Ingrid", Style.MENTION, INGRID.identity.account)
    (note,) = on_agent_message(a_case(a_ticket()), by_piotr(text, "file"))
    assert isinstance(note, ev.NoteAdded)
    account = INGRID.identity.account
    assert note.body == Body(Markup("ask @Ingrid", (Span(Style.MENTION, 4, 11, account),)), (a_file("file"),))


@pytest.mark.parametrize("text", REPLIES)
def test_what_is_no_note_is_a_reply(text: str) -> None:
    ticket = a_ticket(state=State.IN_PROGRESS, assignee=PIOTR.person, told_who=True)
    said = by_piotr(text)
    assert on_agent_message(a_case(ticket), said) == [
        ev.AgentSaid(said.key, PIOTR.person, body=said.body, author=PIOTR.identity)
    ]


@pytest.mark.parametrize("state", OPEN)
def test_the_first_reply_claims_what_nobody_has(state: State) -> None:
    events = on_agent_message(a_case(a_ticket(state=state)), by_piotr("Looking"))
    assert names(events) == ["Claimed", "CustomerTold", "AgentSaid"]
    told = on_agent_message(a_case(a_ticket(state=state, told_who=True)), by_piotr("Looking"))
    assert names(told) == ["Claimed", "AgentSaid"]


@pytest.mark.parametrize("state", ENDED)
def test_a_reply_after_the_end_is_sent_and_claims_nothing(state: State) -> None:
    assert names(on_agent_message(a_case(a_ticket(state=state)), by_piotr("One more hint"))) == ["AgentSaid"]


@pytest.mark.parametrize("state", FINAL)
def test_a_reply_to_a_final_ticket_is_refused(state: State) -> None:
    said = by_piotr("One more hint")
    (refused,) = on_agent_message(a_case(a_ticket(state=state)), said)
    assert isinstance(refused, ev.AgentRefused)
    assert refused.key == said.key
    assert f"ticket #42 is {state} and takes no more messages" in refused.why
    assert refused.author == PIOTR.identity


def test_a_reply_to_a_colleagues_ticket_leaves_it_with_the_colleague() -> None:
    ticket = a_ticket(state=State.IN_PROGRESS, assignee=INGRID.person)
    assert names(on_agent_message(a_case(ticket), by_piotr("Let me add"))) == ["AgentSaid"]


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("text", ["It is down", ";; a note", "note: x", ""])
def test_a_stranger_is_told_and_nothing_is_sent(state: State, text: str) -> None:
    said = an_incoming(text, by=STRANGER)
    (refused,) = on_agent_message(a_case(a_ticket(state=state)), said)
    assert isinstance(refused, ev.AgentRefused)
    assert "you are not an agent of Support" in refused.why
    assert refused.author == STRANGER


def test_files_alone_are_sent() -> None:
    *_, said = on_agent_message(a_case(a_ticket()), by_piotr("", "file"))
    assert isinstance(said, ev.AgentSaid)


def test_of_files_that_cannot_be_passed_on_their_author_is_told() -> None:
    gone = a_file("document", name="log.txt", source="", fault="gone")
    alone = replace(by_piotr(""), body=Body(files=(gone,)))
    (refused,) = on_agent_message(a_case(a_ticket()), alone)
    assert isinstance(refused, ev.AgentRefused)
    assert refused.why == "Your message was not sent: log.txt has been deleted."
    both = replace(by_piotr(""), body=Body(Markup("See"), (gone,)))
    *_, told = on_agent_message(a_case(a_ticket()), both)
    assert isinstance(told, ev.AgentTold)
    assert told.why == "Not all was sent: log.txt has been deleted."


@pytest.mark.parametrize("account", [INGRID.identity.account, PIOTR.identity.account, "T1/U0BOSS"])
def test_a_mention_asks_first(account: str) -> None:
    text = styled("@someone", Style.MENTION, account) + " do you know?"
    said = by_piotr(text)
    assert on_agent_message(a_case(a_ticket()), said) == [
        ev.AudienceAsked(said.key, PIOTR.person, body=said.body, author=PIOTR.identity)
    ]


@pytest.mark.parametrize("state", FINAL)
def test_a_mention_that_could_not_be_sent_is_refused_at_once(state: State) -> None:
    text = styled("@Ingrid", Style.MENTION, INGRID.identity.account) + " will call you"
    assert names(on_agent_message(a_case(a_ticket(state=state)), by_piotr(text))) == ["AgentRefused"]


def test_a_styled_reply_keeps_its_style() -> None:
    said = by_piotr(bold("Restart") + " it")
    assert on_agent_message(a_case(a_solved_ticket()), said) == [
        ev.AgentSaid(said.key, PIOTR.person, body=said.body, author=PIOTR.identity)
    ]


# -- whose it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("assignee", [None, PIOTR.person, OTTO.person])
def test_a_ticket_is_free_for_its_assignee_until_work_begins(state: State, assignee: int | None) -> None:
    case = a_case(a_ticket(state=state, assignee=assignee))
    waits = state in (State.NEW, State.ASSIGNED, State.REOPENED)
    free = state.is_open and (assignee is None or (assignee == PIOTR.person and waits))
    assert is_free_for(case, PIOTR) is free
    assert bool(claim_by_reply(case, PIOTR)) is free
