"""What needs no ticket: a bare greeting, a bare thank-you."""

from __future__ import annotations

import re
from unicodedata import normalize

GREETINGS = frozenset(
    """
    hi|hello|hey|hello there|hi there|hey there|good morning|good afternoon|good evening|good day|greetings|morning|
    hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|grüezi|bonjour|bonsoir|salut|coucou|
    hola|buenos días|buenas tardes|buenas|ciao|buongiorno|buonasera|salve|olá|bom dia|boa tarde|
    cześć|dzień dobry|witam|ahoj|dobrý den|hej|hejsan|goddag|hei|moi|terve|szia|bună|bună ziua|merhaba|
    привет|здравствуйте|добрый день|добрый вечер|доброе утро|вітаю|добрий день|γεια|γεια σας|καλημέρα
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
THANKS = frozenset(
    """
    thanks|thank you|thank you very much|many thanks|thanks a lot|thx|ty|cheers|great thanks|ok thanks|ok thank you|
    perfect thanks|danke|danke schön|vielen dank|danke sehr|ok danke|merci|merci beaucoup|merci bien|
    gracias|muchas gracias|grazie|grazie mille|obrigado|obrigada|dziękuję|dzięki|dziękuję bardzo|děkuji|díky|
    tack|tack så mycket|tak|takk|kiitos|köszönöm|mulțumesc|teşekkürler|
    спасибо|большое спасибо|спасибо большое|дякую|ευχαριστώ
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def _bare(text: str) -> str:
    """Lower case, without signs and emoji: "Hello!! 👋" becomes "hello"."""
    return " ".join(re.sub(r"[^\w\s]", " ", normalize("NFC", text).lower()).split())


def is_greeting(text: str) -> bool:
    return _bare(text) in GREETINGS


def is_thanks(text: str) -> bool:
    return _bare(text) in THANKS
