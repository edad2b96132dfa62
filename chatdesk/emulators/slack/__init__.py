"""Slack's server for one team and one app, as `docs/emulators.md` describes it."""

from .server import SlackEmulator

__all__ = ["SlackEmulator"]
