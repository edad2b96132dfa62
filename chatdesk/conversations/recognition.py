"""Which language a text is in, judged by py3langid (https://github.com/adbar/py3langid): a function of text and hint.

What is no prose does not count: code, quotations, addresses, names of files, lines of a log. The rest is judged as a
whole and sentence by sentence. Where it is mixed, another language wins against English: error messages, commands and
what people paste are English far more often than the other way round. Nothing is said of a text that is too short or
fits several languages; then a hint decides that says the same as what fits best.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import cache
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from threading import Lock

import numpy
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from chatdesk.core.markup import Markup, Style

ENGLISH = "en"
# Fewer candidates make fewer mistakes in short texts: the model knows 140 languages, many of them close relatives of
# these with a hundredth of their speakers. zxx is what it calls code and numbers.
NO_LANGUAGE = "zxx"
CANDIDATES = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "he", "hi"),
    *("hr", "hu", "hy", "id", "is", "it", "ja", "ka", "ko", "lt", "lv", "mk", "mt", "nl", "no", "pl", "pt", "ro"),
    *("ru", "sk", "sl", "sq", "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh", NO_LANGUAGE),
)
NAMED_OTHERWISE = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}  # in BCP 47's older or narrower codes

LEAST = 12  # bytes of prose, below which nothing is said: "ok", "hallo"
SURE = 0.8  # probability
LIKELY = 0.5  # when the hint says the same
LEAST_OF_A_PART = 20  # bytes of a sentence that is judged by itself
SURE_OF_A_PART = 0.9
MOST = 600  # characters that are looked at

_QUOTED = re.compile(r'"[^"\n]+"|“[^”\n]+”|„[^“”\n]+[“”]|«[^»\n]+»|`[^`]+`')
_ODD = re.compile(r"[/\\@_=<>{}()\[\]|#$%&*+~^\d]|\w[.:]\w|::")  # in a word: it is an address, a name, a number, code
_AROUND = "*_~()[]{}.,;:!?'\"&-"  # signs beside a word
_LOGGED = re.compile(
    r"\s*(?:\d+[-:./]\d+[-:./]\d|[\[<]|>>>|[$#>%] |Traceback \(|File \"|Caused by:|at [\w$.]+\(|\S*(?:Error|Exception):"
    r"|(?:error|warning|fatal|info|debug)\b *:|(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|TRACE)\b)"
)
_ENDS = re.compile(r"(?<=[.!?:;…。！？])\s+|\n")
_LOADING = Lock()


def language_of(text: Markup, hint: str | None = None) -> str | None:
    """Its language as two letters; None when one cannot be sure. `hint`: the language that one expects (BCP 47)."""
    prose = _prose(text)
    if _length(prose) < LEAST:
        return None
    expected = _short(hint)
    whole = _judged(prose, SURE, expected)
    if whole not in (None, ENGLISH):
        return whole
    others = [found for found in _parts(prose) if found != ENGLISH]
    if not others:
        return whole
    return expected if expected in others else max(others, key=others.count)


def load() -> None:
    """Reads the model, which takes half a second: so that no text has to wait for it."""
    _model()


def _short(hint: str | None) -> str:
    code = (hint or "").replace("_", "-").split("-")[0].lower()
    return NAMED_OTHERWISE.get(code, code)


def _judged(prose: str, least: float, expected: str = "") -> str | None:
    code, probability = _model().classify(prose)
    if code == NO_LANGUAGE or probability < (min(least, LIKELY) if code == expected else least):
        return None
    return str(code)


def _parts(prose: str) -> list[str]:
    parts = [part for part in _ENDS.split(prose) if _length(part) >= LEAST_OF_A_PART]
    if len(parts) < 2 and len(prose) == sum(map(len, parts)):
        return []
    return [found for part in parts if (found := _judged(part, SURE_OF_A_PART))]


def _length(prose: str) -> int:
    return len(prose.encode(errors="replace"))


def _prose(text: Markup) -> str:
    """The words that somebody wrote to be read."""
    lines = _without_code(text)[:MOST].splitlines()
    told = _QUOTED.sub(" ", "\n".join(line for line in lines if not _LOGGED.match(line)))
    return "\n".join(words for line in told.splitlines() if (words := " ".join(_words(line))))


def _words(line: str) -> Iterator[str]:
    return (word for word in line.split() if not _ODD.search(word.strip(_AROUND)))


def _without_code(text: Markup) -> str:
    kept = list(text.text)
    for span in text.spans:
        if span.style in (Style.CODE, Style.PRE, Style.LINK, Style.MENTION):
            kept[span.start : span.end] = [" "] * (span.end - span.start)
    return "".join(kept)


def _model() -> LanguageIdentifier:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> LanguageIdentifier:
    """The model in 20 MB of memory instead of 75, and up to 40 MB of pages of a file, which the system may drop.

    Of its probabilities the columns of the candidates are kept; its table of transitions, 40 MB of which few texts
    touch much, is mapped from a file without a name.
    """
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages(CANDIDATES)
    return LanguageIdentifier(
        numpy.ascontiguousarray(whole.nb_ptc),
        whole.nb_pc,
        whole.nb_classes,
        _mapped(whole.tk_nextmove),
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )


def _mapped(table: array[int]) -> memoryview[int]:
    """The same numbers, read from the file as they are needed."""
    with TemporaryFile() as file:
        file.write(memoryview(table))
        file.flush()
        pages = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
        return pages.cast("I") if table.typecode == "I" else pages.cast("H")
