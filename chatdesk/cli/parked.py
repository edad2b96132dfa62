"""`chatdesk parked`: inputs that could not be processed are listed, shown and tried again, beside a running desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from chatdesk.adapters.slack import inbound as slack
from chatdesk.adapters.telegram import inbound as telegram
from chatdesk.app import App, CannotServe
from chatdesk.cli import common
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Incoming
from chatdesk.desk.desk import Desk
from chatdesk.desk.parking import Parked, parked_inputs, retry
from chatdesk.storage.database import Database
from chatdesk.storage.schema import memberships

SHOWN = 80  # characters of what it was
WHY = 300


def run(act: str = "list", which: str = "") -> None:
    settings, plan = common.desk()

    async def job() -> None:
        async with common.existing_database(settings) as database:
            found = await parked_inputs(database)
        chosen = found if act == "list" or which == "all" else [_chosen(found, which)]
        if not chosen:
            print("Nothing is parked.")
        elif act == "retry":
            await _retry(App(settings, plan), chosen)
        elif act == "show":
            print(json.dumps(chosen[0].raw, indent=2, ensure_ascii=False))
        else:
            print("\n".join(map(line, chosen)))

    common.run(job())


def _chosen(found: Sequence[Parked], which: str) -> Parked:
    one = next((p for p in found if str(p.id) == which), None)
    if one is None:
        there = ", ".join(str(p.id) for p in found) or "none"
        raise common.Refused(f"There is no parked input {which}. There are: {there}.")
    return one


def line(one: Parked) -> str:
    """What is parked, when and why, for a person."""
    head = f"{one.id}  {one.channel}  {one.at:%Y-%m-%d %H:%M:%S} UTC  {one.tries} tries"
    return f"{head}\n   was: {gist(one.raw)}\n   why: {shorten(one.why, WHY)}"


def gist(raw: Mapping[str, Any]) -> str:
    """The beginning of what somebody wrote; of anything else, the beginning of the whole."""
    return shorten(_words(raw) or json.dumps(raw, ensure_ascii=False), SHOWN)


def _words(thing: Any) -> str:
    if isinstance(thing, Mapping):
        own = next((thing[n] for n in ("text", "caption", "data") if isinstance(thing.get(n), str)), "")
        return own or next(filter(None, map(_words, thing.values())), "")
    return ""


async def _retry(app: App, chosen: Sequence[Parked]) -> None:
    try:
        async with app.desk_only() as desk:
            translators = await translators_of(desk)
            failed = [one.id for one in chosen if not await _again(desk, one, translators)]
    except CannotServe as fault:
        raise common.Refused(str(fault)) from None
    except (SQLAlchemyError, OSError) as fault:
        raise common.Refused(f"The database does not let itself be written: {common.reason(fault)}.") from fault
    if failed:
        raise SystemExit(1)


async def _again(desk: Desk, one: Parked, translators: Mapping[str, Callable[..., Incoming | None]]) -> bool:
    why = await retry(desk, one, partial(translators[one.channel], one.key))
    print(f"{one.id}: fails again: {shorten(why, WHY)}" if why else f"{one.id}: done.", flush=True)
    return why is None


async def translators_of(desk: Desk) -> dict[str, Callable[[str, Mapping[str, Any]], Incoming | None]]:
    """How each channel reads its raw inputs, without the channel: what Slack told of the team is in the database."""
    team = desk.directory.groups[0].home.room.split("/")[0]
    where = slack.Workspace(team, await _names(desk.database))
    return {
        telegram.CHANNEL: lambda key, raw: telegram.to_incoming(raw, telegram.bot_of(key)),
        slack.CHANNEL: lambda _, raw: slack.to_incoming(raw, where),
    }


async def _names(database: Database) -> dict[str, str]:
    async with database.read() as c:
        known = select(memberships.c.account, memberships.c.name).where(memberships.c.channel == slack.CHANNEL)
        return {account.split("/")[-1]: name for account, name in (await c.execute(known)).all()}
