"""Circles: several people in one place, who all read what is said there, as in a Telegram group. Pure.

A circle has one conversation with the desk. Its ticket belongs to whoever opened it; every message shows who wrote it,
and anybody of the circle may go on, end a ticket, or say that it is solved. What is for one person's eyes is refused
there: only the acts that are named here are answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from types import MappingProxyType

from chatdesk.conversations import events as ev
from chatdesk.conversations import smalltalk
from chatdesk.conversations.acts import ACTS, on_act, unread
from chatdesk.conversations.announce import SLICE
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_customer_message
from chatdesk.conversations.phrases import say_with
from chatdesk.core.events import Event
from chatdesk.core.language import PerLanguage
from chatdesk.core.messages import COPY, Incoming, Outgoing, copy_key

Decision = Callable[[Case, Incoming], Sequence[Event]]

HELLO, HELP, PRIVATE = "circle.hello", "circle.help", "circle.private"
IN_MENU = ("help", "new", "end", "language")
BUTTONS = ("end_now", "keep", "solved", "not_solved", "after_reopen", "after_new", "after_thanks")
ANSWERED: Mapping[str, str] = {"start": HELLO, "help": HELP}


def menu(language: str, texts: Mapping[str, PerLanguage] = MappingProxyType({})) -> list[tuple[str, str]]:
    """The commands that a channel shows where several people read."""
    return [(name, say_with(texts, language, f"command.{name}")) for name in IN_MENU]


def among(decision: Decision, case: Case, said: Incoming) -> Sequence[Event]:
    """The decision on what was said in a circle, and what is new of the circle itself."""
    known = seen(case, said)
    return [*known, *decision(reduce(apply, known, case), said)]


def seen(case: Case, said: Incoming) -> Sequence[Event]:
    talk, circle = case.conversation, said.circle
    if circle is None or (circle.name, circle.readers or talk.readers) == (talk.circle, talk.readers):
        return []
    return [ev.CircleSeen(circle.readers or talk.readers, name=circle.name)]


def heard(case: Case, said: Incoming) -> Sequence[Event]:
    """Somebody spoke to the desk, or pressed a button, where others read."""
    return signed(said, _heard(case, said))


def _heard(case: Case, said: Incoming) -> Sequence[Event]:
    if said.act:
        name = said.act.name
        if name in ANSWERED:
            return [ev.CustomerAnswered(ANSWERED[name]), *unread(said)]
        if name in ACTS and name not in (*IN_MENU, *BUTTONS):
            return [ev.CustomerAnswered(PRIVATE), *unread(said)]
        return on_act(case, said)
    ticket = case.ticket
    greets = smalltalk.is_greeting(said.body.text.text) and not said.body.files
    if said.body.is_empty or (greets and (ticket is None or not ticket.state.is_open)):
        return [ev.CustomerAnswered(HELLO)]
    return on_customer_message(case, _unquoted(case, said))


def _unquoted(case: Case, said: Incoming) -> Incoming:
    """An answer to the bot's own words is how one calls it there: it quotes nothing.

    Neither does one to a message so new that its id has not come back to us: whoever reads on has just read it.
    """
    about = case.about or ""
    own = about.startswith("status:") or f":{SLICE}:" in about or about.endswith(":asked")
    own = own or (said.answers_us and case.about is None)
    return replace(said, body=replace(said.body, quote="")) if own else said


def joined(case: Case) -> Sequence[Event]:
    """The bot has been let in, for the first time or again."""
    return [ev.CustomerAnswered(HELLO)]


def on_moved(case: Case, said: Incoming) -> Sequence[Event]:
    return [ev.CircleMoved(said.moved_to)]


def signed(said: Incoming, events: Sequence[Event]) -> Sequence[Event]:
    """What was said, with its author's name."""
    return [replace(e, author=said.author) if isinstance(e, _SAID) and e.author is None else e for e in events]


_SAID = (ev.CustomerSaid, ev.CustomerThanked, ev.AfterEndAsked)


def in_reply(case: Case, said: Sequence[Outgoing]) -> Sequence[Outgoing]:
    """Where several people speak, an answer says to which message: the one just heard, else the ticket's last."""
    return [_in_reply(case, out) for out in said] if case.conversation.circle else said


def _in_reply(case: Case, out: Outgoing) -> Outgoing:
    about = case.heard or (case.ticket.last_said if case.ticket else None)
    elsewhere = (out.to.channel, out.to.room) != (case.conversation.at.channel, case.conversation.at.room)
    changes = out.marks or out.replaces or out.removes or out.edits
    part = COPY in out.key and out.key != copy_key(out.key.rsplit(COPY, 1)[0])
    return out if elsewhere or changes or part or out.answers or not about else replace(out, answers=about)
