"""Reads canned replies from YAML: what stands there, or everything that is wrong with it, each fault with its line.

They are a list `canned`, in a file of their own or in one that says more:

    canned:
      - name: password reset
        group: grid                 # or area: physics; without both, for all
        text:
          en: "Hello {user}, set a new password at https://id.example.org"
          de: "Guten Tag {user}, ein neues Passwort setzen Sie auf https://id.example.org"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path as File
from typing import Any

from chatdesk.areas.canned import LONGEST_NAME, Canned, CannedReply, fault_of_text
from chatdesk.areas.yaml_text import Document, Fault, Path, read
from chatdesk.core.language import PerLanguage

LIST = "canned"
FIELDS = ("name", "group", "area", "text")
LANGUAGE = re.compile(r"[a-z]{2,3}")  # https://www.loc.gov/standards/iso639-2/php/code_list.php


Known = Mapping[str, Sequence[str]]


class WrongCanned(Exception):
    """What is wrong with the file: a sentence for each fault."""


def load(file: File, groups: Sequence[str], areas: Sequence[str]) -> Canned:
    """What the file holds for these groups and areas. Raises WrongCanned."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongCanned(f"{file}: cannot be read: it is no text in UTF-8.") from None
    except OSError as fault:
        raise WrongCanned(f"{file}: cannot be read: {fault.strerror}.") from None
    document = read(text)
    data = document.data
    wrong = list(document.faults)
    if data is not None and not isinstance(data, Mapping):
        wrong.append(Fault(1, (), f"must begin with {LIST}:"))
        data = None
    for name in data or ():
        if name != LIST:
            wrong.append(_fault(document, (name,), f"has no meaning here: the file holds {LIST} alone"))
    entries = (data or {}).get(LIST)
    wrong += faults(document, entries, {"group": groups, "area": areas})
    if wrong:
        told = {f"{file}, line {f.line}: {_called(f.where)}{f.what}.": f.line for f in wrong}
        raise WrongCanned("\n".join(sorted(told, key=lambda sentence: told[sentence])))
    return Canned(replies(entries or ()))


def replies(entries: Sequence[Any]) -> tuple[CannedReply, ...]:
    """Of a list in which nothing is wrong."""
    return tuple(map(_reply, entries))


def _called(where: Path) -> str:
    """A path as a person reads it: `canned.#2.text.de: `."""
    said = [f"#{part + 1}" if isinstance(part, int) else part[:40] for part in where]
    return f"{'.'.join(said)}: " if said else ""


def faults(document: Document, entries: Any, known: Known) -> list[Fault]:
    """What is wrong with the list, in a file of its own or in `desk.yaml`; `known`: ids by `group` and `area`."""
    if entries is None:
        return []
    if not isinstance(entries, list):
        return [_fault(document, (LIST,), "must be a list, each item behind a dash: - name: ...")]
    found = [fault for n, entry in enumerate(entries) for fault in _entry(document, (LIST, n), entry, known)]
    return [*found, *_twice(document, entries)]


def _entry(document: Document, where: Path, entry: Any, known: Known) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield _fault(document, where, "has fields of its own: name, text, and group or area")
        return
    for field in entry:
        if field not in FIELDS:
            near = get_close_matches(field, FIELDS, 1)
            meant = f" (is {near[0]} meant?)" if near else f"; there are {', '.join(FIELDS)}"
            yield _fault(document, (*where, field), f"there is no such field{meant}")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        yield _fault(document, (*where, "name"), "is missing: it is what agents find it by")
    elif len(name) > LONGEST_NAME or "\n" in name:
        yield _fault(document, (*where, "name"), f"must be one line of at most {LONGEST_NAME} characters")
    if "group" in entry and "area" in entry:
        yield _fault(document, (*where, "area"), "stands beside a group, which belongs to one area: leave one out")
    for field, ids in known.items():
        if field in entry and entry[field] not in ids:
            near = get_close_matches(str(entry[field]), ids, 1)
            meant = f" (is {near[0]} meant?)" if near else f"; there are {', '.join(ids)}"
            yield _fault(document, (*where, field), f"there is no {field} {str(entry[field])[:40]}{meant}")
    yield from _texts(document, (*where, "text"), entry.get("text"))


def _texts(document: Document, where: Path, given: Any) -> Iterator[Fault]:
    if not isinstance(given, str | Mapping) or not given:
        yield _fault(document, where, "is missing: a text, or texts by language")
        return
    for language, text in given.items() if isinstance(given, Mapping) else [("", given)]:
        place = (*where, language) if language else where
        if language and not LANGUAGE.fullmatch(language):
            yield _fault(document, place, "is no language: en, de, fr")
        elif not isinstance(text, str):
            yield _fault(document, place, "must be text")
        elif why := fault_of_text(text):
            yield _fault(document, place, why)


def _twice(document: Document, entries: Sequence[Any]) -> Iterator[Fault]:
    """A name stands once in each scope, so that it is found by what is typed."""
    first: dict[object, int] = {}
    for n, entry in enumerate(entries):
        if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
            scope = (entry["name"].casefold(), str(entry.get("group")), str(entry.get("area")))
            if (there := first.setdefault(scope, n)) != n:
                line = document.line((LIST, there, "name"))
                yield _fault(document, (LIST, n, "name"), f"line {line} has the same name")


def _fault(document: Document, where: Path, what: str) -> Fault:
    return Fault(document.line(where), where, what)


def _reply(entry: Mapping[str, Any]) -> CannedReply:
    """Of an entry in which nothing is wrong."""
    given = entry["text"]
    text: PerLanguage = (
        given.strip() if isinstance(given, str) else {name: said.strip() for name, said in given.items()}
    )
    return CannedReply(" ".join(entry["name"].split()), text, entry.get("group"), entry.get("area"))
