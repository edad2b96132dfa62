"""Settings from the environment or `chatdesk.toml`, read once and passed down. `docs/settings.md` lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

FILE = Path("chatdesk.toml")
PREFIX = "CHATDESK_"
OF_THE_TESTS = {"CHATDESK_SEED", "CHATDESK_SOAK"}  # names of our family that are no settings


class TelegramMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


def _checked_url(value: str, *schemes: str) -> str:
    """The value, if it is a URL with one of these schemes. What is said of a wrong one never quotes it."""
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    try:
        whole = (urlsplit(value).hostname, urlsplit(value).port)
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if not whole[0]:
        raise ValueError("names no host")
    return value


def _http_url(value: str) -> str:
    return _checked_url(value, "http", "https")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Pace = Annotated[float, Field(ge=0, description="1: the published limits, 100: a hundred times faster, 0: none")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(Section):
    host: str = Field("127.0.0.1", description="Address that the web server listens on", examples=["0.0.0.0"])  # noqa: S104
    port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one", examples=["8080"])


class Telegram(Section):
    token: SecretStr | None = Field(None, description="The bot's token, from @BotFather", examples=["123456:ABC-DEF"])
    api_url: HttpUrl = Field(
        "https://api.telegram.org", description="Bot API server", examples=["https://api.telegram.org"]
    )
    mode: TelegramMode = Field(
        TelegramMode.POLLING, description="How updates come: `polling` or `webhook`", examples=["polling"]
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="In webhook mode: what Telegram must send along; 1 to 256 of A-Z, a-z, 0-9, _ and -",
        examples=["a-long-random-word"],
    )
    pace: Pace = Field(1.0, description="Factor on Telegram's published limits; 0 turns them off", examples=["1"])

    @field_validator("token")
    @classmethod
    def _shaped(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, rest = value.get_secret_value().partition(":") if value else ("1", ":", "x")
        if not (number.isdecimal() and rest and not any(c.isspace() for c in rest)):
            raise ValueError("is no bot token: those are a number, a colon and letters")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _allowed(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else "ok"
        if not (1 <= len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value


class Slack(Section):
    bot_token: SecretStr | None = Field(None, description="Bot token of the Slack app", examples=["xoxb-1-2-abc"])
    app_token: SecretStr | None = Field(
        None, description="In socket mode: app-level token with connections:write", examples=["xapp-1-A-2-abc"]
    )
    signing_secret: SecretStr | None = Field(
        None, description="In http mode: the app's signing secret", examples=["8f742231b10e8888abcd99yyyzzz85a5"]
    )
    api_url: HttpUrl = Field("https://slack.com/api/", description="Web API", examples=["https://slack.com/api/"])
    mode: SlackMode = Field(SlackMode.SOCKET, description="How events come: `socket` or `http`", examples=["socket"])
    channel: str = Field("#support", description="The group's channel, by name or id", examples=["#support"])
    agents: Annotated[list[str], NoDecode] = Field(
        [],
        description="Who are agents in a public or externally shared channel: user ids, names or addresses, "
        "comma separated. In a private channel its members are.",
        examples=["U012ABC,anna@example.org"],
    )
    pace: Pace = Field(1.0, description="Factor on Slack's published limits; 0 turns them off", examples=["1"])

    @field_validator("channel")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.lstrip("#").strip():
            raise ValueError("names no channel")
        return value.strip()

    @field_validator("agents", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [v.strip() for v in value.split(",") if v.strip()] if isinstance(value, str) else value


class Group(Section):
    name: str = Field("Support", description="The group's name, as customers read it", examples=["Support"])
    answer_within: str = Field(
        "one working day", description="When a first answer can be expected, in words", examples=["four hours"]
    )


class Settings(BaseSettings):
    """Every name begins with CHATDESK_; a section's fields follow two underscores."""

    model_config = SettingsConfigDict(
        env_prefix="CHATDESK_", env_nested_delimiter="__", toml_file=FILE, extra="forbid", frozen=True
    )

    database_url: str = Field(
        "sqlite:///var/chatdesk.db",
        description="The database: sqlite:/// or postgresql://",
        examples=["postgresql://chatdesk:secret@localhost/chatdesk"],
    )
    redis_url: SecretStr | None = Field(
        None,
        description="Redis or Valkey, for several processes on one PostgreSQL",
        examples=["redis://localhost:6379/0"],
    )
    public_url: HttpUrl | None = Field(
        None, description="Where the world reaches this desk's web server", examples=["https://desk.example.org"]
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Signs links and encrypts secrets; 32 random characters or more: openssl rand -hex 32",
        examples=["e7a1c95b0d3f48266f1b9a70c2d85e34"],
    )
    http: Http = Http()
    telegram: Telegram = Telegram()
    slack: Slack = Slack()
    group: Group = Group()
    log_level: str = Field("info", description="debug, info, warning or error", examples=["info"])

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except (ArgumentError, ValueError):  # the latter quotes a part of it, which may be a password's
            raise ValueError("is no database URL") from None
        if backend not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(f"{backend} is not supported; SQLite and PostgreSQL are")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("unix://"):
            _checked_url(value.get_secret_value(), "redis", "rediss")
        return value or None

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

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
    rows = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            rows += [_row(f"CHATDESK_{name}__{sub}".upper(), inner) for sub, inner in section.model_fields.items()]
        else:
            rows.append(_row(f"CHATDESK_{name}".upper(), field))
    return rows


def _row(variable: str, field: Any) -> tuple[str, str, str, str]:
    default = "" if field.default in (None, []) else str(field.default)
    return variable, field.description or "", default, str((field.examples or [""])[0])


def load() -> Settings:
    """Read the settings; raises WrongSettings that names each faulty one, its fault and an example."""
    faults = {name: _unknown(name) for name in _strange(os.environ)}
    try:
        found = Settings()
    except ValidationError as fault:
        told = fault.errors(include_url=False, include_context=False, include_input=False)
        faults = {variable: line for error in told for variable, line in [_fault(error)]} | faults
    except SettingsError as fault:  # a section given whole, as something that is no JSON; the name is told already
        if not faults:
            raise WrongSettings(str(fault)) from None
    except (ValueError, OSError) as fault:
        raise WrongSettings(f"{FILE}: cannot be read: {fault}.") from None
    if faults:
        raise WrongSettings("\n".join(faults.values()))
    return found


def _strange(environment: Mapping[str, str]) -> list[str]:
    """Names in the environment that look like settings and are none: pydantic would pass over them in silence."""
    known = {variable for variable, *_ in described()} | OF_THE_TESTS
    return sorted({n.upper() for n in environment if n.upper().startswith(PREFIX)} - known)


def _unknown(variable: str, where: str = "") -> str:
    names = [known.removeprefix(PREFIX) for known, *_ in described()]
    name = variable.removeprefix(PREFIX)
    near = [known for known in names if known.startswith(name)] or get_close_matches(name, names, 1)
    hint = f"Did you mean {PREFIX}{near[0]}?" if near else "docs/settings.md lists all there are."
    return f"{variable}: {where}There is no such setting. {hint}"


def _fault(error: Any) -> tuple[str, str]:
    """(variable, sentence) of one fault. Where it stands in the file, that is said too."""
    path = [part for part in error["loc"] if isinstance(part, str)]
    variable = PREFIX + "__".join(path).upper()
    given = {name.upper() for name in os.environ}
    where = "" if variable in given else f"({'.'.join(path)} in {FILE}) "
    if error["type"] == "extra_forbidden":
        return variable, _unknown(variable, where)
    example = {known: example for known, _, _, example in described()}.get(variable)
    hint = f" Example: {variable}={example}" if example else ""
    return variable, f"{variable}: {where}{error['msg'].removeprefix('Value error, ')}.{hint}"
