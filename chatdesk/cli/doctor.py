"""`chatdesk doctor`: checks the configuration against the live services and says how to mend what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from chatdesk import logs
from chatdesk.areas.loader import WrongDesk
from chatdesk.cli import common
from chatdesk.cli.checks.finding import About, Finding, Findings
from chatdesk.cli.checks.slack import slack
from chatdesk.cli.checks.storage import database, redis
from chatdesk.cli.checks.telegram import telegram
from chatdesk.cli.checks.web import address, public_url
from chatdesk.plan import Plan, plan_from, plan_of
from chatdesk.plan import secrets as plan_secrets
from chatdesk.settings import Settings, WrongSettings, load, missing, secrets

_SETTINGS, _DESK = About("settings"), About("desk")
WHERE: Sequence[Callable[[Settings], Findings]] = (database, redis, address)
WITH: Sequence[Callable[[Settings, Plan], Findings]] = (telegram, slack)


def run() -> None:
    try:
        settings = load()
    except WrongSettings as fault:
        for line in str(fault).splitlines():
            print(_SETTINGS.wrong(line, "correct it; docs/settings.md lists all settings."))
        raise SystemExit(1) from None
    logs.configure("error", _hidden(settings))
    found: list[Finding] = []

    async def job() -> None:
        async for finding in examine(settings):
            found.append(finding)
            print(finding, flush=True)

    common.run(job())
    wrong = sum(not finding.is_well for finding in found)
    print(f"\n{wrong} of {len(found)} checks found something wrong or missing." if wrong else "\nAll is well.")
    raise SystemExit(1 if wrong else 0)


def _hidden(settings: Settings) -> list[str]:
    """Every secret, as far as they can be known."""
    with suppress(WrongDesk):
        return [*secrets(settings), *plan_secrets(asyncio.run(_plan(settings)))]
    return secrets(settings)


async def _plan(settings: Settings) -> Plan:
    """What the desk goes by: what was applied, else its file or its settings. Raises WrongDesk."""
    applied = await common.applied_to(settings)
    return plan_from(applied.text, applied.revision, settings) if applied else plan_of(settings)


async def examine(settings: Settings) -> Findings:
    """Every check, one after another; what cannot be checked because of an earlier finding is left out."""
    try:
        plan: Plan | None = await _plan(settings)
    except WrongDesk as fault:
        for line in str(fault).splitlines():
            yield _DESK.wrong(line, "correct it; docs/desk-yaml.md lists all fields.")
        plan = None
    for finding in _desk_file(settings, plan) if plan and plan.file else ():
        yield finding
    gaps = missing(settings, plan.telegrams if plan else None)
    for gap in gaps:
        yield _SETTINGS.missing(gap, "put it into the environment or chatdesk.toml.")
    if not gaps:
        yield _SETTINGS.ok("all that chatdesk serve needs is set.")
    looks = [check(settings) for check in WHERE]
    looks += [check(settings, plan) for check in WITH] if plan else []
    for look in (*looks, public_url(settings)):
        async for finding in look:
            yield finding


def _desk_file(settings: Settings, plan: Plan) -> Iterator[Finding]:
    """What it says, and which settings say nothing beside it."""
    directory = plan.directory
    groups = ", ".join(g.id for g in directory.groups)
    bots = ", ".join(f"{p.bot.id} for {p.bot.group}" for p in plan.bots)
    yield _DESK.ok(f"{plan.file} is well. Groups: {groups}. Bots: {bots}.")
    unread = [f"GROUP__{name}" for name in settings.group.model_fields_set]
    unread += [f"SLACK__{name}" for name in settings.slack.model_fields_set & {"channel", "agents"}]
    if unread:
        names = ", ".join(sorted(f"CHATDESK_{name}".upper() for name in unread))
        yield _DESK.note(f"these say nothing, as {plan.file} is read: {names}.")
