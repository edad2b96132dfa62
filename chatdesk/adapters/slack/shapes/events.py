"""Events beside messages, and what Bolt itself takes for granted of any payload. Pure."""

from __future__ import annotations

from typing import Any

from chatdesk.adapters.slack.shapes.basics import Id, Shape, Text
from chatdesk.adapters.slack.shapes.interactions import Person, Room


class Profile(Shape):
    real_name: Text = None
    display_name: Text = None
    email: Text = None


class Known(Person):
    """A user: https://docs.slack.dev/reference/objects/user-object."""

    name: Text = None
    real_name: Text = None
    tz: Text = None
    profile: Profile | None = None


class Event(Shape):
    """Bolt looks for who and where in every event, whether anybody listens to it or not."""

    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None


class Envelope(Shape):
    """What every event comes in."""

    event: Event


class Changed(Shape):
    user: Known


class ChangeOfUser(Shape):
    event: Changed


class Opened(Event):
    """https://docs.slack.dev/reference/events/app_home_opened"""

    user: Id
    tab: Text = None


class Life(Shape):
    """https://docs.slack.dev/reference/events/channel_archive and its kin"""

    channel: Id | Room


class ChangeOfChannel(Shape):
    event: Life


class Revoked(Event):
    """https://docs.slack.dev/reference/events/tokens_revoked"""

    tokens: dict[str, Any] | None = None


class EndOfInstallation(Shape):
    event: Revoked


class OpeningOfHome(Shape):
    event: Opened


class AnyView(Shape):
    type: str
    callback_id: Text = None


class Anything(Shape):
    """What Bolt takes for granted of a payload that nobody here listens to: each may be missing, none null."""

    type: Text = None
    event: Event = Event(type="")
    view: AnyView = AnyView(type="")
    callback_id: Text = None
    command: Text = None
