"""Which filter wins, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatdesk.areas.filter import Filter
from chatdesk.filters.rules import RULES, Facts, Found


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one filter: it matches when all of its conditions hold."""

    filter: Filter
    found: tuple[Found, ...]

    @property
    def matches(self) -> bool:
        return all(one.holds for one in self.found)

    @property
    def why(self) -> str:
        """What decided: all that holds, or the first that does not."""
        against = [one.why for one in self.found if not one.holds]
        return against[0] if against else "; ".join(one.why for one in self.found)


def looks(filters: Sequence[Filter], facts: Facts) -> Iterator[Look]:
    """One filter after the other, up to the first that matches."""
    for one in filters:
        here = one.area in (None, facts.area)
        outside = Found(False, f"it came in at a door of {facts.area or 'no area'}, not of {one.area}")
        look = Look(one, tuple(_found(one, facts)) if here else (outside,))
        yield look
        if look.matches:
            return


def first(filters: Sequence[Filter], facts: Facts) -> Look | None:
    return next((look for look in looks(filters, facts) if look.matches), None)


def _found(one: Filter, facts: Facts) -> Iterator[Found]:
    for name, rule in RULES.items():
        if wanted := getattr(one.when, name):
            yield rule(wanted, facts)
