"""What was said is changed or taken back afterwards. Pure.

What a channel does not tell, such as a deletion by a Telegram user, is never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chatdesk.conversations import albums, holding
from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import without
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import answering, is_note, not_passed_on, on_agent_message, on_customer_message
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import About, Known
from chatdesk.conversations.replying import NOTE_PREFIX, REPLY_PREFIX, without_prefix
from chatdesk.conversations.ticket import State
from chatdesk.core.events import Event
from chatdesk.core.messages import Act, Body, Button, File, Incoming
from chatdesk.people.people import Agent

# As long the narrowest channel lets a bot delete: https://core.telegram.org/bots/api#deletemessage. Less a little.
DELETABLE = timedelta(hours=47, minutes=55)

STAYS_A_NOTE = (
    "A note stays a note, so nothing was sent. What is for the user is written anew, or with the Reply button."
)


def on_customer_edit(case: Case, said: Incoming) -> Sequence[Event]:
    """What nobody had to read before, such as a greeting, is a message once it says more."""
    known = case.part(About).message
    if known is None:
        return []
    album = case.conversation.album
    if album is not None and album.part_of == known.key:  # further parts of it may still come
        return [ev.AlbumGrew(known.key, album=replace(album, body=albums.changed(album.body, said)))]
    said = replace(said, body=_changed(known.body, said))
    if known.body == said.body:
        return []
    if known.state is Delivery.GATHERED and known.ticket and known.key not in case.conversation.gathered:
        return [ev.GatheredEdited(known.key, body=said.body)]
    if known.state in (Delivery.HELD, Delivery.GATHERED, Delivery.MUTED):
        return [ev.PendingEdited(known.key, body=said.body)]
    if known.ticket is None:
        return on_customer_message(case, replace(said, key=known.key))
    return [ev.CustomerEdited(known.key, body=said.body), *not_passed_on(case, new_files(known.body, said.body))]


def new_files(old: Body, new: Body) -> Sequence[File]:
    """What was put in the place of a file, or added to words."""
    return [file for file in new.files if not any(file.is_same(one) for one in old.files)]


def _changed(old: Body, said: Incoming) -> Body:
    if said.part_of:
        return albums.changed(old, said)
    files = (next((one for one in old.files if one.is_same(file)), file) for file in said.body.files)
    return replace(said.body, files=tuple(files))


def on_agent_edit(case: Case, said: Incoming) -> Sequence[Event]:
    known = _own(case, said)
    agent = case.roster.by_account(said.author.account)
    prefix, note = (sign.match(said.body.text.text) for sign in (REPLY_PREFIX, NOTE_PREFIX))
    body = without_prefix(said.body, note or prefix)
    if known is None or agent is None:
        return []
    if known.never_sent:
        return _not_sent_either(case, known, agent) if known.body not in (body, said.body) else []
    if known.body == body and not _changes_readers(case, said, known):
        return []
    if known.waits:
        return [
            *_no_longer_held(case, known, "edited"),
            *on_agent_message(_without(case, known), replace(said, key=known.key)),
        ]
    if known.audience == "internal" and prefix:
        return [ev.AgentTold(known.key, why=STAYS_A_NOTE, author=agent.identity)]
    if known.audience == "internal":
        return [ev.NoteEdited(known.key, agent.person, body=body)]
    if note:
        return [
            ev.ReplyRemoved(known.key, agent.person, _is_young(case, known), "note"),
            ev.NoteAdded(known.key, agent.person, body=body, author=agent.identity),
        ]
    if any(said.body.text.mentions()):
        name = case.customer.name
        why = f"Your change mentions a colleague and was not passed on: {name} still reads the words before it."
        return [ev.AgentTold(known.key, why=why, author=agent.identity)]
    body = answering(case, body)
    return [ev.ReplyEdited(known.key, agent.person, body=body)] if body != known.body else []


def on_agent_removal(case: Case, said: Incoming) -> Sequence[Event]:
    known = case.part(About).message
    if known is None or known.side != "agent":
        return []
    author = case.roster.by_account(known.account)
    person = author.person if author else 0
    if known.waits:
        return _no_longer_held(case, known, "undone")
    if known.audience == "internal":
        return [ev.NoteRemoved(known.key, person)]
    if known.never_sent:
        return []
    removed = ev.ReplyRemoved(known.key, person, _is_young(case, known))
    return [removed, *(_still_solved(case, known, author) if author else ())]


def _still_solved(case: Case, known: Known, author: Agent) -> Sequence[Event]:
    """Whatever an agent removes, the customer is still asked: it may have been the solution."""
    ticket = case.subject
    if ticket.state is not State.SOLVED or ticket.solution is None:
        return []
    name = case.customer.name
    why = f"Ticket #{ticket.number} stays solved, and {name} is still asked whether it is."
    why += " If what you deleted was the solution, reopen it."
    offers = (Button("Reopen", Act("reopen", {"ticket": str(ticket.number)})),)
    return [ev.AgentTold(known.key, why=why, author=author.identity, offers=offers)]


def _not_sent_either(case: Case, known: Known, agent: Agent) -> Sequence[Event]:
    name = case.customer.name
    why = f"That message was not sent to {name}, and nor is your change of it. What is for {name} is written anew."
    return [ev.AgentTold(known.key, why=why, author=agent.identity)]


def _changes_readers(case: Case, said: Incoming, known: Known) -> bool:
    """Whether the sign at its beginning, or its end, says that others shall read it than do now."""
    text = said.body.text.text
    if known.audience == "internal":
        return bool(REPLY_PREFIX.match(text))
    return bool(NOTE_PREFIX.match(text)) or (known.waits and is_note(case, said))


def _own(case: Case, said: Incoming) -> Known | None:
    """The message, when it is this agent's own."""
    known = case.part(About).message
    return known if known and known.side == "agent" and known.account == said.author.account else None


def _is_young(case: Case, known: Known) -> bool:
    return case.now - known.at < DELETABLE


def _no_longer_held(case: Case, known: Known, how: str) -> Sequence[Event]:
    if known.audience == "undecided":
        return [ev.AudienceChosen(known.key, how)]
    return [holding.over(case, known.key, how)]


def _without(case: Case, known: Known) -> Case:
    """The case as if the message had not been written."""
    return replace(case, ticket=replace(case.subject, held=without(case.subject.held, known.key)))
