"""What makes people look: a mention in the thread, a line in the channel that leads there. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import FORMER, in_thread
from chatdesk.conversations.attention import is_news_to_owner
from chatdesk.conversations.case import Case
from chatdesk.core.markup import Markup, Style, shorten, styled
from chatdesk.core.messages import Body, Outgoing

MOST_OF_WHAT_WAS_SAID = 120  # characters


def claimed(event: ev.Claimed, case: Case) -> list[Outgoing]:
    return [in_thread(case, Body(owner(case) + " has this ticket."))] if is_news_to_owner(case) else []


def owner(case: Case) -> Markup:
    """Who has the ticket; mentioned when that is news to them, so that the channel makes them follow the thread.

    Slack: https://slack.com/help/articles/115000769927 (a mention in a thread subscribes to it).
    """
    agent = case.roster.by_person(case.subject.assignee)
    if agent is None:
        return Markup(FORMER)
    if not is_news_to_owner(case):
        return Markup(agent.name)
    return styled(f"@{agent.name}", Style.MENTION, agent.identity.account)


def call(event: ev.CustomerSaid, case: Case) -> Outgoing:
    """One line beside the cards; as long as it stands there is no other for this ticket."""
    ticket = case.subject
    said = shorten(event.body.text.text, MOST_OF_WHAT_WAS_SAID) or ", ".join(
        f.name or f"a {f.kind.replace('_', ' ')}" for f in event.body.files
    )
    away = case.roster.by_person(ticket.assignee)
    why = f" ({away.name} is away)" if away else " (nobody has it any more)" if ticket.assignee is not None else ""
    which = styled(f"#{ticket.number}", Style.MESSAGE, ticket.card)
    text = Markup(f"{case.customer.name} wrote on ") + which + f"{why}: {said}"
    return Outgoing(to=case.group.home, key=ticket.called or "", body=Body(text))


def calls_no_more(before: Case) -> Outgoing:
    """The line goes: somebody has answered or claimed the ticket, or it has ended."""
    key = before.subject.called or ""
    return Outgoing(to=before.group.home, key=f"{key}:gone", removes=key, ticket=before.subject.number)
