"""Every phrase exists in each language, is used, and is given its words."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from chatdesk.adapters.telegram.kinds import FILES, UNSEEN
from chatdesk.areas.area import Area
from chatdesk.bulletins import rules as bulletins
from chatdesk.bulletins.model import Bulletin, BulletinOver, BulletinTold, Kind
from chatdesk.conversations import acts, after_end, card, circles, phrases
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS, menu, on_act
from chatdesk.conversations.announce import announce as announced
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Asked, Case
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.linking import GOOD_FOR, MOST_CODES, MOST_TRIES, LinkCode, Linking, Merge
from chatdesk.conversations.locales import own_name
from chatdesk.conversations.parts import OpenTickets, OwnTickets
from chatdesk.conversations.phrases import catalogue, languages, say
from chatdesk.conversations.ticket import REMOVED, State, Ticket
from chatdesk.core.messages import Address, Body, Identity, Incoming
from tests.builders import ANNA, NOW, a_case, a_conversation, a_file, a_solved_ticket, a_ticket, an_act, an_incoming
from tests.pure.test_announce import HAPPENINGS, after

SAY = phrases.say
SOURCE = Path(acts.__file__).parents[1]
# Whose argument, counted from 0, is a phrase; and who else asks with buttons.
SAYS = {".say": 0, "say": 1, "say_with": 2, "CustomerAnswered": 0, "_answer": 0, "_fresh": 0, "_once": 0, "_which": 0}
ON_A_PHONE = 40  # characters of a label; Telegram promises nothing about longer ones


def texts(language: str) -> list[tuple[str, str]]:
    """Each phrase with its text; one that counts, with each of its forms."""
    found: list[tuple[str, str]] = []
    for message in catalogue(language):
        id = message.id[0] if isinstance(message.id, tuple | list) else message.id
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        found += [(id, text or "") for text in forms if id]
    return found


def ids(language: str) -> set[str]:
    return {phrase for phrase, _ in texts(language)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", languages())
def test_a_translation_is_complete_and_has_the_same_phrases_and_words(language: str) -> None:
    """Only `count` may be left out: "your ticket" is one."""
    assert ids(language) == ids("en")
    wanted = {phrase: placeholders(text) for phrase, text in texts("en")}
    for phrase, text in texts(language):
        assert text.strip() == text != "", phrase
        assert placeholders(text) | {"count"} == wanted[phrase] | {"count"}, phrase


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_names_its_language_and_has_all_its_forms(language: str) -> None:
    found = catalogue(language)
    assert str(found.locale).split("_")[0] == language
    assert not found.obsolete
    assert [m.id for m in found if m.id and m.fuzzy] == []
    assert {len(m.string or ()) for m in found if m.pluralizable} == {found.num_plurals}


def test_french_signs_stay_with_their_words() -> None:
    alone = re.compile(r" [?!:;»]|« |[^\s/\u00a0][?!;](?=\s|$)")
    assert [text for _, text in texts("fr") if alone.search(text)] == []


@pytest.mark.parametrize("language", languages())
def test_menu_and_buttons_fit(language: str) -> None:
    """https://core.telegram.org/bots/api#botcommand and https://core.telegram.org/bots/api#inlinekeyboardbutton"""
    assert all(1 <= len(what) <= 256 for _, what in menu(language))
    assert {name for name, _ in menu(language)} == {n for n in ACTS if f"/{n} - " in say(language, "help")}
    labels = [text for id, text in texts(language) if id.startswith("button.")] + list(map(own_name, languages()))
    assert all(1 <= len(label) <= ON_A_PHONE for label in labels)
    assert len(set(labels)) == len(labels), "buttons are told apart by their words"


def test_a_phrase_that_is_in_no_catalogue_is_a_fault() -> None:
    with pytest.raises(LookupError, match="frobnicate"):
        say("de", "frobnicate")
    with pytest.raises(KeyError, match="number"):
        say("de", "kept")


def test_every_phrase_that_code_names_exists() -> None:
    """Also where no test comes by."""
    files = [file for file in SOURCE.rglob("*.py") if "emulators" not in file.parts]
    named = {p for file in files for p in named_in(ast.parse(file.read_text()))}
    assert {"greeting", "button\\.end", "state\\..+"} <= named
    assert [p for p in sorted(named) if not any(re.fullmatch(p, id) for id in ids("en"))] == []


def named_in(tree: ast.AST) -> Iterator[str]:
    """Patterns of the phrases that are said there, some with a part to be put in: `say(language, f"state.{state}")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = SAYS.get(f".{name}" if isinstance(node.func, ast.Attribute) and name == "say" else name)
            yield from [] if place is None else map(pattern, phrases_of(node.args[place]))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("button."):
            yield re.escape(node.value) + (".+" if node.value[-1] in "._" else "")


def phrases_of(argument: ast.expr) -> list[ast.expr]:
    return [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]


def pattern(argument: ast.expr) -> str:
    """Of what is no literal nothing is known here."""
    if isinstance(argument, ast.Constant):
        return re.escape(str(argument.value))
    if isinstance(argument, ast.JoinedStr):
        return "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in argument.values)
    return ".+"


def test_every_phrase_is_used_and_every_one_used_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that can be said is said once; `format` fails where a word is not given."""
    said: set[str] = set()

    def recorded(language: str, phrase: str, /, **params: object) -> str:
        said.add(phrase)
        return SAY(language, phrase, **params)

    for module in [m for m in sys.modules.values() if getattr(m, "say", None) is SAY]:
        monkeypatch.setattr(module, "say", recorded)
    for event, ticket in HAPPENINGS.values():
        announced(event, after(event, ticket), 3)
    for state in State:
        card.status_of(a_case(a_ticket(state=state, assignee=11)))
    card.status_of(a_case(a_ticket(title=REMOVED)))
    withdrawn = a_ticket(state=State.SOLVED, qualifier="withdrawn")
    card.status_of(a_case(withdrawn))
    answers([withdrawn, *(a_ticket(number=n, state=s) for n, s in enumerate(State, 43))])
    menu("en")
    tell(a_case(None, [OwnTickets((a_ticket(),))]), an_act("tickets"))
    for how in (*after_end.CHOICES, "time"):
        announced(ev.AfterEndAnswered(42, how, asked="asked"), a_case(a_solved_ticket()), 3)
    for kinds, fault in ((FILES, "too_big"), (UNSEEN, "unseen"), ((), "")):
        lost = tuple(a_file(kind, name="", source="", fault=fault) for kind in kinds)
        tell(a_case(), an_incoming("", body=Body(files=lost)))
    for name in ("start", "help", "tickets"):
        for event in circles.heard(a_case(), an_act(name)):
            announced(event, a_case(), 3)
    for words in ("", "de", "automatic", "Klingon"):
        tell(a_case(), an_act("language", words))
    persons()
    for kind in Kind:
        bulletin = Bulletin(1, "default", None, kind, "We mend it", NOW, NOW)
        for told in (BulletinTold(1, about=bulletin), BulletinOver(1, about=bulletin)):
            bulletins.announce(told, a_case(), 3)
    assert said == ids("en")


def persons() -> None:
    """Every answer to a code, to what undoes it, and to who asks what becomes of their words."""
    other = Identity("telegram", "1002", "Anna")
    good = LinkCode(2, "Anna", other, Address("telegram", "main/1002"), NOW + GOOD_FOR)
    mine = replace(good, person=1)
    for code in (None, good, mine, replace(good, by=ANNA), replace(good, used=True), replace(good, expires=NOW)):
        for wrong in (0, MOST_TRIES):
            part = Linking(1, typed=code, wrong=wrong, linked=Merge(7, 1, 2))
            asked = Asked(ANNA, args={"merge": "7"})
            for said in (an_act("link", "ABCDE-FGHJK"), an_act("unlink"), an_act("unlink_now")):
                tell(a_case(None, [part], asked=asked), said)
    tell(a_case(None, [Linking(1, given=MOST_CODES)]), an_act("link"))
    tell(a_case(area=Area("lab", "Lab", "Kept for a year.")), an_act("start"))


def answers(tickets: list[Ticket]) -> None:
    own = OwnTickets(tuple(tickets))
    for ticket in (None, a_ticket(), a_solved_ticket(), a_solved_ticket(conversation=9)):
        for name in (*ACTS, "frobnicate"):
            open_ones = OpenTickets(tuple(t for t in tickets if t.state.is_open))
            case = a_case(ticket, [own, open_ones] if ticket else [], conversation=a_conversation(current=43))
            for said in (an_act(name, ticket="42"), an_act(name, "99"), an_act(name, "some words")):
                tell(case, said)
    tell(a_case(None, [OpenTickets((a_ticket(), a_ticket(number=41)))]), an_act("end"))


def tell(case: Case, said: Incoming) -> None:
    for event in on_act(case, said) if said.act else on_customer_message(case, said):
        case = apply(case, event)
        announced(event, case, 3)
