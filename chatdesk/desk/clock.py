"""The desk's clock: UTC, and turnable for all processes of a desk through the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from chatdesk.storage.database import Database
from chatdesk.storage.schema import counters

OFFSET = "clock_offset"  # milliseconds ahead of the machine's time


class Clock:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset  # noqa: TID251 - the one place

    async def look(self) -> None:
        """Read how far the clock has been turned."""
        async with self._database.read() as c:
            found = (await c.execute(select(counters.c.value).where(counters.c.name == OFFSET))).scalar_one_or_none()
        self._offset = timedelta(milliseconds=found or 0)

    async def turn(self, by: timedelta) -> None:
        """Set the clock of this desk ahead, for demo and tests."""
        async with self._database.begin() as c:
            ahead = counters.c.value + int(by.total_seconds() * 1000)
            await c.execute(update(counters).where(counters.c.name == OFFSET).values(value=ahead))
        await self.look()
