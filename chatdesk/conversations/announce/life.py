"""Who has the ticket, and how it ends and returns. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.attention import owner
from chatdesk.conversations.announce.ways import FORMER, desk_line, in_thread, kept, name, written
from chatdesk.conversations.attention import is_news_to_owner
from chatdesk.conversations.case import Case
from chatdesk.conversations.speech import asks_if_solved, solution
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Body, Fate, Outgoing, plain


def taken_over(event: ev.TakenOver, case: Case) -> list[Outgoing]:
    return [in_thread(case, Body(owner(case) + f" took the ticket over from {name(case, event.was, FORMER)}."))]


def owner_gone(event: ev.OwnerGone, case: Case) -> list[Outgoing]:
    return [desk_line(case, f"The account of {name(case, event.who, FORMER)} is no more: the ticket is free to claim.")]


def card_lost(event: ev.CardLost, case: Case) -> list[Outgoing]:
    """Below the new card, which the settlement says first."""
    number = case.subject.number
    return [
        desk_line(
            case,
            "The card of this ticket was deleted, and is posted again: its thread goes on here. "
            f"What was said before: /desk show {number}. What is still written in the old thread is heard, too.",
        )
    ]


def released(event: ev.Released, case: Case) -> list[Outgoing]:
    return [desk_line(case, f"{name(case, event.by)} released the ticket: it is free to claim.")]


def assigned(event: ev.Assigned, case: Case) -> list[Outgoing]:
    to = case.roster.by_person(event.to)
    by = name(case, event.by) if event.by else "The desk"
    told = in_thread(case, Body(Markup(f"{by} assigned the ticket to ") + owner(case) + "."))
    if to is None or is_news_to_owner(case):  # then the mention is the news
        return [told]
    nudge = f"{by} assigned ticket #{case.subject.number} to you: {case.subject.title}"
    return [told, in_thread(case, plain(nudge), private_to=to.identity)]


def customer_told(event: ev.CustomerTold, case: Case) -> list[Outgoing]:
    text = case.say("took", agent=name(case, event.who), number=case.subject.number)
    fate = Fate(None, tell=case.thread)
    return [Outgoing(to=case.there, key="", body=plain(text), fate=fate, urgent=True)]


def resolved(event: ev.Resolved, case: Case) -> list[Outgoing]:
    if not event.sent:
        question, buttons = asks_if_solved(case)
        asked = Outgoing(
            to=case.there,
            key=event.asked,
            body=plain(question),
            buttons=buttons,
            answers=event.shown,
            fate=Fate(None, tell=case.thread),
            urgent=True,
        )
        return [desk_line(case, f"{name(case, event.by)} resolved the ticket ({event.qualifier})."), asked]
    shown = written(event, case, f"resolved the ticket ({event.qualifier})")
    if case.conversation.left:
        return [shown, *kept(event, case)]
    return [shown, *solution(event, case)]


def filtered(event: ev.Filtered, case: Case) -> list[Outgoing]:
    """The agents read why it came to them; the customer reads what the filter has to say."""
    line = desk_line(case, f"The filter «{event.filter}» matched: {event.why}.")
    if not event.reply:
        return [line]
    fate = Fate(None, tell=case.thread)
    return [line, Outgoing(to=case.there, key="", body=plain(event.reply), fate=fate, urgent=True)]


def shared(event: ev.Shared, case: Case) -> list[Outgoing]:
    reads = "can read this ticket now" if event.on else "sees nothing more of this ticket"
    return [desk_line(case, f"{event.name} {reads} ({name(case, event.by)}).")]


def spam_marked(event: ev.SpamMarked, case: Case) -> list[Outgoing]:
    """The customer reads nothing of it."""
    by = name(case, event.by) if event.by else "A filter"
    line = (
        f"{by} marked the ticket as spam." if event.on else f"{by} says that it is no spam: the ticket is open again."
    )
    return [desk_line(case, line)]


def _buttons_served(event: ev.Verified | ev.Reopened, case: Case) -> list[Outgoing]:
    if event.asked is None or case.conversation.left:  # nothing can be changed there; they may never have arrived
        return []
    return [Outgoing(to=case.there, key=f"{event.asked}:served", replaces=event.asked)]


def verified(event: ev.Verified, case: Case) -> list[Outgoing]:
    return [*_buttons_served(event, case), desk_line(case, f"{case.who} says: it is solved.")]


def withdrawn(event: ev.Withdrawn, case: Case) -> list[Outgoing]:
    return [desk_line(case, f"{case.who} ended the ticket.")]


def reopened(event: ev.Reopened, case: Case) -> list[Outgoing]:
    return [*_buttons_served(event, case), desk_line(case, _why_open(event, case))]


def _why_open(event: ev.Reopened, case: Case) -> str:
    """Only the button claims that it is not solved; who writes again may want to say anything."""
    if not event.by_customer:
        return f"{name(case, event.by)} reopened the ticket."
    if not event.wrote:
        return f"{case.who} says that it is not solved: the ticket is open again."
    after = "the solution" if event.asked else "the ticket had ended"
    return f"{case.who} wrote again after {after}: the ticket is open again."


def closed(event: ev.Closed, case: Case) -> list[Outgoing]:
    return [desk_line(case, "Closed: nobody has objected to the solution for ten working days.")]
