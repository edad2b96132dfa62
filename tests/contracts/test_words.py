"""Every ability explains itself, every phrase exists, is used and is given its words, every channel has examples."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from chatdesk.agent_console.catalogue import catalogue
from chatdesk.conversations import acts, announce, card, phrases, speech
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS, on_act
from chatdesk.conversations.announce import announce as announced
from chatdesk.conversations.parts import OpenTickets, OwnTickets
from chatdesk.conversations.phrases import ENGLISH, LANGUAGES
from chatdesk.conversations.ticket import Case, State, Ticket, apply
from chatdesk.core.messages import Incoming
from tests.adapters.examples import FOLDER as EXAMPLES
from tests.builders import a_case, a_conversation, a_solved_ticket, a_ticket, an_act
from tests.pure.test_announce import FOLDER as GOLDEN
from tests.pure.test_announce import HAPPENINGS, after

ROOT = Path(acts.__file__).parents[2]
ADAPTERS = Path(acts.__file__).parents[1] / "adapters"
CHANNELS = sorted(p.parent.name for p in ADAPTERS.glob("*/channel.py"))
COMMANDS = sorted(catalogue())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    command = catalogue()[name]
    assert re.fullmatch(r"[A-Z].*\.", command.help.splitlines()[0]), "one sentence"
    assert 1 <= len(command.label) <= 24, "it is a modal's title too"
    assert command.label[0].isupper()
    assert (command.decide is None) != (command.answer is None)
    for field in command.form.asked:
        assert field.ask, field.name
        assert field.required or field.default, f"{field.name} is not typed, so it needs a default"


@pytest.mark.parametrize("name", sorted(ACTS))
def test_what_a_customer_can_do_has_a_name_that_telegram_takes(name: str) -> None:
    """https://core.telegram.org/bots/api#botcommand"""
    assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
    described = ACTS[name].command
    assert described == "" or 1 <= len(described) <= 256
    assert (f"/{name} " in ENGLISH["help"]) == bool(described)


def test_every_phrase_is_used_and_every_one_used_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that can be said is said once; `format` fails where a word is not given."""
    said: set[str] = set()

    def recorded(language: str, phrase: str, **params: object) -> str:
        said.add(phrase)
        return phrases.say(language, phrase, **params)

    for module in (acts, announce, card, speech):
        monkeypatch.setattr(module, "say", recorded)
    for event, ticket in HAPPENINGS.values():
        announced(event, after(event, ticket), 3)
    for state in State:
        card.status_of(a_case(a_ticket(state=state, assignee=11)))
    withdrawn = a_ticket(state=State.SOLVED, qualifier="withdrawn")
    card.status_of(a_case(withdrawn))
    answers([withdrawn, *(a_ticket(number=n, state=s) for n, s in enumerate(State, 43))])
    assert said == set(ENGLISH)


def answers(tickets: list[Ticket]) -> None:
    own = OwnTickets(tuple(tickets))
    for ticket in (None, a_ticket(), a_solved_ticket(), a_solved_ticket(conversation=9)):
        for name in (*ACTS, "frobnicate"):
            open_ones = OpenTickets(tuple(t for t in tickets if t.state.is_open))
            case = a_case(ticket, [own, open_ones] if ticket else [], conversation=a_conversation(current=43))
            for said in (an_act(name, ticket="42"), an_act(name, "99"), an_act(name, "some words")):
                tell(case, said)
    tell(a_case(None, [OpenTickets((a_ticket(), a_ticket(number=41)))]), an_act("end"))
    files = ev.CustomerAnswered("no_files", params=(("kinds", "photo"),))
    announced(files, a_case(), 3)


def test_people_read_of_users_and_never_of_customers() -> None:
    """One word for whoever asks, in what users, agents and readers of the documents see."""
    commands = [
        w for c in catalogue().values() for w in (c.help, c.label, c.done, *(f.ask + f.help for f in c.form.fields))
    ]
    menu = [act.command for act in ACTS.values()]
    agents = (GOLDEN / "agents.json").read_text().replace("the customer is told", "").replace("by the customer", "")
    pages = [page.read_text() for page in (ROOT / "docs").glob("*.md") if page.name != "ARCHITECTURE.md"]
    readme = (ROOT / "README.md").read_text()
    assert [w for w in [*ENGLISH.values(), *commands, *menu, agents, *pages, readme] if "customer" in w.lower()] == []


def tell(case: Case, said: Incoming) -> None:
    for event in on_act(case, said):
        case = apply(case, event)
        announced(event, case, 3)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_translation_has_the_same_phrases_and_words(language: str) -> None:
    words = LANGUAGES[language]
    assert set(words) == set(ENGLISH)
    for phrase, text in words.items():
        assert placeholders(text) == placeholders(ENGLISH[phrase]), phrase


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_channels() -> None:
    assert CHANNELS == ["slack", "telegram"]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("way", ["in", "out"])
def test_a_channel_has_golden_files_both_ways(channel: str, way: str) -> None:
    assert len(list((EXAMPLES / channel / way).glob("*.json"))) >= 5


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_has_its_translations_apart(channel: str) -> None:
    assert {"inbound.py", "render.py", "markup.py", "channel.py"} <= {p.name for p in (ADAPTERS / channel).glob("*.py")}
