"""Customer, Agent and the roster of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chatdesk.core.messages import Identity


class Role(StrEnum):
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Customer:
    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Agent:
    person: int
    name: str  # the display name that customers read
    identity: Identity
    role: Role = Role.AGENT


@dataclass(frozen=True, slots=True)
class Roster:
    """The agents of one group, by account."""

    agents: Mapping[str, Agent] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents.values())

    def by_account(self, account: str) -> Agent | None:
        return self.agents.get(account)

    def by_person(self, person: int | None) -> Agent | None:
        return next((a for a in self if a.person == person), None)
