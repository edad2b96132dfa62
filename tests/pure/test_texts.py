"""Sentences of an area's own, instead of the catalogue's."""

from __future__ import annotations

import pytest

from chatdesk.areas.area import Area
from chatdesk.conversations import circles
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import menu
from chatdesk.conversations.announce import announce
from chatdesk.conversations.card import status_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.phrases import languages, say
from chatdesk.core.language import PerLanguage
from chatdesk.core.messages import Act
from tests.builders import a_case, a_group, a_ticket


def an_area(**texts: PerLanguage) -> Area:
    return Area("lab", "Lab", texts={name.replace("__", "."): text for name, text in texts.items()})


def speaking(language: str, area: Area) -> Case:
    return a_case(a_ticket(), language=language, area=area)


@pytest.mark.parametrize("language", languages())
def test_one_text_serves_in_every_language(language: str) -> None:
    case = speaking(language, an_area(kept="#{number} stays."))
    assert case.say("kept", number=42, title="unused") == "#42 stays."
    assert case.say("ended", number=42) == say(language, "ended", number=42)


def test_in_a_language_that_is_left_out_the_desks_own_stays() -> None:
    area = an_area(kept={"de": "#{number} bleibt."})
    assert speaking("de", area).say("kept", number=42) == "#42 bleibt."
    for language in ("en", "fr"):
        assert speaking(language, area).say("kept", number=42) == say(language, "kept", number=42)


def test_a_text_may_leave_out_what_it_is_given() -> None:
    case = speaking("en", an_area(answers_in="We speak {languages}.", help="Write {mark}{{}}"))
    told = {"count": 2, "group": "Lab", "languages": "English and German"}
    assert case.say("answers_in", **told) == "We speak English and German."
    assert case.say("help") == "Write 👌{}"


def test_what_is_announced_has_the_areas_words_and_buttons() -> None:
    case = speaking("en", an_area(button__end="Stop", **{"end?": "End {title}?"}))
    buttons = (("button.end", Act("end_now")), ("button.keep", Act("keep")))
    params = (("number", "42"), ("title", "it"))
    (out,) = announce(ev.CustomerAnswered("end?", buttons=buttons, params=params), case, 3)
    assert out.body and out.body.text.text == "End it?"
    assert [button.label for button in out.buttons] == ["Stop", say("en", "button.keep")]


@pytest.mark.parametrize("text", ["Ticket {number} came", "Ticket {number} came\n\nWe write soon"])
def test_a_status_of_ones_own_needs_no_second_part(text: str) -> None:
    status = status_of(a_case(a_ticket(), group=a_group(), area=an_area(status__new=text)))
    assert status.body and status.body.text.text == text.format(number=42)
    (span,) = status.body.text.spans
    assert (span.start, span.end) == (0, len("Ticket 42 came"))


def test_the_menus_of_a_bot_are_its_areas() -> None:
    texts = {"command.new": {"en": "Another question"}}
    for made in (menu, circles.menu):
        assert ("new", "Another question") in made("en", texts)
        assert ("new", say("de", "command.new")) in made("de", texts)
