"""What is said about what happened: pure, one small function per event, in a room for each kind of news."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.announce import (
    attention,
    changes,
    custody,
    customer,
    holding,
    life,
    moving,
    persons,
    quiet,
    reach,
    redaction,
    talk,
)
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.messages import Outgoing

SLICE = "conversations"


def announce(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
    """`case` is the case after the event; `seq` the event's number in its ticket or conversation."""
    speaker = _SPEAKERS.get(type(event))
    if speaker is None:
        return ()
    number = case.ticket.number if case.ticket and isinstance(event, ev.TicketEvent) else None
    owner = f"t{number}" if number else f"c{case.conversation.id}"
    said = speaker(event, case)
    return [
        replace(out, key=out.key or f"{owner}:{seq}:{SLICE}:{n}", ticket=out.ticket or number)
        for n, out in enumerate(said)
    ]


_SPEAKERS: Mapping[type[Event], Callable[[Any, Case], Sequence[Outgoing]]] = {
    ev.CustomerSaid: talk.customer_said,
    ev.CustomerThanked: talk.customer_said,
    ev.CustomerGreeted: talk.customer_said,
    ev.AgentSaid: talk.agent_said,
    ev.NoteAdded: talk.note_added,
    ev.AgentRefused: talk.agent_refused,
    ev.AgentTold: talk.agent_told,
    ev.AudienceAsked: holding.audience_asked,
    ev.AudienceChosen: holding.audience_chosen,
    ev.ReplyHeld: holding.reply_held,
    ev.HoldCrossed: holding.crossed,
    ev.HoldEnded: holding.ended,
    ev.CustomerEdited: changes.customer_edited,
    ev.GatheredEdited: changes.gathered_edited,
    ev.ReplyEdited: changes.reply_edited,
    ev.ReplyRemoved: changes.reply_removed,
    ev.CustomerReacted: changes.customer_reacted,
    ev.AgentReacted: changes.agent_reacted,
    ev.ReachLost: reach.lost,
    ev.CustomerReturned: reach.returned,
    ev.ReachBack: reach.back,
    ev.AddressChosen: reach.address_chosen,
    ev.AddressTaken: reach.address_taken,
    ev.Resent: reach.resent,
    ev.FloodBegan: quiet.flood_began,
    ev.Muted: quiet.muted,
    ev.MuteEnded: quiet.mute_ended,
    ev.Claimed: attention.claimed,
    ev.Moved: moving.moved,
    ev.OwnerGone: life.owner_gone,
    ev.CardLost: life.card_lost,
    ev.TakenOver: life.taken_over,
    ev.Released: life.released,
    ev.Assigned: life.assigned,
    ev.CustomerTold: life.customer_told,
    ev.Resolved: life.resolved,
    ev.Verified: life.verified,
    ev.Withdrawn: life.withdrawn,
    ev.Reopened: life.reopened,
    ev.Closed: life.closed,
    ev.Filtered: life.filtered,
    ev.Shared: life.shared,
    ev.SpamMarked: life.spam_marked,
    ev.LeaseReminded: custody.reminded,
    ev.LeaseEnded: custody.returned,
    ev.HandedOver: custody.handed_over,
    ev.CustomerAnswered: customer.answered,
    ev.LanguagesTold: customer.languages_told,
    ev.AfterEndAsked: customer.after_end_asked,
    ev.AfterEndAnswered: customer.after_end_answered,
    pe.LinkCodeGiven: persons.code_given,
    pe.AccountsLinked: persons.linked,
    pe.PersonsMerged: persons.merged,
    pe.PersonsParted: persons.parted,
    pe.Redacted: redaction.redacted,
    pe.SecretSeen: redaction.secret_seen,
}
