"""What a setting's value must be: each function returns the value, or says in a ValueError what is wrong with it.

What is said follows the setting's name, and never quotes the value, which may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any
from unicodedata import category
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_KEY = 32  # characters
LONGEST_CHANNEL = 80  # characters: https://docs.slack.dev/reference/methods/conversations.create
TELEGRAM = "api.telegram.org"
TELEGRAMS_PORTS = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook
MAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LEVELS = ("debug", "info", "warning", "error")

Demand = Callable[[str], Any]


def secret(demand: Demand) -> AfterValidator:
    """A demand on a secret that is set; an empty one is as good as none."""

    def check(value: SecretStr | None) -> SecretStr | None:
        if not value:
            return None
        demand(value.get_secret_value())
        return value

    return AfterValidator(check)


# -- addresses --------------------------------------------------------------------------------------------------


def url(value: str, *schemes: str) -> str:
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    try:
        whole = (urlsplit(value).hostname, urlsplit(value).port)
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if not whole[0]:
        raise ValueError("names no host")
    return value


def http_url(value: str) -> str:
    return url(value, "http", "https")


def redis_url(value: str) -> str:
    return value if value.startswith("unix://") else url(value, "redis", "rediss")


def database_url(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except (ArgumentError, ValueError):  # the latter quotes a part of it, which may be a password's
        raise ValueError("is no database URL") from None
    if backend not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(f"{backend} is not supported; SQLite and PostgreSQL are")
    return value


def webhook_url(value: str) -> str:
    """Where the real Telegram posts to."""
    parts = urlsplit(value)
    if parts.scheme != "https":
        raise ValueError("in webhook mode Telegram posts to https only")
    if (parts.port or 443) not in TELEGRAMS_PORTS:
        raise ValueError(f"Telegram posts to no port {parts.port}, only to {', '.join(map(str, TELEGRAMS_PORTS))}")
    return value


def host(value: str) -> str:
    if not value or any(c.isspace() or c == "/" for c in value):
        raise ValueError("must be an address of this machine, or a name of it, without scheme and port")
    return value


# -- tokens and secrets -----------------------------------------------------------------------------------------


def is_token(value: str) -> bool:
    """Whether it looks like a bot's token in Telegram."""
    number, _, rest = value.partition(":")
    return number.isdecimal() and bool(rest) and not any(c.isspace() for c in rest)


def telegram_token(value: str) -> None:
    if not is_token(value):
        raise ValueError("is no bot token: those are a number, a colon and letters")


def bot_token(value: str) -> None:
    if value.startswith("xapp-"):
        raise ValueError("is the app-level token, which belongs into CHATDESK_SLACK__APP_TOKEN")
    _begins(value, "xoxb-", "is no bot token")


def app_token(value: str) -> None:
    if value.startswith("xoxb-"):
        raise ValueError("is the bot token, which belongs into CHATDESK_SLACK__BOT_TOKEN")
    _begins(value, "xapp-", "is no app-level token")


def is_id(value: str) -> bool:
    """What an area, a group or a bot may be called by the desk itself."""
    return re.fullmatch(r"[a-z0-9-]{1,40}", value) is not None


def _begins(value: str, prefix: str, fault: str) -> None:
    if not value.startswith(prefix) or any(c.isspace() for c in value):
        raise ValueError(f"{fault}: those begin with {prefix} and hold no spaces")


def webhook_secret(value: str) -> None:
    if not (len(value) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in value)):
        raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")


def secret_key(value: str) -> None:
    if len(value) < SHORTEST_KEY:
        raise ValueError(
            f"has {len(value)} characters, and needs {SHORTEST_KEY} or more. This prints one: openssl rand -hex 32"
        )


# -- words ------------------------------------------------------------------------------------------------------


def meant(name: str, known: Iterable[str]) -> str:
    """A guess at what was meant, to go on behind a name that does not exist; empty when nothing is near."""
    near = get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def words(longest: int) -> AfterValidator:
    """One line of text that people read."""
    return AfterValidator(one_line(longest))


def one_line(longest: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        said = value.strip()
        if not said:
            raise ValueError("is empty")
        if len(said) > longest:
            raise ValueError(f"has {len(said)} characters, and may have {longest}")
        if any(category(c) in ("Cc", "Zl", "Zp") for c in said):
            raise ValueError("must be one line of text")
        return said

    return check


def channel(value: str) -> str:
    name = value.strip()
    bare = name.removeprefix("#")
    if not bare:
        raise ValueError("names no channel")
    if any(c.isspace() or c in "#," for c in bare):
        raise ValueError("must be one channel's name or id, without spaces")
    if len(bare) > LONGEST_CHANNEL:
        raise ValueError(f"has {len(bare)} characters, and Slack's channels have {LONGEST_CHANNEL} at most")
    return name


def mail_address(value: str) -> str:
    address = value.strip()
    if not MAIL.fullmatch(address):
        raise ValueError("is no mail address, such as help@example.org")
    return address


def agents(value: Any) -> Any:
    """Names with commas between, or a list of them; what is neither is left for pydantic to refuse."""
    listed = value.split(",") if isinstance(value, str) else value
    if listed in ([], [""]):
        return []
    if not isinstance(listed, list) or not all(isinstance(v, str) for v in listed):
        return value
    names = [v.strip() for v in listed if v.strip()]
    if not names:
        raise ValueError("names nobody: leave it out, or list people with commas between")
    return names


def file(value: str) -> str:
    if not value.strip():
        raise ValueError("names no file")
    return value.strip()


def log_level(value: str) -> str:
    if value.lower() not in LEVELS:
        raise ValueError(f"must be {', '.join(LEVELS[:-1])} or {LEVELS[-1]}")
    return value.lower()
