"""The queries that run all day use their indexes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import store
from chatdesk.conversations.parts import OpenTickets, Queue
from chatdesk.desk import outbox
from chatdesk.storage.database import Database
from tests.builders import NOW, a_case


async def plan_of(database: Database, run: Callable[[AsyncConnection], Awaitable[Any]]) -> str:
    """How the database would do the last SELECT of `run`."""
    seen: list[tuple[str, Any]] = []

    def executed(c: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        seen.append((statement, parameters))

    async with database.begin() as c:
        if not database.is_sqlite:
            await c.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(Engine, "before_cursor_execute", executed)
        try:
            await run(c)
        finally:
            event.remove(Engine, "before_cursor_execute", executed)
        statement, parameters = [s for s in seen if s[0].lstrip().upper().startswith("SELECT")][-1]
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        return "\n".join(str(tuple(r)) for r in await c.exec_driver_sql(explain + statement, parameters))


async def test_the_heads_of_the_lanes_are_read_from_their_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: outbox.heads(c, NOW, 128))
    assert "ix_outbox_lane" in plan, plan


async def test_the_open_tickets_are_read_from_their_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: store.PARTS[Queue](c, [a_case()]))
    assert "ix_tickets_open" in plan, plan


async def test_the_open_tickets_of_a_chat_are_found_by_its_own_index(database: Database) -> None:
    plan = await plan_of(database, lambda c: store.PARTS[OpenTickets](c, [a_case()]))
    assert "ix_tickets_conversation_id" in plan, plan
