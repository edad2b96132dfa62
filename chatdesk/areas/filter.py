"""A filter as it is configured: on what it looks, and what it does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatdesk.core.language import PerLanguage

TAG = re.compile(r"[\w.+-]{1,30}")  # by which tickets are sorted


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for in a text, in whatever case; empty: nothing is."""

    contains: tuple[str, ...] = ()  # one of these
    matches: str = ""  # a regular expression, anywhere in it

    def __bool__(self) -> bool:
        return bool(self.contains or self.matches)


@dataclass(frozen=True, slots=True)
class When:
    """All that is set must hold; each is a list of which one is enough."""

    channel: tuple[str, ...] = ()
    bot: tuple[str, ...] = ()
    address: tuple[str, ...] = ()  # of who wrote: an account, or a mail address
    domain: tuple[str, ...] = ()  # of that mail address
    language: tuple[str, ...] = ()
    subject: Words = Words()
    text: Words = Words()


@dataclass(frozen=True, slots=True)
class Then:
    """What becomes of the ticket; None and empty: that stays as it is."""

    group: str | None = None
    priority: str | None = None
    type: str | None = None
    service: str | None = None
    tags: tuple[str, ...] = ()
    reply: PerLanguage = ""
    spam: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    when: When
    then: Then
    area: str | None = None  # whose doors it watches; None: all


@dataclass(frozen=True, slots=True)
class Filters:
    """All there are, in their order."""

    filters: tuple[Filter, ...] = ()
