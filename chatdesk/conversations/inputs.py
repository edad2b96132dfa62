"""What somebody did, and which decision answers it, with what that decision needs beside the case. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chatdesk.areas.area import Emoji
from chatdesk.conversations import (
    addresses,
    after_end,
    albums,
    changes,
    circles,
    emoji,
    floods,
    holding,
    reach,
    reactions,
    timers,
)
from chatdesk.conversations.acts import ACTS, on_act
from chatdesk.conversations.addresses import Addresses
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_agent_message, on_customer_message
from chatdesk.conversations.events import CustomerSaid
from chatdesk.conversations.language import Decision, in_their_language
from chatdesk.conversations.parts import (
    About,
    AreaTickets,
    GatheredMessages,
    Heard,
    HeldMessages,
    OpenTickets,
    OwnTickets,
    PendingMessages,
    Standing,
    TicketsElsewhere,
    Unreached,
)
from chatdesk.conversations.replying import REPLY_NEEDS
from chatdesk.core.events import Event
from chatdesk.core.messages import Deed, Incoming

Needs = tuple[type, ...]


def _one(case: Case, said: Incoming) -> Sequence[Event]:
    if said.circle:
        return in_their_language(circles.heard, case, said)
    return in_their_language(on_act if said.act else on_customer_message, case, said)


def _together(case: Case, said: Incoming) -> Sequence[Event]:
    """The decision on what was gathered, which shows of how many messages it was made."""
    return [replace(e, gathered=said.gathered) if isinstance(e, CustomerSaid) else e for e in _one(case, said)]


def _said(case: Case, said: Incoming) -> Sequence[Event]:
    return floods.screened(case, said, lambda now, heard: albums.gathered(now, heard, _one))


def _nothing(case: Case, said: Incoming) -> Sequence[Event]:
    """No channel tells it of this side: a Telegram user's deletion, an agent who leaves."""
    return []


def _returned(case: Case, said: Incoming) -> Sequence[Event]:
    return [*reach.on_returned(case), *(circles.joined(case) if said.circle else [])]


OF_CUSTOMERS: Mapping[Deed, tuple[Decision, Needs]] = {
    Deed.SAID: (_said, ()),
    Deed.EDITED: (changes.on_customer_edit, (About,)),
    Deed.REMOVED: (_nothing, ()),
    Deed.REACTED: (reactions.on_customer_reaction, (About,)),
    Deed.LEFT: (lambda case, said: reach.on_left(case), (OpenTickets,)),
    Deed.RETURNED: (_returned, (OwnTickets, TicketsElsewhere)),
    Deed.MOVED: (circles.on_moved, ()),
}
OF_AGENTS: Mapping[Deed, tuple[Decision, Needs]] = {
    Deed.SAID: (on_agent_message, REPLY_NEEDS),
    Deed.EDITED: (changes.on_agent_edit, (About, *REPLY_NEEDS)),
    Deed.REMOVED: (changes.on_agent_removal, (About,)),
    Deed.REACTED: (emoji.on_agent_reaction, (About, Standing, Emoji, HeldMessages, *REPLY_NEEDS)),
    Deed.LEFT: (_nothing, ()),
    Deed.RETURNED: (_nothing, ()),
    Deed.MOVED: (_nothing, ()),
}


def decide(case: Case, said: Incoming, by_agent: bool) -> Sequence[Event]:
    decision, _ = (OF_AGENTS if by_agent else OF_CUSTOMERS)[said.deed]
    return circles.among(decision, case, said) if said.circle else decision(case, said)


def needs_of(said: Incoming, by_agent: bool) -> Needs:
    """A further message of a customer needs nothing more."""
    if said.act and not by_agent:
        return ACTS[said.act.name].needs if said.act.name in ACTS else ()
    needs = (OF_AGENTS if by_agent else OF_CUSTOMERS)[said.deed][1]
    return (*needs, Heard) if by_agent and said.body.quote else needs


def on_timer(name: str, case: Case) -> Sequence[Event]:
    """What time alone does."""
    match name:
        case albums.TIMER:
            return albums.ended(case, _one)
        case floods.GATHERED:
            return floods.pass_on(case, _together)
        case floods.FLOOD:
            return floods.on_end(case)
        case _:
            return timers.on_timer(name, case)


def needs_of_timer(name: str) -> Needs:
    if name.startswith(holding.SEND):
        return (HeldMessages, *REPLY_NEEDS)
    if name == timers.CLOSE:
        return (HeldMessages,)
    if name == floods.GATHERED:
        return (GatheredMessages,)
    if name == timers.EARLIER:
        return (AreaTickets,)
    if name in (reach.TIMER, addresses.TIMER):
        return (Unreached, Addresses, *REPLY_NEEDS)
    return (PendingMessages,) if name == after_end.TIMER else ()
