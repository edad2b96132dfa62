"""Several tickets at once: a form asks once, each ticket is a call of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatdesk.agent_console.call import Call, find
from chatdesk.agent_console.command import Reply
from chatdesk.areas.area import Group
from chatdesk.conversations import moving
from chatdesk.core.forms import Form

COMMANDS = ("reply", "tag", "resolve", "move")  # what may be done to several at once
MOVE = "move"


def offered(groups: int) -> Sequence[str]:
    """Those that make sense in a desk of so many groups."""
    return [name for name in COMMANDS if name != MOVE or groups > 1]


def form(command: str, groups: Sequence[Group]) -> Form:
    """The command's form, which belongs to no ticket alone. `groups`: all of the desk."""
    known = find(command).form
    return known.choosing({"to": moving.choices(groups)}) if command == MOVE else known


def calls(call: Call, tickets: Sequence[int]) -> list[Call]:
    return [replace(call, ticket=number, complete=True) for number in tickets]


def faults(replies: Sequence[Reply]) -> dict[str, str]:
    """What is wrong with the answers themselves: then nothing was done to any ticket."""
    found = [reply.faults for reply in replies]
    return found[0] if found and found[0] and all(f == found[0] for f in found) else {}


def told(command: str, tickets: Sequence[int], replies: Sequence[Reply]) -> str:
    """One sentence on what could not be done; empty when all was."""
    failed = [(number, reply) for number, reply in zip(tickets, replies, strict=True) if not reply.ok]
    if not failed:
        return ""
    done = len(tickets) - len(failed)
    why = "; ".join(f"#{number}: {reply.text.rstrip('.')}" for number, reply in failed)
    return f"{find(command).label}: done for {done} of {len(tickets)} tickets. Not for {why}."
