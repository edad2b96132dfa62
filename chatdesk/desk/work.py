"""A piece of work: something said, a call, or a timer, waiting for its turn in its lane."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from chatdesk.agent_console.call import Call
from chatdesk.agent_console.command import Reply
from chatdesk.conversations.case import Asked
from chatdesk.core.messages import Address, Identity, Incoming


@dataclass(frozen=True, slots=True)
class Wake:
    """A timer that is due: of a ticket, or of the conversation at an address."""

    name: str
    ticket: int | None = None
    at: Address | None = None


@dataclass(slots=True, eq=False)
class Work:
    """Exactly one of `said`, `call` and `timer`. `done` resolves after the commit, never before."""

    lane: str
    order: int
    arrived: datetime
    said: Incoming | None = None
    call: Call | None = None
    timer: Wake | None = None
    arrival: int = field(default_factory=count(1).__next__)  # keeps its place when it has to wait for another batch
    gave_way: bool = False  # what came before it was to be decided first
    done: asyncio.Future[Reply] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def ticket(self) -> int | None:
        """The ticket that is named, if one is."""
        if self.call:
            return self.call.ticket
        return self.timer.ticket if self.timer else None

    @property
    def by(self) -> str:
        return self.whose.account

    @property
    def whose(self) -> Identity:
        if self.said:
            return self.said.author
        return self.call.by if self.call else Identity("", "desk")

    @property
    def asked(self) -> Asked:
        """What parts may be looked up by."""
        if self.call:
            return Asked(self.call.by, args=self.call.answers)
        if self.said and self.said.act:
            return Asked(self.said.author, self.said.body.text.text, self.said.act.args)
        return Asked(self.whose)

    @property
    def via(self) -> str:
        """The surface it came from."""
        if self.said:
            return self.said.at.channel
        return self.call.via if self.call else "timer"
