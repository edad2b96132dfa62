"""Settings from the environment or `chatdesk.toml`, read once and passed down. `docs/settings.md` lists them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

FILE = Path("chatdesk.toml")


class TelegramMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Pace = Annotated[float, Field(ge=0, description="1: the published limits, 100: a hundred times faster, 0: none")]


class Http(BaseModel):
    host: str = Field("127.0.0.1", description="Address that the web server listens on", examples=["0.0.0.0"])  # noqa: S104
    port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one", examples=["8080"])


class Telegram(BaseModel):
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

    @field_validator("webhook_secret")
    @classmethod
    def _allowed(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else "ok"
        if not (1 <= len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value


class Slack(BaseModel):
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

    @field_validator("agents", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [v.strip() for v in value.split(",") if v.strip()] if isinstance(value, str) else value


class Group(BaseModel):
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
        description="Signs links and encrypts secrets; 32 random characters or more",
        examples=["openssl rand -hex 32"],
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
        except ArgumentError:
            raise ValueError("is no database URL") from None
        if backend not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(f"{backend} is not supported; SQLite and PostgreSQL are")
        return value

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
    try:
        return Settings()
    except ValidationError as fault:
        examples = {variable: example for variable, _, _, example in described()}
        lines = []
        for error in fault.errors():
            variable = "CHATDESK_" + "__".join(str(p).upper() for p in error["loc"])
            why = error["msg"].removeprefix("Value error, ")
            hint = (
                f" Example: {variable}={examples[variable]}" if variable in examples else " There is no such setting."
            )
            lines.append(f"{variable}: {why}.{hint}")
        raise WrongSettings("\n".join(lines)) from None
    except ValueError as fault:  # a broken TOML file
        raise WrongSettings(f"{FILE}: {fault}") from None
