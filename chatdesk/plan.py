"""What the desk serves: its areas, groups and bots, from `desk.yaml`, or from the settings where there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from chatdesk.areas.area import ONE_WORKING_DAY, Area, Bot
from chatdesk.areas.desk_file import BotEntry
from chatdesk.areas.directory import Directory
from chatdesk.areas.loader import Loaded, bot_of, load, parse
from chatdesk.areas.values import OURS
from chatdesk.conversations.phrases import ENGLISH, catalogue
from chatdesk.core.messages import Address
from chatdesk.settings import Settings, Telegram

FILE = Path("desk.yaml")
AREA = Area("default", "Default")
GROUP = "support"
BOT = "main"
TELEGRAM_TOKEN, WEBHOOK_SECRET = OURS
SLACK = "slack"
APPLIED = "desk.yaml as applied in revision"  # what a file that was applied is called
CHANNEL, AGENTS = "CHATDESK_SLACK__CHANNEL", "CHATDESK_SLACK__AGENTS"


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
    file: Path | None = None  # desk.yaml; None: it comes from the settings
    revision: int = 0  # of what was applied; 0: nothing was

    @property
    def channels(self) -> list[str]:
        """The Slack channels, as a person named them."""
        return list(dict.fromkeys(g.home.room for g in self.directory.groups if g.home.channel == SLACK))

    @property
    def telegrams(self) -> list[Telegram]:
        return [plan.settings for plan in self.bots]

    def naming(self, group: str, field: str) -> str:
        """Where a person wrote a group's channel or agents."""
        if self.file:
            return f"{self.file}, groups.{group}.{field}"
        return CHANNEL if field == "channel" else AGENTS


def plan_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> Plan:
    """Raises WrongDesk with a sentence for each fault of the file."""
    file = Path(settings.desk) if settings.desk else FILE
    if not settings.desk and not file.exists():
        return from_settings(settings)
    variables = variables_of(settings, environment)
    return _plan(load(file, variables, phrases()), settings, variables, file)


def plan_from(text: str, revision: int, settings: Settings, environment: Mapping[str, str] = os.environ) -> Plan:
    """What was applied as this revision. Raises WrongDesk where the environment or the program are others now."""
    variables, name = variables_of(settings, environment), f"{APPLIED} {revision}"
    return replace(_plan(parse(text, name, variables, phrases()), settings, variables, Path(name)), revision=revision)


def _plan(loaded: Loaded, settings: Settings, variables: Mapping[str, str], file: Path) -> Plan:
    bots = [_planned(bot, settings.telegram, variables) for bot in loaded.bots]
    if not bots:
        bots = [BotPlan(Bot(BOT, loaded.directory.entry), settings.telegram)]
    return Plan(loaded.directory, bots, file)


def variables_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What desk.yaml may name: the environment, and what chatdesk.toml holds for the desk itself."""
    return {**environment, **_own(settings.telegram)}


def phrases(between: str = " ") -> dict[str, str]:
    """All that users read, by id, in English; a phrase with a plural has both forms, with `between` between them."""
    known = [message for message in catalogue(ENGLISH) if message.id]
    return {_forms(message.id)[0]: between.join(_forms(message.string)) for message in known}


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or ()


def _own(telegram: Telegram) -> dict[str, str]:
    """What desk.yaml may name and chatdesk.toml may hold."""
    given = ((TELEGRAM_TOKEN, telegram.token), (WEBHOOK_SECRET, telegram.webhook_secret))
    return {name: value.get_secret_value() for name, value in given if value}


def _planned(bot: BotEntry, settings: Telegram, variables: Mapping[str, str]) -> BotPlan:
    own = {"token": SecretStr(variables[bot.token])}
    if bot.webhook_secret:
        own["webhook_secret"] = SecretStr(variables[bot.webhook_secret])
    return BotPlan(bot_of(bot), settings.model_copy(update=own), bot.token)


def from_settings(settings: Settings) -> Plan:
    """One area with one group and one bot."""
    given, slack = settings.group, settings.slack
    group = given.group(
        id=GROUP,
        area=AREA.id,
        name=given.name,
        home=Address("slack", slack.channel),
        answer_within=given.answer_within if "answer_within" in given.model_fields_set else ONE_WORKING_DAY,
        agents=tuple(slack.agents),
    )
    directory = Directory((AREA,), (group,), GROUP, {Address("telegram", BOT): GROUP})
    return Plan(directory, (BotPlan(Bot(BOT, GROUP), settings.telegram),))


def secrets(plan: Plan) -> list[str]:
    """Every secret of its bots, as it must stand in no log."""
    hidden = [value for telegram in plan.telegrams for value in (telegram.token, telegram.webhook_secret) if value]
    return [value.get_secret_value() for value in hidden]
