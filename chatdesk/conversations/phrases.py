"""Every sentence that a user reads, by id and language. Agents read English, beside what they do.

A language is a file, `languages/<code>.po` in the form that translators' tools know
(https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html): it is spoken because its file is there. Each is
read once, when something is first said in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from chatdesk.core.language import PerLanguage

FOLDER = Path(__file__).parent / "languages"
ENGLISH = "en"
RECEIVED_SIGN = "👌"


def say(language: str, phrase: str, /, **params: object) -> str:
    """The sentence in that language, in English where it has not been translated; `count` chooses the plural form."""
    words = _words(language if language in languages() else ENGLISH)
    count = params.get("count")
    said = words.gettext(phrase) if count is None else words.ngettext(phrase, phrase, int(str(count)))
    if said == phrase:
        raise LookupError(f"{phrase!r} is in no catalogue")
    return said.format(mark=RECEIVED_SIGN, **params)


def say_with(texts: Mapping[str, PerLanguage], language: str, phrase: str, /, **params: object) -> str:
    """The same, with sentences that are given instead of the catalogue's: in that language, or one for all."""
    given = texts.get(phrase)
    own = given if isinstance(given, str) or given is None else given.get(language)
    return say(language, phrase, **params) if own is None else own.format(mark=RECEIVED_SIGN, **params)


@cache
def languages() -> tuple[str, ...]:
    """The languages that we speak, as two letters each."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.po")))


def known_language(code: str | None) -> str:
    """The language we speak that comes nearest to a BCP 47 code."""
    short = (code or ENGLISH).replace("_", "-").split("-")[0].lower()
    return short if short in languages() else ENGLISH


@cache
def catalogue(language: str) -> Catalog:
    """All phrases of a language that we speak. Its header names the locale by which dates are written."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file)


@cache
def _words(language: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    words = GNUTranslations(compiled)
    if language != ENGLISH:
        words.add_fallback(_words(ENGLISH))
    return words
