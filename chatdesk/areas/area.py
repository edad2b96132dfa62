"""Area, Group and Bot. Without `desk.yaml` the settings make area `default`, group `support`, bot `main`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chatdesk.core.language import PerLanguage, best
from chatdesk.core.messages import Address

MAIL = "email"  # the channel of groups that are told by mail; what is for them waits until the desk has it
ONE_WORKING_DAY: PerLanguage = {"en": "one working day", "de": "ein Arbeitstag", "fr": "un jour ouvré"}


@dataclass(frozen=True, slots=True)
class Area:
    """A provider: owns groups, and sees their tickets alone."""

    id: str
    name: str
    privacy: PerLanguage = ""  # shown at /start; empty: nothing is
    retention_days: int | None = None  # how long what people said is kept after a ticket's end; None: for good
    texts: Mapping[str, PerLanguage] = field(
        default_factory=dict
    )  # said instead of the catalogue's, by the phrase's id
    admins: tuple[str, ...] = ()  # who may act in all its groups, as a person wrote them
    signature: PerLanguage = ""  # stands behind an agent's name above what they say


class Thread(StrEnum):
    """What plain text in a card's thread is."""

    REPLY = "reply"
    NOTE = "note"


class AfterEnd(StrEnum):
    """What a user's message after the end of a ticket does."""

    ASK = "ask"
    REOPEN = "reopen"
    NEW = "new"


class Level(StrEnum):
    """The lines of support, as the slides of EOSC's helpdesk name them."""

    FIRST = "L1"
    SECOND = "L2"
    THIRD = "L3"
    PROVIDER = "provider"
    PART = "sub-group"


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim that ends: an unanswered ticket reminds its owner, then returns to the queue."""

    remind_after: timedelta
    return_after: timedelta


class Method(StrEnum):
    """How tickets that nobody has are given out."""

    MANUAL = "manual"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


@dataclass(frozen=True, slots=True)
class Assignment:
    method: Method = Method.MANUAL
    capacity: int = 0  # open tickets of the group that an agent has at most; 0: as many as come
    present: bool = False  # only to who is there now, as their channel knows


@dataclass(frozen=True, slots=True)
class DayOpens:
    """When one line on what came in since opens the working day."""

    at: time
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Group:
    """Experts for a defined class of requests. `home` is where their cards stand."""

    id: str
    area: str
    name: str
    home: Address  # until Slack has told its id, the room is the channel as a person wrote it
    answer_within: PerLanguage = field(default_factory=lambda: ONE_WORKING_DAY)  # first response, as users are told it
    hold: float = 10.0  # seconds that a reply waits for its author to undo it; 0: it goes at once
    thread: str = Thread.REPLY
    after_end: str = AfterEnd.ASK
    reopen_days: int = 10  # for reopen: as long after the end
    lease: Lease | None = None
    flood: int = 30  # messages a minute from one user before they are gathered; 0: nobody's are
    mute_minutes: int = 10  # how long a flood is gathered, and a mute usually lasts
    day_opens: DayOpens | None = None
    languages: tuple[str, ...] = ("en",)  # that its people answer in, the best first
    agents: tuple[str, ...] = ()  # who they are where the home is open to everybody; in a private one its members
    names: PerLanguage = ""  # the same by language; empty: the name serves in all
    level: Level | None = None  # its line of support; None: nothing is said of it
    parent: str | None = None  # id of the group that it is a part of
    leads: tuple[str, ...] = ()  # who may do more than its agents, as a person wrote them
    assignment: Assignment = Assignment()
    rota: bool = False  # whether who is on shift is told of new tickets
    redirect: bool = False  # it works elsewhere: it is sent what was said once, and nothing of what follows

    @property
    def has_room(self) -> bool:
        """Whether its cards stand where its agents talk; else it is told by mail."""
        return self.home.channel != MAIL

    def name_in(self, language: str) -> str:
        """What users read; agents read `name`."""
        return best(self.names or self.name, language)


@dataclass(frozen=True, slots=True)
class Service:
    """What an area provides and its users ask about."""

    id: str
    name: str
    area: str
    group: str | None = None  # id of the group whose experts it has; None: nobody in particular


@dataclass(frozen=True, slots=True)
class Services:
    """All that the desk knows."""

    services: tuple[Service, ...] = ()

    def find(self, typed: str) -> Service | None:
        """By id or by name, in whatever case."""
        wanted = typed.strip().casefold()
        return next((s for s in self.services if wanted in (s.id.casefold(), s.name.casefold())), None)

    def name(self, id: str | None) -> str:
        return next((s.name for s in self.services if s.id == id), id or "")


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups of the desk, with their areas."""

    groups: tuple[Group, ...] = ()
    areas: tuple[Area, ...] = ()

    def area(self, typed: str) -> Area | None:
        """By id or by name, in whatever case."""
        wanted = typed.strip().casefold()
        return next((a for a in self.areas if wanted in (a.id.casefold(), a.name.casefold())), None)

    def find(self, typed: str) -> Group | None:
        """By id or by name, in whatever case."""
        wanted = typed.strip().casefold()
        return next((g for g in self.groups if wanted in (g.id.casefold(), g.name.casefold())), None)

    def area_of(self, group: Group) -> Area:
        return next(a for a in self.areas if a.id == group.area)

    def by_id(self, id: str) -> Group | None:
        return next((g for g in self.groups if g.id == id), None)


@dataclass(frozen=True, slots=True)
class Emoji:
    """Which emoji of Slack does what, by its name without the colons."""

    claim: str = "eyes"
    resolve: str = "white_check_mark"
    note: str = "lock"


@dataclass(frozen=True, slots=True)
class Doors:
    """The bots that the desk has, by channel and id; none: nothing is known of them."""

    known: frozenset[Address] = frozenset()

    def lead_to(self, channel: str, room: str) -> bool:
        """Whether one can speak in this room: rooms are `<bot>/<chat>`."""
        return not self.known or Address(channel, room.split("/")[0]) in self.known


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in Telegram: where users of its group write first. It is the beginning of its rooms: `<id>/<chat>`."""

    id: str
    group: str
    name: str = ""
    topics: bool = False  # each ticket has a topic of its own in a private chat
