"""The whole cascade, pure: decisions in; the next case, messages and timers out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chatdesk.agent_console.card import card
from chatdesk.conversations.announce.attention import calls_no_more
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import place_of, status_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.circles import in_reply
from chatdesk.conversations.events import AddressTaken, CardLost, CustomerRenamed, Moved, TicketEvent, TicketOpened
from chatdesk.conversations.parts import AreaTickets
from chatdesk.conversations.ticket import Ticket
from chatdesk.core.events import Event
from chatdesk.core.messages import Outgoing
from chatdesk.slices import Slice, Timer

MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with its place: `seq` counts in the ticket when there is one, else in the conversation."""

    event: Event
    ticket: int | None
    seq: int


@dataclass(frozen=True, slots=True)
class Settled:
    before: Case
    case: Case
    events: tuple[Happened, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    timers: tuple[Timer, ...] = ()
    left: tuple[Ticket, ...] = ()  # of which something was said before another one was opened


def settle(before: Case, decided: Iterable[Event], slices: Sequence[Slice]) -> Settled:
    """Fold the events and what they cause; the last word per key wins, so ten card edits become one."""
    queue, case = deque(decided), before
    done, said, timers, left = list[Happened](), list[Outgoing](), list[Timer](), list[Case]()
    while queue:
        event = queue.popleft()
        if isinstance(event, TicketOpened) and case.ticket and case.ticket != before.ticket:
            left.append(case)
        case = apply(case, event)
        of_ticket = case.ticket if isinstance(event, TicketEvent) else None
        seq = of_ticket.seq if of_ticket else case.conversation.seq
        done.append(Happened(event, of_ticket.number if of_ticket else None, seq))
        if len(done) > MOST_EVENTS:
            raise RuntimeError(f"events do not settle: {[h.event for h in done[-3:]]}")
        for part in slices:
            queue.extend(part.react(event, case))
            said.extend(part.announce(event, case, seq))
            timers.extend(part.timers(event, case))
    case = _with_earlier(case) if done and case.group.area == before.group.area else case
    if any(isinstance(h.event, AddressTaken) for h in done):
        said.append(replace(card(case), edits=True))  # it shows the conversation, too, which is another now
    for then in left:
        said = standing_first(before, then, said)
    shown = in_reply(case, standing_first(before, case, said))
    if any(isinstance(h.event, CardLost) for h in done):
        shown = [replace(card(case), anew=True), *(out for out in shown if out.card is None)]
    if any(isinstance(h.event, CustomerRenamed) for h in done):
        shown = [*(out for out in shown if out.card is None), replace(card(case), edits=True)]
    if case.group.redirect and not any(isinstance(h.event, Moved | TicketOpened) for h in done):
        shown = [out for out in shown if out.to.channel != case.group.home.channel]  # it was sent all that it gets
    latest = {(out.key, out.lane): out for out in shown}
    tickets = tuple(then.subject for then in left)
    return Settled(before, case, tuple(done), tuple(latest.values()), tuple(timers), tickets)


def _with_earlier(case: Case) -> Case:
    """What the card shows of the customer's earlier tickets is brought up to date where they have been loaded.

    A button may name a ticket of somebody else's: that one stays as it is.
    """
    known = case.parts.get(AreaTickets)
    if case.ticket is None or not isinstance(known, AreaTickets) or case.ticket.conversation != case.conversation.id:
        return case
    return replace(case, ticket=replace(case.ticket, earlier=known.earlier(case.ticket.number)))


def _shows(before: Case, after: Case) -> bool:
    """Whether anything has changed that a standing message shows; most messages change nothing but the counting."""
    if before.ticket is None or after.ticket is None or _spoken(before) != _spoken(after):
        return True
    now = after.ticket
    counted = replace(before.ticket, seq=now.seq, last_said=now.last_said, last_words=now.last_words)
    counted = replace(counted, last_reply=now.last_reply, heard=now.heard, answered=now.answered)
    return counted != now


def _spoken(case: Case) -> tuple[object, ...]:
    talk = case.conversation
    slowed = [w.slow_until for w in talk.writers if w.slow_until] if talk.writers else []
    muted = talk.mute.until if talk.mute else None
    return case.language, talk.writes, talk.chosen, talk.circle, talk.readers, slowed, muted


def _standing(case: Case) -> list[Outgoing]:
    ticket = case.subject
    told = [] if ticket.spam else [status_of(case)]  # who writes spam is told nothing
    return [card(case), *([place_of(case)] if ticket.apart else []), *told]


def _as_edit(out: Outgoing) -> Outgoing:
    """A card and a place are changed without waiting for what is said below them."""
    return replace(out, edits=out.card is not None or out.opens)


def standing_first(before: Case, after: Case, said: list[Outgoing]) -> list[Outgoing]:
    """Add the card, the ticket's place and its status at the customer's where they changed: before all else when new,
    after it when edited.

    A card in another group than before is new; what becomes of the old one is said with the move.

    The line that called for somebody goes when it has served.
    """
    if after.ticket is None or not _shows(before, after):
        return said
    opened = before.ticket is None or before.ticket.number != after.ticket.number
    now = _standing(after)
    if opened:
        return [*now, *said]
    old = {out.key: out for out in _standing(before)}
    changed = [new for new in now if old.get(new.key) != new]
    if after.ticket.conversation != after.conversation.id:  # it has just moved: what is said there has its own language
        changed = [new for new in changed if new.card]
    called = before.ticket.called if before.ticket else None
    gone = [calls_no_more(before)] if called and after.ticket.called != called else []
    if now[0].key not in old:  # it is in another group, under a new card
        return [now[0], *said, *(_as_edit(out) for out in changed if out.card is None), *gone]
    edits = [_as_edit(new) for new in changed]
    return [*said, *edits, *gone]
