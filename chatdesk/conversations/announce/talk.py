"""What customers and agents say, and how it reaches the other side. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce import attention
from chatdesk.conversations.announce.ways import kept, mark, to_one, written
from chatdesk.conversations.apply import call_key
from chatdesk.conversations.card import where_words_go
from chatdesk.conversations.case import Case, named_in
from chatdesk.conversations.late import time_of_late
from chatdesk.conversations.moving import way
from chatdesk.conversations.parts import About
from chatdesk.conversations.speech import to_customer
from chatdesk.core.messages import Body, Fate, Mark, Outgoing, copy_key


def customer_said(event: Any, case: Case) -> list[Outgoing]:
    time = time_of_late(event.written, case.subject.heard, case.now)
    copy = customers_copy(event, case, f", written at {time}" if time else "")
    if isinstance(event, ev.CustomerSaid) and event.first:
        return [replace(copy, foot=where_words_go(case))]
    calls = [attention.call(event, case)] if case.subject.called == call_key(event.key) else []
    return [copy, *calls, mark(event.key, Mark.RECEIVED, case.subject.origin)]


def customers_copy(event: Any, case: Case, late: str = "") -> Outgoing:
    """A customer's message as the thread shows it."""
    body: Body = event.body
    gathered = getattr(event, "gathered", 0)
    foot = f"{gathered} messages, which came too fast to be shown one by one" if gathered else ""
    joins = not (body.files or body.quote or body.origin or gathered)
    copy = copy_of(event.key, body, _name(event, case), case, late)
    return replace(copy, fate=Fate(event.key, tell=case.thread), joins=joins, foot=foot)


def copy_of(key: str, body: Body, writer: str, case: Case, late: str = "") -> Outgoing:
    """What shows the message with this key; `writer`: who wrote it, where several people could have."""
    author = f"{named_in(writer, case.customer.name)} ({case.subject.origin.channel.capitalize()}{late})"
    return Outgoing(to=case.thread, key=copy_key(key), body=body, author=author)


def _name(event: Any, case: Case) -> str:
    """Who wrote it, where several people could have."""
    if not case.conversation.circle:
        return ""
    if isinstance(event, ev.CustomerEdited):
        known = case.part(About).message
        return known.author if known else ""
    return event.author.name if event.author else ""


def agent_said(event: ev.AgentSaid, case: Case) -> list[Outgoing]:
    shown = [] if event.typed else [written(event, case, "replied")]
    return [*shown, *(kept(event, case) if event.kept else to_customer(event, case))]


def note_added(event: ev.NoteAdded, case: Case) -> list[Outgoing]:
    shown = [] if event.typed else [written(event, case, "noted (internal)")]
    return [*shown, mark(event.key, Mark.NOTE, case.group.home)]


def agent_refused(event: ev.AgentRefused, case: Case) -> list[Outgoing]:
    return [_with_way(to_one(case, event.author, event.why), case), mark(event.key, Mark.FAILED, case.group.home)]


def agent_told(event: ev.AgentTold, case: Case) -> list[Outgoing]:
    return [_with_way(to_one(case, event.author, event.why, buttons=event.offers), case)]


def _with_way(told: Outgoing, case: Case) -> Outgoing:
    """Where the ticket has left: the way to where it goes on."""
    if case.former is None or told.body is None:
        return told
    return replace(told, body=Body(told.body.text + " It goes on here: " + way(case)))
