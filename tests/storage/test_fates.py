"""What became of messages, as rows: a failure stands, whatever becomes of the other parts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select

from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.store.messages import Message, noted_fates, saved_messages
from chatdesk.core.messages import plain
from chatdesk.storage.database import Database
from chatdesk.storage.rows import insert_once, write
from chatdesk.storage.schema import conversations, messages, people
from tests.builders import CHAT, NOW, a_case

QUEUED, SENT, FAILED, BLOCKED = Delivery.QUEUED, Delivery.SENT, Delivery.FAILED, Delivery.BLOCKED


@pytest.mark.parametrize(
    ("outcomes", "state", "why"),
    [
        ([SENT], SENT, ""),
        ([QUEUED, SENT], SENT, ""),
        ([FAILED], FAILED, "no. 1"),
        ([FAILED, SENT], FAILED, "no. 1"),
        ([BLOCKED, QUEUED, SENT], BLOCKED, "no. 1"),
        ([QUEUED, BLOCKED, FAILED], BLOCKED, "no. 2"),
    ],
)
async def test_of_several_parts_a_failure_stands(
    database: Database, outcomes: Sequence[Delivery], state: Delivery, why: str
) -> None:
    async with database.begin() as c:
        await c.execute(insert(people).values(id=1, name="Anna Keller", created_at=NOW))
        await insert_once(c, conversations, [CONVERSATION], returning="id")
        said = [Message(key, None, 1, "public", "agent", "T1/U1", "Piotr", plain("x"), QUEUED) for key in ("a", "b")]
        await write(c, *saved_messages([(m, a_case()) for m in said]))
    for n, outcome in enumerate(outcomes, 1):
        async with database.begin() as c:
            reason = "" if outcome is SENT else f"no. {n}"
            await write(c, noted_fates([("a", outcome, reason, False), ("b", SENT, "", False)]))
    async with database.read() as c:
        found = {r.key: (r.state, r.why) for r in await c.execute(select(messages))}
    assert found == {"a": (state, why), "b": (SENT, "")}


async def test_what_was_taken_back_while_it_was_on_its_way_stays_so(database: Database) -> None:
    async with database.begin() as c:
        await c.execute(insert(people).values(id=1, name="Anna Keller", created_at=NOW))
        await insert_once(c, conversations, [CONVERSATION], returning="id")
        said = Message("a", None, 1, "public", "agent", "T1/U1", "Piotr", plain("x"), Delivery.UNDONE)
        await write(c, *saved_messages([(said, a_case())]))
        await write(c, noted_fates([("a", SENT, "", False)]))
        assert (await c.execute(select(messages.c.state))).scalar_one() == Delivery.UNDONE


CONVERSATION = {
    "id": a_case().conversation.id,
    "channel": CHAT.channel,
    "room": CHAT.room,
    "area_id": "default",
    "group_id": "support",
    "person_id": 1,
    "language": "en",
    "fresh": False,
    "seq": 0,
}
