"""`chatdesk apply`: a desk.yaml is checked, shown as what would change, and put in force."""

from __future__ import annotations

import getpass
import os
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
from chatdesk.core.errors import NotNow
from chatdesk.core.messages import Address
from chatdesk.desk import configuring
from chatdesk.desk.clock import Clock
from chatdesk.desk.configuring import Applied
from chatdesk.homes import WrongHomes, housed
from chatdesk.plan import SLACK, Plan, phrases, variables_of
from chatdesk.settings import Settings
from chatdesk.storage.database import Database
from chatdesk.storage.migrate import migrate

SECONDS = 20
SAME = "Nothing would change."


def run(file: Path, only_plan: bool) -> None:
    settings = common.settings()
    common.run(_apply(settings, file, only_plan))


async def _apply(settings: Settings, file: Path, only_plan: bool) -> None:
    text, wanted = _read(settings, file)
    plan = Plan(wanted.directory, (), file)
    database = Database(settings.database_url)
    try:
        await migrate(database)
        async with database.read() as c:
            before = await configuring.in_force(c)
            hindered = await configuring.hindrances(c, wanted.directory)
        told = changes.changes(_file(settings, before), wanted.file)
        print("\n".join(told) or SAME)
        if not told and before:
            return
        hindered += await _homeless(settings, plan)
        if hindered:
            raise common.Refused("\n".join([*hindered, "Nothing was changed."]))
        if only_plan:
            print("This is the plan alone: nothing was changed.")
            return
        clock = Clock(database)
        await clock.look()
        async with database.begin() as c:
            made = await configuring.apply(c, text, wanted.directory, _user(), clock.now())
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


async def _homeless(settings: Settings, plan: Plan) -> list[str]:
    """What is wrong with the channels, so far as Slack can be asked; a running desk asks again."""
    if not settings.slack.bot_token:
        return []
    async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session:
        base = settings.slack.api_url.rstrip("/") + "/"
        token = settings.slack.bot_token.get_secret_value()
        client = AsyncWebClient(token, base_url=base, session=session, retry_handlers=[])
        try:
            found = await Members(client).find_channels(plan.channels)
        except (SlackApiError, ClientError, TimeoutError) as fault:
            print(f"Slack could not be asked for the channels ({type(fault).__name__}).", file=sys.stderr)
            return []
    try:
        housed(plan, {name: Address(SLACK, str(channel["id"])) for name, channel in found.items()})
    except WrongHomes as fault:
        return str(fault).splitlines()
    return []


def _user() -> str:
    """As the system calls them; in a container nobody may have a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
