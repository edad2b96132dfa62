"""The services' own ids of our messages, remembered: once a message has one, it keeps it, unless it is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.desk import outbox
from chatdesk.desk.channel import Shown

MOST = 50_000  # then all of them are forgotten, and looked up again


class Natives:
    def __init__(self) -> None:
        self._known: dict[str, Shown] = {}

    def learn(self, found: Mapping[str, Shown]) -> None:
        """Of new messages. Those of a transaction that fails do no harm: the next one finds the same."""
        if len(self._known) > MOST:
            self._known.clear()
        for key, shown in found.items():
            self._known.setdefault(key, shown)

    def forget(self, keys: Collection[str] | None = None) -> None:
        """Some messages have been lost and are said again, or have got further parts: these, or nobody knows which."""
        for key in list(self._known) if keys is None else keys:
            self._known.pop(key, None)

    async def of(self, c: AsyncConnection, keys: Collection[str]) -> Mapping[str, Shown]:
        """The ids of these keys, so far as they have one."""
        self.learn(await outbox.natives(c, [key for key in keys if key not in self._known]))
        return {key: self._known[key] for key in keys if key in self._known}
