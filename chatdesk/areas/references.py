"""What is wrong with `desk.yaml` in view of something else in it, or of the environment. Pure.

It looks at what was read before the models have made anything of it, so that one fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from typing import Any

from chatdesk import demands
from chatdesk.areas import canned_file, filter_file, texts
from chatdesk.areas.area import Emoji
from chatdesk.areas.yaml_text import Document, Fault, Path

Item = tuple[Path, Mapping[str, Any]]
ROUTES = ("areas", "groups", "bots", "services", "filters")


def faults(document: Document, environment: Mapping[str, str], phrases: Mapping[str, str]) -> list[Fault]:
    """`phrases`: the catalogue's sentences by id."""
    areas, groups, bots, services, filters = ([*_items(document.data, section)] for section in ROUTES)
    known = {section: [str(item.get("id")) for _, item in _items(document.data, section)] for section in ROUTES}
    checks = (
        *(_twice(document, items, "id", "id") for items in (areas, groups, bots, services)),
        _homes(document, groups),
        _parents(document, groups),
        _areas(document, areas, [*groups, *services]),
        _missing(document, groups, [*bots, *services]),
        _twice(document, filters, "name", "name"),
        *(filter_file.faults(document, where, item, known) for where, item in filters),
        _variables(document, bots, environment),
        *(texts.faults(document, (*where, "texts"), item.get("texts"), phrases) for where, item in areas),
        *(_greeting(document, where, item, phrases) for where, item in areas),
        texts.faults(document, ("texts",), document.data.get("texts"), phrases),
        _emoji(document),
        _canned(document, areas, groups),
    )
    return list(chain.from_iterable(checks))


def _items(data: Mapping[str, Any], section: str) -> Iterator[Item]:
    items = data.get(section)
    for n, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield (section, n), item


def _twice(document: Document, items: list[Item], field: str, what: str) -> Iterator[Fault]:
    """What only one item may have."""
    first: dict[str, Path] = {}
    for where, item in items:
        value = item.get(field)
        if not isinstance(value, str):
            continue
        there = first.setdefault(value.strip().removeprefix("#"), (*where, field))
        if there != (*where, field):
            yield document.fault(
                (*where, field),
                f"line {document.line(there)} has the same {what}, and each {_one(where)} needs its own",
            )


def _homes(document: Document, groups: list[Item]) -> Iterator[Fault]:
    """Each group has one of two kinds of home, and only groups of one area share a channel."""
    first: dict[str, tuple[Path, Any]] = {}
    for where, group in groups:
        named = [field for field in ("channel", "mail") if field in group]
        if not named:
            yield document.fault((*where, "channel"), "is missing: a group needs a channel, or a mail address (mail)")
        elif len(named) > 1:
            yield document.fault((*where, "mail"), "stands beside channel, and a group has one of the two")
        if "redirect" in group and "mail" not in group:
            yield document.fault((*where, "redirect"), "needs mail: the address that tickets are redirected to")
        channel = group.get("channel")
        if not isinstance(channel, str):
            continue
        there, area = first.setdefault(channel.strip().removeprefix("#"), ((*where, "channel"), group.get("area")))
        if area != group.get("area"):
            why = f"line {document.line(there)} has the same channel for a group of another area, which sees all there"
            yield document.fault((*where, "channel"), why)


def _parents(document: Document, groups: list[Item]) -> Iterator[Fault]:
    """A parent is another group of the same area, and no group is a part of itself."""
    known = {str(group.get("id")): group for _, group in groups}
    for where, group in groups:
        parent = group.get("parent")
        if not isinstance(parent, str):
            continue
        over = known.get(parent)
        if over is None:
            why = f"there is no group {_shown(parent)}{demands.meant(parent, list(known))}"
        elif over.get("area") != group.get("area"):
            why = f"{_shown(parent)} is of another area, and only groups of one area are parts of each other"
        elif group.get("id") in _above(parent, known):
            why = f"{_shown(parent)} is a part of this group itself"
        else:
            continue
        yield document.fault((*where, "parent"), why)


def _above(group: str, known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The group, and those that it is a part of."""
    found = [group]
    while True:
        over = str(known.get(found[-1], {}).get("parent"))
        if over not in known or over in found:
            return found
        found.append(over)


def _one(where: Path) -> str:
    return str(where[0]).removesuffix("s")


def _areas(document: Document, areas: list[Item], owned: list[Item]) -> Iterator[Fault]:
    known = list(dict.fromkeys(str(item.get("id")) for _, item in areas))
    for where, group in owned:
        area = group.get("area")
        if isinstance(area, str) and area not in (known or ["default"]):
            yield document.fault((*where, "area"), f"there is no area {_shown(area)}{demands.meant(area, known)}")
        elif "area" not in group and len(known) > 1:
            yield document.fault((*where, "area"), f"is missing: there are the areas {', '.join(map(_shown, known))}")


def _missing(document: Document, groups: list[Item], users: list[Item]) -> Iterator[Fault]:
    """`users`: what refers to a group."""
    known = [str(item.get("id")) for _, item in groups]
    if isinstance(document.data.get("groups"), list) and not document.data["groups"]:
        yield document.fault(("groups",), "is empty: it needs one group at least")
    for where, user in users:
        group = user.get("group")
        if isinstance(group, str) and group not in known:
            yield document.fault((*where, "group"), f"there is no group {_shown(group)}{demands.meant(group, known)}")


def _greeting(document: Document, where: Path, area: Mapping[str, Any], phrases: Mapping[str, str]) -> Iterator[Fault]:
    """It stands for the phrase of that name."""
    if "greeting" in area:
        yield from texts.faults(document, where, {"greeting": area["greeting"]}, phrases)
        if isinstance(area.get("texts"), Mapping) and "greeting" in area["texts"]:
            yield document.fault((*where, "texts", "greeting"), "stands under greeting of the area already")


def _variables(document: Document, bots: list[Item], environment: Mapping[str, str]) -> Iterator[Fault]:
    """The variables are there, they hold what they should, and no two bots are the same."""
    holders: dict[str, Path] = {}
    for where, bot in bots:
        for field, demand in (("token", demands.telegram_token), ("webhook_secret", demands.webhook_secret)):
            name = bot.get(field)
            if not isinstance(name, str) or not name.isidentifier():
                continue  # that is said elsewhere
            value = environment.get(name, "")
            if not value:
                yield document.fault((*where, field), f"the environment has no variable {name}, or it is empty")
                continue
            try:
                demand(value)
            except ValueError as fault:
                yield document.fault((*where, field), f"what the variable {name} holds {fault}")
                continue
            first = holders.setdefault(value, where) if field == "token" else where
            if first != where:
                why = f"is the token of the bot in line {document.line(first)} too: Telegram gives it to one program"
                yield document.fault((*where, field), why)


def _emoji(document: Document) -> Iterator[Fault]:
    given = document.data.get("emoji")
    if not isinstance(given, Mapping):
        return
    meanings = asdict(Emoji()) | {name: value.strip(":") for name, value in given.items() if isinstance(value, str)}
    seen: dict[str, str] = {}
    for name, emoji in meanings.items():
        if (other := seen.setdefault(emoji, name)) != name:
            yield document.fault(("emoji", name), f"{_shown(emoji)} means {other} already")


def _canned(document: Document, areas: list[Item], groups: list[Item]) -> Iterator[Fault]:
    known = {
        "group": [str(item.get("id")) for _, item in groups],
        "area": [str(item.get("id")) for _, item in areas] or ["default"],
    }
    given = document.data.get(canned_file.LIST)
    yield from canned_file.faults(document, given if isinstance(given, list) else None, known)


def _shown(word: str) -> str:
    return word[:40]
