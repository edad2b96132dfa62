"""Telegram: where customers are. aiogram speaks the Bot API; nothing here knows what a ticket is."""
