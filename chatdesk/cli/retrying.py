"""`chatdesk parked retry`: inputs that could not be processed are tried again, by the channels' own reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from chatdesk.adapters.slack import inbound as slack
from chatdesk.adapters.telegram import inbound as telegram
from chatdesk.cli import beside
from chatdesk.cli.parked import WHY
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Incoming
from chatdesk.desk.desk import Desk
from chatdesk.desk.parking import Parked, retry
from chatdesk.plan import Plan
from chatdesk.settings import Settings
from chatdesk.storage.database import Database
from chatdesk.storage.schema import memberships


async def run(settings: Settings, plan: Plan, chosen: Sequence[Parked]) -> None:
    async with beside.desk(settings, plan) as desk:
        translators = await translators_of(desk)
        failed = [one.id for one in chosen if not await _again(desk, one, translators)]
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
