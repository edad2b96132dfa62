"""How a group works, as a person writes it: in `desk.yaml`, or in the settings of the only group."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo, available_timezones

from babel.localedata import exists
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import NoDecode

from chatdesk import demands
from chatdesk.areas.area import AfterEnd, Assignment, DayOpens, Group, Method, Thread
from chatdesk.areas.area import Lease as GroupLease

LENGTH = re.compile(r"(\d{1,4})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Entry(BaseModel):
    """What is written under a name: nothing else may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def language(value: str) -> str:
    """A language as BCP 47 writes it; Babel, which takes its list from the CLDR, has to know it."""
    if not LANGUAGE.fullmatch(value) or not exists(value.split("-")[0]):
        raise ValueError(f"{value[:20]} is no language: those are written as en, de, fr or pt-BR")
    return value


def _listed(value: Any) -> Any:
    """Words with commas between, or a list of them."""
    return [v.strip() for v in value.split(",") if v.strip()] if isinstance(value, str) else value


def _languages(value: list[str]) -> list[str]:
    if not value:
        raise ValueError("names no language")
    return list(dict.fromkeys(map(language, value)))


def _length(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    found = LENGTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError("must be a number with m, h or d behind it, such as 30m, 4h or 2d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def length_text(value: timedelta) -> str:
    """As it is written: 30m, 4h, 2d."""
    minutes = int(value.total_seconds() // 60)
    return next(f"{minutes // size}{unit}" for unit, size in (("d", 1440), ("h", 60), ("m", 1)) if not minutes % size)


def _clock(value: Any) -> Any:
    if value is None or isinstance(value, time):
        return value
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a time of day from 00:00 to 23:59, with two digits each")
    return time(int(found[1]), int(found[2]))


def _zone(value: str) -> str:
    known = available_timezones()
    if value not in known:
        raise ValueError(f"is no time zone of the IANA's list{demands.meant(value, known)}")
    return value


Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    PlainSerializer(length_text),
    WithJsonSchema({"type": "string", "pattern": f"^{LENGTH.pattern}$"}),
]
Clock = Annotated[
    time | None,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{CLOCK.pattern}$"}),
]


Languages = Annotated[list[str], NoDecode, BeforeValidator(_listed), AfterValidator(_languages)]


class Lease(Entry):
    """A claim that ends when no answer comes: off where none of it is set."""

    remind_after: Length = Field(
        timedelta(hours=4),
        description="With a lease: how long a claimed ticket may be without an answer before its owner is reminded",
        examples=["4h"],
        json_schema_extra={"default": "4h"},
    )
    return_after: Length = Field(
        timedelta(hours=8),
        description="With a lease: how long before it returns to the queue; longer than `remind_after`",
        examples=["8h"],
        json_schema_extra={"default": "8h"},
    )

    @model_validator(mode="after")
    def _in_order(self) -> Lease:
        if self.return_after <= self.remind_after:
            raise ValueError("its return_after must be longer than its remind_after")
        return self


class AssignmentEntry(Entry):
    """How tickets that nobody has are given out."""

    method: Method = Field(
        Method.MANUAL,
        description="`manual`: agents claim them; `round_robin`: to one after the other; `least_loaded`: to who has "
        "the fewest",
        examples=["round_robin"],
    )
    capacity: int = Field(
        0,
        ge=0,
        le=1000,
        description="Open tickets of the group that an agent is given at most; 0: as many as come",
        examples=["8"],
    )
    present: bool = Field(
        False, description="Whether they are given only to who is active in Slack at that moment", examples=["true"]
    )


class Policies(Entry):
    """What a group may decide for itself."""

    languages: Languages = Field(
        ["en"], description="Languages that its people answer in, the best first", examples=["en, de"]
    )
    hold: float = Field(
        10, ge=0, le=300, description="Seconds that a reply waits for Undo; 0: it goes at once", examples=["10"]
    )
    thread: Thread = Field(
        Thread.REPLY, description="What plain text in a card's thread is: `reply` or `note`", examples=["reply"]
    )
    after_end: AfterEnd = Field(
        AfterEnd.ASK,
        description="What a user's message after a ticket's end does: `ask` them, `reopen` it, or open a `new` one",
        examples=["ask"],
    )
    reopen_days: int = Field(
        10,
        ge=1,
        le=365,
        description="With `reopen`: for as many days after the end; later a new ticket opens",
        examples=["10"],
    )
    lease: Lease | None = Field(
        None,
        description="A claim that ends when no answer comes; off when this is left out",
        examples=["{remind_after: 4h, return_after: 8h}"],
    )
    flood: int = Field(
        30,
        ge=0,
        le=1000,
        description="Messages a minute from one user before they are gathered; 0: nobody's are",
        examples=["30"],
    )
    mute_minutes: int = Field(
        10,
        ge=1,
        le=1440,
        description="Minutes that a flood is gathered for, and that a mute usually lasts",
        examples=["10"],
    )
    assignment: AssignmentEntry = Field(
        AssignmentEntry(), description="How tickets that nobody has are given out", examples=["{method: round_robin}"]
    )
    rota: bool = Field(
        False, description="Whether who is on shift (`/desk rota`) is mentioned on each new ticket", examples=["true"]
    )
    day_opens: Clock = Field(
        None,
        description="Local time at which one line tells what came in since the day before; off when it is left out",
        examples=["08:30"],
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="Where that is the time of day, by its IANA name", examples=["Europe/Warsaw"]
    )

    def group(self, **given: Any) -> Group:
        """A group that works so; `given`: its other fields."""
        return Group(
            hold=self.hold,
            thread=self.thread,
            after_end=self.after_end,
            reopen_days=self.reopen_days,
            lease=GroupLease(self.lease.remind_after, self.lease.return_after) if self.lease else None,
            flood=self.flood,
            mute_minutes=self.mute_minutes,
            day_opens=DayOpens(self.day_opens, ZoneInfo(self.time_zone)) if self.day_opens else None,
            languages=tuple(self.languages),
            assignment=Assignment(self.assignment.method, self.assignment.capacity, self.assignment.present),
            rota=self.rota,
            **given,
        )


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model of what stands below a field, or below each of its items."""
    waiting = [field.annotation]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        waiting += get_args(kind)
    return None
