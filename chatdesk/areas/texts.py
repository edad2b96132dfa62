"""Sentences of an area's own, instead of the catalogue's: what is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from chatdesk import demands
from chatdesk.areas.yaml_text import Document, Fault, Path

# What shows these in one line takes no longer ones: https://core.telegram.org/bots/api#botcommand for commands; of
# buttons Telegram promises nothing, and a phone shows as much.
SHORT: Mapping[str, int] = {"button.": 40, "command.": 256, "kind.": 40}


def faults(document: Document, where: Path, given: Any, phrases: Mapping[str, str]) -> Iterator[Fault]:
    """Only what the catalogue has can be said otherwise, and only with the words that it is given.

    What is no text at all is found elsewhere.
    """
    for phrase, said in given.items() if isinstance(given, Mapping) else ():
        name = str(phrase)
        if name not in phrases:
            yield Fault(document.line((*where, name)), (*where, name), f"there is no such phrase{meant(name, phrases)}")
            continue
        for language, text in said.items() if isinstance(said, Mapping) else [("", said)]:
            if isinstance(text, str) and (why := fault(name, text, phrases[name])):
                line = document.line((*where, name, str(language)) if language else (*where, name))
                yield Fault(line, (*where, name), f"{language}: {why}" if language else why)


def meant(name: str, phrases: Mapping[str, str]) -> str:
    return demands.meant(name, phrases) or "; docs/desk-yaml.md lists them"


def fault(phrase: str, text: str, instead_of: str) -> str:
    """What is wrong with a text; empty when nothing is."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return "a { or } stands alone; where it is meant as such, it is doubled"
    given = placeholders(instead_of)
    for _, word, form, conversion in parts:
        if word is not None and word not in given:
            known = ", ".join(f"{{{one}}}" for one in sorted(given)) or "nothing"
            return f"{{{word}}} is not known there{demands.meant(word, given)}; what can be filled in is {known}"
        if form or conversion:
            return f"between {{ and }} stands a name alone: {{{word}}}"
    longest = next((most for start, most in SHORT.items() if phrase.startswith(start)), 0)
    if longest and ("\n" in text.strip() or len(text.strip()) > longest):
        return f"must be one line of at most {longest} characters"
    return ""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
