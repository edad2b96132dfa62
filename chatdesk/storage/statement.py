"""A statement of SQLAlchemy that is compiled once for each database and then runs on the driver itself."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler

from chatdesk.storage.driver import Row, driver_of

Convert = Callable[[Any], Any]
Shape = tuple[str, tuple[tuple[str, int], ...]]  # dialect, lengths of its lists


class Statement:
    """`await statement.rows(c, name=value, ...)`: named tuples.

    A list for an expanding parameter is filled up with its last value to a power of two, which `IN` does not mind:
    so a statement has a handful of texts, and the databases keep them all prepared.
    """

    def __init__(self, made: ClauseElement) -> None:
        self._made = made
        self._compiled: dict[str, SQLCompiler] = {}
        self._plans: dict[Shape, _Plan] = {}
        self._readers: dict[str, Callable[[Sequence[Row]], list[Any]]] = {}

    async def rows(self, c: AsyncConnection, **given: Any) -> list[Any]:
        dialect = c.dialect
        given = {name: _filled(v) if isinstance(v, list) else v for name, v in given.items()}
        shape = (dialect.name, tuple((name, len(v)) for name, v in given.items() if isinstance(v, list)))
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = _Plan(self._compile(dialect), dialect, given)
        found = await driver_of(c).run(plan.sql, plan.values(given))
        return self._readers[dialect.name](found) if found else []

    def _compile(self, dialect: Dialect) -> SQLCompiler:
        if dialect.name not in self._compiled:
            compiled = self._made.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)
            self._compiled[dialect.name] = compiled
            self._readers[dialect.name] = _reader(self._made, dialect)
        return self._compiled[dialect.name]


class _Plan:
    """The text for lists of certain lengths, and where each value goes."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect, given: Mapping[str, Any]) -> None:
        expanded = compiled.construct_expanded_state(dict(given))
        self.sql = expanded.statement
        self._names = tuple(expanded.positiontup or ())
        self._lists = {name: parts for name, parts in expanded.parameter_expansion.items() if name in given}
        converts = {name: _bind_convert(bind.type, dialect) for name, bind in compiled.binds.items()}
        fixed = {name: value for name, value in expanded.parameters.items() if name not in given}
        self._fixed = {n: convert(v) if (convert := converts.get(n)) else v for n, v in fixed.items()}
        self._converts = [(n, convert) for n, convert in converts.items() if convert and n in given]

    def values(self, given: Mapping[str, Any]) -> Row:
        """Those of lists are texts and numbers, which need no conversion."""
        known = {**self._fixed, **given}
        for name, convert in self._converts:
            known[name] = convert(known[name])
        for name, parts in self._lists.items():
            known.update(zip(parts, _flat(given[name]), strict=True))
        return [known[name] for name in self._names]


def _filled(values: list[Any]) -> list[Any]:
    wanted = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (wanted - len(values))


def _flat(values: Sequence[Any]) -> list[Any]:
    if values and isinstance(values[0], tuple):
        return [part for value in values for part in value]
    return list(values)


def _reader(made: Any, dialect: Dialect) -> Callable[[Sequence[Row]], list[Any]]:
    """What turns the driver's rows into named ones, with the types of their columns."""
    columns = made.selected_columns if hasattr(made, "selected_columns") else ()
    row = namedtuple("Row", [c.key for c in columns])  # type: ignore[misc]
    converts = [(n, convert) for n, c in enumerate(columns) if (convert := _result_convert(c.type, dialect))]

    def read(found: Sequence[Row]) -> list[Any]:
        if not converts:
            return [row._make(values) for values in found]
        made = []
        for values in found:
            changed = list(values)
            for n, convert in converts:
                changed[n] = convert(changed[n])
            made.append(row._make(changed))
        return made

    return read


def _bind_convert(kind: Any, dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]


def _result_convert(kind: Any, dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-any-return]
