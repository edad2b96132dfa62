"""Which group answers where: found by the place where someone speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.areas.area import Area, Group
from chatdesk.core.messages import Address


@dataclass(frozen=True, slots=True)
class Directory:
    areas: Sequence[Area]
    groups: Sequence[Group]
    entry: str  # id of the group that new conversations come to

    def group(self, id: str) -> Group:
        return next(g for g in self.groups if g.id == id)

    def at_home(self, place: Address) -> Group | None:
        """The group whose cards stand in this room; None for a customer's chat."""
        return next((g for g in self.groups if (g.home.channel, g.home.room) == (place.channel, place.room)), None)

    def entry_for(self, place: Address) -> Group:
        """The group that a new conversation at this place comes to."""
        return self.group(self.entry)
