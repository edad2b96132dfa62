"""What arrives after something that was written later is shown with its time: never dropped, never moved. Pure.

Within a lane the desk keeps the order of writing among all that waits; a message that was held up on its way (a service
that was ill, a retry, an input that was parked) may still come after a later one was committed.
"""

from __future__ import annotations

from datetime import datetime

from chatdesk.conversations.locales import day_and_time, time_of_day
from chatdesk.conversations.phrases import ENGLISH


def latest(known: datetime | None, written: datetime | None) -> datetime | None:
    """When the last of them was written, so far as that is known."""
    times = [t for t in (known, written) if t]
    return max(times) if times else None


def time_of_late(written: datetime | None, last: datetime | None, now: datetime, language: str = ENGLISH) -> str | None:
    """The time to show; None when nothing that was written later had been there before. `last`: this one included."""
    if written is None or last is None or written >= last:
        return None
    return time_of_day(language, written) if written.date() == now.date() else day_and_time(language, written)
