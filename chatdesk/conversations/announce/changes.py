"""What was said is changed, taken back, or reacted to: the other side sees it where the message stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatdesk.conversations import copies
from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.talk import customers_copy
from chatdesk.conversations.announce.ways import desk_line, mark, to_one, unmark
from chatdesk.conversations.case import Case
from chatdesk.conversations.changes import new_files
from chatdesk.conversations.fate import FIRST_WORDS, Delivery
from chatdesk.conversations.moving import is_from_before
from chatdesk.conversations.parts import About, Known, Standing
from chatdesk.conversations.speech import heading, in_parts
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Body, Button, Fate, Mark, Outgoing, asked_key, copy_key, plain


def customer_edited(event: ev.CustomerEdited, case: Case) -> list[Outgoing]:
    """In Slack no message changes its files: new ones come below."""
    old = _known(case)
    files, now = _new_files(event, case), _reads_now(event, case)
    if is_from_before(case, old):  # it stands where others read it; those who have the ticket are told
        return [*now, *files]
    which = {"ticket": str(case.subject.number), "message": event.key}
    before = (Button("What it said before", Act("versions", which)),)
    foot = "edited: a file was replaced, and the new one is below" if files or old.copies.live[1:] else "edited"
    copy = customers_copy(replace(event, body=replace(event.body, files=old.body.files)), case)
    copy = replace(copy, edits=True, joins=False, buttons=before, foot=foot, fate=None)
    if case.subject.answered is None or case.subject.answered < old.at:
        return [copy, *files]
    return [copy, *now, *files]


def gathered_edited(event: ev.GatheredEdited, case: Case) -> list[Outgoing]:
    return [*_reads_now(event, case), *_new_files(event, case)]


def _reads_now(event: ev.CustomerEdited | ev.GatheredEdited, case: Case) -> list[Outgoing]:
    if event.body.text == _known(case).body.text:
        return []
    words = f"which reads now: «{_first_words(event.body)}»" if event.body.text else "which has no words any more"
    return [desk_line(case, f"{case.who} changed an earlier message, {words}")]


def _new_files(event: ev.CustomerEdited | ev.GatheredEdited, case: Case) -> list[Outgoing]:
    """Under their author, who is said to have put them in the place of others."""
    old = _known(case)
    files = tuple(new_files(old.body, event.body))
    if not files:
        return []
    gone = [f.name or f.kind for f in old.body.files if not any(f.is_same(file) for file in event.body.files)]
    how = f"in place of {_named(gone)}" if gone else "added to an earlier message"
    copy = customers_copy(replace(event, body=Body(files=files)), case, f", {how}")
    fate = Fate(None, case.thread, called="a file that was replaced")
    return [replace(copy, key=copy_key(event.key, old.copies.made), fate=fate)]


def _named(files: Sequence[str]) -> str:
    return shorten(", ".join(files), FIRST_WORDS)


def reply_edited(event: ev.ReplyEdited, case: Case) -> list[Outgoing]:
    """Each part in the place of the old one; what is left over goes, what is more comes after.

    A part that could not be delivered is tried again where it has changed, and is nowhere to be removed.
    """
    old = _known(case)
    if old.state is Delivery.BLOCKED:  # it has not left
        return []
    head, to = heading(event, case), case.there
    new, was = in_parts(head, event.body), in_parts(head, old.body)
    fate = Fate(None, case.thread, called=f"the change of «{shorten(old.body.text.text, FIRST_WORDS)}»")
    told = _told_here(event, case, f"changed an earlier reply, which reads now: «{_first_words(event.body)}»")
    changed = [
        Outgoing(to=to, key=key, body=body, edits=in_place and key not in old.lost, fate=fate, urgent=True)
        for n, body, in_place in copies.in_place(old.copies, was, new)
        for key in [copy_key(event.key, n)]
    ]
    left = [copy_key(event.key, n) for n in copies.left_over(old.copies, was, new)]
    return changed + told + [gone(case, key) for key in left if key not in old.lost]


def reply_removed(event: ev.ReplyRemoved, case: Case) -> list[Outgoing]:
    old = _known(case)
    unsent = unmark(event.key, Mark.SENT, case.group.home)
    undone = [mark(event.key, Mark.UNDONE, case.group.home)] if event.becomes == "note" else []
    if old.state in (Delivery.BLOCKED, Delivery.FAILED):
        undone.insert(0, unmark(event.key, Mark.FAILED, case.group.home))
    if old.state is Delivery.BLOCKED:
        return undone
    shown = old.there
    undone += _told_here(event, case, f"took back an earlier reply: «{_first_words(old.body)}»")
    if event.gone:
        return [*(gone(case, key) for key in shown), unsent, *undone]
    text = plain(case.say("removed"))
    replaced = [Outgoing(to=case.there, key=key, body=text, edits=True, urgent=True) for key in shown[:1]]
    author = case.roster.by_person(event.by)
    why = f"Your message is too old to be deleted in {case.subject.origin.channel.capitalize()}: "
    why += f"{case.customer.name} reads «{text.text}» in its place."
    told = [to_one(case, author.identity, why)] if author else []
    return [*replaced, *told, unsent, *undone]


def _told_here(event: ev.ReplyEdited | ev.ReplyRemoved, case: Case, what: str) -> list[Outgoing]:
    """Those who have the ticket now see nothing of what stands in the thread that it has left."""
    old = _known(case)
    return [desk_line(case, f"{old.author} {what}")] if is_from_before(case, old) else []


def _first_words(body: Body) -> str:
    return shorten(body.text.text, FIRST_WORDS)


def gone(case: Case, key: str) -> Outgoing:
    fate = Fate(None, case.thread, called="the removal of a message")
    return Outgoing(to=case.there, key=f"{key}:gone", removes=key, fate=fate, urgent=True)


def customer_reacted(event: ev.CustomerReacted, case: Case) -> list[Outgoing]:
    """On the agent's message itself, or on the copy of the customer's own."""
    known, to = _known(case), case.group.home
    target = event.key if known.side == "agent" else copy_key(event.key)
    if event.on and is_from_before(case, known):
        line = f"{case.who} reacted to an earlier message with {' '.join(event.on)}: «{_first_words(known.body)}»"
        return [desk_line(case, line)]
    return [*(unmark(target, sign, to) for sign in event.off), *(mark(target, sign, to) for sign in event.on)]


def agent_reacted(event: ev.AgentReacted, case: Case) -> list[Outgoing]:
    """A bot shows one reaction on a message: when it ends, the newest that still stands, of those that have a sign of
    their own everywhere. What says that it was received comes back with the end of the last one."""
    known = _known(case)
    customers = known.side == "customer"
    target = event.key if customers else next(iter(known.copies.keys(event.key)), asked_key(event.key))
    to = case.there
    if event.on:
        return [mark(target, sign, to) for sign in event.on]
    now = case.part(Standing).after(event.by, event.on, event.off)
    shown = [sign for _, sign in now.signs if not sign.startswith(":")]
    if shown or customers:
        return [mark(target, shown[-1] if shown else Mark.RECEIVED, to)]
    return [unmark(target, sign, to) for sign in event.off]


def _known(case: Case) -> Known:
    known = case.part(About).message
    assert known is not None, "a change of a message that is not known"
    return known
