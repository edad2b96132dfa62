"""What is kept of the messages behind a settlement. Pure: nothing that was said is without a row."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.store import Message
from chatdesk.core.messages import Incoming
from chatdesk.desk.settle import Happened, Settled
from chatdesk.desk.work import Work

Speech = ev.CustomerSaid | ev.CustomerThanked | ev.AgentSaid | ev.NoteAdded | ev.AudienceAsked | ev.Resolved

_AGENT_SIDE = {
    ev.AgentSaid: ("public", Delivery.QUEUED),
    ev.NoteAdded: ("internal", Delivery.SENT),
    ev.AudienceAsked: ("undecided", Delivery.HELD),
    ev.Resolved: ("public", Delivery.QUEUED),
}


def messages_of(work: Work, settled: Settled) -> Sequence[Message]:
    rows = [_spoken(h, settled) for h in settled.events if isinstance(h.event, Speech) and _is_said(h.event)]
    if work.said and work.said.act is None and work.said.key not in {m.key for m in rows}:
        rows.append(_unspoken(work.said, settled))
    return rows


def _is_said(event: Speech) -> bool:
    return not isinstance(event, ev.Resolved) or event.sent


def _spoken(happened: Happened, settled: Settled) -> Message:
    event = happened.event
    case = settled.case
    if isinstance(event, ev.CustomerSaid | ev.CustomerThanked):
        account = case.conversation.at.room.rsplit("/", 1)[-1]
        said = ("customer", account, case.customer.name, "public", Delivery.QUEUED)
    else:
        assert isinstance(event, ev.AgentSaid | ev.NoteAdded | ev.AudienceAsked | ev.Resolved)
        audience, state = _AGENT_SIDE[type(event)]
        agent = case.roster.by_person(event.by)
        said = ("agent", event.author.account, agent.name if agent else event.author.name, audience, state)
    side, account, name, audience, state = said
    return Message(event.key, happened.ticket, happened.seq, audience, side, account, name, event.body, state)


def _unspoken(said: Incoming, settled: Settled) -> Message:
    """What was heard and led to no message: a greeting, a refused reply."""
    refused = next((h.event for h in settled.events if isinstance(h.event, ev.AgentRefused)), None)
    ticket = settled.case.ticket.number if refused and settled.case.ticket else None
    side = "agent" if refused else "customer"
    state = Delivery.FAILED if refused else Delivery.RECEIVED
    seq = settled.case.ticket.seq if refused and settled.case.ticket else settled.case.conversation.seq
    author = said.author
    why = refused.why if refused else ""
    return Message(said.key, ticket, seq, "public", side, author.account, author.name, said.body, state, why)
