"""Emoji on messages cross to the other side, where both sides allow. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About
from chatdesk.core.events import Event
from chatdesk.core.messages import Incoming

LEAVES = (Delivery.QUEUED, Delivery.SENDING, Delivery.SENT)  # a reply in any other state is not there to be marked


def on_customer_reaction(case: Case, said: Incoming) -> Sequence[Event]:
    known = case.part(About).message
    if known is None or known.ticket is None or not (said.signs or said.signs_off):
        return []
    return [ev.CustomerReacted(known.key, said.signs, said.signs_off)]


def on_agent_reaction(case: Case, said: Incoming) -> Sequence[Event]:
    """Only on what the customer has: a note, and whatever is said about it, stays with the agents."""
    known = case.part(About).message
    agent = case.roster.by_account(said.author.account)
    if known is None or agent is None or known.audience != "public":
        return []
    if known.side == "agent" and known.state not in LEAVES:
        return []
    return [ev.AgentReacted(known.key, said.signs, said.signs_off, agent.person)]
