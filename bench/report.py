"""Runs as medians, ratios to the bare relay of the same run, a table and JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

MEASURED = ("rate", "cpu", "p50", "p99", "rss", "driver")
BUSY = 0.9  # share of a core from which on the measuring side may be what limits


@dataclass(frozen=True)
class Run:
    """One measurement of one process."""

    system: str  # bare, sqlite, postgres
    in_flight: int
    messages: int
    rate: float  # messages a second
    cpu: float  # milliseconds of the measured process a message
    p50: float  # milliseconds from the webhook's POST to Slack's receipt
    p99: float
    rss: float  # megabytes
    driver: float  # share of a core that driver and stubs took


def medians(runs: Sequence[Run], system: str, in_flight: int) -> Run:
    ours = [r for r in runs if (r.system, r.in_flight) == (system, in_flight)]
    middle = {name: statistics.median(getattr(r, name) for r in ours) for name in MEASURED}
    return Run(system, in_flight, sum(r.messages for r in ours), **middle)


def ratios(of: Run, bare: Run) -> dict[str, float]:
    """To the bare relay; `added_*` in milliseconds."""
    return {
        "rate": of.rate / bare.rate,
        "cpu": of.cpu / bare.cpu,
        "added_p50": of.p50 - bare.p50,
        "p99": of.p99 / bare.p99,
    }


NAMES = {"bare": "bare relay", "sqlite": "chatdesk, SQLite", "postgres": "chatdesk, PostgreSQL"}
HEAD = """\
| in flight | relay | messages/s | of bare | CPU a message | of bare | p50 | p99 |
|--:|---|--:|--:|--:|--:|--:|--:|"""


def table(runs: Sequence[Run]) -> str:
    lines = [HEAD]
    for in_flight in dict.fromkeys(r.in_flight for r in runs):
        bare = medians(runs, "bare", in_flight)
        for system in dict.fromkeys(r.system for r in runs):
            r = medians(runs, system, in_flight)
            to = ratios(r, bare)
            rate, cpu = ("", "") if system == "bare" else (f"**{to['rate']:.2f}**", f"{to['cpu']:.1f}")
            shown = (f"{r.rate:.0f}", rate, f"{r.cpu:.2f} ms", cpu, f"{r.p50:.1f} ms", f"{r.p99:.1f} ms")
            lines.append(f"| {in_flight} | {NAMES[system]} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def notes(runs: Sequence[Run], rounds: int) -> str:
    """What has to be known to read the table."""
    busy = max(r.driver for r in runs)
    said = [
        f"Medians of {rounds} rounds that alternate in one run; Telegram's and Slack's pace off on both sides, both "
        f"services instant stubs. Python {platform.python_version()}, {os.cpu_count()} cores, load {_load()}.",
        f"The measuring side, driver and stubs, took at most {busy:.0%} of a core.",
    ]
    if busy > BUSY:
        said.append("THE MEASURING SIDE WAS BUSY: rates are too low, and ratios too good.")
    return " ".join(said)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def as_json(runs: Sequence[Run], rounds: int) -> str:
    packages = ("aiogram", "aiohttp", "slack-sdk", "sqlalchemy", "pydantic", "aiosqlite", "asyncpg")
    summary: list[dict[str, Any]] = []
    for in_flight in dict.fromkeys(r.in_flight for r in runs):
        bare = medians(runs, "bare", in_flight)
        for system in dict.fromkeys(r.system for r in runs):
            middle = medians(runs, system, in_flight)
            summary.append({"median": asdict(middle), "to_bare": ratios(middle, bare)})
    written = {
        "notes": notes(runs, rounds),
        "units": {"rate": "messages/s", "cpu": "ms/message", "p50": "ms", "p99": "ms", "rss": "MB", "driver": "cores"},
        "versions": {"python": platform.python_version(), **{p: version(p) for p in packages}},
        "summary": summary,
        "runs": [asdict(r) for r in runs],
    }
    return json.dumps(written, indent=1)
