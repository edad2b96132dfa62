"""What needs no ticket, in many languages, and what must never be taken for it."""

from __future__ import annotations

import unicodedata

import pytest

from chatdesk.conversations import smalltalk
from chatdesk.conversations.smalltalk import GREETINGS, THANKS, is_greeting, is_thanks

GREET = [
    *("hi", "Hello!", "HELLO", " hey  ", "Hi 👋", "Good morning!!", "good evening.", "Hello there", "¡Hola!"),
    *("Guten Tag", "Grüß Gott!", "Grüezi", "Moin", "Bonjour", "Salut !", "Buenos días", "Buongiorno", "Olá"),
    *("Hallo zusammen!", "Schönen guten Tag", "Moin moin", "Bonjour à tous", "Bonsoir !", "Hello everyone"),
    *("Cześć", "Dzień dobry", "Ahoj", "Dobrý den", "Hej", "Merhaba", "Привет", "Здравствуйте!", "Вітаю", "Καλημέρα"),
]
THANK = [
    *("thanks", "Thank you!", "Thank you very much 🙏", "OK, thanks!", "thx", "Cheers", "Perfect, thanks!"),
    *("Danke", "Vielen Dank!", "Merci", "merci beaucoup !", "¡Gracias!", "Grazie mille", "Obrigada", "Dziękuję"),
    *("thank you, solved", "Thanks it works now", "great, thanks!", "perfect thank you", "Solved. Thank you so much!"),
    *(
        "OK, it's fixed, thanks a lot for your help 🙏",
        "Thank you, that helped",
        "thanks again",
        "Yes, it works, thanks",
    ),
    *(
        "Besten Dank!",
        "Vielen lieben Dank, jetzt klappt es",
        "Herzlichen Dank für die Unterstützung 🙏",
        "Ok, danke schön",
    ),
    *("Un grand merci, tout fonctionne !", "Merci infiniment", "Je vous remercie", "Parfait, merci pour votre réponse"),
    *("danke, funktioniert jetzt", "Super, danke schön!", "merci, c'est résolu", "gracias, ya funciona"),
    *("Děkuji", "Tack så mycket", "Kiitos", "Köszönöm", "Teşekkürler", "Спасибо!", "Дякую", "Ευχαριστώ"),
]
NEITHER = [
    *("", "?", "👋", "…", "help", "hi, my job hangs", "Hello I cannot log in", "hello world does not print"),
    *("hi there is a problem", "Guten Tag, ich brauche Hilfe", "Bonjour, mon compte est bloqué", "thanks but it fails"),
    *("Thank you for nothing, it is still broken", "no thanks needed, but why", "danke, geht nicht", "ok"),
    *("thanks, but not yet", "thank you, still the same", "thanks, it does not work", "Thanks. However it is slow"),
    *("thanks?", "thanks, solved？", "Thank you, is it fixed now?", "thanks it works now except for Marek"),
    *("thanks, 2 of them work now", "thanks, fixed the wrong one", "solved", "it works now", "great", "works again"),
    *("thanks, now the disk", "danke, funktioniert nicht", "merci, ça marche pas", "thanks " * 13),
    *("hihi", "thanksgiving", "Merci de me rappeler", "hello.py", "hello@example.org", "привет, не работает"),
]


@pytest.mark.parametrize("text", GREET)
def test_a_bare_greeting(text: str) -> None:
    assert is_greeting(text)
    assert not is_thanks(text)


@pytest.mark.parametrize("text", THANK)
def test_a_bare_thank_you(text: str) -> None:
    assert is_thanks(text)
    assert not is_greeting(text)


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_meant_to_be_read_by_a_person(text: str) -> None:
    assert not is_greeting(text)
    assert not is_thanks(text)


@pytest.mark.parametrize("text", [*GREET, *THANK])
def test_letters_with_separate_accents_are_the_same_words(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert is_greeting(apart) or is_thanks(apart)


def test_every_listed_word_is_found() -> None:
    assert all(map(is_greeting, GREETINGS))
    assert all(map(is_thanks, THANKS))
    assert not GREETINGS & THANKS


@pytest.mark.parametrize(
    ("text", "asks"), [("hello?", True), ("你好？", True), ("مرحبا؟", True), ("hello!", False), ("", False)]
)
def test_a_question_mark_of_any_script_asks(text: str, asks: bool) -> None:
    assert smalltalk.asks(text) is asks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Morgen!", "de"),
        ("Bonjour !", "fr"),
        ("Merci beaucoup", "fr"),
        ("Vielen Dank 🙏", "de"),
        ("Dzień dobry", "pl"),
        ("Hallo", None),  # German, Dutch
        ("hej", None),  # Swedish, Danish
        ("Hi", None),
        ("thanks", None),
        ("Bonjour, mon compte est bloqué", None),
        ("", None),
    ],
)
def test_a_greeting_tells_a_language_that_no_other_greets_in(text: str, language: str | None) -> None:
    assert smalltalk.language_of(text) == language
