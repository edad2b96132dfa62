"""Accounts that are one person's: linked by a one-time code, merged by an agent, and undone again. Pure.

A code proves that whoever types it has the other account in hands: nothing else is asked, on whatever channel. It is
good once and for a few minutes, is kept as a digest, and guessing it is slowed down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.language import ENGLISH
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Address, Identity, Incoming

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is read as something else
LENGTH = 10  # 49 bits
GOOD_FOR = timedelta(minutes=10)
MOST_REPEATED = 200  # characters of what was typed and is no code
MOST_CODES = 5  # an hour, of one person
MOST_TRIES = 5  # wrong ones within GOOD_FOR, of one account


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code that somebody was given."""

    person: int
    name: str
    by: Identity
    at: Address
    expires: datetime
    used: bool = False
    is_agent: bool = False
    language: str = ENGLISH  # of those who were given it


@dataclass(frozen=True, slots=True)
class Merge:
    """Two persons who became one."""

    id: int
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class Linking:
    """What a code needs: who asks, the one that was typed, and what can be undone."""

    person: int = 0  # of who asks
    is_agent: bool = False
    fresh: str = ""  # a code that nobody has yet
    given: int = 0  # codes to this person within the last hour
    wrong: int = 0  # tries of this account lately
    typed: LinkCode | None = None
    linked: Merge | None = None  # the link of this account that can be undone, the latest one


def normal(typed: str) -> str:
    """As codes are compared: people leave out the dash and the capitals."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def digest(code: str) -> str:
    return hashlib.sha256(normal(code).encode()).hexdigest()


def readable(code: str) -> str:
    """In two halves, so that it can be read aloud."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def code_key(code: str) -> str:
    """Key of the message that carries a code; the code cannot be read from it."""
    return f"link:{digest(code)[:20]}"


def refusal(part: Linking, by: Identity, now: datetime) -> str | None:
    """Why a typed code does nothing; None when it links."""
    code = part.typed
    if part.wrong >= MOST_TRIES:
        return "tries"
    if code is None:
        return "wrong"
    if (code.by.channel, code.by.account) == (by.channel, by.account):
        return "own"
    if code.used:
        return "used"
    if code.expires <= now:
        return "expired"
    return "linked" if code.person == part.person else None


def linked(part: Linking, code: LinkCode, typed: str) -> pe.AccountsLinked:
    kept, gone = kept_of((code.person, code.is_agent), (part.person, part.is_agent))
    return pe.AccountsLinked(kept, gone, code=normal(typed), told=code.at, language=code.language)


def kept_of(one: tuple[int, bool], other: tuple[int, bool]) -> tuple[int, int]:
    """(who stays, who becomes part of them), of (person, whether an agent): an agent before the rest, then the older.

    What agents did stands in the log by their person.
    """
    first, second = sorted((one, other), key=lambda who: (not who[1], who[0]))
    return first[0], second[0]


# -- what customers ask for ---------------------------------------------------------------------------------


def on_link(case: Case, said: Incoming) -> Sequence[Event]:
    """`/link` gives a code, `/link CODE` uses one."""
    part = case.part(Linking)
    typed = said.body.text.text
    if not normal(typed):
        if part.given >= MOST_CODES:
            return [ev.CustomerAnswered("link.many")]
        return [pe.LinkCodeGiven(part.person, code=part.fresh)]
    why = refusal(part, case.asked.by, case.now)
    if why is None and part.typed is not None:
        params = (("account", account(part.typed.by)),)
        return [linked(part, part.typed, typed), ev.CustomerAnswered("link.done", params=params)]
    return [
        pe.LinkCodeRefused(str(why)),
        ev.CustomerAnswered(f"link.{why}", params=(("code", shorten(typed, MOST_REPEATED)),)),
    ]


def account(who: Identity) -> str:
    """An account as its owner knows it: the name and the channel."""
    return f"{who.name or who.account} ({who.channel.capitalize()})"


def on_unlink(case: Case, said: Incoming) -> Sequence[Event]:
    """Asks first."""
    merge = case.part(Linking).linked
    if merge is None:
        return [ev.CustomerAnswered("unlink.none")]
    buttons = (
        ("button.unlink", Act("unlink_now", {"merge": str(merge.id)})),
        ("button.stay_linked", Act("stay_linked")),
    )
    return [ev.CustomerAnswered("unlink?", buttons=buttons)]


def on_unlink_now(case: Case, said: Incoming) -> Sequence[Event]:
    merge = case.part(Linking).linked
    if merge is None or str(merge.id) != case.asked.args.get("merge"):
        return [ev.CustomerAnswered("unlink.none")]
    return [unlinked(merge), ev.CustomerAnswered("unlink.done")]


def on_stay_linked(case: Case, said: Incoming) -> Sequence[Event]:
    return [ev.CustomerAnswered("unlink.kept")]


def unlinked(merge: Merge) -> pe.AccountsUnlinked:
    return pe.AccountsUnlinked(merge.id, merge.kept, merge.gone)


# -- what agents ask for ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Other:
    """The customer of another ticket, as far as the agent may know of it; and the merge that could be undone."""

    person: int = 0  # 0: there is no such ticket in this area
    name: str = ""
    is_agent: bool = False
    here_is_agent: bool = False  # whether this ticket's customer is
    merged: Merge | None = None  # the latest merge into this ticket's customer


def other_number(args: Mapping[str, str]) -> int | None:
    """The number of the other ticket as it was typed."""
    typed = args.get("other", "").strip().removeprefix("#")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None
