"""Typed commands: `/desk resolve 42 fixed it`."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chatdesk.agent_console.call import Call, decide, parse_line
from chatdesk.core.errors import DeskError
from tests.builders import HOME, INGRID, PIOTR, a_case, a_roster, a_ticket, an_agent


def parsed(line: str) -> Call:
    return parse_line(line, PIOTR.identity, "slack:slash", HOME)


@pytest.mark.parametrize(
    ("line", "command", "ticket", "answers"),
    [
        ("", "help", None, {}),
        ("   ", "help", None, {}),
        ("help", "help", None, {}),
        ("HELP", "help", None, {}),
        ("mine", "mine", None, {}),
        ("queue please", "queue", None, {}),
        ("claim 42", "claim", 42, {}),
        ("claim #42", "claim", 42, {}),
        ("Claim  42  ", "claim", 42, {}),
        ("take_over 42", "take_over", 42, {}),
        ("take over 42", "take_over", 42, {}),
        ("takeover 42", "take_over", 42, {}),
        ("Take-Over #42", "take_over", 42, {}),
        ("reply 42 over", "reply", 42, {"text": "over"}),
        ("show 7", "show", 7, {}),
        ("assign 42 ingrid", "assign", 42, {"to": "ingrid"}),
        ("assign 42 Ingrid Solberg", "assign", 42, {"to": "Ingrid Solberg"}),
        ('assign 42 "Ingrid Solberg"', "assign", 42, {"to": "Ingrid Solberg"}),
        ("assign 42", "assign", 42, {}),
        ("resolve 42", "resolve", 42, {}),
        ("resolve 42 fixed it", "resolve", 42, {"solution": "fixed it"}),
        ("resolve 42 It's fixed, don't worry", "resolve", 42, {"solution": "It's fixed, don't worry"}),
        ("resolve 42 It's fixed", "resolve", 42, {"solution": "It's fixed"}),
        ('resolve 42 Set "quota" to 5', "resolve", 42, {"solution": 'Set "quota" to 5'}),
        ('resolve 42 "fixed it"', "resolve", 42, {"solution": "fixed it"}),
        ('resolve 42 "a" or "b"', "resolve", 42, {"solution": '"a" or "b"'}),
        ("resolve 42 In C:\\temp\\new", "resolve", 42, {"solution": "In C:\\temp\\new"}),
        ("reply 42 one  two\n  three", "reply", 42, {"text": "one  two\n  three"}),
        ("note 42 ünïcode 👩‍🔬", "note", 42, {"text": "ünïcode 👩‍🔬"}),
        ("title 42 A new title", "title", 42, {"title": "A new title"}),
        ("priority 42 high", "priority", 42, {"priority": "high"}),
    ],
)
def test_a_line_is_a_call(line: str, command: str, ticket: int | None, answers: Mapping[str, str]) -> None:
    call = parsed(line)
    assert (call.command, call.ticket, call.answers) == (command, ticket, answers)
    assert (call.by, call.via, call.home) == (PIOTR.identity, "slack:slash", HOME)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("claim", "Say which ticket: /desk claim 42."),
        ("resolve fixed it", "Say which ticket: /desk resolve 42."),
        ("resolve -1 x", "Say which ticket: /desk resolve 42."),
        ("show 4.2", "Say which ticket: /desk show 42."),
        ("show ²", "Say which ticket: /desk show 42."),
        ("show 2147483648", "There is no ticket #2147483648."),
        ("show " + "9" * 5000, "There is no ticket #99999999999999999999."),
        ("take 42", "There is no command 'take'."),
        ("take over", "Say which ticket: /desk take_over 42."),
        ("frobnicate 42", "There is no command 'frobnicate'."),
        ("'resolve 42", 'There is no command "\'resolve".'),
    ],
)
def test_a_faulty_line_is_refused_in_words(line: str, sentence: str) -> None:
    with pytest.raises(DeskError) as refused:
        parsed(line)
    assert refused.value.sentence.startswith(sentence)


def test_a_typed_solution_of_several_words_resolves_at_once() -> None:
    outcome = decide(parsed("resolve 42 fixed it now"), a_case(a_ticket()))
    assert outcome.reply.ok
    assert outcome.reply.form is None
    assert [type(e).__name__ for e in outcome.events] == ["Claimed", "Resolved"]


def test_an_incomplete_line_asks_for_the_rest_in_a_form() -> None:
    outcome = decide(parsed("resolve 42"), a_case(a_ticket()))
    assert outcome.reply.form is not None
    assert not outcome.events


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("priority 42 urgent", "Priority: One of: low, medium, high, top."),
        ("assign 42 nobody", "To whom: No agent of Support: nobody. There are: Piotr Zieliński,"),
        (f"resolve 42 {'x' * 3001}", "Solution, as the user reads it: At most 3000 characters, these are 3001."),
        ("reply 42 ;; her account", "Reply to the user: This begins like an internal note"),
    ],
)
def test_a_fault_begins_with_the_words_that_stand_at_its_field(line: str, sentence: str) -> None:
    assert decide(parsed(line), a_case(a_ticket())).reply.text.startswith(sentence)


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("claim 42", "Ticket #42 is yours."),
        ("assign 42 ingrid", "Ticket #42 is assigned to Ingrid Solberg."),
        ("resolve 42 Restarted {it}", "Ticket #42 is resolved. Anna Keller is asked whether it is solved."),
        ("title 42 New {title}", "Ticket #42 is called: New {title}"),
        ("priority 42 HIGH", "The priority of ticket #42 is high now."),
        ("reply 42 Looking", "Your reply on ticket #42 is on its way to Anna Keller."),
        ("note 42 Her account", "Your note is in the thread of ticket #42."),
    ],
)
def test_whoever_typed_it_is_told_what_was_done(line: str, done: str) -> None:
    reply = decide(parsed(line), a_case(a_ticket())).reply
    assert (reply.done, reply.text) == (done, "")  # who clicked sees it on the card


def test_a_name_that_two_agents_share_is_nobodys() -> None:
    roster = a_roster(PIOTR, INGRID, an_agent("Ingrid Olsen", 14, "U0OLSEN"))
    outcome = decide(parsed("assign 42 ingrid"), a_case(a_ticket(), roster=roster))
    assert outcome.reply.faults is not None
    alone = decide(parsed("assign 42 @"), a_case(a_ticket(), roster=a_roster(PIOTR)))
    assert alone.reply.faults is not None
