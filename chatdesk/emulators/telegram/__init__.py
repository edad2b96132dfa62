"""A stand-in for Telegram's Bot API server (https://core.telegram.org/bots/api), driven as docs/emulators.md tells."""

from .server import TelegramEmulator

__all__ = ["TelegramEmulator"]
