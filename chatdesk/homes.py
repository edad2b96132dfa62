"""Where the cards of each group stand, once Slack has told; and what a person has to mend before they can. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatdesk.areas.area import Group
from chatdesk.areas.directory import Directory
from chatdesk.core.messages import Address
from chatdesk.plan import SLACK, Plan


class WrongHomes(Exception):
    """Groups whose channels are not there, or are others' too: a sentence for each."""


def housed(plan: Plan, found: Mapping[str, Address]) -> Directory:
    """The directory with where the groups' channels are: `found`, by what a person calls them. Raises WrongHomes."""
    here = [g for g in plan.directory.groups if g.home.channel == SLACK]
    unseen = [_unseen(plan, g) for g in here if g.home.room not in found]
    shared = [_shared(plan, g) for g in here if _shares(g, here, found)]
    if faults := [*unseen, *shared]:
        raise WrongHomes("\n".join(faults))
    return plan.directory.housed({g.id: found[g.home.room] for g in here})


def _unseen(plan: Plan, group: Group) -> str:
    where, channel = plan.naming(group.id, "channel"), group.home.room
    return f"{where}: the bot sees no channel {channel}. Make it, and /invite @chatdesk there."


def _shared(plan: Plan, group: Group) -> str:
    where, channel = plan.naming(group.id, "channel"), group.home.room
    return f"{where}: {channel} is the channel of a group of another area too, which would see all there."


def _shares(group: Group, others: Sequence[Group], found: Mapping[str, Address]) -> bool:
    """Whether a group of another area has the same channel, be it by its name or by its id."""
    home = found.get(group.home.room)
    return any(home and home == found.get(g.home.room) and g.area != group.area for g in others)
