"""What the desk serves: its areas, groups and bots, as one installation has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatdesk.areas.area import ONE_WORKING_DAY, Area, Bot, Group
from chatdesk.areas.directory import Directory
from chatdesk.core.messages import Address
from chatdesk.settings import Settings, Telegram

AREA = Area("default", "Default")
GROUP = "support"
BOT = "main"
TELEGRAM_TOKEN = "CHATDESK_TELEGRAM__TOKEN"  # noqa: S105 - a setting's name


@dataclass(frozen=True, slots=True)
class BotPlan:
    """A bot with Telegram's settings as they are for it."""

    bot: Bot
    settings: Telegram
    token_name: str = TELEGRAM_TOKEN  # what to mend when the token is not taken


@dataclass(frozen=True, slots=True)
class Plan:
    directory: Directory  # the homes are channels as a person named them
    bots: Sequence[BotPlan]

    @property
    def channels(self) -> list[str]:
        """The Slack channels, as a person named them."""
        return [group.home.room for group in self.directory.groups]


def from_settings(settings: Settings) -> Plan:
    """One area with one group and one bot."""
    given, slack = settings.group, settings.slack
    home = Address("slack", slack.channel)
    within = given.answer_within if "answer_within" in given.model_fields_set else ONE_WORKING_DAY
    group = Group(GROUP, AREA.id, given.name, home, within, given.hold, agents=tuple(slack.agents))
    directory = Directory((AREA,), (group,), GROUP, {Address("telegram", BOT): GROUP})
    return Plan(directory, (BotPlan(Bot(BOT, GROUP), settings.telegram),))
