"""Reads `desk.yaml`: what it says, or everything that is wrong with it at once, each fault with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import Any

from pydantic import BaseModel, ValidationError

from chatdesk import demands, faults
from chatdesk.areas import canned_file, filter_file, references
from chatdesk.areas.area import MAIL, Area, Bot, Emoji, Group, Service
from chatdesk.areas.canned import Canned
from chatdesk.areas.desk_file import AreaEntry, BotEntry, DeskFile, GroupEntry
from chatdesk.areas.directory import Directory
from chatdesk.areas.policies import section_of
from chatdesk.areas.yaml_text import Document, Fault, Path, read
from chatdesk.core.language import ENGLISH, best
from chatdesk.core.messages import Address

DEFAULT = Area("default", "Default")
KINDS = {
    **faults.KINDS,
    "list": "must be a list, each item behind a dash: - ...",
    "model": "has fields of its own, which stand indented below it",
    "dict": "has names of its own, which stand indented below it",
}


class WrongDesk(Exception):
    """What is wrong with the file: a sentence for each fault."""


@dataclass(frozen=True, slots=True)
class Loaded:
    directory: Directory  # the homes are channels as they are written
    bots: Sequence[BotEntry]  # none: the bot of the settings serves the first group
    file: DeskFile  # as it was written


def load(file: File, environment: Mapping[str, str], phrases: Mapping[str, str]) -> Loaded:
    """What stands in the file. `phrases`: the catalogue's sentences by id. Raises WrongDesk."""
    return parse(text_of(file), str(file), environment, phrases)


def text_of(file: File) -> str:
    """Raises WrongDesk."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongDesk(f"{file}: cannot be read: it is no text in UTF-8.") from None
    except OSError as fault:
        raise WrongDesk(f"{file}: cannot be read: {fault.strerror}.") from None


def parse(text: str, name: str, environment: Mapping[str, str], phrases: Mapping[str, str]) -> Loaded:
    """The same of a text that is called `name`."""
    document = read(text)
    found, wrong = _model(document)
    if isinstance(document.data, Mapping):
        wrong += references.faults(document, environment, phrases)
    if wrong or found is None:
        said = {_sentence(document, fault, name): fault.line for fault in wrong}
        raise WrongDesk("\n".join(sorted(said, key=lambda sentence: said[sentence])))
    return _loaded(found)


def _model(document: Document) -> tuple[DeskFile | None, list[Fault]]:
    wrong = list(document.faults)
    if document.data is None:
        return None, wrong or [Fault(1, (), "is empty: it needs groups")]
    if not isinstance(document.data, Mapping):
        return None, [*wrong, Fault(1, (), "must begin with a name and a colon, such as groups:")]
    told = {fault.where for fault in wrong}  # an empty value is no second fault
    try:
        return DeskFile.model_validate(document.data), wrong
    except ValidationError as fault:
        for error in fault.errors(include_url=False, include_input=False):
            where = _in_file(error["loc"])
            if where not in told:
                wrong.append(Fault(document.line(where), where, _words(error, where)))
    return None, wrong


def _in_file(where: Sequence[str | int]) -> Path:
    """pydantic marks what is wrong with a key as such."""
    return tuple(part for part in where if part != "[key]")


def _words(error: Any, where: Path) -> str:
    if error["type"] != "extra_forbidden":
        return faults.words(error, KINDS)
    known = list(_section(where[:-1]).model_fields)
    near = demands.meant(str(where[-1]), known)
    return f"there is no such field{near}" if near else f"there is no such field; there are {', '.join(known)}"


def _section(where: Path) -> type[BaseModel]:
    """The model of what stands there."""
    model: type[BaseModel] = DeskFile
    for part in where:
        if isinstance(part, str):
            model = section_of(model.model_fields[part]) or model
    return model


# -- sentences --------------------------------------------------------------------------------------------------


def _sentence(document: Document, fault: Fault, name: str) -> str:
    where = _called(document.data, fault.where)
    return f"{name}, line {fault.line}: {f'{where}: ' if where else ''}{fault.what}.{_example(fault.where)}"


def _called(data: Any, where: Path) -> str:
    """A path as a person reads it: `groups.grid.channel`, or `groups.#2.channel` where there is no id."""
    said = []
    for part in where:
        data = _below(data, part)
        if isinstance(part, int):
            given = data.get("id") if isinstance(data, Mapping) else None
            said.append(given if isinstance(given, str) and demands.is_id(given) else f"#{part + 1}")
        else:
            said.append(part[:40])
    return ".".join(said)


def _below(data: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return data[part] if isinstance(data, list) and part < len(data) else None
    return data.get(part) if isinstance(data, Mapping) else None


def _example(where: Path) -> str:
    """How the field may look; nothing for a name that is none of a field."""
    if (where[:1] == (canned_file.LIST,) and len(where) > 1) or "texts" in where[:-1]:  # what stands there is no model
        return ""
    names = [part for part in where if isinstance(part, str)]
    section = _section(where[: where.index(names[-1])]) if names else DeskFile
    field = section.model_fields.get(names[-1]) if names else None
    shown = field.examples[0] if field and field.examples else ""
    return f" Example: {names[-1]}: {shown}" if shown else ""


# -- what it says -----------------------------------------------------------------------------------------------


def _loaded(found: DeskFile) -> Loaded:
    given = [_area(a) for a in found.areas] or [DEFAULT]
    areas = [replace(area, texts={**found.texts, **area.texts}) for area in given]
    spoken = {a.id: a.languages for a in found.areas if a.languages}
    groups = [_group(g, areas[0].id, spoken) for g in found.groups]
    entries = {Address("telegram", bot.id): bot.group for bot in found.bots}
    emoji = Emoji(found.emoji.claim, found.emoji.resolve, found.emoji.note)
    canned = Canned(canned_file.replies(found.canned))
    apart = frozenset(Address("telegram", bot.id) for bot in found.bots if bot.topics)
    services = tuple(Service(s.id, s.name or s.id, s.area or areas[0].id, s.group) for s in found.services)
    directory = Directory(
        areas,
        groups,
        groups[0].id,
        entries,
        emoji,
        canned,
        apart,
        managers=tuple(found.managers),
        services=services,
        filters=tuple(map(filter_file.made, found.filters)),
    )
    return Loaded(directory, found.bots, found)


def _area(given: AreaEntry) -> Area:
    texts = {"greeting": given.greeting, **given.texts} if given.greeting else given.texts
    name, admins = given.name or given.id, tuple(given.admins)
    return Area(given.id, name, given.privacy, given.retention_days, texts, admins, given.signature)


def _group(given: GroupEntry, area: str, spoken: Mapping[str, Sequence[str]]) -> Group:
    """`spoken`: the languages of areas, for groups that do not say theirs."""
    if "languages" not in given.model_fields_set and (own := spoken.get(given.area or area)):
        given = given.model_copy(update={"languages": own})
    return given.group(
        id=given.id,
        area=given.area or area,
        name=best(given.name, ENGLISH),
        names=given.name,
        home=Address("slack", given.channel) if given.channel else Address(MAIL, given.mail or ""),
        answer_within=given.answer_within,
        agents=tuple(given.agents),
        leads=tuple(given.leads),
        redirect=given.redirect,
        level=given.level,
        parent=given.parent,
    )


def bot_of(given: BotEntry) -> Bot:
    return Bot(given.id, given.group, given.name or given.id, given.topics)
