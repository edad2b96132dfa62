"""What follows from what was said. Pure: a Case and an Incoming go in, events come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatdesk.conversations import after_end, holding, moving, reach, smalltalk
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case, Conversation
from chatdesk.conversations.parts import Heard
from chatdesk.conversations.replying import NOTE_PREFIX, REPLY_PREFIX, without_prefix
from chatdesk.conversations.ticket import Ticket
from chatdesk.core.events import Event
from chatdesk.core.markup import Style, styled
from chatdesk.core.messages import Act, Body, File, Incoming, ticket_in


def on_customer_message(case: Case, said: Incoming) -> Sequence[Event]:
    """A customer wrote: a greeting gets buttons, the rest goes to the current ticket or opens one.

    A bare "hello" while a ticket is open is how people begin before they have typed the rest, or politeness: it is
    passed on and marked as received, opens no menu, and does not make it the agents' turn. "Hello?" asks where the
    answer stays and "thanks" answers what an agent wrote: both are messages like any other.
    """
    return [*reach.on_returned(case), *_heard(case, said), *not_passed_on(case, said.body.files)]


def not_passed_on(case: Case, files: Sequence[File]) -> Sequence[Event]:
    """What cannot be passed on is named, with what to do instead."""
    faults = dict.fromkeys(f.fault for f in files if f.fault)
    return [ev.CustomerAnswered(f"file.{fault}", params=(("files", _named(case, files, fault)),)) for fault in faults]


def _named(case: Case, files: Sequence[File], fault: str) -> str:
    return ", ".join(f.name or case.say(f"kind.{f.kind}") for f in files if f.fault == fault)


def _heard(case: Case, said: Incoming) -> Sequence[Event]:
    text = said.body.text.text
    if said.body.is_empty:
        return [ev.CustomerAnswered("nothing_said")]
    ticket = current(case.conversation, case.ticket, case.within)
    if ticket is None or not ticket.state.is_open:
        if smalltalk.is_thanks(text) and not said.body.files and case.ticket is not None:
            return [ev.CustomerThanked(said.key, body=said.body, written=said.when)]
        if smalltalk.is_greeting(text) and not said.body.files:
            return [greeting(case)]
    elif smalltalk.is_greeting(text) and not smalltalk.asks(text) and not said.body.files:
        return [ev.CustomerGreeted(said.key, body=said.body, written=said.when)]
    said_now = ev.CustomerSaid(said.key, body=said.body, written=said.when)
    if ticket is None or ticket.state.is_final:
        return after_end.opened(case, ticket, [(said.key, said.body)], said.when)
    if not ticket.state.is_open:
        return after_end.wrote(case, ticket, said)
    return [*_chosen(case, ticket), said_now, *holding.crossed(case, said.body)]


def _chosen(case: Case, ticket: Ticket) -> Sequence[Event]:
    """A quote of another ticket's message answers that one, and is about it from now on, which is said.

    What is written in a ticket's own place needs no choice, and is none.
    """
    if ticket.number in (case.conversation.current, case.speaks_of):
        return []
    params = (("number", str(ticket.number)), ("title", case.title(ticket)))
    return [ev.TicketChosen(ticket.number), ev.CustomerAnswered("now_about", params=params)]


def current(conversation: Conversation, ticket: Ticket | None, within: str | None = None) -> Ticket | None:
    """The ticket that a message belongs to, unless a new one was asked for: anywhere, or in its own place there."""
    own = within is not None and ticket_in(within) is not None
    fresh = conversation.fresh and (not own or conversation.fresh_within == within)
    return None if fresh else ticket


def may_open(current: Ticket | None) -> bool:
    """Whether a further message may get a ticket of its own."""
    return current is None or not current.state.is_open


def greeting(case: Case) -> ev.CustomerAnswered:
    from_menu = ("ask", "report", "tickets")
    buttons = tuple((f"button.{name}", Act(name)) for name in from_menu)
    return ev.CustomerAnswered("greeting", buttons=buttons, params=(("name", case.customer.name),))


def answering(case: Case, body: Body) -> Body:
    """An agent who begins with a quotation of the customer's words answers that message; other quotations are text."""
    if not body.quote:
        return body
    words = " ".join(body.quote.split())
    for key, text in case.part(Heard).messages:
        if words in " ".join(text.split()):
            return replace(body, answers=key)
    return replace(body, text=styled(body.quote, Style.QUOTE) + "\n" + body.text, quote="")


def on_agent_message(case: Case, said: Incoming) -> Sequence[Event]:
    """Someone wrote in the thread under a card: a reply, a note, or a question whom it is for.

    What plain text is, the group says; a sign at its beginning says otherwise.
    """
    if case.former:
        why = f"Your message was not sent: {moving.gone_to(case)}."
        return [ev.AgentRefused(said.key, why=why, author=said.author)]
    agent = case.roster.by_account(said.author.account)
    if agent is None:
        why = f"Your message was not sent: you are not an agent of {case.group.name}. Only its agents reply from here."
        return [ev.AgentRefused(said.key, why=why, author=said.author)]
    if is_note(case, said):
        body = without_prefix(said.body, NOTE_PREFIX.match(said.body.text.text))
        return [ev.NoteAdded(said.key, agent.person, body=body, author=said.author)]
    body = without_prefix(said.body, REPLY_PREFIX.match(said.body.text.text))
    if body.is_empty or not (body.text or body.passable):
        return [ev.AgentRefused(said.key, why=f"Your message was not sent: {_why_not(said)}", author=said.author)]
    if any(body.text.mentions()) and not case.subject.state.is_final:
        return [ev.AudienceAsked(said.key, agent.person, body=answering(case, body), author=said.author)]
    told = [ev.AgentTold(said.key, why=f"Not all was sent: {_why_not(said)}", author=said.author)]
    begun = holding.begin(case, agent, said.key, answering(case, body), written=said.when)
    return [*begun, *told] if len(body.passable) < len(body.files) else begun


WHY_NOT = {
    "too_big": "is bigger than the user's channel takes (50 MB)",
    "unseen": "cannot be read by the desk's app: upload it here instead of sharing it from elsewhere",
    "gone": "has been deleted",
}


def _why_not(said: Incoming) -> str:
    told = [f"{f.name or f.kind} {WHY_NOT[f.fault]}" for f in said.body.files if f.fault]
    return f"{'; '.join(told) or 'it is empty'}."


def is_note(case: Case, said: Incoming) -> bool:
    """Whether it stays among agents: because it says so, or because what is plain does in this group."""
    text = said.body.text.text
    plain_is_note = case.group.thread == "note" and not said.body.is_empty
    return bool(NOTE_PREFIX.match(text)) or (plain_is_note and not REPLY_PREFIX.match(text))
