"""What users are told before they ask: planned maintenance and known problems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatdesk.agent_console.command import Nothing, command, query
from chatdesk.agent_console.dates import EXAMPLES, span_of, zone_of
from chatdesk.agent_console.typed import named
from chatdesk.bulletins import rules
from chatdesk.bulletins.model import BulletinEnded, BulletinMade, Bulletins
from chatdesk.bulletins.model import Kind as About
from chatdesk.conversations.case import Case
from chatdesk.core.errors import Invalid, NotFound
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice, Kind, ask
from chatdesk.people.people import Agent, Role

AREA = "all"  # instead of a service's name
_LINE = re.compile(
    r"(?P<about>\S+)(?:\s+(?P<kind>maintenance|problem)\b)?(?:\s+from\s+(?P<since>[^:]*?))?(?:\s+until\s+(?P<until>[^:]*"
    r"(?::\d\d)?[^:]*))?\s*(?::\s+|\s+)(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class BulletinArgs:
    about: str = ask("What is it about?", Kind.CHOICE)
    text: str = ask("What do its users read?", Kind.TEXT, longest=1000)
    kind: str = ask(
        "What is it?", Kind.CHOICE, choices={k.value: k.value.capitalize() for k in About}, default="problem"
    )
    since: str = ask("Told from when on?", default="", help=f"Such as {EXAMPLES}. Empty: now.", longest=60)
    until: str = ask("Until when?", default="", help="Empty: until somebody ends it.", longest=60)
    zone: str = ask("Your time zone", Kind.ZONE, default="UTC")


def _typed(line: str) -> dict[str, str]:
    """`notebooks maintenance until Friday 18:00: We change the disks`."""
    return named(_LINE, line)


def _choices(case: Case) -> Mapping[str, tuple[Choice, ...]]:
    own = [s for s in case.services.services if s.area == case.group.area]
    return {"about": (*(Choice(s.id, s.name) for s in own), Choice(AREA, f"All of {case.area.name}"))}


def _service(case: Case, typed: str) -> str | None:
    """The id of a service of the area; None: the whole area."""
    if typed.strip().casefold() in (AREA, case.area.id, case.area.name.casefold()):
        return None
    found = case.services.find(typed)
    if found is None or found.area != case.group.area:
        names = ", ".join(c.value for c in _choices(case)["about"])
        raise Invalid({"about": f"{case.area.name} has no service {typed[:40]}. There are: {names}."})
    return found.id


@command(
    "Bulletin",
    role=Role.LEAD,
    needs_ticket=False,
    read=_typed,
    choices=_choices,
    done="Its users are told now, each once: /desk bulletins shows it, /desk end_bulletin ends it.",
)
def bulletin(case: Case, by: Agent, args: BulletinArgs) -> Sequence[Event]:
    """Tell the users of a service, or of all, of a problem or maintenance: notebooks until Friday 18:00: We mend it."""
    since, until = span_of(args.since, args.until, case.now, zone_of(args.zone))
    made = BulletinMade(
        by.person,
        case.group.area,
        _service(case, args.about),
        args.kind,
        since.isoformat(),
        until.isoformat() if until else None,
        text=args.text.strip(),
    )
    return [made]


@query("Bulletins", needs=(Bulletins,), needs_ticket=False)
def bulletins(case: Case, by: Agent, args: Nothing) -> str:
    """What the users of the area are told, or will be, by the numbers that end_bulletin takes."""
    found = [b for b in case.part(Bulletins).bulletins if not b.ended and (b.until is None or b.until > case.now)]
    lines = "\n".join(rules.line(b, case.now) for b in found)
    return f"{case.area.name}:\n{lines}" if found else f"The users of {case.area.name} are told of nothing."


@dataclass(frozen=True, slots=True)
class EndArgs:
    which: str = ask("Which one? Its number, as /desk bulletins tells it")


@command(
    "End bulletin",
    role=Role.LEAD,
    needs=(Bulletins,),
    needs_ticket=False,
    done="It is over: who was told reads so where it stands.",
)
def end_bulletin(case: Case, by: Agent, args: EndArgs) -> Sequence[Event]:
    """Say that a problem is mended, or maintenance over: it stands where users read of it."""
    wanted = args.which.strip().removeprefix("#").rstrip(".")
    found = case.part(Bulletins).find(int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    if found is None or found.ended:
        raise NotFound(f"There is no bulletin {args.which[:20]} of {case.area.name}: /desk bulletins lists them.")
    return [BulletinEnded(by.person, found.id)]
