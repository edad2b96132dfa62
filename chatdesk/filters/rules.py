"""The conditions of filters: one function each, named in RULES, which says in words why it holds or does not. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from chatdesk.areas.filter import Words
from chatdesk.core.markup import shorten

MOST = 4000  # characters of a text that expressions look at
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """What comes in, as filters see it."""

    text: str
    subject: str = ""
    channel: str = ""
    bot: str = ""
    address: str = ""
    language: str = ""
    area: str = ""  # of the door


@dataclass(frozen=True, slots=True)
class Found:
    holds: bool
    why: str


def one_of(wanted: Sequence[str], is_: str, what: str) -> Found:
    holds = is_.casefold() in (w.casefold() for w in wanted)
    return Found(holds, f"{what} is {is_ or 'not known'}" + ("" if holds else f", not {' or '.join(wanted)}"))


def channel(wanted: Sequence[str], facts: Facts) -> Found:
    return one_of(wanted, facts.channel, "the channel")


def bot(wanted: Sequence[str], facts: Facts) -> Found:
    return one_of(wanted, facts.bot, "the bot")


def address(wanted: Sequence[str], facts: Facts) -> Found:
    return one_of(wanted, facts.address, "the address")


def domain(wanted: Sequence[str], facts: Facts) -> Found:
    """Of a mail address: `example.org` is also that of `lab.example.org`."""
    has = facts.address.partition("@")[2].casefold()
    holds = any(has == w.casefold() or has.endswith(f".{w.casefold()}") for w in wanted)
    return Found(holds, f"the domain is {has or 'not known'}" + ("" if holds else f", not {' or '.join(wanted)}"))


def language(wanted: Sequence[str], facts: Facts) -> Found:
    return one_of(wanted, facts.language.split("-")[0], "the language")


def subject(wanted: Words, facts: Facts) -> Found:
    return words(wanted, facts.subject, "the subject")


def text(wanted: Words, facts: Facts) -> Found:
    return words(wanted, facts.text, "the text")


def words(wanted: Words, given: str, what: str) -> Found:
    if wanted.contains:
        seen = " ".join(given.casefold().split())
        found = next((w for w in wanted.contains if " ".join(w.casefold().split()) in seen), None)
        if found is None:
            return Found(False, f"{what} contains none of {', '.join(wanted.contains)}")
        if not wanted.matches:
            return Found(True, f"{what} contains «{found}»")
    hit = expression(wanted.matches).search(given[:MOST])
    if hit is None:
        return Found(False, f"{what} does not match {wanted.matches}")
    return Found(True, f"{what} matches {wanted.matches} with «{shorten(hit[0], SHOWN)}»")


@cache
def expression(written: str) -> re.Pattern[str]:
    return re.compile(written, re.IGNORECASE)


RULES: Mapping[str, Callable[[Any, Facts], Found]] = {
    "channel": channel,
    "bot": bot,
    "address": address,
    "domain": domain,
    "language": language,
    "subject": subject,
    "text": text,
}
