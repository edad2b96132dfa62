"""All bots of the desk as one channel: the room `<bot>/<chat>` says which of them speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from chatdesk.adapters.telegram.channel import TelegramChannel
from chatdesk.adapters.telegram.inbound import CHANNEL
from chatdesk.core.errors import TryLater
from chatdesk.desk.channel import Delivery, Limit, Sent

WAIT_FOR_SETUP = 60.0  # seconds between tries for a bot that the desk does not have


class TelegramBots:
    name = CHANNEL
    trouble = ""  # they have nothing in common that could fail

    def __init__(self, bots: Mapping[str, TelegramChannel]) -> None:
        self.bots = bots

    @property
    def doors(self) -> Mapping[str, str]:
        """What is wrong with each bot."""
        return {name: bot.trouble for name, bot in self.bots.items()}

    def limits(self, delivery: Delivery) -> Sequence[Limit]:
        bot = self.bots.get(bot_of(delivery.out.to.room))
        return bot.limits(delivery) if bot else ()

    async def send(self, delivery: Delivery) -> Sent:
        name = bot_of(delivery.out.to.room)
        if name not in self.bots:
            raise TryLater(f"The desk has no bot {name} now", after=WAIT_FOR_SETUP)
        return await self.bots[name].send(delivery)

    async def fetch(self, source: str) -> AsyncIterator[bytes]:
        """A file by `<bot>:<file_id>`: only the bot that was sent it can fetch it."""
        name, _, file_id = source.partition(":")
        if name not in self.bots:
            raise TryLater(f"The desk has no bot {name} now", after=WAIT_FOR_SETUP)
        async for piece in self.bots[name].fetch(file_id):
            yield piece

    async def find(self, delivery: Delivery) -> str | None:
        """Telegram does not let a bot read what it has sent."""
        return None

    async def close(self) -> None:
        for bot in self.bots.values():
            await bot.close()


def bot_of(room: str) -> str:
    return room.split("/")[0]
