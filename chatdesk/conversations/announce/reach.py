"""Whether the customer can be reached. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import desk_line, in_thread, name, unmark
from chatdesk.conversations.card import moved_away, status_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.speech import solution, to_customer
from chatdesk.core.messages import Fate, Mark, Outgoing, asked_key, plain


def lost(event: ev.ReachLost, case: Case) -> list[Outgoing]:
    channel = case.subject.origin.channel.capitalize()
    how = f"{case.customer.name} has blocked the bot in {channel}"
    if case.conversation.circle:
        how = f"{case.customer.name} has removed the bot in {channel}"
    kept = f"{how} and cannot be reached there now. What you write is kept, and leaves when that has changed."
    text = f"{kept} They are known elsewhere, too:" if event.offers else kept
    return [in_thread(case, plain(text), buttons=event.offers)]


def returned(event: ev.CustomerReturned, case: Case) -> list[Outgoing]:
    """What could not be said while they were away: which tickets go on elsewhere."""
    return [moved_away(case, ticket) for ticket in event.elsewhere]


def back(event: ev.ReachBack, case: Case) -> list[Outgoing]:
    channel = case.subject.origin.channel.capitalize()
    return [desk_line(case, f"{case.customer.name} can be reached in {channel} again. What was kept leaves now.")]


def address_chosen(event: ev.AddressChosen, case: Case) -> list[Outgoing]:
    """The agents are told; and the customer, in the conversation that it leaves, as far as they are there."""
    line = desk_line(case, f"{name(case, event.by)}: {case.customer.name} is answered in {event.name} from now on.")
    return [line] if case.conversation.left else [line, moved_away(case, case.subject)]


def address_taken(event: ev.AddressTaken, case: Case) -> list[Outgoing]:
    ticket = case.subject
    text = case.say("goes_on_here", number=ticket.number, title=case.title(ticket))
    told = Outgoing(to=ticket.origin, key="", body=plain(text), fate=Fate(None, tell=case.thread), urgent=True)
    kept = " What was kept leaves now." if event.kept else ""
    line = desk_line(case, f"{case.customer.name} is told there that ticket #{ticket.number} goes on there.{kept}")
    return [told, status_of(case), line]


def resent(event: ev.Resent, case: Case) -> list[Outgoing]:
    """A solution comes with its question, as long as it is one."""
    told = solution if asked_key(event.key) == case.subject.solution else to_customer
    return [unmark(event.key, Mark.FAILED, case.group.home), *told(event, case)]
