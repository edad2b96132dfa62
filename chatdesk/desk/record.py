"""What is kept of the messages behind a settlement. Pure: nothing that was said is without a row."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.conversations import events as ev
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About
from chatdesk.conversations.store.messages import Change, Message
from chatdesk.core.messages import Body, Deed, Incoming
from chatdesk.desk.settle import Happened, Settled
from chatdesk.desk.work import Work

Speech = (
    ev.CustomerSaid
    | ev.CustomerThanked
    | ev.AgentSaid
    | ev.ReplyHeld
    | ev.Resent
    | ev.NoteAdded
    | ev.AudienceAsked
    | ev.Resolved
    | ev.AfterEndAsked
    | ev.AlbumGrew
    | ev.MessageKept
)

_AGENT_SIDE = {
    ev.AgentSaid: ("public", Delivery.QUEUED),
    ev.ReplyHeld: ("public", Delivery.HELD),
    ev.NoteAdded: ("internal", Delivery.SENT),
    ev.AudienceAsked: ("undecided", Delivery.HELD),
    ev.Resolved: ("public", Delivery.QUEUED),
}
UNREACHED = "the user cannot be reached where they wrote; it leaves when that has changed."


def messages_of(work: Work, settled: Settled) -> Sequence[Message]:
    heard = work.said.key if work.said else None
    rows = [_spoken(h, settled, heard) for h in settled.events if isinstance(h.event, Speech) and _is_said(h.event)]
    if work.said and _is_message(work.said, settled) and work.said.key not in {m.key for m in rows}:
        rows.append(_unspoken(work.said, settled))
    return rows


def _is_message(said: Incoming, settled: Settled) -> bool:
    """A button and a reaction are none; an edit is one when it is taken as something new."""
    return said.act is None and said.deed is Deed.SAID and not said.part_of


def changes_of(settled: Settled) -> Sequence[Change]:
    """What becomes of messages that were kept before."""
    found = [change for h in settled.events if (change := _change(h, settled))]
    return found + [c for h in settled.events if isinstance(h.event, ev.GatheredPassed) for c in _passed(h, settled)]


def _passed(happened: Happened, settled: Settled) -> Sequence[Change]:
    """Gathered messages belong to the ticket to which they were passed on, perhaps opened by them."""
    assert isinstance(happened.event, ev.GatheredPassed)
    ticket = settled.case.ticket
    why = f"passed on together, {len(happened.event.keys)} at once"
    spoken = {h.event.key for h in settled.events if isinstance(h.event, Speech)}
    keys = [key for key in happened.event.keys if key not in spoken]
    number = ticket.number if ticket else None
    return [Change(key, happened.seq, state=Delivery.GATHERED, why=why, ticket=number) for key in keys]


def _change(happened: Happened, settled: Settled) -> Change | None:
    match happened.event:
        case ev.HoldEnded(key=key, how="undone") | ev.AudienceChosen(key=key, audience="undone"):
            return Change(key, happened.seq, state=Delivery.UNDONE)
        case ev.HoldEnded(key=key, how="refused", why=why):
            return Change(key, happened.seq, state=Delivery.FAILED, why=why)
        case ev.ReplyRemoved(key=key, becomes="removed") | ev.NoteRemoved(key=key):
            return Change(key, happened.seq, state=Delivery.UNDONE, why="removed by its author")
        case ev.NoteEdited(key=key, body=body) | ev.PendingEdited(key=key, body=body):
            return Change(key, happened.seq, body, _before(settled))
        case (
            ev.CustomerEdited(key=key, body=body)
            | ev.GatheredEdited(key=key, body=body)
            | ev.ReplyEdited(key=key, body=body)
        ):
            known = settled.before.part(About).message
            copies = (known.copies if known else Copies()).after(key, settled.outgoing)
            return Change(key, happened.seq, body, _before(settled), copies=copies)
        case _:
            return None


def _before(settled: Settled) -> Body | None:
    known = settled.before.part(About).message
    return known.body if known else None


def _is_said(event: Speech) -> bool:
    return not isinstance(event, ev.Resolved) or event.sent


def _spoken(happened: Happened, settled: Settled, heard: str | None) -> Message:
    """`heard`: key of what has just been said, on a channel."""
    event = happened.event
    case = settled.case
    assert isinstance(event, Speech)
    body = event.album.body if isinstance(event, ev.AlbumGrew) else event.body
    if isinstance(event, ev.CustomerSaid | ev.CustomerThanked | ev.AfterEndAsked | ev.AlbumGrew | ev.MessageKept):
        account = case.conversation.at.room.rsplit("/", 1)[-1]
        name = case.customer.name
        by = event.album.author if isinstance(event, ev.AlbumGrew) else event.author
        if by and case.conversation.circle:
            account, name = by.account, by.name
        state = Delivery.HELD if isinstance(event, ev.AfterEndAsked | ev.AlbumGrew) else Delivery.QUEUED
        if isinstance(event, ev.MessageKept):
            state = Delivery(event.how)
        said = ("customer", account, name, "public", state)
    elif isinstance(event, ev.Resent):
        agent = case.roster.by_person(event.by)
        said = (
            "agent",
            agent.identity.account if agent else event.author.account,
            agent.name if agent else event.author.name,
            "public",
            Delivery.QUEUED,
        )
    else:
        assert isinstance(event, ev.AgentSaid | ev.ReplyHeld | ev.NoteAdded | ev.AudienceAsked | ev.Resolved)
        audience, state = _AGENT_SIDE[type(event)]
        if isinstance(event, ev.AgentSaid | ev.Resolved) and case.conversation.left:
            state = Delivery.BLOCKED
        agent = case.roster.by_person(event.by)
        said = ("agent", event.author.account, agent.name if agent else event.author.name, audience, state)
    side, account, name, audience, state = said
    copies = Copies().after(event.key, settled.outgoing)
    row = (event.key, happened.ticket, happened.seq, audience, side, account, name, body, state)
    again = event.key not in (heard, f"t{happened.ticket}:{happened.seq}")
    why = UNREACHED if state is Delivery.BLOCKED else ""
    return Message(*row, why=why, copies=copies, again=again)


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
