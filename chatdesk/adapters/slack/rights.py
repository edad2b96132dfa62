"""What makes somebody an agent, a lead, an admin or a process manager, by how Slack describes a user. Pure.

Rights follow the channel (decision of the project: in public or externally shared channels anybody may join, so there
only people listed by name are agents). Leads, admins of areas and process managers are listed everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatdesk.people.people import Role

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rights:
    """Who has which over a group, each as it is written: by user id, name or address."""

    agents: Sequence[str] = ()  # where the channel is open, or shared by several groups; none: its members
    leads: Sequence[str] = ()
    admins: Sequence[str] = ()
    managers: Sequence[str] = ()

    def of(self, user: Raw) -> Role | None:
        """The highest that this user is listed with."""
        ranks = ((Role.MANAGER, self.managers), (Role.ADMIN, self.admins), (Role.LEAD, self.leads))
        return next((role for role, listed in ranks if is_listed(user, listed)), None)

    def makes_agent(self, user: Raw, by_list: bool) -> bool:
        """Whether somebody in the group's channel is one of its agents; `by_list`: being there is not enough."""
        return is_person(user) and (not by_list or is_listed(user, [*self.agents, *self.leads]))


def is_open(channel: Raw) -> bool:
    return not channel.get("is_private") or bool(channel.get("is_ext_shared"))


def is_person(user: Raw) -> bool:
    barred = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted")
    return not any(user.get(flag) for flag in barred) and user["id"] != "USLACKBOT"


def is_listed(user: Raw, listed: Sequence[str]) -> bool:
    profile = user.get("profile") or {}
    known = {user["id"], user.get("name"), profile.get("email"), display_name(user)}
    return any(name.lstrip("@") in known for name in listed)


def display_name(user: Raw) -> str:
    """The name that customers read: the full name rather than a nickname."""
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name"))
