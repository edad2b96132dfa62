"""Which group answers where: found by the place where someone speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatdesk.areas.area import Area, Doors, Emoji, Group, Groups, Service
from chatdesk.areas.canned import Canned
from chatdesk.areas.filter import Filter, Filters
from chatdesk.core.messages import Address


@dataclass(frozen=True, slots=True)
class Directory:
    areas: Sequence[Area]
    groups: Sequence[Group]
    entry: str  # id of the group that new conversations come to, where nothing else is said
    entries: Mapping[Address, str] = field(default_factory=dict)  # the same by door: Address("telegram", "main")
    emoji: Emoji = field(default_factory=Emoji)
    canned: Canned = field(default_factory=Canned)
    apart: frozenset[Address] = frozenset()  # doors behind which each ticket has a place of its own in the chat
    managers: tuple[str, ...] = ()  # who may act in all groups, as a person wrote them
    services: tuple[Service, ...] = ()
    filters: tuple[Filter, ...] = ()

    @property
    def parts(self) -> Mapping[type, object]:
        """What decisions may ask for and no database holds: it is configured."""
        groups = Groups(tuple(self.groups), tuple(self.areas))
        return {
            Emoji: self.emoji,
            Canned: self.canned,
            Groups: groups,
            Filters: Filters(self.filters),
            Doors: Doors(frozenset(self.entries)),
        }

    def area(self, id: str) -> Area:
        return next(a for a in self.areas if a.id == id)

    def group(self, id: str) -> Group:
        return next(g for g in self.groups if g.id == id)

    def answering(self, id: str, place: Address) -> Group:
        """The group itself; when the desk has it no more, the one that new conversations at this place come to."""
        return next((g for g in self.groups if g.id == id), None) or self.entry_for(place)

    def at_home(self, place: Address) -> Sequence[Group]:
        """The groups whose cards stand in this room; none for a customer's chat."""
        return [g for g in self.groups if (g.home.channel, g.home.room) == (place.channel, place.room)]

    def is_home(self, place: Address) -> bool:
        """Whether agents are among themselves there."""
        return any((g.home.channel, g.home.room) == (place.channel, place.room) for g in self.groups)

    def entry_for(self, place: Address) -> Group:
        """The group that a new conversation at this place comes to: that of the bot, whose rooms are `<bot>/<chat>`."""
        return self.group(self.entries.get(door_of(place), self.entry))

    def keeps_apart(self, place: Address) -> bool:
        """Whether each ticket has a place of its own within this chat."""
        return door_of(place) in self.apart

    def opening(self, id: str, place: Address) -> Group:
        """Where a new ticket of who writes at this place opens: at its bot's group, else at this one."""
        door = Address(place.channel, place.room.split("/")[0])
        return self.group(self.entries[door]) if door in self.entries else self.answering(id, place)

    def area_at(self, place: Address) -> Area:
        """The area that new conversations at this place come to."""
        return self.area(self.entry_for(place).area)

    def housed(self, homes: Mapping[str, Address]) -> Directory:
        """The same, with where the cards of each group stand, by the group's id."""
        return replace(self, groups=tuple(replace(g, home=homes.get(g.id, g.home)) for g in self.groups))


def door_of(place: Address) -> Address:
    """The bot that somebody came to: its rooms are `<bot>/<chat>`."""
    return Address(place.channel, place.room.split("/")[0])
