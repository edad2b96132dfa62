"""Area, Group and Bot. Without `desk.yaml` the settings make area `default`, group `support`, bot `main`."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatdesk.core.language import PerLanguage
from chatdesk.core.messages import Address

ONE_WORKING_DAY: PerLanguage = {"en": "one working day", "de": "ein Arbeitstag", "fr": "un jour ouvré"}


@dataclass(frozen=True, slots=True)
class Area:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Experts for a defined class of requests. `home` is where their cards stand."""

    id: str
    area: str
    name: str
    home: Address  # until Slack has told its id, the room is the channel as a person wrote it
    answer_within: PerLanguage = field(default_factory=lambda: ONE_WORKING_DAY)  # first response, as users are told it
    hold: float = 10.0  # seconds that a reply waits for its author to undo it; 0: it goes at once
    thread: str = "reply"  # what plain text in a thread is: reply or note
    after_end: str = "ask"  # what a message after the end does: ask, reopen or new
    reopen_days: int = 10  # for reopen: as long after the end
    agents: tuple[str, ...] = ()  # who they are where the home is open to everybody; in a private one its members
    languages: tuple[str, ...] = ("en",)  # which its people answer


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in Telegram: where users of its group write first. It is the beginning of its rooms: `<id>/<chat>`."""

    id: str
    group: str
    name: str = ""
