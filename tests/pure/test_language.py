"""In which language a conversation is held, as it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import on_act
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import card_of, status_of
from chatdesk.conversations.case import Case, Conversation
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.language import in_their_language
from chatdesk.conversations.phrases import known_language
from chatdesk.core.events import Event
from chatdesk.core.language import best
from chatdesk.core.messages import Act, Incoming
from chatdesk.desk.settle import settle
from chatdesk.desk.trunk import TRUNK
from tests.builders import ANNA, a_case, a_conversation, a_group, a_ticket, an_act, an_incoming

GERMAN, GERMAN_TOO = "Ich kann mich nicht anmelden", "Der Server antwortet nicht mehr"
FRENCH, FRENCH_TOO = "Je n'arrive pas à me connecter", "Le service ne répond plus"
ENGLISH, ENGLISH_TOO = "The notebook service is down", "I cannot log in since this morning"
POLISH = "Nie mogę się zalogować do systemu"
PASTED = "Connection closed by remote host, please contact your administrator"


def heard(case: Case, *texts: str, hint: str = "en") -> Case:
    """The case after these texts of Anna, whose Telegram has this language."""
    for text in texts:
        for event in decided(case, an_incoming(text, by=replace(ANNA, language=hint))):
            case = apply(case, event)
    return case


def decided(case: Case, said: Incoming) -> Sequence[Event]:
    return in_their_language(on_act if said.act else on_customer_message, case, said)


def newcomer(hint: str = "en") -> Case:
    language = known_language(hint)
    return a_case(conversation=a_conversation(language=language), language=language)


@pytest.mark.parametrize(
    ("hint", "texts", "language", "writes"),
    [
        ("en", [GERMAN], "de", "de"),
        ("de", [ENGLISH], "en", "en"),
        ("fr", ["ok"], "fr", None),
        ("pl", ["ok"], "en", None),
        ("en", ["Guten Morgen!"], "de", None),
        ("en", ["Bonjour"], "fr", None),
        ("fr", ["Hi"], "fr", None),
        ("de", ["hello"], "de", None),
        ("en", ["Dzień dobry"], "en", "pl"),
        ("en", ["Bonjour", GERMAN], "de", "de"),
        ("en", [GERMAN, "ok", "Firefox", "👍", "Merci!"], "de", "de"),
        ("en", [GERMAN, "Thanks a lot, it works now"], "de", "de"),
        ("en", [GERMAN, PASTED], "de", "de"),
        ("en", [GERMAN, PASTED, GERMAN_TOO, PASTED], "de", "de"),
        ("en", [GERMAN, FRENCH], "de", "de"),
        ("en", [GERMAN, FRENCH, FRENCH_TOO], "fr", "fr"),
        ("en", [GERMAN, FRENCH, "ok", FRENCH_TOO], "fr", "fr"),
        ("en", [GERMAN, FRENCH, ENGLISH, FRENCH_TOO, ENGLISH_TOO], "de", "de"),
        ("en", [GERMAN, ENGLISH, ENGLISH_TOO], "en", "en"),
        ("en", [POLISH], "en", "pl"),
        ("de", [POLISH], "de", "pl"),
        ("pl", [POLISH], "en", "pl"),
        ("en", [POLISH, POLISH, GERMAN], "en", "pl"),
        ("en", [POLISH, GERMAN, GERMAN_TOO], "de", "de"),
        ("en", [GERMAN, POLISH, POLISH], "en", "pl"),
    ],
)
def test_it_follows_what_the_user_writes(hint: str, texts: list[str], language: str, writes: str | None) -> None:
    case = heard(newcomer(hint), *texts, hint=hint)
    assert (case.language, case.conversation.writes) == (language, writes)
    assert case.conversation.language == case.language


def test_a_conversation_says_when_something_changed_and_no_more() -> None:
    case = heard(newcomer(), ENGLISH)
    assert not any(isinstance(e, ev.LanguageSet) for e in decided(case, an_incoming(ENGLISH_TOO)))
    assert decided(case, an_incoming(GERMAN))[0] == ev.LanguageSet("en", "en", leaning="de")
    assert decided(heard(case, GERMAN), an_incoming(GERMAN_TOO))[0] == ev.LanguageSet("de", "de")
    assert decided(newcomer(), an_act("help")) == [ev.CustomerAnswered("help")]


@pytest.mark.parametrize("words", ["de", "DE", "de-AT", "Deutsch", "german", "allemand"])
def test_a_language_that_is_asked_for_stays(words: str) -> None:
    case = heard(newcomer(), ENGLISH)
    set_to, answer = decided(case, an_act("language", words))
    assert set_to == ev.LanguageSet("de", "en", chosen=True)
    assert isinstance(answer, ev.CustomerAnswered) and answer.phrase == "language.chosen"
    after = heard(apply(case, set_to), ENGLISH, FRENCH, FRENCH_TOO)
    assert (after.language, after.conversation.writes, after.conversation.chosen) == ("de", "fr", True)


@pytest.mark.parametrize("said", [an_act("language", to="automatic"), an_act("language", "Automatisch")])
def test_automatic_takes_the_choice_back(said: Incoming) -> None:
    talk = a_conversation(language="de", chosen=True, writes="fr", languages_told=True)
    back, answer = decided(a_case(conversation=talk, language="de"), said)
    assert back == ev.LanguageSet("fr", "fr")
    assert isinstance(answer, ev.CustomerAnswered) and answer.phrase == "language.automatic"
    unwritten = a_case(conversation=replace(talk, writes=None), language="de")
    assert decided(unwritten, said)[0] == ev.LanguageSet("en")


@pytest.mark.parametrize(("words", "phrase"), [("", "language?"), ("Klingon", "language.unknown")])
def test_who_names_none_is_asked_with_a_button_for_each(words: str, phrase: str) -> None:
    (asked,) = decided(newcomer(), an_act("language", words))
    assert isinstance(asked, ev.CustomerAnswered) and asked.phrase == phrase
    *named, (automatic, back) = asked.buttons
    assert [name for name, _ in named] == ["Deutsch", "English", "Français"]
    assert (automatic, back) == ("button.automatic", Act("language", {"to": "automatic"}))
    for _, act in named:
        assert decided(newcomer(), an_incoming("", act=act))[0] == ev.LanguageSet(act.args["to"], chosen=True)


def told(case: Case, *texts: str) -> int:
    count = 0
    for text in texts:
        events = decided(case, an_incoming(text))
        for event in events:
            case = apply(case, event)
        count += sum(isinstance(e, ev.LanguagesTold) for e in events)
    return count


@pytest.mark.parametrize(
    ("languages", "texts", "times"),
    [
        (("en",), [GERMAN, GERMAN_TOO], 1),
        (("en",), [ENGLISH, ENGLISH_TOO], 0),
        (("en", "de"), [GERMAN], 0),
        (("en",), ["Guten Tag", "ok"], 0),
        (("en",), [POLISH, POLISH, ENGLISH, ENGLISH_TOO, GERMAN, GERMAN_TOO], 1),
    ],
)
def test_the_languages_of_the_group_are_told_once(languages: tuple[str, ...], texts: list[str], times: int) -> None:
    assert told(replace(newcomer(), group=a_group(languages=languages)), *texts) == times


def test_it_is_told_after_what_was_asked_for() -> None:
    names = [type(e).__name__ for e in decided(newcomer(), an_incoming(GERMAN))]
    assert names == ["LanguageSet", "TicketOpened", "CustomerSaid", "LanguagesTold"]


@pytest.mark.parametrize(
    ("talk", "shown"),
    [
        (a_conversation(), "English"),
        (a_conversation(language="de"), "German"),
        (a_conversation(language="de", writes="de"), "German"),
        (a_conversation(writes="pl"), "Polish (the bot speaks English)"),
        (a_conversation(language="fr", writes="nl"), "Dutch (the bot speaks French)"),
        (a_conversation(language="fr", writes="en", chosen=True), "French"),
    ],
)
def test_the_card_shows_it(talk: Conversation, shown: str) -> None:
    assert ("Language", shown) in card_of(a_case(a_ticket(), conversation=talk)).facts


def test_a_change_is_seen_on_the_card_and_in_the_status() -> None:
    before = a_case(a_ticket())
    settled = settle(before, [ev.LanguageSet("de", "de")], (TRUNK,))
    assert [out.key for out in settled.outgoing] == ["card:42", "status:42"]
    assert settled.outgoing[1] == status_of(replace(before, language="de"))
    assert settle(before, [ev.LanguageSet("en", None, "de")], (TRUNK,)).outgoing == ()


@pytest.mark.parametrize(
    ("text", "language", "chosen"),
    [
        ("four hours", "de", "four hours"),
        ({"en": "four hours", "de": "vier Stunden"}, "de", "vier Stunden"),
        ({"en": "four hours", "de": "vier Stunden"}, "fr", "four hours"),
        ({"de": "vier Stunden"}, "fr", "vier Stunden"),
        ({"en": "four hours", "de": ""}, "de", "four hours"),
    ],
)
def test_the_best_of_a_text_in_several_languages(text: str | dict[str, str], language: str, chosen: str) -> None:
    assert best(text, language) == chosen
