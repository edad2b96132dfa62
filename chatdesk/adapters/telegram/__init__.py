"""Telegram: where customers are. aiogram speaks the Bot API; nothing here knows what a ticket is."""

from chatdesk.adapters.telegram import on_demand as on_demand
