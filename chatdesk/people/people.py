"""Customer, Agent and the roster of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chatdesk.core.messages import Identity


class Role(StrEnum):
    """What an agent may do, each including those before it."""

    AGENT = "agent"
    LEAD = "lead"  # of a group: its rota and bulletins
    ADMIN = "area admin"  # of all groups of an area
    MANAGER = "process manager"  # of all groups

    def includes(self, other: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@dataclass(frozen=True, slots=True)
class Customer:
    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Away:
    """An agent who is not there. It ends by itself: once `until` has passed it means nothing any more."""

    since: datetime
    until: datetime | None = None  # None: until further notice
    zone: str = "UTC"  # of the agent, in which its end is told
    deputy: int | None = None  # the person who takes what the agent holds; None: the queue does

    @property
    def until_there(self) -> datetime | None:
        """Its end as the agent's own clock shows it."""
        return self.until.astimezone(ZoneInfo(self.zone)) if self.until else None


@dataclass(frozen=True, slots=True)
class Agent:
    person: int
    name: str  # the display name that customers read
    identity: Identity
    role: Role = Role.AGENT
    away: Away | None = None  # the last absence that is known, which may be over
    belongs: bool = True  # one of the group; False: its area's admin or a process manager, who may act all the same

    def is_away(self, now: datetime) -> bool:
        return self.away is not None and (self.away.until is None or now < self.away.until)


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's rights over a group."""

    who: Identity
    role: Role = Role.AGENT
    belongs: bool = True


@dataclass(frozen=True, slots=True)
class Roster:
    """Who may act in one group, by account: its agents, and those who have rights over it."""

    agents: Mapping[str, Agent] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Agent]:
        """Its agents: who can be given a ticket and can be expected to read what is said."""
        return (agent for agent in self.agents.values() if agent.belongs)

    def by_account(self, account: str) -> Agent | None:
        return self.agents.get(account)

    def by_person(self, person: int | None) -> Agent | None:
        return next((a for a in self.agents.values() if a.person == person), None)
