"""Many rows, many tables, one statement: what is to be written as values, and `write`, which writes them.

SQLite runs one statement a row, which costs it a few microseconds. PostgreSQL gets arrays, and all writes of a call as
one statement with `WITH`: every round trip costs the desk and the server more than the rows in it. So the writes of
one call do not see each other. PostgreSQL checks their foreign keys at the end, SQLite at each: what is referred to
comes before what refers to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.storage.driver import Row, SqliteDriver, driver_of

Unless = tuple[str, tuple[str, ...]]
Rows = Sequence[Mapping[str, Any]]
Values = Callable[[Rows], list[Row]]


@dataclass(frozen=True, slots=True)
class Write:
    """Rows with the same columns each, and how they get into the table."""

    kind: Kind
    table: Table
    rows: Rows
    column: str = ""
    turn: int = 0  # those of a later turn see those of an earlier one
    unless: Unless | None = None
    returning: str = ""

    @property
    def shape(self) -> Shape:
        return Shape(self.kind, self.table, tuple(self.rows[0]), self.column, self.unless, self.returning)


def inserted(table: Table, rows: Rows, returning: str = "") -> Write:
    """`returning`: a column of the database's own, for each row in their order. One write of a call may ask for it."""
    return Write(_insert, table, rows, returning=returning)


def upserted(table: Table, rows: Rows, key: str, turn: int = 0) -> Write:
    """Insert the rows, or change all their columns where the key is there already; the last of several counts."""
    return Write(_upsert, table, _last_of_each(rows, key), key, turn)


def updated(table: Table, rows: Rows, key: str, unless: Unless | None = None) -> Write:
    """Change the other columns where the key is found; the last of several counts.

    `unless`: a column and values of our own; rows that have one of them stay as they are.
    """
    return Write(_update, table, _last_of_each(rows, key), key, unless=unless)


def appended(table: Table, rows: Rows) -> Write:
    """Insert with one writer at a time until commit, so that who reads up to an id has seen all below it."""
    return Write(_append, table, rows)


def numbered(table: Table, rows: Rows, key: str, turn: int = 0) -> Write:
    """Insert what is not there yet; `part` counts the rows of one key. One row a key in a turn."""
    return Write(_number, table, rows, key, turn)


async def write(c: AsyncConnection, *writes: Write) -> list[Any]:
    """What the one write with `returning` gives back."""
    wanted = [w for w in writes if w.rows]
    returned: list[Any] = []
    for turn in sorted({w.turn for w in wanted}):
        returned += await _write(c, [w for w in wanted if w.turn == turn])
    return returned


async def _write(c: AsyncConnection, writes: Sequence[Write]) -> list[Any]:
    driver = driver_of(c)
    made = [_values(w.shape, c.dialect)(w.rows) for w in writes]
    if not isinstance(driver, SqliteDriver):
        columns = [column for rows in made for column in _columns(rows)]
        found = await driver.run(_together(tuple(w.shape for w in writes), c.dialect), columns)
        return [row[0] for row in found] if any(w.returning for w in writes) else []
    returned = []
    for w, rows in zip(writes, made, strict=True):
        if w.returning:
            returned += [(await driver.run(_one(w.shape, c.dialect), row))[0][0] for row in rows]
        else:
            driver.run_many(_one(w.shape, c.dialect), rows)
    return returned


async def insert_once(c: AsyncConnection, table: Table, rows: Rows, returning: str) -> set[Any]:
    """Insert the rows that are not there yet, judged by any unique key; the `returning` values of the new ones."""
    if not rows:
        return set()
    shape = Shape(_once, table, tuple(rows[0]), returning=returning)
    driver, sql, made = driver_of(c), _one(shape, c.dialect), _values(shape, c.dialect)(rows)
    given = made if isinstance(driver, SqliteDriver) else [_columns(made)]
    return {new[0] for values in given for new in await driver.run(sql, values)}


def _columns(rows: Sequence[Row]) -> list[Row]:
    return list(zip(*rows, strict=True))


def _last_of_each(rows: Rows, key: str) -> Rows:
    return list({row[key]: row for row in rows}.values())


# -- text --------------------------------------------------------------------------------------------------


class _Names:
    """Names, types and places as one database writes them. `first`: the number of the first parameter."""

    def __init__(self, shape: Shape, dialect: Dialect, first: int = 1) -> None:
        quote = dialect.identifier_preparer.quote
        self.arrays = dialect.name != "sqlite"
        self.table = quote(shape.table.name)
        self.columns = {name: quote(name) for name in shape.columns}
        self.key = quote(shape.column)
        self.returning = f" RETURNING {quote(shape.returning)}" if shape.returning else ""
        self.all = ", ".join(self.columns.values())
        self.unless = ""
        if shape.unless:
            column, values = shape.unless
            self.unless = f" AND {self.table}.{quote(column)} NOT IN ({', '.join(map(repr, values))})"
        self.others = [name for plain, name in self.columns.items() if plain != shape.column]
        if self.arrays:
            types = [shape.table.c[name].type.compile(dialect) for name in shape.columns]
            places = enumerate(zip(types, self.columns.values(), strict=True), first)
            self.given = ", ".join(f"unnest(${n}::{kind}[]) AS {name}" for n, (kind, name) in places)
        else:
            self.given = ", ".join(f"?{n} AS {name}" for n, name in enumerate(self.columns.values(), first))


Kind = Callable[[_Names], str]


def _insert(n: _Names) -> str:
    return f"INSERT INTO {n.table} ({n.all}) SELECT {n.given} WHERE true{n.returning}"


def _once(n: _Names) -> str:
    return f"INSERT INTO {n.table} ({n.all}) SELECT {n.given} WHERE true ON CONFLICT DO NOTHING{n.returning}"


def _upsert(n: _Names) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name in n.others)
    return f"{_insert(n)} ON CONFLICT ({n.key}) DO UPDATE SET {changed}"


def _update(n: _Names) -> str:
    changed = ", ".join(f"{name} = given.{name}" for name in n.others)
    source = f"(SELECT {n.given}) AS given"
    return f"UPDATE {n.table} SET {changed} FROM {source} WHERE {n.table}.{n.key} = given.{n.key}{n.unless}"  # noqa: S608


def _append(n: _Names) -> str:
    if not n.arrays:
        return _insert(n)
    held = "(SELECT pg_advisory_xact_lock(4242)) AS held"  # joined: no id is drawn before the lock is ours
    return f"INSERT INTO {n.table} ({n.all}) SELECT given.* FROM {held}, (SELECT {n.given}) AS given"  # noqa: S608


def _number(n: _Names) -> str:
    known = f"(SELECT max(part) + 1 FROM {n.table} AS known WHERE known.{n.key} = given.{n.key})"  # noqa: S608
    source = f"SELECT given.*, coalesce({known}, 0) FROM (SELECT {n.given}) AS given WHERE true"  # noqa: S608
    return f"INSERT INTO {n.table} ({n.all}, part) {source} ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the text of a write depends on."""

    kind: Kind
    table: Table
    columns: tuple[str, ...]
    column: str = ""
    unless: Unless | None = None
    returning: str = ""


@cache
def _one(shape: Shape, dialect: Dialect) -> str:
    return shape.kind(_Names(shape, dialect))


@cache
def _together(shapes: tuple[Shape, ...], dialect: Dialect) -> str:
    """The rows of the database's own column come in the order of the rows that were given: it counts upwards."""
    parts, first, result = [], 1, "1"
    for number, shape in enumerate(shapes):
        parts.append(f"w{number} AS ({shape.kind(_Names(shape, dialect, first))})")
        first += len(shape.columns)
        if shape.returning:
            result = f"{shape.returning} FROM w{number} ORDER BY 1"
    return f"WITH {', '.join(parts)} SELECT {result}"


@cache
def _values(shape: Shape, dialect: Dialect) -> Values:
    """What takes the values out of rows, as the driver wants them."""
    types = [shape.table.c[name].type.dialect_impl(dialect) for name in shape.columns]
    converts = [(n, _remembering(convert)) for n, kind in enumerate(types) if (convert := kind.bind_processor(dialect))]
    pick = itemgetter(*shape.columns) if len(shape.columns) > 1 else _alone(shape.columns[0])

    def values(rows: Rows) -> list[Row]:
        if not converts:
            return [pick(row) for row in rows]
        made: list[Row] = []
        for row in rows:
            changed = list(pick(row))
            for n, convert in converts:
                changed[n] = convert(changed[n])
            made.append(changed)
        return made

    return values


def _alone(column: str) -> Callable[[Mapping[str, Any]], Row]:
    return lambda row: (row[column],)


def _remembering(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Most moments of a batch are the one `now`: it is put into the database's words once."""
    last: list[Any] = [None, convert(None)]

    def remembered(value: Any) -> Any:
        if value is not last[0]:
            last[:] = value, convert(value)
        return last[1]

    return remembered
