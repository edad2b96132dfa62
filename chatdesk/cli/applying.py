"""`chatdesk apply` and `chatdesk export`: what the desk goes by, into the database and back out of it."""

from __future__ import annotations

import asyncio
import getpass
import sys
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack.members import Members
from chatdesk.areas import changes, loader
from chatdesk.areas.desk_file import DeskFile
from chatdesk.areas.loader import Loaded, WrongDesk
from chatdesk.cli import common
from chatdesk.conversations.ticket import State
from chatdesk.core.errors import NotNow
from chatdesk.desk import configuring
from chatdesk.desk.clock import Clock
from chatdesk.desk.configuring import Applied
from chatdesk.plan import SLACK, phrases, variables_of
from chatdesk.settings import Settings
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import migrate

OVER = [state for state in State if state.is_final]
SECONDS = 20
SAME = "Nothing would change."
NOTHING_APPLIED = (
    "Nothing has been applied: the desk goes by its desk.yaml, or by its settings. chatdesk apply desk.yaml puts one "
    "into the database."
)


def run(file: Path, only_plan: bool) -> None:
    settings = common.settings()
    common.run(_apply(settings, file, only_plan))


def export(out: Path | None) -> None:
    applied = asyncio.run(_in_force(common.settings()))
    if out is None:
        print(applied.text, end="" if applied.text.endswith("\n") else "\n")
        return
    try:
        out.write_text(applied.text, encoding="utf-8")
    except OSError as fault:
        common.refuse(f"{out} cannot be written: {fault.strerror}.")
    print(f"Written: {out} (revision {applied.revision}, applied by {applied.by} at {applied.at:%Y-%m-%d %H:%M} UTC)")


async def _apply(settings: Settings, file: Path, only_plan: bool) -> None:
    text, wanted = _read(settings, file)
    database = Database(settings.database_url)
    try:
        await migrate(database)
        async with database.read() as c:
            before = await configuring.in_force(c)
            hindered = await configuring.hindrances(c, wanted.directory, OVER)
        told = changes.changes(_file(settings, before), wanted.file)
        print("\n".join(told) or SAME)
        if not told and before:
            return
        hindered += await _unseen(settings, wanted, file)
        if hindered:
            raise common.Refused("\n".join([*hindered, "Nothing was changed."]))
        if only_plan:
            print("This is the plan alone: nothing was changed.")
            return
        clock = Clock(database)
        await clock.look()
        async with database.begin() as c:
            made = await configuring.apply(c, text, wanted.directory, getpass.getuser(), clock.now(), OVER)
        print(f"Applied as revision {made}. A desk that runs goes by it within seconds.")
    except NotNow as hindrance:
        raise common.Refused(f"{hindrance.sentence}\nNothing was changed.") from None
    except common.UNUSABLE as fault:
        raise common.unusable(fault) from fault
    finally:
        await database.close()


def _read(settings: Settings, file: Path) -> tuple[str, Loaded]:
    try:
        text = loader.text_of(file)
        return text, loader.parse(text, str(file), variables_of(settings), phrases())
    except WrongDesk as fault:
        faults = str(fault).splitlines()
        print("\n".join(faults), file=sys.stderr)
        many = f"{len(faults)} faults" if len(faults) > 1 else "One fault"
        raise common.Refused(f"{many}. Nothing was changed; docs/desk-yaml.md lists all fields.") from None


def _file(settings: Settings, applied: Applied | None) -> DeskFile | None:
    """What is in force, as far as it can be read now: a variable of the environment may be missing meanwhile."""
    if applied is None:
        return None
    try:
        return loader.parse(applied.text, "", variables_of(settings), phrases()).file
    except WrongDesk:
        return None


async def _unseen(settings: Settings, wanted: Loaded, file: Path) -> list[str]:
    """Channels that the desk could not use, so far as Slack can be asked; a running desk asks again."""
    channels = {g.home.room: g for g in wanted.directory.groups if g.home.channel == SLACK}
    if not settings.slack.bot_token:
        return []
    async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session:
        base = settings.slack.api_url.rstrip("/") + "/"
        token = settings.slack.bot_token.get_secret_value()
        client = AsyncWebClient(token, base_url=base, session=session, retry_handlers=[])
        try:
            found = await Members(client).find_channels(list(channels))
        except (SlackApiError, ClientError, TimeoutError) as fault:
            print(f"Slack could not be asked for the channels ({type(fault).__name__}).", file=sys.stderr)
            return []
    return [
        f"{file}, groups.{group.id}.channel: the bot sees no channel {channel}. Make it, and /invite @chatdesk there."
        for channel, group in channels.items()
        if channel not in found
    ]


async def _in_force(settings: Settings) -> Applied:
    try:
        async with common.existing_database(settings) as database, database.read() as c:
            applied = await configuring.in_force(c)
    except common.Refused as why:
        common.refuse(str(why))
    return applied or common.refuse(NOTHING_APPLIED)
