"""YAML as plain names and texts, with the line that each stands on. Pure.

Every value is taken as the text that it is, so that `no` stays Norwegian and `08:30` a time: what a text means is said
by the models. Two things that YAML allows and people do not expect are faults: a name that stands twice, and an alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]

# https://core.telegram.org/bots/features#botfather and https://docs.slack.dev/authentication/tokens
TOKEN = re.compile(r"\b\d{5,}:[\w-]{8,}|\bxox[a-z](\.xox[a-z])?-[\w-]+|\bxapp-[\w-]+")
NO_TOKENS = (
    "is a token, and this file is no place for one: it is shown, copied and kept with its history. "
    "Put the token into a variable of the environment, and the variable's name here"
)
COMMENT = re.compile(r":\s+#|-\s+#")  # what was meant to be a channel
TAB = re.compile(r" *\t")

# What PyYAML says, in words for people who do not write YAML each day.
SAID = (
    ("\\t", "a tab stands where YAML wants spaces"),
    ("mapping values are not allowed", "a colon stands where none can be: a text with a colon in it needs quotes"),
    ("could not find expected ':'", "a colon is missing behind a name, or a text of several lines needs quotes"),
    ("found unexpected end of stream", "quotes are opened and not closed"),
    ("expected <block end>", "it is indented otherwise than the lines that it belongs to"),
    ("expected ',' or ']'", "a [ is not closed, or a comma is missing"),
    ("expected ',' or '}'", "a { is not closed, or a comma is missing"),
    ("expected the node content", "a value is missing"),
    ("cannot start any token", "a text that begins with such a sign needs quotes"),
    ("found another document", "a second document begins here (---), and only one is read"),
    ("found unknown escape character", "in double quotes a backslash means something else: use single quotes"),
)
OPENED = [said for _, said in SAID if "not closed" in said]  # what has its fault where it begins


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    where: Path
    what: str


@dataclass(slots=True)
class Document:
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, where: Path) -> int:
        """The line of this field, or of the nearest that it would stand in."""
        return next((self.lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self.lines), 1)

    def fault(self, where: Path, what: str) -> Fault:
        return Fault(self.line(where), where, what)


def read(text: str) -> Document:
    """What stands there, and all that is wrong with it as YAML."""
    try:
        faults = list(_strange(text))
        return Document(faults=faults) if faults else _Reader(text).document()
    except yaml.YAMLError as fault:
        return Document(faults=list(_broken(fault, text)))
    except RecursionError:
        return Document(faults=[Fault(1, (), "is nested too deeply to be read")])


def _strange(text: str) -> Iterator[Fault]:
    for event in yaml.parse(text, yaml.BaseLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            yield Fault(line, (), f"*{event.anchor} stands for something above: write it out instead")
        elif getattr(event, "tag", None):
            yield Fault(line, (), f"the tag {event.tag} has no meaning here")


def _broken(fault: yaml.YAMLError, text: str) -> Iterator[Fault]:
    """The tabs, of which YAML names only the first; else where it could not read on."""
    mark, problem = getattr(fault, "problem_mark", None), str(getattr(fault, "problem", ""))
    if "\\t" in problem:
        for number, line in enumerate(text.splitlines(), 1):
            if TAB.match(line):
                yield Fault(number, (), "it begins with a tab: YAML wants spaces")
    elif mark:
        words = next((said for part, said in SAID if part in problem), f"YAML cannot be read on here: {problem}")
        opened = getattr(fault, "context_mark", None) if words in OPENED else None
        yield Fault((opened or mark).line + 1, (), words)
    else:
        at = getattr(fault, "position", 0)
        yield Fault(text.count("\n", 0, at) + 1, (), "it holds a sign that no text should have")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._rows = text.splitlines()
        self._found = Document()

    def document(self) -> Document:
        node = yaml.compose(self._text, yaml.BaseLoader)
        self._found.data = self._value(node, ()) if node else None
        return self._found

    def _value(self, node: yaml.Node, where: Path) -> Any:
        self._found.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(inner, (*where, n)) for n, inner in enumerate(node.value)]
        return self._text_of(node, where)

    def _mapping(self, node: yaml.MappingNode, where: Path) -> Mapping[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._fault(line, where, "a name must be one word")
                continue
            name = (*where, key.value)
            if key.value in made:
                self._fault(line, name, f"stands here and in line {self._found.lines[name]} already")
                continue
            if TOKEN.search(key.value):
                self._fault(line, where, NO_TOKENS)
                continue
            self._found.lines[name] = line
            made[key.value] = self._value(value, name)
        return made

    def _text_of(self, node: yaml.ScalarNode, where: Path) -> str | None:
        line = self._found.lines[where]
        if TOKEN.search(node.value):
            self._fault(line, where, NO_TOKENS)
            return None
        if node.style is None and node.value in ("", "~", "null"):
            comment = COMMENT.search(self._rows[line - 1]) if line <= len(self._rows) else None
            why = ": a # after a space begins a comment, so write it in quotes" if comment else ""
            self._fault(line, where, f"is empty{why or ': give it a value, or leave it out'}")
            return None
        return str(node.value)

    def _fault(self, line: int, where: Path, what: str) -> None:
        self._found.faults.append(Fault(line, where, what))
