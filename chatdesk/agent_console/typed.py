"""What somebody typed behind a command, where that is no row of fields. Pure."""

from __future__ import annotations

import re


def named(pattern: re.Pattern[str], line: str) -> dict[str, str]:
    """The answers that the pattern's groups name, without those for which nothing was typed."""
    found = pattern.fullmatch(line.strip())
    given = {name: words.strip() for name, words in (found.groupdict() if found else {}).items() if words}
    return {name: words for name, words in given.items() if words}
