"""Accounts that become one person's, or are parted again. Pure."""

from __future__ import annotations

from chatdesk.conversations import person_events as pe
from chatdesk.conversations.announce.ways import desk_line, name
from chatdesk.conversations.case import Case
from chatdesk.conversations.linking import GOOD_FOR, code_key, readable
from chatdesk.conversations.phrases import say_with
from chatdesk.core.messages import Outgoing, plain


def code_given(event: pe.LinkCodeGiven, case: Case) -> list[Outgoing]:
    minutes = int(GOOD_FOR.total_seconds() // 60)
    text = case.say("link.code", code=readable(event.code), minutes=minutes)
    return [Outgoing(to=case.here, key=code_key(event.code), body=plain(text), urgent=True)]


def linked(event: pe.AccountsLinked, case: Case) -> list[Outgoing]:
    """Where the code was asked for, its message says that it has served."""
    text = plain(say_with(case.area.texts, event.language, "link.served"))
    return [Outgoing(to=event.told, key=code_key(event.code), body=text, edits=True, urgent=True)]


def merged(event: pe.PersonsMerged, case: Case) -> list[Outgoing]:
    here, other = event.names
    return [
        desk_line(
            case,
            f"{name(case, event.by)} merged {here} with {other} of ticket #{event.other}: they are one person now. "
            f"/desk part_person {case.subject.number} undoes it.",
        )
    ]


def parted(event: pe.PersonsParted, case: Case) -> list[Outgoing]:
    parted_again = f"{name(case, event.by)} parted two persons who had been merged"
    return [desk_line(case, f"{parted_again}: each has their own accounts and tickets again.")]
