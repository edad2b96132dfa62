"""All commands there are, collected from `commands/`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from chatdesk.agent_console import commands
from chatdesk.agent_console.command import Command, Nothing, query
from chatdesk.conversations.case import Case
from chatdesk.people.people import Agent


@cache
def catalogue() -> Mapping[str, Command[Any]]:
    found: dict[str, Command[Any]] = {}
    for info in pkgutil.iter_modules(commands.__path__, commands.__name__ + "."):
        for thing in vars(import_module(info.name)).values():
            if isinstance(thing, Command):
                found[thing.name] = thing
    return found | {help_.name: help_}


def available(case: Case) -> list[Command[Any]]:
    """What an agent may do with this ticket now, in the catalogue's order."""
    return [c for c in catalogue().values() if c.needs_ticket and c.listed and c.when(case)]


@query("Help", needs_ticket=False, group="looking")
def help_(case: Case, by: Agent, args: Nothing) -> str:
    """What can be typed after /desk."""
    return "\n".join(f"{usage(c)}: {c.help.splitlines()[0]}" for c in catalogue().values() if c.listed)


def usage(command: Command[Any]) -> str:
    """`/desk resolve 42 <solution>`"""
    words = [f"/desk {command.name}", *(["42"] if command.needs_ticket else [])]
    return " ".join([*words, *(f"<{f.name}>" for f in command.typed)])
