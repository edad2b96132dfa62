"""`chatdesk doctor`: checks the configuration against the live services and says how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatdesk import logs
from chatdesk.cli import common
from chatdesk.cli.checks.finding import About, Finding, Findings
from chatdesk.cli.checks.slack import slack
from chatdesk.cli.checks.storage import database, redis
from chatdesk.cli.checks.telegram import telegram
from chatdesk.cli.checks.web import address, public_url
from chatdesk.settings import Settings, WrongSettings, load, missing, secrets

_SETTINGS = About("settings")
CHECKS: Sequence[Callable[[Settings], Findings]] = (database, redis, address, telegram, slack, public_url)


def run() -> None:
    try:
        settings = load()
    except WrongSettings as fault:
        for line in str(fault).splitlines():
            print(_SETTINGS.wrong(line, "correct it; docs/settings.md lists all settings."))
        raise SystemExit(1) from None
    logs.configure("error", secrets(settings))
    found: list[Finding] = []

    async def job() -> None:
        async for finding in examine(settings):
            found.append(finding)
            print(finding, flush=True)

    common.run(job())
    wrong = sum(not finding.is_well for finding in found)
    print(f"\n{wrong} of {len(found)} checks found something wrong or missing." if wrong else "\nAll is well.")
    raise SystemExit(1 if wrong else 0)


async def examine(settings: Settings) -> Findings:
    """Every check, one after another; what cannot be checked because of an earlier finding is left out."""
    gaps = missing(settings)
    for gap in gaps:
        yield _SETTINGS.missing(gap, "put it into the environment or chatdesk.toml.")
    if not gaps:
        yield _SETTINGS.ok("all that chatdesk serve needs is set.")
    for check in CHECKS:
        async for finding in check(settings):
            yield finding
