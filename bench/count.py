"""Whether the database holds exactly what so many messages must leave: a fast desk that forgets is no desk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url

from chatdesk.storage.database import Database

SETTLE_SECONDS = 60


async def fresh_database(system: str, folder: Path, server: str | None) -> str:
    if system != "postgres":
        return f"sqlite:///{folder}/{uuid4().hex}.db"
    assert server is not None
    name = f"bench_{uuid4().hex}"
    admin = Database(server)
    connection = await admin.session()
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    await connection.execute(text(f"CREATE DATABASE {name}"))
    await connection.close()
    await admin.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def expected(chats: int, said: int) -> dict[str, int]:
    """What `said` messages in as many tickets as there are `chats` leave behind, when all of it has been sent."""
    marks = said - chats  # a ticket's first message is answered in words
    shown = 3 * chats  # each ticket's card, the status in the customer's chat, the line that calls for somebody
    return {
        "SELECT count(*) FROM inputs": said,
        "SELECT count(*) FROM messages": said,
        "SELECT count(*) FROM messages WHERE state <> 'sent'": 0,
        "SELECT count(*) FROM tickets": chats,
        "SELECT count(*) FROM events WHERE ticket IS NOT NULL": said + chats,  # and one opening each
        "SELECT count(*) FROM outbox WHERE key NOT LIKE 'board:%'": said + marks + shown,
        "SELECT count(*) FROM outbox WHERE key LIKE '%received'": marks,
        "SELECT count(*) FROM outbox WHERE state <> 'sent' OR pending OR doubtful": 0,
        "SELECT count(*) FROM links WHERE key NOT LIKE 'board:%'": 2 * said
        + shown,  # a message in the chat, its copy in the thread
        "SELECT count(*) FROM parked": 0,
    }


async def settled(database: Database) -> None:
    """Until the outbox is empty: the marks that follow the messages are part of the work."""
    for _ in range(SETTLE_SECONDS * 10):
        if not await _one(database, "SELECT count(*) FROM outbox WHERE pending"):
            return
        await asyncio.sleep(0.1)
    raise SystemExit(f"the outbox did not empty within {SETTLE_SECONDS} s")


async def check(database: Database, wanted: Mapping[str, int]) -> None:
    found = {statement: await _one(database, statement) for statement in wanted}
    wrong = [f"{s}: {found[s]}, and {wanted[s]} are right" for s in wanted if found[s] != wanted[s]]
    if wrong:
        raise SystemExit("The database does not hold what it must:\n" + "\n".join(wrong))


async def _one(database: Database, statement: str) -> int:
    async with database.read() as c:
        return int((await c.execute(text(statement))).scalar_one())
