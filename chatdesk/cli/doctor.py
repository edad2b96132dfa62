"""`chatdesk doctor`: checks the configuration against the live services and says how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatdesk import logs
from chatdesk.app import missing
from chatdesk.cli import common
from chatdesk.cli.checks.finding import About, Finding, Findings, Level
from chatdesk.cli.checks.slack import slack
from chatdesk.cli.checks.storage import database, redis
from chatdesk.cli.checks.telegram import telegram
from chatdesk.cli.checks.web import public_url, secret_key
from chatdesk.settings import Settings, WrongSettings, load

_SETTINGS = About("settings")
CHECKS: Sequence[Callable[[Settings], Findings]] = (database, redis, telegram, slack, public_url, secret_key)


def run() -> None:
    try:
        settings = load()
    except WrongSettings as fault:
        for line in str(fault).splitlines():
            print(_SETTINGS.wrong(line, "correct it; docs/settings.md lists all settings."))
        raise SystemExit(1) from None
    logs.configure("error")
    found: list[Finding] = []

    async def job() -> None:
        async for finding in examine(settings):
            found.append(finding)
            print(finding, flush=True)

    common.run(job())
    wrong = sum(finding.level is Level.WRONG for finding in found)
    print(f"\n{wrong} of {len(found)} checks found something wrong." if wrong else "\nAll is well.")
    raise SystemExit(1 if wrong else 0)


async def examine(settings: Settings) -> Findings:
    """Every check, one after another; what cannot be checked because of an earlier finding is left out."""
    gaps = missing(settings)
    for gap in gaps:
        yield _SETTINGS.wrong(gap, "put it into the environment or chatdesk.toml.")
    if not gaps:
        yield _SETTINGS.ok("all that chatdesk serve needs is set.")
    for check in CHECKS:
        async for finding in check(settings):
            yield finding
