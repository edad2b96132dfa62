"""How many people read what is said in a group: asked of Telegram, and remembered for a while."""

from __future__ import annotations

import time

from aiogram import Bot
from aiogram.exceptions import AiogramError

KEPT = 3600.0  # seconds; whoever comes or goes meanwhile is counted at once
KEPT_UNKNOWN = 60.0
PATIENCE = 5  # seconds


class Headcount:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[int, tuple[int, float]] = {}

    async def of(self, chat: int) -> int:
        """Without the bot itself; 0 when Telegram does not say (https://core.telegram.org/bots/api#getchatmembercount)."""
        people, until = self._known.get(chat, (0, 0.0))
        if time.monotonic() < until:
            return people
        try:
            people = max(0, await self._bot.get_chat_member_count(chat, request_timeout=PATIENCE) - 1)
            kept = KEPT
        except AiogramError:
            people, kept = 0, KEPT_UNKNOWN
        self._known[chat] = (people, time.monotonic() + kept)
        return people

    def changed(self, chat: int) -> None:
        """Somebody has come or gone."""
        self._known.pop(chat, None)
