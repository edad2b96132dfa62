"""What would be another between two versions of `desk.yaml`, as a person reads it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chatdesk.areas.desk_file import DeskFile

KEYS = ("id", "name")  # by which entries of a list are the same
Found = Mapping[str, Any]


def changes(before: DeskFile | None, after: DeskFile) -> list[str]:
    """A line for each: `+` comes, `-` goes, `~` changes with what it was and is."""
    old = _written(before) if before else {}
    new = _written(after)
    return [line for name in type(after).model_fields for line in _field(name, old.get(name), new.get(name))]


def _written(file: DeskFile) -> Found:
    """What differs from the defaults."""
    return file.model_dump(mode="json", exclude_defaults=True)


def _field(name: str, old: Any, new: Any) -> Iterator[str]:
    if _is_table(old or new):
        yield from _entries(name.removesuffix("s"), _by_key(old or ()), _by_key(new or ()))
    elif old != new:
        yield f"~ {name}: {_shown(old)} -> {_shown(new)}"


def _is_table(value: Any) -> bool:
    return isinstance(value, Sequence) and any(isinstance(one, Mapping) for one in value)


def _by_key(entries: Sequence[Found]) -> dict[str, Found]:
    return {_key(entry): entry for entry in entries}


def _key(entry: Found) -> str:
    key = str(next((entry[k] for k in KEYS if k in entry), "?"))
    scope = [f" of {kind} {entry[kind]}" for kind in ("group", "area") if "id" not in entry and kind in entry]
    return key + "".join(scope)


def _entries(kind: str, old: Mapping[str, Found], new: Mapping[str, Found]) -> Iterator[str]:
    for key, entry in new.items():
        if key not in old:
            yield f"+ {kind} {key}{_about(entry)}"
        elif entry != old[key]:
            yield f"~ {kind} {key}: {'; '.join(_parts(old[key], entry))}"
    for key in old:
        if key not in new:
            yield f"- {kind} {key}"
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield f"~ {kind}s stand in another order: {', '.join(new)}"


def _about(entry: Found) -> str:
    told = [f"{name} {_shown(entry[name])}" for name in ("area", "group", "channel", "mail") if name in entry]
    return f" ({', '.join(told)})" if told else ""


def _parts(old: Found, new: Found) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} {_shown(old.get(name))} -> {_shown(new.get(name))}"


def _shown(value: Any) -> str:
    """In a few words: long texts are not repeated."""
    if value is None:
        return "as usual"
    if isinstance(value, Mapping):
        text = ", ".join(f"{k}: {_shown(v)}" for k, v in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = ", ".join(map(_shown, value)) or "nobody"
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
