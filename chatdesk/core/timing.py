"""Lengths and days as people read them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def length_words(length: timedelta) -> str:
    """`4 hours`, `30 minutes`, `2 days`: in the largest unit that leaves no rest."""
    for word, unit in _UNITS:
        if length >= unit and not length % unit:
            count = length // unit
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{int(length.total_seconds())} seconds"


def day_words(at: datetime) -> str:
    """`Thursday, 24 December`; with the time and its offset where it is not the beginning of the day."""
    day = f"{at:%A}, {at.day} {at:%B}"
    if at.time() == time():
        return day
    offset = f"{at:%z}"
    return f"{day}, {at:%H:%M} (UTC{offset[:3]}:{offset[3:]})"


def utc_words(at: datetime) -> str:
    """`2026-12-24 14:30 UTC`: times that are shown name their zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
