"""The queries that run all day use their indexes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.parts import OpenTickets
from chatdesk.conversations.store.parts import PARTS
from chatdesk.conversations.store.tickets import open_tickets
from chatdesk.desk import outbox
from chatdesk.storage.database import Database
from chatdesk.storage.driver import Driver, Row, driver_of
from tests.builders import NOW, a_case

Seen = list[tuple[str, Sequence[Any]]]


class Watched:
    """A driver that tells what it ran."""

    def __init__(self, driver: Driver, seen: Seen) -> None:
        self._driver, self._seen = driver, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    async def run(self, sql: str, values: Row = ()) -> Sequence[Row]:
        self._seen.append((sql, values))
        return await self._driver.run(sql, values)


@contextmanager
def watching(c: AsyncConnection) -> Iterator[Seen]:
    """Statements on SQLAlchemy's cursors and on the driver alike."""
    seen: Seen = []

    def executed(c: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        seen.append((statement, parameters))

    assert c.sync_connection is not None
    driver = driver_of(c)
    c.sync_connection.info["driver"] = Watched(driver, seen)
    event.listen(Engine, "before_cursor_execute", executed)
    yield seen
    event.remove(Engine, "before_cursor_execute", executed)
    c.sync_connection.info["driver"] = driver


async def plan_of(database: Database, run: Callable[[AsyncConnection], Awaitable[Any]]) -> str:
    """How the database would do the last SELECT of `run`."""
    async with database.begin() as c:
        if not database.is_sqlite:
            await c.execute(text("SET LOCAL enable_seqscan = off"))
        with watching(c) as seen:
            await run(c)
        statement, values = [s for s in seen if s[0].lstrip().upper().startswith("SELECT")][-1]
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        return "\n".join(str(tuple(r)) for r in await driver_of(c).run(explain + statement, values))


async def test_the_heads_of_the_lanes_are_read_from_their_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: outbox.heads(c, NOW, 128))
    assert "ix_outbox_lane" in plan, plan


async def test_the_open_tickets_are_read_from_their_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: open_tickets(c, ["support"]))
    assert "ix_tickets_open" in plan, plan


async def test_the_open_tickets_of_a_chat_are_found_by_its_own_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: PARTS[OpenTickets](c, [a_case()]))
    assert "ix_tickets_conversation_id" in plan, plan
