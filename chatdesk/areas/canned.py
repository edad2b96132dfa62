"""Canned replies: answers that are given often, written once, in each language that the group answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from string import Formatter

from chatdesk.areas.area import Group
from chatdesk.core.language import PerLanguage, best

PLACEHOLDERS: Mapping[str, str] = {
    "user": "the user's name",
    "agent": "the name of who answers",
    "number": "the ticket's number",
    "title": "the ticket's title",
    "group": "the group's name",
    "answer_within": "when a first answer can be expected",
}
LONGEST = 2500  # characters: in a form's field there is room for the names that are filled in
LONGEST_NAME = 60
MOST_NEAR = 5  # names that are offered for one that is not known


@dataclass(frozen=True, slots=True)
class CannedReply:
    """For one group, for the groups of one area, or for all."""

    name: str
    text: PerLanguage
    group: str | None = None
    area: str | None = None

    def serves(self, group: Group) -> bool:
        return self.group == group.id or (self.group is None and self.area in (None, group.area))

    def speaks(self, language: str) -> bool:
        """Whether it is written in that language."""
        return not isinstance(self.text, str) and language in self.text

    def filled(self, language: str, words: Mapping[str, object]) -> str:
        """What it says in that language, with the words for its placeholders."""
        return best(self.text, language).format(**words)


@dataclass(frozen=True, slots=True)
class Canned:
    """All that an installation has."""

    replies: Sequence[CannedReply] = field(default_factory=tuple)

    def of(self, group: Group, language: str) -> list[CannedReply]:
        """Those of the group by name; what speaks the user's language comes first."""
        own = [reply for reply in self.replies if reply.serves(group)]
        return sorted(own, key=lambda r: (not r.speaks(language), r.name.casefold()))

    def named(self, typed: str, group: Group) -> CannedReply | None:
        """By name, in whatever case; what the group has of its own goes before what all have."""
        wanted = " ".join(typed.split()).casefold()
        found = [r for r in self.replies if r.serves(group) and r.name.casefold() == wanted]
        return max(found, key=lambda r: (r.group is not None, r.area is not None), default=None)

    def near(self, typed: str, group: Group) -> list[str]:
        """Names that what was typed may have meant: it begins one of them, or is written much the same."""
        names = {r.name.casefold(): r.name for r in self.replies if r.serves(group)}
        wanted = " ".join(typed.split()).casefold()
        begun = [name for name in names if wanted and name.startswith(wanted)]
        alike = get_close_matches(wanted, names, MOST_NEAR, cutoff=0.75)
        return [names[name] for name in dict.fromkeys([*begun, *alike])][:MOST_NEAR]


def fault_of_text(text: str) -> str | None:
    """What is wrong with a text, to be read after its place; None when it can be filled in."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST:
        return f"has {len(text)} characters, and may have {LONGEST}"
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return "a { or } stands alone; where it is meant as such, it is doubled: {{ }}"
    for _, name, form, conversion in parsed:
        if name is not None and name not in PLACEHOLDERS:
            known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
            near = get_close_matches(name, PLACEHOLDERS, 1)
            meant = f" (is {{{near[0]}}} meant?)" if near else ""
            return f"{{{name}}} cannot be filled in{meant}; there are {known}"
        if name is not None and (form or conversion):
            return f"{{{name}}} stands for a word as it is, without a : or ! behind the name"
    return None
