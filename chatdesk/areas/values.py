"""What may stand in a field of `desk.yaml`: ids, names of variables, texts in one language or in several."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from chatdesk import demands
from chatdesk.areas.policies import language
from chatdesk.areas.yaml_text import NO_TOKENS, TOKEN
from chatdesk.core.language import PerLanguage

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EMOJI = re.compile(r"[a-z0-9_+'-]+")
LONGEST = 3500  # characters of a text that users read: one message of Telegram's holds 4,096
OURS = ("CHATDESK_TELEGRAM__TOKEN", "CHATDESK_TELEGRAM__WEBHOOK_SECRET")  # settings that a bot may share


def _id(value: str) -> str:
    if not demands.is_id(value):
        raise ValueError("must be 1 to 40 of a-z, 0-9 and -")
    return value


def _variable(value: str) -> str:
    if demands.is_token(value) or TOKEN.search(value):
        raise ValueError(NO_TOKENS)
    if not VARIABLE.fullmatch(value):
        raise ValueError("must be the name of a variable of the environment: letters, digits and _")
    if value.upper().startswith("CHATDESK_") and value not in OURS:
        raise ValueError("begins with CHATDESK_, as only the desk's own settings do: choose another name")
    return value


def _emoji(value: str) -> str:
    name = value.strip(":")
    if not EMOJI.fullmatch(name):
        raise ValueError("must be an emoji's name as Slack writes it between colons")
    return name


def _paragraphs(value: str) -> str:
    said = value.strip()
    if not said:
        raise ValueError("is empty")
    if len(said) > LONGEST:
        raise ValueError(f"has {len(said)} characters, and may have {LONGEST}")
    return said


def texts(check: Callable[[str], str]) -> BeforeValidator:
    """A text, or one by language."""

    def read(value: Any) -> PerLanguage:
        if isinstance(value, str):
            return check(value)
        if not isinstance(value, Mapping) or not value:
            raise ValueError("must be a text, or texts by language")
        return {language(name): _in(name, text, check) for name, text in value.items()}

    return BeforeValidator(read)


def _in(name: str, text: Any, check: Callable[[str], str]) -> str:
    if not isinstance(text, str):
        raise ValueError(f"{name}: must be text")
    try:
        return check(text)
    except ValueError as fault:
        raise ValueError(f"{name}: {fault}") from None


Id = Annotated[str, AfterValidator(_id)]
Variable = Annotated[str, AfterValidator(_variable)]
EmojiName = Annotated[str, AfterValidator(_emoji)]
People = Annotated[list[str], BeforeValidator(demands.agents)]
Name = Annotated[PerLanguage, texts(demands.one_line(60))]
Sentence = Annotated[PerLanguage, texts(demands.one_line(100))]
Prose = Annotated[PerLanguage, texts(_paragraphs)]
