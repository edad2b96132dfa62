"""The fields of `desk.yaml`. `docs/desk-yaml.md` is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field
from pydantic.fields import FieldInfo

from chatdesk import demands
from chatdesk.areas.area import ONE_WORKING_DAY, Level
from chatdesk.areas.filter_file import FilterEntry
from chatdesk.areas.policies import Entry, Languages, Policies, section_of
from chatdesk.areas.values import EmojiName, Id, Name, People, Prose, Sentence, Variable


class AreaEntry(Entry):
    """A provider that owns groups. An area sees its own tickets alone."""

    id: Id = Field(description="Its id, which stays when its name changes", examples=["physics"])
    name: Annotated[str, demands.words(60)] | None = Field(
        None, description="What people call it; without it, the id", examples=["Physics"]
    )
    privacy: Prose = Field(
        "",
        description="What `/start` tells users of how their data is treated: a text, or one by language",
        examples=["We keep what you write for a year."],
    )
    retention_days: int | None = Field(
        None,
        ge=1,
        le=36500,
        description="How many days after a ticket's end what was said is kept; for good when it is left out",
        examples=["365"],
    )
    greeting: Prose = Field(
        "",
        description="What `/start` and a bare hello are answered with, above the buttons: a text, or one by language",
        examples=["'Hello {name}, this is the Physics desk.'"],
    )
    signature: Name = Field(
        "",
        description="What stands behind an agent's name above each of their replies: a text, or one by language",
        examples=["Physics Department"],
    )
    languages: Languages | None = Field(
        None,
        description="Languages that its groups answer in, where they do not say so themselves",
        examples=["en, de"],
    )
    admins: People = Field(
        [],
        description="Who may act in all its groups, whatever their channels are: user ids, addresses or names",
        examples=["[eva@example.org]"],
    )
    texts: dict[str, Prose] = Field(
        {},
        description="Sentences that users of this area read instead of the desk's own, by the [phrase](#phrases): "
        "a text, or one by language",
        examples=["{kept: Fine.}"],
    )


class GroupEntry(Policies):
    """Experts for a class of requests, with one Slack channel for their cards, or an address that they are told at."""

    id: Id = Field(description="Its id, which stays when its name changes", examples=["grid"])
    area: Id | None = Field(
        None, description="The area that owns it; needed when there are several", examples=["physics"]
    )
    name: Name = Field(description="Its name, as users read it: a text, or one by language", examples=["Grid Support"])
    level: Level | None = Field(
        None,
        description="Its line of support: `L1` triages, `L2` and `L3` are experts, `provider` and `sub-group` belong "
        "to who provides the service",
        examples=["L1"],
    )
    parent: Id | None = Field(None, description="The group of the same area that it is a part of", examples=["grid"])
    channel: Annotated[str, AfterValidator(demands.channel)] | None = Field(
        None,
        description="Its Slack channel, by name or id; groups of one area may share one. One that begins with # needs "
        "quotes",
        examples=['"#grid"'],
    )
    mail: Annotated[str, AfterValidator(demands.mail_address)] | None = Field(
        None,
        description="Instead of a channel: where it is told of its tickets. That waits until the desk has e-mail",
        examples=["grid@example.org"],
    )
    redirect: bool = Field(
        False,
        description="With `mail`: whether that is an outside help desk, which is sent what was said once and works on "
        "by itself; nothing that follows is passed on",
        examples=["true"],
    )
    agents: People = Field(
        [],
        description="Who are agents when that channel is public, externally shared or several groups' own: user ids, "
        "names or addresses. In a private channel of its own its members are",
        examples=["[U012ABC, anna@example.org]"],
    )
    leads: People = Field(
        [],
        description="Its agents who keep its rota and its bulletins, too: user ids, names or addresses",
        examples=["[piotr@example.org]"],
    )
    answer_within: Sentence = Field(
        ONE_WORKING_DAY,
        description="When a first answer can be expected, in words: a text, or one by language",
        examples=["four hours"],
    )


class ServiceEntry(Entry):
    """What an area provides, and its users ask about."""

    id: Id = Field(description="Its id, which stays when its name changes", examples=["notebooks"])
    name: Annotated[str, demands.words(60)] | None = Field(
        None, description="What people call it; without it, the id", examples=["Notebooks"]
    )
    area: Id | None = Field(
        None, description="The area that provides it; needed when there are several", examples=["physics"]
    )
    group: Id | None = Field(None, description="The group of its experts", examples=["grid"])


class BotEntry(Entry):
    """A bot in Telegram. Whoever writes to it comes to its group."""

    id: Id = Field(description="Its id; in webhook mode its path is `/telegram/<id>`", examples=["grid-bot"])
    group: Id = Field(description="The group that its users come to", examples=["grid"])
    token: Variable = Field(
        description="NAME of the variable of the environment that holds its token, never the token itself",
        examples=["GRID_BOT_TOKEN"],
    )
    webhook_secret: Variable | None = Field(
        None,
        description="NAME of the variable that holds its webhook secret; without it, it is "
        "`CHATDESK_TELEGRAM__WEBHOOK_SECRET`, the same for all",
        examples=["GRID_BOT_SECRET"],
    )
    name: Annotated[str, demands.words(60)] | None = Field(
        None, description="What agents call it; without it, the id", examples=["Grid bot"]
    )
    topics: bool = Field(
        False,
        description="Whether each ticket has a topic of its own in the user's chat with the bot, where the bot has "
        "Threaded Mode (@BotFather, Open App, the bot, Bot Settings); group chats have none",
        examples=["true"],
    )


class EmojiEntry(Entry):
    """Which emoji of Slack does what, by its name between the colons."""

    claim: EmojiName = Field("eyes", description="On a card or in its thread: claim the ticket", examples=["eyes"])
    resolve: EmojiName = Field(
        "white_check_mark",
        description="On an agent's own reply: resolve with it; on the card: offer Resolve",
        examples=["white_check_mark"],
    )
    note: EmojiName = Field("lock", description="On a reply that is held: make it a note", examples=["lock"])


class DeskFile(Entry):
    """`desk.yaml` as a whole."""

    areas: list[AreaEntry] = Field(
        [], description="Providers; without them, everything belongs to area `default`", examples=["- id: physics"]
    )
    groups: list[GroupEntry] = Field(
        description="Groups; the first is where whoever comes by no bot of the list goes", examples=["- id: grid"]
    )
    bots: list[BotEntry] = Field(
        [],
        description="Bots in Telegram; without them, that of `CHATDESK_TELEGRAM__TOKEN` serves the first group",
        examples=["- id: grid-bot"],
    )
    managers: People = Field(
        [],
        description="Process managers, who may act in all groups: user ids, addresses or names",
        examples=["[eva@example.org]"],
    )
    services: list[ServiceEntry] = Field(
        [], description="What the areas provide, and users ask about", examples=["- id: notebooks"]
    )
    filters: list[FilterEntry] = Field(
        [], description="What sorts the tickets that come in", examples=["- name: gold sellers"]
    )
    emoji: EmojiEntry = Field(EmojiEntry(), description="Which emoji of Slack does what", examples=["{claim: hand}"])
    texts: dict[str, Prose] = Field(
        {},
        description="The same as `texts` of an area, for all areas that do not have the phrase themselves",
        examples=["{kept: Fine.}"],
    )
    canned: list[Any] = Field(
        [],
        description="Canned replies, each with `name`, `text` (one, or one by language) and, where it is not for all, "
        "`group` or `area`; they may stand in `canned.yaml` as well",
        examples=["[{name: quota, text: Ask your site.}]"],
    )


def described(model: type[BaseModel], within: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """(name, field) of each field of a model; those of a section of its own follow it as `lease.remind_after`."""
    for name, field in model.model_fields.items():
        yield within + name, field
        if inner := section_of(field):
            yield from described(inner, f"{within}{name}.")
