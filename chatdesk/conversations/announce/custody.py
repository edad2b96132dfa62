"""Whose a ticket is without anybody having chosen it: leases that end, owners who are away. Pure."""

from __future__ import annotations

from datetime import datetime

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.attention import owner
from chatdesk.conversations.announce.ways import FORMER, desk_line, in_thread, name
from chatdesk.conversations.case import Case
from chatdesk.core.markup import Markup, Style, styled
from chatdesk.core.messages import Body, Outgoing
from chatdesk.core.timing import day_words, length_words


def reminded(event: ev.LeaseReminded, case: Case) -> list[Outgoing]:
    lease = case.group.lease
    then = f"in {length_words(lease.return_after - lease.remind_after)}" if lease else "soon"
    waits = f": {case.customer.name} waits for an answer. Without an answer or a note of yours the ticket returns"
    return [in_thread(case, Body(_mentioned(case, event.who) + waits + f" to the queue {then}."))]


def returned(event: ev.LeaseEnded, case: Case) -> list[Outgoing]:
    who = name(case, event.was)
    return [desk_line(case, f"{who} has not answered: the ticket has returned to the queue and is free to claim.")]


def handed_over(event: ev.HandedOver, case: Case) -> list[Outgoing]:
    until = f" until {day_words(datetime.fromisoformat(event.until))}" if event.until else ""
    away = f"{name(case, event.by)} is away{until}"
    if event.to is None:
        return [desk_line(case, f"{away}: the ticket has returned to the queue and is free to claim.")]
    return [in_thread(case, Body(Markup(f"{away} and handed the ticket over to ") + owner(case) + "."))]


def _mentioned(case: Case, person: int) -> Markup:
    """So that the channel tells them (Slack: https://slack.com/help/articles/205240127)."""
    agent = case.roster.by_person(person)
    return styled(f"@{agent.name}", Style.MENTION, agent.identity.account) if agent else Markup(FORMER)
