"""Whether the customer can be reached. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import desk_line, unmark
from chatdesk.conversations.speech import solution, to_customer
from chatdesk.conversations.ticket import Case
from chatdesk.core.messages import Mark, Outgoing, asked_key


def lost(event: ev.ReachLost, case: Case) -> list[Outgoing]:
    channel = case.subject.origin.channel.capitalize()
    how = f"{case.customer.name} has blocked the bot in {channel}"
    if case.conversation.circle:
        how = f"The bot has been removed from {case.customer.name} in {channel}: the group has left it"
    return [
        desk_line(
            case,
            f"{how} and cannot be reached there now. What you write is kept, and leaves when that has changed.",
        )
    ]


def back(event: ev.ReachBack, case: Case) -> list[Outgoing]:
    channel = case.subject.origin.channel.capitalize()
    return [desk_line(case, f"{case.customer.name} can be reached in {channel} again. What was kept leaves now.")]


def resent(event: ev.Resent, case: Case) -> list[Outgoing]:
    """A solution comes with its question, as long as it is one."""
    told = solution if asked_key(event.key) == case.subject.solution else to_customer
    return [unmark(event.key, Mark.FAILED, case.group.home), *told(event, case)]
