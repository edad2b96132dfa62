"""When an absence ends, as people write it: `tomorrow`, `Thursday 9:00`, `24 December`, `2026-12-24`, `14:30`. Pure.

A day without a time begins at its midnight, where its writer is; `today` lasts until the next one. A time without a
day is the next such time. Whatever is understood lies ahead.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chatdesk.core.errors import Invalid

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
FURTHEST = timedelta(days=3 * 366)
_TIME = re.compile(r"(?:\bat )?\b(?:(\d{1,2})[:.](\d{2})(?: ?([ap])\.?m\b\.?)?|(\d{1,2}) ?([ap])\.?m\b\.?)$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([a-z]+)\.?(?:,? (\d{4}))?")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
EXAMPLES = "tomorrow, Thursday, Thursday 14:30, 24 December, 2026-12-24 or 14:30"


def zone_of(name: str) -> ZoneInfo:
    """UTC where the channel names a zone that is not known here."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo("UTC")


def span_of(since: str, until: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """(the beginning, `now` where nothing is typed; the end, None where nothing is). Raises Invalid with a sentence."""
    begin = end_of(since, now, zone) if since else now
    end = end_of(until, now, zone) if until else None
    if end and end <= begin:
        raise Invalid({"until": "That is before it begins."})
    return begin, end


def end_of(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that is meant, in `zone`. Raises Invalid (field `until`) with a sentence."""
    here = now.astimezone(zone)
    words = " ".join(typed.lower().split()).removeprefix("until ").removeprefix("on ")
    day_words, at = _time_at_the_end(words, typed)
    day = _day(day_words.removesuffix(" at").rstrip(" ,"), here.date(), typed)
    if day is None and at is None:
        raise _not_understood(typed)
    if day and day - here.date() > FURTHEST:
        raise Invalid({"until": f"{typed.strip()} is more than three years away."})
    if day and day < here.date():
        raise _is_over(typed)
    meant = _meant(day, at, here, zone)
    if meant <= now:
        raise _is_over(typed)
    return meant


def _meant(day: date | None, at: time | None, here: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = here.date() + timedelta(days=1)
    if day is None and at is not None:
        today = _moment(here.date(), at, zone)
        return today if today > here else _moment(tomorrow, at, zone)
    if day is None or (at is None and day == here.date()):
        return _moment(tomorrow, time(), zone)
    return _moment(day, at or time(), zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time that the clocks jump over is the one that they show instead."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)


def _time_at_the_end(words: str, typed: str) -> tuple[str, time | None]:
    """(what stands before the time, the time)."""
    if words in ("noon", "midnight") or words.endswith((" noon", " midnight")):
        before, _, word = words.rpartition(" ")
        return before, time(12 if word == "noon" else 0)
    found = _TIME.search(words)
    if found is None or _ISO.fullmatch(words):
        return words, None
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    if half := found[3] or found[5]:
        if not 1 <= hour <= 12:
            raise _not_understood(typed)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise _not_understood(typed)
    return words[: found.start()].rstrip(" ,"), time(hour, minute)


def _day(words: str, today: date, typed: str) -> date | None:
    """The day; None when nothing is said of it."""
    if not words:
        return None
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    if words == "the day after tomorrow":
        return today + timedelta(days=2)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    name = words.removeprefix("next ")
    if (weekday := _named(name, WEEKDAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if day := _calendar_day(words, today, typed):
        return day
    raise _not_understood(typed)


def _calendar_day(words: str, today: date, typed: str) -> date | None:
    try:
        if found := _ISO.fullmatch(words):
            return date(int(found[1]), int(found[2]), int(found[3]))
        for pattern, at, name in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
            found = pattern.fullmatch(words)
            month = _named(found[name], MONTHS) if found else None
            if found and month is not None:
                return _this_year_or_next(int(found[at]), month + 1, found[3], today)
    except ValueError:
        raise Invalid({"until": f"There is no such day: {typed.strip()[:60]}."}) from None
    return None


def _this_year_or_next(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    if (month, day) == (2, 29):
        return next(date(y, 2, 29) for y in range(today.year, today.year + 9) if _leaps(y) and date(y, 2, 29) > today)
    this = date(today.year, month, day)
    return this if this > today else this.replace(year=today.year + 1)


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """By its name or at least three letters of its beginning."""
    return next((n for n, name in enumerate(names) if len(word) > 2 and name.startswith(word.rstrip("."))), None)


def _is_over(typed: str) -> Invalid:
    return Invalid({"until": f"{typed.strip()} is over already."})


def _not_understood(typed: str) -> Invalid:
    return Invalid({"until": f"{typed.strip()[:60]} is no day or time that is known here. Write {EXAMPLES}."})
