"""Small checks that are put together into the tables of `blocks`; each yields what is wrong, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def problem(sentence: str, place: str) -> str:
    return f"[ERROR] {sentence} [json-pointer:{place}]"


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", place)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", place)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", place)

    return check


def boolean(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", place)


def integer(least: int, most: int) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield problem("must be an integer", place)
        elif not least <= value <= most:
            yield problem(f"must be from {least} to {most}", place)

    return check


def one_of(*words: str) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if value not in words:
            yield problem(f"must be one of {', '.join(words)}", place)

    return check


def array(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", place)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", place)
        if len(value) < least:
            yield problem(f"no less than {least} items allowed", place)
        for n, one in enumerate(value):
            yield from item(one, f"{place}/{n}")

    return check


def anything(value: Any, place: str) -> Iterator[str]:
    yield from ()


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", place)
            return
        for key in required:
            if key not in value:
                yield problem(f"missing required field: {key}", place)
        for key, given in value.items():
            known = required.get(key) or optional.get(key)
            if known is None:
                yield problem(f"unknown field: {key}", f"{place}/{key}")
            else:
                yield from known(given, f"{place}/{key}")

    return check


def typed(table: Mapping[str, Check]) -> Check:
    """The value's own `type` picks the check."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", place)
            return
        known = table.get(str(value.get("type")))
        if known is None:
            yield problem(f"unsupported type: {value.get('type')}", f"{place}/type")
        else:
            yield from known(value, place)

    return check


def all_of(*checks: Check) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        for one in checks:
            yield from one(value, place)

    return check
