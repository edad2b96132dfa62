"""What all events of tickets are."""

from __future__ import annotations

from dataclasses import dataclass

from chatdesk.core.events import Event


@dataclass(frozen=True, slots=True)
class TicketEvent(Event):
    """Belongs to a ticket and counts in its sequence; all others belong to the conversation."""
