"""A message is removed, or looks as if it had better be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatdesk.conversations import moving
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.announce.changes import gone
from chatdesk.conversations.announce.talk import copy_of
from chatdesk.conversations.announce.ways import desk_line, in_thread, name, to_one
from chatdesk.conversations.card import where_words_go
from chatdesk.conversations.case import Case
from chatdesk.conversations.parts import Known
from chatdesk.conversations.redaction import EDITED, GONE, LEFT, WHY, Redactable
from chatdesk.core.messages import Act, Address, Body, Button, Fate, Outgoing, copy_key, plain


def redacted(event: pe.Redacted, case: Case) -> list[Outgoing]:
    known = case.part(Redactable).find(event.key)
    assert known is not None, "a message of another ticket"
    return [
        *_here(event, known, case),
        *_where_it_was_repeated(event, known, case),
        *_there(event, known, case),
        *_left(event, known, case),
    ]


def _where_it_was_repeated(event: pe.Redacted, known: Known, case: Case) -> list[Outgoing]:
    """What groups were shown to which the ticket came later, and the cards that it has left."""
    part, number = case.part(Redactable), case.subject.number
    now = [replace(m, body=event.body) if m.key == known.key else m for m in part.messages]
    said = []
    for seq in (seq for seq in part.moves if known.seq < seq):
        body = Body(moving.exchange(number, now, seq))
        said.append(Outgoing(to=case.thread, key=moving.exchange_key(number, seq), body=body, edits=True))
        if known in moving.with_files(part.messages, seq):
            files = moving.files_key(known.key, seq)
            said.append(Outgoing(to=case.thread, key=f"{files}:gone", removes=files))
    if event.title:
        for key in moving.former_cards(number, part.moves):
            card = moving.former_card(case)
            said.append(Outgoing(to=case.group.home, key=key, card=card, standing=True, edits=True))
    return said


def _here(event: pe.Redacted, known: Known, case: Case) -> list[Outgoing]:
    shown = known.copies.of(known.key)
    if event.here == GONE:
        return [_withdrawn(key, case) for key in shown]
    if event.here != EDITED:
        return []
    if known.side == "customer":
        part = case.part(Redactable)
        alone = replace(_copy(known, event.body, case), edits=True)
        further = [_withdrawn(key, case) for key in shown if key != alone.key]
        if not (post := part.post_with(known.key, event.body)):
            return [replace(alone, foot=_foot(known.key, case)), *further]
        keys, words = post
        key, *also = sorted(map(copy_key, keys), key=lambda key: key == alone.key)
        shared = replace(alone, key=key, body=words, also=tuple(also), foot=_foot(keys[0], case))
        return [shared, *([alone] if known.key in part.below else []), *further]
    return [Outgoing(to=case.thread, key=known.key, body=event.body, edits=True)]


def _withdrawn(key: str, case: Case) -> Outgoing:
    return Outgoing(to=case.thread, key=f"{key}:gone", removes=key)


def _foot(key: str, case: Case) -> str:
    """What stands under the first message of the thread stays there."""
    first = case.part(Redactable).messages[0]
    return where_words_go(case) if first.key == key and not moving.is_from_before(case, first) else ""


def _copy(known: Known, body: Body, case: Case) -> Outgoing:
    return copy_of(known.key, body, known.author if case.conversation.circle else "", case)


def _there(event: pe.Redacted, known: Known, case: Case) -> list[Outgoing]:
    if known.side == "customer":
        return [gone(case, known.key)] if event.there == GONE else []
    copies = known.copies.keys(known.key)
    if event.there == GONE:
        return [gone(case, key) for key in copies]
    if event.there != EDITED:
        return []
    text = plain(case.say("removed"))
    asked = [f"{known.key}:asked"] if known.key in case.part(Redactable).asked else []
    fate = Fate(None, case.thread, called="the removal of a message")
    at = case.there
    return [
        Outgoing(to=at, key=key, body=text, buttons=_buttons(key, case), edits=True, fate=fate, urgent=True)
        for key in (*copies, *asked)
    ]


def _buttons(key: str, case: Case) -> tuple[Button, ...]:
    """Of a solution whose question has not been answered."""
    if key != case.subject.solution:
        return ()
    which = {"ticket": str(case.subject.number)}
    return tuple(Button(case.say(f"button.{act}"), Act(act, which)) for act in ("solved", "not_solved"))


def _left(event: pe.Redacted, known: Known, case: Case) -> list[Outgoing]:
    """What only people can remove is said to them."""
    remover, author = case.roster.by_person(event.by), case.roster.by_account(known.account)
    home, there = case.group.home.channel.capitalize(), case.subject.origin.channel.capitalize()
    line = f"{name(case, event.by)} removed a message: {WHY[event.why]}."
    told = [desk_line(case, " ".join([line, *_elsewhere(known, case)]))]
    if event.here == LEFT and (author or moving.is_from_before(case, known)):
        why = f"A message of yours on ticket #{case.subject.number} was removed by {name(case, event.by)}: "
        why += f"{WHY[event.why]}. {home} does not let the desk delete what you posted: please delete it here yourself."
        alone = Address(case.group.home.channel, known.account)  # who is none of the group's does not read its thread
        told.append(to_one(case, author.identity, why) if author else Outgoing(to=alone, key="", body=plain(why)))
    if event.there == LEFT and remover:
        why = f"The message is too old to be deleted in {there}: ask {case.customer.name} to delete it there."
        told.append(to_one(case, remover.identity, why))
    return told


def _elsewhere(known: Known, case: Case) -> Sequence[str]:
    """Where its words still stand, in what other people wrote."""
    there = {"customer": case.subject.origin.channel, "agent": case.group.home.channel}
    found = dict.fromkeys((m.author, there[m.side].capitalize()) for m in case.part(Redactable).quoted_by(known))
    first = ["It was passed on: the desk cannot remove it where it was first written."] if known.body.origin else []
    return first + [
        f"{author} has quoted it; the desk cannot change that in {where}: ask {author} to delete it there."
        for author, where in found
    ]


def secret_seen(event: pe.SecretSeen, case: Case) -> list[Outgoing]:
    """The agents are asked; the customer is told not to do it again."""
    which = {"ticket": str(case.subject.number), "message": event.key}
    who = case.customer.name if event.by_customer else "an agent"
    line = f"A message of {who} looks as if it held {event.what}. Redact removes it here and at {case.customer.name}'s."
    asked = in_thread(case, plain(line), buttons=(Button("Redact", Act("redact", which)),))
    if not event.by_customer:
        return [asked]
    hint = plain(case.say("secret.passed_on" if event.passed_on else "secret"))
    return [asked, Outgoing(to=case.there, key="", body=hint, urgent=True)]
