"""Text that looks as if it held a password or a key: a small table of shapes. Pure.

It only raises a question for people, so it may err a little; what it must not do is to cry at every mention of the
word. The shapes of tokens are those that their makers document:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html,
https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/,
https://docs.gitlab.com/security/tokens/#token-prefixes, https://docs.slack.dev/authentication/tokens,
https://core.telegram.org/bots/api#authorizing-your-bot, https://datatracker.ietf.org/doc/html/rfc7519,
https://datatracker.ietf.org/doc/html/rfc7468.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SHAPES: Sequence[tuple[str, re.Pattern[str]]] = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    ("a private key", re.compile(r"\bPuTTY-User-Key-File-\d:")),
    ("a private key", re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b")),
    ("a GitLab token", re.compile(r"\bgl(?:pat|dt|rt|oas|cbt)-[A-Za-z0-9_-]{20,}")),
    ("a Slack token", re.compile(r"\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,})")),
    ("a Telegram bot's token", re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b")),
    ("a Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b")),
    ("an API key", re.compile(r"\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,}")),
    ("a Stripe key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}\b")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    ("a PyPI token", re.compile(r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}")),
    ("a Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{30,}\b")),
    ("a JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")),
    ("a password in an address", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:(?P<value>[^\s/@]+)@[^\s/]", re.I)),
)
# English, German and French; behind a colon or an equals sign anything may be a password, behind "is" only what looks
# like one: people write "my password is wrong".
_NAMES = (
    r"(?:password|passwd|passphrase|passcode|pwd"
    r"|(?:secret|api|access|private)[ _-]?key|api[ _-]?token|client[ _-]?secret"
    r"|pa(?:ss|ß)wort|kennwort|zugangscode|geheimer schl(?:ü|ue)ssel"
    r"|mot de passe|mdp|code d['’]acc[èe]s|cl[ée] secr[èe]te)"
)
_SAID = re.compile(rf"(?<![\w-]){_NAMES}\s*(?::=?|=)[ \t]*[\"'«`]?(?P<value><[^>]*>|[^\s\"'»`]+)", re.IGNORECASE)
_TOLD = re.compile(
    rf"(?<![\w-]){_NAMES}\s+(?:is|was|ist|war|lautet|lautete|est|était)[ \t:]+[\"'«`]?(?P<value>[^\s\"'»`]+)",
    re.IGNORECASE,
)
# What stands where a password would, and is none.
_NO_VALUE = re.compile(
    r"[*•x.…_?!-]+|<.*>|\[.*\]|\{.*\}|\$\{?\w+\}?|%\w+%|https?://.*"
    r"|(?:none|null|true|false|yes|no|required|forgotten|expired|wrong|invalid|incorrect|reset|change|changed|unknown|empty"
    r"|hidden|ja|nein|vergessen|abgelaufen|falsch|ung(?:ü|ue)ltig|unbekannt|leer|oui|non|oubli[ée]|expir[ée]|incorrect|faux"
    r"|invalide|vide|inconnu|i|it|the|a|how|what|where|why|when|can|my|ich|wie|wo|was|der|die|das|je|le|la|il|comment)[.,;!?)]*",
    re.IGNORECASE,
)
LEAST = 4  # characters of a password behind a colon


def secret_in(text: str) -> str | None:
    """What kind of secret it looks like ("a password", "a private key", ...); None for nothing of the kind."""
    for what, shape in SHAPES:
        found = shape.search(text)
        if found and not ("value" in shape.groupindex and _NO_VALUE.fullmatch(found["value"])):
            return what
    if any(_is_value(found["value"]) for found in _SAID.finditer(text)):
        return "a password"
    if any(_is_value(found["value"]) and _looks_made(found["value"]) for found in _TOLD.finditer(text)):
        return "a password"
    return None


def _is_value(value: str) -> bool:
    return len(value.strip(".,;")) >= LEAST and not _NO_VALUE.fullmatch(value)


def _looks_made(value: str) -> bool:
    """No word of a sentence: it mixes letters with digits or signs, or capitals inside."""
    bare = value.strip(".,;:!?)")
    letters = any(sign.isalpha() for sign in bare)
    others = any(not sign.isalpha() and sign not in "-'’/" for sign in bare)
    return (letters and others) or bare.isdecimal() or bool(re.search(r"[a-z][A-Z]", bare))
