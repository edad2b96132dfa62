"""Filters as a person writes them in `desk.yaml`: their fields, and what is wrong with one in view of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from chatdesk import demands
from chatdesk.areas import expressions
from chatdesk.areas.filter import TAG, Filter, Then, When, Words
from chatdesk.areas.policies import Entry
from chatdesk.areas.values import Id, Prose
from chatdesk.areas.yaml_text import Document, Fault, Path


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _said(value: list[str]) -> list[str]:
    if not value or any(not one.strip() for one in value):
        raise ValueError("is empty, or holds an empty text, which is in every text")
    return value


def _tag(value: str) -> str:
    word = value.strip().lower()
    if not TAG.fullmatch(word):
        raise ValueError("is no tag: one word of letters and digits, at most 30")
    return word


def _expression(value: str) -> str:
    if fault := expressions.fault(value):
        raise ValueError(fault)
    return value


Several = Annotated[list[str], BeforeValidator(_one_or_more), AfterValidator(_said)]
Tag = Annotated[str, AfterValidator(_tag)]


class WordsEntry(Entry):
    """What is looked for in a text, in whatever case."""

    contains: Several = Field([], description="One of these words or parts of sentences", examples=["[gold, casino]"])
    matches: Annotated[str, AfterValidator(_expression)] = Field(
        "", description="A regular expression, as Python writes them, anywhere in it", examples=['"ticket [0-9]+"']
    )


class WhenEntry(Entry):
    """All that is given must hold; of a list one is enough."""

    channel: Several = Field([], description="The channel that it came by", examples=["telegram"])
    bot: Several = Field([], description="The id of the bot that was written to", examples=["grid-bot"])
    address: Several = Field(
        [], description="Who wrote: the account's number, or the mail address", examples=["monitor@example.org"]
    )
    domain: Several = Field([], description="The domain of that mail address", examples=["example.org"])
    language: Several = Field([], description="The language that is written", examples=["de"])
    subject: WordsEntry = Field(
        WordsEntry(), description="Words of the subject, or of the first line", examples=["{contains: urgent}"]
    )
    text: WordsEntry = Field(WordsEntry(), description="Words of the text", examples=["{contains: [gold, casino]}"])


class ThenEntry(Entry):
    """What becomes of the ticket; what is left out stays as it is."""

    group: Id | None = Field(None, description="The group that it opens in", examples=["grid"])
    priority: Literal["low", "medium", "high", "top"] | None = Field(
        None, description="Its priority", examples=["high"]
    )
    type: Literal["incident", "service request"] | None = Field(
        None, description="Its type", examples=["service request"]
    )
    service: Id | None = Field(None, description="The service that it is about", examples=["notebooks"])
    tags: list[Tag] = Field([], description="Its tags", examples=["[vpn]"])
    reply: Prose = Field(
        "", description="What the user is told at once: a text, or one by language", examples=["We know, and mend it."]
    )
    spam: bool = Field(
        False, description="Whether it ends as spam; the user is told nothing, and agents see it", examples=["true"]
    )


class FilterEntry(Entry):
    """Sorts what comes in. They are tried in their order, and the first that matches wins.

    A ticket that follows another one stays with the group that had that. `chatdesk filters try` says which one
    matches a text, and why.
    """

    name: Annotated[str, demands.words(60)] = Field(description="What it is called", examples=["gold sellers"])
    area: Id | None = Field(
        None, description="The area at whose bots it looks; at all of them when it is left out", examples=["physics"]
    )
    when: WhenEntry = Field(description="What must hold", examples=["{text: {contains: casino}}"])
    then: ThenEntry = Field(description="What becomes of the ticket", examples=["{spam: true}"])


def made(given: FilterEntry) -> Filter:
    when, then = given.when, given.then
    return Filter(
        given.name,
        When(
            channel=tuple(when.channel),
            bot=tuple(when.bot),
            address=tuple(when.address),
            domain=tuple(when.domain),
            language=tuple(when.language),
            subject=Words(tuple(when.subject.contains), when.subject.matches),
            text=Words(tuple(when.text.contains), when.text.matches),
        ),
        Then(then.group, then.priority, then.type, then.service, tuple(then.tags), then.reply, then.spam),
        given.area,
    )


def faults(
    document: Document, where: Path, item: Mapping[str, Any], known: Mapping[str, Sequence[str]]
) -> Iterator[Fault]:
    """What a filter refers to is there, it looks at something, and it does something. `known`: ids by section."""
    then, when = item.get("then"), item.get("when")
    named: list[tuple[Path, Any, str]] = [(("area",), item.get("area"), "area")]
    if isinstance(then, Mapping):
        named += [(("then", "group"), then.get("group"), "group")]
        named += [(("then", "service"), then.get("service"), "service")]
        if not then:
            yield document.fault((*where, "then"), "says nothing: name what becomes of the ticket")
    if isinstance(when, Mapping):
        given = when.get("bot", [])
        named += [(("when", "bot"), bot, "bot") for bot in (given if isinstance(given, list) else [given])]
        if not when:
            yield document.fault((*where, "when"), "says nothing, and would match all that comes in")
    for field, name, kind in named:
        there = known[f"{kind}s"] or (["default"] if kind == "area" else [])
        if isinstance(name, str) and name not in there:
            yield document.fault((*where, *field), f"there is no {kind} {name[:40]}{demands.meant(name, there)}")
