"""How a language names languages, lists them, and writes a date: CLDR's words and forms, by way of Babel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.lists import format_list

from chatdesk.conversations.phrases import ENGLISH, catalogue, languages


def time_of_day(language: str, at: datetime) -> str:
    """10:15:00 UTC"""
    return f"{format_time(at, 'HH:mm:ss', locale=_locale(language))} UTC"


def day_and_time(language: str, at: datetime) -> str:
    """2 March, 10:15 UTC"""
    locale = _locale(language)
    day = format_skeleton("MMMMd", at, locale=locale)
    if locale.language == "fr" and at.day == 1:
        day = day.replace("1", "1er", 1)  # CLDR's skeleton leaves that to whoever uses it
    return f"{day}, {format_time(at, 'HH:mm', locale=locale)} UTC"


def name_of(code: str, language: str = ENGLISH) -> str:
    """What a language is called in another one: German, Deutsch, allemand. A code that CLDR lacks is its own name."""
    return str(_locale(language).languages.get(code, code))


def own_name(code: str) -> str:
    """As its speakers write it at the start of a line: Deutsch, Français."""
    name = name_of(code, code)
    return name[:1].upper() + name[1:]


def listed(codes: Sequence[str], language: str) -> str:
    """English, German and French"""
    return format_list([name_of(code, language) for code in codes], locale=_locale(language))


def meant_by(words: str) -> str | None:
    """The language we speak that somebody names: by its code, or by its name in any of them."""
    wanted = words.strip().casefold()
    for code in languages():
        names = {name_of(code, language).casefold() for language in languages()}
        if wanted == code or wanted.startswith((f"{code}-", f"{code}_")) or wanted in names:
            return code
    return None


@cache
def _locale(language: str) -> Locale:
    """English is written as in Europe, since its catalogue says so."""
    found = catalogue(language if language in languages() else ENGLISH).locale
    assert isinstance(found, Locale), "the header of a catalogue names its language"
    return found
