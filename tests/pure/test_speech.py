"""An agent's words on their way to the user: which ticket they name, and how a long one is taken apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.areas.area import Area
from chatdesk.conversations import events as ev
from chatdesk.conversations.announce import announce
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.speech import MOST_UNITS, heading, in_parts, to_customer
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.markup import Markup, Style, bold, styled, units
from chatdesk.core.messages import Body, File, Outgoing, plain
from tests.builders import CHAT, PIOTR, a_case, a_conversation, a_file, a_solved_ticket, a_ticket

OTHER = a_ticket(number=43, title="Quota")
LONG = a_ticket(title="word " * 50)


def said(text: Markup | str, *files: File) -> ev.AgentSaid:
    words = text if isinstance(text, Markup) else Markup(text)
    return ev.AgentSaid("slack:T1/C1:9.1", PIOTR.person, body=Body(words, files), author=PIOTR.identity)


def case_of(ticket: Ticket, *open_ones: Ticket, current: int | None = 42) -> Case:
    return a_case(ticket, [OpenTickets(open_ones)], conversation=a_conversation(current=current))


MINE = case_of(a_ticket(), a_ticket())


def texts(outgoing: list[Outgoing]) -> list[str]:
    return [o.body.text.text for o in outgoing if o.body]


@pytest.mark.parametrize(
    ("case", "head"),
    [
        (MINE, "Piotr Zieliński"),
        (case_of(a_ticket(), a_ticket(), OTHER), "Piotr Zieliński · #42 I cannot log in"),
        (case_of(OTHER, a_ticket(), OTHER), "Piotr Zieliński · #43 Quota"),
        (case_of(a_ticket(), a_ticket(), current=43), "Piotr Zieliński · #42 I cannot log in"),  # 43 is not open
        (case_of(a_solved_ticket()), "Piotr Zieliński"),
        (case_of(a_solved_ticket(), OTHER), "Piotr Zieliński · #42 I cannot log in"),
        (case_of(a_solved_ticket(), current=43), "Piotr Zieliński · #42 I cannot log in"),
        (case_of(a_ticket(title=""), OTHER), "Piotr Zieliński · #42"),
        (case_of(LONG, LONG, OTHER), f"Piotr Zieliński · #42 {'word ' * 10}word…"),
    ],
)
def test_a_message_names_its_ticket_where_one_may_wonder(case: Case, head: str) -> None:
    assert heading(said("Try again"), case) == bold(head)
    (out,) = to_customer(said("Try again"), case)
    assert texts([out]) == [f"{head}\nTry again"]
    assert out.fate
    assert out.fate.called == "«Try again»"


def test_an_area_signs_behind_the_agents_name() -> None:
    signed = replace(MINE, area=Area("lab", "Lab", signature={"en": "Lab", "de": "Labor"}))
    assert heading(said("x"), signed).text == "Piotr Zieliński, Lab"
    assert heading(said("x"), replace(signed, language="de")).text == "Piotr Zieliński, Labor"


def test_a_solution_names_its_ticket_too() -> None:
    resolved = ev.Resolved("t42:3", PIOTR.person, body=plain("Restarted."), author=PIOTR.identity)
    *_, out = announce(resolved, case_of(a_ticket(state=State.SOLVED), OTHER), 3)
    assert texts([out]) == ["Piotr Zieliński · #42 I cannot log in\nRestarted.\n\nDoes this solve ticket #42?"]


def test_a_colleague_is_mentioned_by_name_alone() -> None:
    words = styled("@Ingrid Solberg", Style.MENTION, "T1/U0INGRID") + " will call you, " + bold("Anna")
    (out,) = to_customer(said(words), MINE)
    assert out.body
    assert out.body.text.text == "Piotr Zieliński\nIngrid Solberg will call you, Anna"
    bold_words = [out.body.text.text[s.start : s.end] for s in out.body.text.spans if s.style is Style.BOLD]
    assert bold_words == ["Piotr Zieliński", "Anna"]


def test_a_long_reply_is_several_messages_of_one_fate() -> None:
    lines = [f"{n}: {'x' * 95}" for n in range(100)]
    event = said("\n".join(lines))
    outgoing = list(announce(event, MINE, 3))
    assert [o.key for o in outgoing] == [f"{event.key}:copy:{n}" for n in range(len(outgoing))]
    assert {o.lane for o in outgoing} == {f"telegram:{CHAT.room}"}
    assert all(units(text) <= MOST_UNITS for text in texts(outgoing))
    assert "\n".join(texts(outgoing)).splitlines() == ["Piotr Zieliński", *lines]
    fates = [o.fate for o in outgoing if o.fate]
    assert {(f.message, f.mark, f.tell) for f in fates} == {(event.key, True, MINE.thread)}
    assert [f.last for f in fates] == [False, False, True]
    assert fates[0].called == f"«0: {'x' * 36}…», part 1 of 3"
    assert fates[1].called.endswith(", part 2 of 3")


FILM, PICTURE, PAPER, OTHER_PAPER, VOICE = (
    a_file(kind, name=name)
    for kind, name in (("video", "v"), ("photo", "p"), ("document", "d"), ("document", "e"), ("voice", "o"))
)


@pytest.mark.parametrize(
    ("words", "files", "parts"),
    [
        ("Look", [PICTURE], ["Look+p"]),
        ("", [PICTURE], ["+p"]),
        ("Look", [PICTURE, FILM], ["Look+pv"]),
        ("Look", [PAPER, OTHER_PAPER], ["Look+de"]),
        ("Look", [PICTURE, PAPER], ["Look", "+p", "+d"]),
        ("Look", [VOICE, VOICE], ["Look", "+o", "+o"]),
        ("x" * 1001, [PICTURE], ["xxxx", "+p"]),
        ("Look", [PICTURE] * 12, ["Look", "+pppppppppp", "+pp"]),
    ],
)
def test_files_and_words_in_as_few_messages_as_can_be(words: str, files: list[File], parts: list[str]) -> None:
    made = in_parts(Markup(""), Body(Markup(words), tuple(files)))
    names = ["".join(f.name for f in body.files) for body in made]
    shown = [body.text.text.strip()[:4] for body in made]
    assert [f"{text}+{name}" if name else text for text, name in zip(shown, names, strict=True)] == parts


def test_a_long_solution_has_its_question_and_buttons_at_the_end() -> None:
    resolved = ev.Resolved("t42:3", PIOTR.person, body=plain("word " * 1000), author=PIOTR.identity)
    shown, first, last = announce(resolved, case_of(a_ticket(state=State.SOLVED)), 3)
    assert shown.to == MINE.thread
    assert (first.key, first.buttons) == ("t42:3:copy:0", ())
    assert (last.key, len(last.buttons)) == (resolved.asked, 2)
    assert texts([last])[0].endswith("word \n\nDoes this solve ticket #42?")


@given(st.text(st.sampled_from("ab \n🏽👩é\u200d"), max_size=9000))
def test_whatever_is_written_fits_and_nothing_is_lost(text: str) -> None:
    outgoing = list(to_customer(said(text), MINE))
    assert all(units(t.strip()) > 0 and units(t) <= MOST_UNITS for t in texts(outgoing))
    assert "".join("".join(texts(outgoing)).split()) == "PiotrZieliński" + "".join(text.split())
