"""The commands that a bot shows in its menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats

from chatdesk.conversations import circles
from chatdesk.conversations.acts import menu
from chatdesk.conversations.phrases import ENGLISH, languages
from chatdesk.core.language import PerLanguage


async def show(bot: Bot, texts: Mapping[str, PerLanguage]) -> None:
    """In each language, in private chats and in groups; in English for all others.

    See https://core.telegram.org/bots/api#setmycommands and #botcommandscope.
    """
    for language in sorted(languages()):
        code = None if language == ENGLISH else language
        await bot.set_my_commands(_commands(menu(language, texts)), language_code=code)
        there = _commands(circles.menu(language, texts))
        await bot.set_my_commands(there, BotCommandScopeAllGroupChats(), language_code=code)


def _commands(shown: Sequence[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(command=name, description=text) for name, text in shown]
