"""Not being shown for a while what somebody writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatdesk.agent_console.command import Nothing, command, query
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.floods import muted as mute_of
from chatdesk.conversations.parts import MutedMessages
from chatdesk.core.errors import Invalid, NotFound
from chatdesk.core.events import Event
from chatdesk.core.forms import Kind, ask
from chatdesk.core.markup import shorten
from chatdesk.people.people import Agent

LENGTH = re.compile(r"(\d{1,4})\s*([mhd])\w*", re.IGNORECASE)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=365)
MOST_OF_A_MESSAGE = 300  # characters


def is_muted(case: Case) -> bool:
    return mute_of(case) is not None


@dataclass(frozen=True, slots=True)
class MuteArgs:
    length: str = ask("For how long?", help="As 30m, 2h or 3d.", longest=20)
    why: str = ask("Why? The user reads it", Kind.TEXT, longest=500)


def _usual(case: Case, by: Agent) -> dict[str, str]:
    return {"length": f"{case.group.mute_minutes}m"}


@command("Mute", prefill=_usual, done="Muted: {user} has been told until when, and why.")
def mute(case: Case, by: Agent, args: MuteArgs) -> Sequence[Event]:
    """Be shown nothing of what the user writes until an end; it is kept, and the user is told until when and why."""
    found = LENGTH.fullmatch(args.length.strip())
    length = timedelta(**{UNITS[found[2].lower()]: int(found[1])}) if found else timedelta()
    if not timedelta() < length <= LONGEST:
        raise Invalid({"length": "A number with m, h or d behind it, such as 30m, 2h or 3d; a year at most."})
    until = (case.now + length).replace(microsecond=0)
    if case.ticket is None:
        raise NotFound("There is no such ticket.")
    return [ev.Muted(by.person, until.isoformat(), why=args.why.strip())]


@command("Unmute", when=is_muted, lacks="the user is not muted", done="What {user} writes is shown again.")
def unmute(case: Case, by: Agent, args: Nothing) -> Sequence[Event]:
    """End a mute before its time; a line in the thread offers what was written meanwhile."""
    kept = case.conversation.mute.kept if case.conversation.mute else 0
    return [ev.MuteEnded(by.person, kept)]


@query("Muted messages", needs=(MutedMessages,), listed=False)
def muted(case: Case, by: Agent, args: Nothing) -> str:
    """What the user wrote while muted, the latest last."""
    number = case.subject.number
    lines = [
        f"{m.at:%Y-%m-%d %H:%M} UTC {m.author}: {shorten(m.text, MOST_OF_A_MESSAGE) or 'a file'}"
        for m in case.part(MutedMessages).messages
    ]
    return "\n".join(lines) or f"Nothing was written while {case.customer.name} was muted (ticket #{number})."
