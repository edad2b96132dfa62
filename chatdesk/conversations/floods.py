"""Floods: who writes too fast, or the same again and again, is gathered; who is muted is kept. Nothing is lost. Pure.

Each message that is not passed on at once has a row with its state. What is gathered reaches the thread as one message
every so often; what is muted, when an agent asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from itertools import groupby

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import GatheredMessage, GatheredMessages
from chatdesk.conversations.writers import MINUTE, Mute, Writer, print_of
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup
from chatdesk.core.messages import TOGETHER, Body, Circle, Deed, Identity, Incoming

GATHERED, FLOOD, MUTE = "gathered", "flood", "mute"  # timers
GATHER = timedelta(seconds=30)  # between two messages of what was gathered
ALIKE = 5  # messages in a row that say nearly the same
ALIKE_WITHIN = timedelta(minutes=10)  # from one to the next
MOST_SHOWN = 3000  # characters of one message of what was gathered

Decision = Callable[[Case, Incoming], Sequence[Event]]


def screened(case: Case, said: Incoming, decide: Decision) -> Sequence[Event]:
    """What was said, unless its author is muted or writes too fast. A pressed button passes: it says nothing."""
    if said.native is None:
        return decide(case, said)
    if muted(case):
        return [_kept(said, "muted")]
    talk, account = case.conversation, said.author.account
    known = next((w for w in talk.writers if w.account == account), None)
    now = _counted(case, said, known)
    if known and known.slow_until and case.now < known.slow_until:
        return [ev.WriterSeen(now.count, writer=now), _kept(said, "gathered")] if now else [_kept(said, "gathered")]
    if now is None:
        return decide(case, said)
    alike = now.alike >= ALIKE
    if not alike and now.rate(said.when) <= case.group.flood:
        return [ev.WriterSeen(now.count, writer=now), *decide(case, said)]
    until = case.now + timedelta(minutes=case.group.mute_minutes)
    slowed = replace(now, slow_until=until)
    return [ev.WriterSeen(now.count, writer=slowed), ev.FloodBegan(alike, writer=slowed), _kept(said, "gathered")]


def _counted(case: Case, said: Incoming, known: Writer | None) -> Writer | None:
    """The author after this message; None when nothing has to be remembered of it. Parts of an album are one."""
    if not case.group.flood or _is_further_part(case, said):
        return None
    at = said.when
    ticket = case.ticket if case.ticket and case.ticket.state.is_open else None  # after its end nothing is noted there
    slowed = known is not None and known.slow_until is not None and case.now < known.slow_until
    last, words = (known.last, known.words) if known and (slowed or ticket is None) else (None, 0)
    if ticket and not slowed:
        last, words = ticket.heard, ticket.last_words
    mine = print_of(said.body.text.text)
    alike = bool(mine) and mine == words and last is not None and at - last < ALIKE_WITHIN
    quick = last is not None and at - last < MINUTE / case.group.flood
    counting = known is not None and at - known.since < 2 * MINUTE
    if ticket and not (slowed or alike or quick or counting):
        return None
    if known and (slowed or alike or counting):
        return replace(known.wrote(at, mine, alike), slow_until=known.slow_until if slowed else None)
    begun = 2 if last is not None and (quick or alike) else 1
    return Writer(said.author.account, last if quick and last else at, begun, 0, 2 if alike else 1, mine, at)


def _is_further_part(case: Case, said: Incoming) -> bool:
    album = case.conversation.album
    return album is not None and album.part_of == said.part_of


def _kept(said: Incoming, how: str) -> ev.MessageKept:
    """A typed command is kept as it was typed: nobody obeys it."""
    typed = Markup(f"/{said.act.name} ") if said.act else Markup("")
    body = replace(said.body, text=typed + said.body.text) if said.act else said.body
    return ev.MessageKept(said.key, how, author=said.author, body=body, written=said.when)


def muted(case: Case) -> Mute | None:
    mute = case.conversation.mute
    return mute if mute and case.now < mute.until else None


# -- what time does ----------------------------------------------------------------------------------------------


def pass_on(case: Case, decide: Decision) -> Sequence[Event]:
    """What was gathered on this ticket goes on as one message, of each author one, as if it had just been written."""
    number = case.ticket.number if case.ticket else None
    messages = [m for m in case.part(GatheredMessages).messages if number is None or m.ticket in (None, number)]
    if not messages:
        return []
    passed: list[Event] = [ev.GatheredPassed(tuple(m.key for m in messages))]
    case = apply(case, passed[0])
    for _, of_one in groupby(sorted(messages, key=lambda m: m.account), key=lambda m: m.account):
        events = decide(case, _together(case, list(of_one)))
        passed += events
        case = reduce(apply, events, case)
    return passed


def _together(case: Case, messages: Sequence[GatheredMessage]) -> Incoming:
    """One message with the words and files of several, in their order. They stay what they are: it has its own key."""
    talk, last = case.conversation, messages[-1]
    return Incoming(
        key=last.key + TOGETHER,
        at=talk.at,
        author=Identity(talk.at.channel, last.account, last.author),
        body=Body(_words(messages), tuple(f for m in messages for f in m.body.files)),
        when=last.at,
        order=0,
        deed=Deed.SAID,
        circle=Circle("", talk.circle, talk.readers) if talk.circle else None,
        gathered=len(messages),
    )


def _words(messages: Sequence[GatheredMessage]) -> Markup:
    said = Markup("")
    for n, message in enumerate(messages):
        if not message.body.text:
            continue
        more = said + "\n" + message.body.text if said else message.body.text
        if said and len(more.text) > MOST_SHOWN:
            return said + f"\n… and {len(messages) - n} more, which are kept"
        said = more
    return said


def on_end(case: Case) -> Sequence[Event]:
    """Whoever was slowed long enough is heard as before."""
    return [ev.FloodEnded(writer=w) for w in case.conversation.writers if w.slow_until and w.slow_until <= case.now]


def on_mute_end(case: Case) -> Sequence[Event]:
    mute = case.conversation.mute
    return [ev.MuteEnded(0, mute.kept)] if mute and mute.until <= case.now else []
