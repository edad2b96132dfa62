"""`chatdesk person erase`: what is known of somebody is overwritten, after a yes."""

from __future__ import annotations

import sys

from chatdesk.cli import beside, common
from chatdesk.cli.person import found
from chatdesk.desk.erasing import Counted
from chatdesk.desk.whom import names_of, with_merged


def run(who: str, sure: bool) -> None:
    settings, plan = common.desk()

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            person = await found(c, who)
            names = ", ".join(await names_of(c, await with_merged(c, person)))
        if not sure and not _confirmed(names):
            raise common.Refused("Nothing was erased.")
        async with beside.desk(settings, plan) as desk:
            done = await desk.erase(person)
        print(_told(person, done))

    common.run(job())


def _confirmed(names: str) -> bool:
    """Asked for in the terminal; without one, --yes has to say it."""
    if not sys.stdin.isatty():
        raise common.Refused("This cannot be undone: say --yes.")
    print(f"All words, names and accounts of {names} are overwritten. This cannot be undone.")
    return input("Write yes to do it: ").strip().lower() == "yes"


def _told(person: int, done: Counted) -> str:
    return (
        f"Erased: person {person}; conversations: {done.conversations}, tickets: {done.tickets}, messages: "
        f"{done.messages}. Numbers, states and times stay. A running desk removes their words from Slack; "
        "backups made before hold them still."
    )
