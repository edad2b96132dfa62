"""A text that configuration gives once, or in several languages: {"en": "one working day", "de": "ein Arbeitstag"}."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH = "en"
PerLanguage = str | Mapping[str, str]


def best(text: PerLanguage, language: str) -> str:
    """In that language, else in English, else in the first that is given."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(ENGLISH) or next(iter(text.values()))
