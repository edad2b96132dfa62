"""The two standing messages of a ticket: the agents' card and the customer's status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatdesk.conversations.case import Case
from chatdesk.conversations.locales import name_of
from chatdesk.conversations.ticket import State, Ticket, TicketType, Turn
from chatdesk.core.language import best
from chatdesk.core.markup import Markup, bold, shorten
from chatdesk.core.messages import Address, Body, Card, Fate, Identity, Moment, Outgoing, place_key, plain


def card_of(case: Case) -> Card:
    """Number, title, who, from where, state, priority, since when, whose turn, whose ticket; where replies go."""
    ticket = case.subject
    channel = ticket.origin.channel.capitalize()
    qualifier = f" ({ticket.qualifier})" if ticket.qualifier else ""
    related = (("Follows", f"#{ticket.relates_to}"),) if ticket.relates_to else ()
    sorted_by = tuple(_sorted_by(case))
    there = (("Answered in", _door(ticket)),) if ticket.began not in (None, ticket.conversation) else ()
    away = (("Cannot be reached since", Moment(ticket.left)),) if ticket.left else ()
    return Card(
        title=f"#{ticket.number} · {ticket.title}",
        facts=(
            ("State", f"{ticket.state}{qualifier}"),
            ("Priority", str(ticket.priority)),
            ("From", f"{case.customer.name} in {channel}{_group(case)}"),
            ("Language", _language(case)),
            ("Since", Moment(ticket.opened)),
            ("Turn", turn_of(ticket)),
            ("Assignee", _assignee(case)),
            *sorted_by,
            *related,
            *_earlier(ticket),
            *there,
            *away,
            *_writing(case),
            *_quieted(case),
        ),
        foot=_where_replies_go(case, channel),
    )


def _sorted_by(case: Case) -> Iterator[tuple[str, str]]:
    """What the card shows only where somebody has said it."""
    ticket = case.subject
    if ticket.type is not TicketType.INCIDENT:
        yield "Type", str(ticket.type)
    if ticket.service:
        yield "Service", case.services.name(ticket.service)
    if ticket.tags:
        yield "Tags", ", ".join(ticket.tags)
    if ticket.shared:
        yield "Read by", ", ".join(ticket.shared)


def _quieted(case: Case) -> Iterator[tuple[str, Moment]]:
    slowed = [w.slow_until for w in case.conversation.writers if w.slow_until]
    if slowed:
        yield "Writes too fast: gathered until", Moment(max(slowed))
    if mute := case.conversation.mute:
        yield "Muted until", Moment(mute.until)


def _door(ticket: Ticket) -> str:
    """The bot, where that is not the one at which the ticket was opened."""
    return f"{ticket.origin.room.split('/')[0]} ({ticket.origin.channel.capitalize()})"


def _group(case: Case) -> str:
    """How many people read the answers, where that is more than one."""
    talk = case.conversation
    return "" if not talk.circle else f", a group of {talk.readers} people" if talk.readers else ", a group"


def _language(case: Case) -> str:
    """The one they write, for who answers them; and what the bot speaks, where that is another."""
    talk = case.conversation
    if talk.chosen or talk.writes in (None, talk.language):
        return name_of(talk.language)
    return f"{name_of(talk.writes)} (the bot speaks {name_of(talk.language)})"


def _earlier(ticket: Ticket) -> Sequence[tuple[str, str]]:
    """The last of the user's other tickets; `history` tells the rest."""
    if not ticket.earlier.count:
        return ()
    told = [f"#{number} {state}" for number, state in ticket.earlier.last]
    more = ticket.earlier.count - len(told)
    return (("Earlier", ", ".join(told) + (f" and {more} more" if more else "")),)


def _writing(case: Case) -> Sequence[tuple[str, Moment]]:
    """Colleagues see it before they write as well."""
    names = [(case.roster.by_person(w.by), w.since) for w in case.subject.writing]
    return [(f"{agent.name} is writing a reply since", Moment(since)) for agent, since in names if agent]


def _assignee(case: Case) -> str | Identity:
    agent = case.roster.by_person(case.subject.assignee)
    if agent:
        return agent.identity
    return "a former agent" if case.subject.assignee else "nobody yet"


def turn_of(ticket: Ticket) -> str | Moment:
    """Whose turn it is as agents read it, and since when."""
    if not ticket.state.is_open:
        return "nobody's"
    whose = "theirs" if ticket.turn is Turn.CUSTOMER else "ours"
    return Moment(ticket.turn_since, f"{whose} since")


def _where_replies_go(case: Case, channel: str) -> str:
    if case.subject.state.is_final:
        return "Finished: replies here are no longer sent."
    if case.conversation.circle:
        if case.subject.left:
            return f"The bot is not in {case.customer.name}: replies here are kept, and leave when that has changed."
        many = f" ({case.conversation.readers} people)" if case.conversation.readers else ""
        return (
            f"Replies in this thread are read by all of {case.customer.name} in {channel}{many}, under your name. "
            "Begin with ;; or note: for an internal note."
        )
    if case.subject.left:
        return f"{case.customer.name} has blocked the bot: replies here are kept, and leave when that has changed."
    if case.group.thread == "note":
        return (
            f"What you write in this thread stays among agents. Begin with !! or reply:, or press Reply, "
            f"to answer {case.customer.name} in {channel}."
        )
    return (
        f"Replies in this thread go to {case.customer.name} in {channel}, under your name. "
        "Begin with ;; or note: for an internal note."
    )


def where_words_go(case: Case) -> str:
    """The same in a few words, under the first message of the thread."""
    name = case.customer.name
    if case.group.thread == "note":
        return f"Here among agents. To {name}: !! at the beginning, or Reply on the card."
    return f"What you write here goes to {name}. Among agents: ;; at the beginning."


def status_of(case: Case) -> Outgoing:
    """What the customer reads about the ticket; edited in place as it moves on."""
    ticket = case.subject
    phrase = "status.withdrawn" if ticket.is_withdrawn else f"status.{ticket.state}"
    if ticket.state is State.IN_PROGRESS and case.assignee_name is None:
        phrase = "status.assigned"
    text = case.say(
        phrase,
        number=ticket.number,
        title=case.title(ticket),
        group=case.group.name_in(case.language),
        within=best(case.group.answer_within, case.language),
        agent=case.assignee_name or case.group.name_in(case.language),
    )
    fate = Fate(None, tell=case.thread)
    return Outgoing(
        to=case.there, key=ticket.status, body=_headed(text), standing=True, ticket=ticket.number, fate=fate
    )


def moved_away(case: Case, ticket: Ticket) -> Outgoing:
    """The same in the conversation that a ticket has left."""
    talk = case.conversation
    text = case.say("status.elsewhere", number=ticket.number, title=case.title(ticket))
    key = replace(ticket, conversation=talk.id).status
    return Outgoing(to=talk.at, key=key, body=_headed(text), standing=True, edits=True)


def _headed(text: str) -> Body:
    head, gap, rest = text.partition("\n\n")
    return Body(bold(head) + Markup(gap + rest))


MOST_OF_A_NAME = 100  # characters; Telegram's topics take 128: https://core.telegram.org/bots/api#createforumtopic
OVER = "✅"


def place_of(case: Case) -> Outgoing:
    """Its own place within the customer's chat, by name."""
    ticket = case.subject
    return place_called(ticket.origin, ticket.number, case.title(ticket), ticket.state.is_open)


def place_called(at: Address, number: int, title: str, is_open: bool) -> Outgoing:
    name = shorten(f"#{number} {title}" if is_open else f"{OVER} #{number} {title}", MOST_OF_A_NAME)
    return Outgoing(to=at, key=place_key(number), body=plain(name), standing=True, opens=True, ticket=number)
