"""A ticket goes to another group: what its user reads, and what stands in the old thread and the new one. Pure."""

from __future__ import annotations

from dataclasses import replace

from chatdesk.conversations import events as ev
from chatdesk.conversations import moving
from chatdesk.conversations.announce.ways import in_thread
from chatdesk.conversations.card import where_words_go
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import Exchange
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Body, Fate, Outgoing, plain

QUEUED = Delivery.QUEUED


def moved(event: ev.Moved, case: Case) -> list[Outgoing]:
    """The old card says at once where it has gone, and leads there as soon as there is a card."""
    return [*_here(event, case), *_there(event, case), *_at_customer(event, case)]


def _here(event: ev.Moved, case: Case) -> list[Outgoing]:
    ticket = case.subject
    said = [replace(m, state=QUEUED) if m.key in event.released else m for m in case.part(Exchange).messages]
    how = "gave this ticket back" if event.returned else "moved this ticket here"
    came = f"{event.name} of {event.left_name} {how}: «{event.why}». It is free to claim."
    key, seq = moving.exchange_key(ticket.number, ticket.moved_seq), ticket.moved_seq
    files = [
        Outgoing(
            to=case.thread,
            key=moving.files_key(known.key, seq),
            body=Body(Markup(""), known.body.passable),
            author=known.author,
        )
        for known in moving.with_files(said, seq)
    ]
    return [
        in_thread(case, plain(came), foot=where_words_go(case)),
        Outgoing(to=case.thread, key=key, body=Body(moving.exchange(ticket.number, said, seq))),
        *files,
    ]


def _there(event: ev.Moved, case: Case) -> list[Outgoing]:
    key = event.left.thread or ""
    at_once = Outgoing(
        to=replace(event.left, thread=None),
        key=key,
        card=moving.former_card(case, event.name, event.trouble),
        standing=True,
        edits=True,
    )
    how = "gave the ticket back to" if event.returned else "moved the ticket to"
    line = Markup(f"{event.name} {how} {case.group.name}: «{event.why}». It goes on there: ")
    return [
        at_once,
        Outgoing(to=event.left, key="", body=Body(line + moving.way(case))),
        Outgoing(to=event.left, key=key, card=moving.former_card(case, event.name), edits=True),
    ]


def _at_customer(event: ev.Moved, case: Case) -> list[Outgoing]:
    """Nothing changes for them but who answers. What they were told by mistake is put right where it stands."""
    if case.conversation.left:
        return []
    text = case.say("moved", group=case.group.name_in(case.language), number=case.subject.number)
    told = event.left.thread if event.returned else case.subject.card
    fate = Fate(None, tell=case.thread)
    return [Outgoing(to=case.there, key=f"moved:{told}", body=plain(text), standing=True, fate=fate, urgent=True)]
