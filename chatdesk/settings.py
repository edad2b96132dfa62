"""Settings from the environment or `chatdesk.toml`, read once and passed down. `docs/settings.md` lists them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from chatdesk import demands, faults
from chatdesk.areas.policies import Policies, length_text, section_of
from chatdesk.core.language import ENGLISH, best

FILE = Path("chatdesk.toml")
PREFIX = "CHATDESK_"
PASSWORD = re.compile(r":[^:@/\s]+@")  # of an address, as it stands there
OF_THE_TESTS = {"CHATDESK_SEED", "CHATDESK_SOAK"}  # names of our family that are no settings


class TelegramMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


HttpUrl = Annotated[str, AfterValidator(demands.http_url)]
Pace = Annotated[
    float,
    Field(ge=0, allow_inf_nan=False, description="1: the published limits, 100: a hundred times faster, 0: none"),
]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(Section):
    host: Annotated[str, AfterValidator(demands.host)] = Field(
        "127.0.0.1",
        description="Address that the web server listens on; 0.0.0.0 is all of them",
        examples=["127.0.0.1"],
    )
    port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one", examples=["8080"])


class Telegram(Section):
    token: Annotated[SecretStr | None, demands.secret(demands.telegram_token)] = Field(
        None, description="The bot's token, from @BotFather", examples=["123456:ABC-DEF"]
    )
    api_url: HttpUrl = Field(
        "https://api.telegram.org", description="Bot API server", examples=["https://api.telegram.org"]
    )
    mode: TelegramMode = Field(
        TelegramMode.POLLING, description="How updates come: `polling` or `webhook`", examples=["polling"]
    )
    webhook_secret: Annotated[SecretStr | None, demands.secret(demands.webhook_secret)] = Field(
        None,
        description="In webhook mode: what Telegram must send along; 1 to 256 of A-Z, a-z, 0-9, _ and -",
        examples=["a-long-random-word"],
    )
    pace: Pace = Field(1.0, description="Factor on Telegram's published limits; 0 turns them off", examples=["1"])


class Slack(Section):
    bot_token: Annotated[SecretStr | None, demands.secret(demands.bot_token)] = Field(
        None, description="Bot token of the Slack app", examples=["xoxb-1-2-abc"]
    )
    app_token: Annotated[SecretStr | None, demands.secret(demands.app_token)] = Field(
        None, description="In socket mode: app-level token with connections:write", examples=["xapp-1-A-2-abc"]
    )
    signing_secret: SecretStr | None = Field(
        None, description="In http mode: the app's signing secret", examples=["8f742231b10e8888abcd99yyyzzz85a5"]
    )
    api_url: HttpUrl = Field("https://slack.com/api/", description="Web API", examples=["https://slack.com/api/"])
    mode: SlackMode = Field(SlackMode.SOCKET, description="How events come: `socket` or `http`", examples=["socket"])
    channel: Annotated[str, AfterValidator(demands.channel)] = Field(
        "#support", description="The group's channel, by name or id", examples=["#support"]
    )
    agents: Annotated[list[str], NoDecode, BeforeValidator(demands.agents)] = Field(
        [],
        description="Who are agents in a public or externally shared channel: user ids, names or addresses, "
        "comma separated. In a private channel its members are.",
        examples=["U012ABC,anna@example.org"],
    )
    pace: Pace = Field(1.0, description="Factor on Slack's published limits; 0 turns them off", examples=["1"])


class Group(Policies):
    """The only group, where there is no desk.yaml."""

    name: Annotated[str, demands.words(60)] = Field(
        "Support", description="The group's name, as users read it", examples=["Support"]
    )
    answer_within: Annotated[str, demands.words(100)] = Field(
        "one working day", description="When a first answer can be expected, in words", examples=["four hours"]
    )


class Settings(BaseSettings):
    """Every name begins with CHATDESK_; a section's fields follow two underscores."""

    model_config = SettingsConfigDict(
        env_prefix="CHATDESK_", env_nested_delimiter="__", toml_file=FILE, extra="forbid", frozen=True
    )

    database_url: Annotated[str, AfterValidator(demands.database_url)] = Field(
        "sqlite:///var/chatdesk.db",
        description="The database: sqlite:/// or postgresql://",
        examples=["postgresql://chatdesk:secret@localhost/chatdesk"],
    )
    redis_url: Annotated[SecretStr | None, demands.secret(demands.redis_url)] = Field(
        None,
        description="Redis or Valkey, for several processes on one PostgreSQL",
        examples=["redis://localhost:6379/0"],
    )
    public_url: HttpUrl | None = Field(
        None, description="Where the world reaches this desk's web server", examples=["https://desk.example.org"]
    )
    secret_key: Annotated[SecretStr | None, demands.secret(demands.secret_key)] = Field(
        None,
        description="Signs links and encrypts secrets; 32 random characters or more: openssl rand -hex 32",
        examples=["e7a1c95b0d3f48266f1b9a70c2d85e34"],
    )
    files: Path = Field(
        Path("var/files"),
        description="Folder for files that people send; all processes share it",
        examples=["var/files"],
    )
    desk: Annotated[str, AfterValidator(demands.file)] | None = Field(
        None,
        description="The file with areas, groups and bots; without it, desk.yaml where chatdesk is started, if it is "
        "there; else one group and one bot, as the settings below say",
        examples=["desk.yaml"],
    )
    canned: Annotated[str, AfterValidator(demands.file)] | None = Field(
        None,
        description="The file with canned replies; without it, canned.yaml where chatdesk is started, if it is there",
        examples=["canned.yaml"],
    )
    http: Http = Http()
    telegram: Telegram = Telegram()
    slack: Slack = Slack()
    group: Group = Group()
    log_level: Annotated[str, AfterValidator(demands.log_level)] = Field(
        "info", description="debug, info, warning or error", examples=["info"]
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


class WrongSettings(Exception):
    """What is wrong with the configuration: one sentence per setting."""


def described() -> list[tuple[str, str, str, str]]:
    """(environment variable, what it is, default, example) of every setting."""
    return list(_rows(Settings, PREFIX))


def _rows(model: type[BaseModel], before: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        if section := section_of(field):
            yield from _rows(section, f"{before}{name}__".upper())
        else:
            yield f"{before}{name}".upper(), field.description or "", shown(field), str((field.examples or [""])[0])


def shown(field: FieldInfo) -> str:
    """A field's default, as it would be written; empty when it has none."""
    given = field.get_default()
    if given is None or given is PydanticUndefined or not (given or given == 0) or isinstance(given, BaseModel):
        return ""
    if isinstance(given, dict):
        return best(given, ENGLISH)
    if isinstance(given, timedelta):
        return length_text(given)
    return ", ".join(given) if isinstance(given, list) else str(given)


def example(variable: str) -> str:
    """How a setting may look, to end a sentence about it; nothing where there is no such setting."""
    shown = {known: shown for known, _, _, shown in described()}.get(variable)
    return f" Example: {variable}={shown}" if shown else ""


def load() -> Settings:
    """Read the settings; raises WrongSettings that names each faulty one, its fault and an example."""
    wrong = {name: _unknown(name) for name in _strange(os.environ)}
    try:
        found = Settings()
        wrong = _together(found) | wrong
    except ValidationError as fault:
        told = fault.errors(include_url=False, include_input=False)
        wrong = {variable: line for error in told for variable, line in [_fault(error)]} | wrong
    except SettingsError as fault:  # a section given whole, as something that is no JSON; the name is told already
        if not wrong:
            raise WrongSettings(str(fault)) from None
    except UnicodeDecodeError:
        raise WrongSettings(f"{FILE}: cannot be read: it is no text in UTF-8.") from None
    except (ValueError, OSError) as fault:
        raise WrongSettings(f"{FILE}: cannot be read: {fault}.") from None
    if wrong:
        raise WrongSettings("\n".join(wrong.values()))
    return found


def missing(settings: Settings, bots: Sequence[Telegram] | None = None) -> list[str]:
    """A sentence for each setting that `serve` cannot do without; `bots`: Telegram's settings for each of several."""
    telegram, slack = settings.telegram, settings.slack
    bots = [telegram] if bots is None else bots
    webhook, http = telegram.mode is TelegramMode.WEBHOOK, slack.mode is SlackMode.HTTP
    wanted = [
        (all(b.token for b in bots), "TELEGRAM__TOKEN", "the bot's token, from @BotFather"),
        (slack.bot_token, "SLACK__BOT_TOKEN", "the Slack app's bot token (xoxb-...), from OAuth & Permissions"),
        (http or slack.app_token, "SLACK__APP_TOKEN", "an app-level token (xapp-...) with connections:write"),
        (not http or slack.signing_secret, "SLACK__SIGNING_SECRET", "the signing secret, from Basic Information"),
        (
            not webhook or all(b.webhook_secret for b in bots),
            "TELEGRAM__WEBHOOK_SECRET",
            "a long random word of your own",
        ),
        (not webhook or settings.public_url, "PUBLIC_URL", "where Telegram reaches this desk, https://..."),
    ]
    return [f"{PREFIX}{name} is missing: {what}.{example(PREFIX + name)}" for value, name, what in wanted if not value]


def secrets(settings: Settings) -> list[str]:
    """Every secret in the settings, as it must stand in no log; passwords as they stand in an address."""
    sections = (settings, settings.telegram, settings.slack)
    hidden = [value for section in sections for _, value in section if isinstance(value, SecretStr)]
    shown = [value.get_secret_value() for value in hidden]
    return shown + [found.group() for url in (settings.database_url, *shown) if (found := PASSWORD.search(url))]


# -- what is wrong ----------------------------------------------------------------------------------------------


def _strange(environment: Mapping[str, str]) -> list[str]:
    """Names in the environment that look like settings and are none: pydantic would pass over them in silence."""
    known = {variable for variable, *_ in described()} | OF_THE_TESTS
    return sorted({n.upper() for n in environment if n.upper().startswith(PREFIX)} - known)


def _together(found: Settings) -> dict[str, str]:
    """What is wrong only in view of another setting, by variable."""
    telegram = found.telegram
    theirs = telegram.mode is TelegramMode.WEBHOOK and urlsplit(telegram.api_url).hostname == demands.TELEGRAM
    try:
        if theirs and found.public_url:
            demands.webhook_url(found.public_url)
    except ValueError as fault:
        return dict([_sentence(["public_url"], str(fault))])
    return {}


def _unknown(variable: str, where: str = "") -> str:
    names = [known.removeprefix(PREFIX) for known, *_ in described()]
    name = variable.removeprefix(PREFIX)
    near = [known for known in names if known.startswith(name)] or get_close_matches(name, names, 1)
    hint = f"Did you mean {PREFIX}{near[0]}?" if near else "docs/settings.md lists all there are."
    return f"{variable}: {where}There is no such setting. {hint}"


def _fault(error: Any) -> tuple[str, str]:
    """(variable, sentence) of one fault that pydantic found, without its own words, which are a programmer's."""
    path = [part for part in error["loc"] if isinstance(part, str)]
    if error["type"] == "extra_forbidden":
        return _variable(path), _unknown(_variable(path), _where(path))
    return _sentence(path, faults.words(error))


def _sentence(path: Sequence[str], what: str) -> tuple[str, str]:
    variable = _variable(path)
    return variable, f"{variable}: {_where(path)}{what}.{example(variable)}"


def _variable(path: Sequence[str]) -> str:
    return PREFIX + "__".join(path).upper()


def _where(path: Sequence[str]) -> str:
    """Where it stands in the file, when it does not come from the environment."""
    given = {name.upper() for name in os.environ}
    return "" if _variable(path) in given else f"({'.'.join(path)} in {FILE}) "
