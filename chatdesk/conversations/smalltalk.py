"""What needs no ticket: a bare greeting, a bare thank-you."""

from __future__ import annotations

import re
from unicodedata import normalize


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in listed.replace("\n", "").split("|"))


GREETINGS = _phrases(
    """
    hi|hello|hey|hello there|hi there|hey there|good morning|good afternoon|good evening|good day|greetings|morning|
    hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|grüezi|bonjour|bonsoir|salut|coucou|
    hola|buenos días|buenas tardes|buenas|ciao|buongiorno|buonasera|salve|olá|bom dia|boa tarde|
    cześć|dzień dobry|witam|ahoj|dobrý den|hej|hejsan|goddag|hei|moi|terve|szia|bună|bună ziua|merhaba|
    привет|здравствуйте|добрый день|добрый вечер|доброе утро|вітаю|добрий день|γεια|γεια σας|καλημέρα
    """
)
THANKS = _phrases(
    """
    thanks|thank you|thank you very much|many thanks|thanks a lot|thx|ty|cheers|great thanks|ok thanks|ok thank you|
    perfect thanks|danke|danke schön|vielen dank|danke sehr|ok danke|merci|merci beaucoup|merci bien|
    gracias|muchas gracias|grazie|grazie mille|obrigado|obrigada|dziękuję|dzięki|dziękuję bardzo|děkuji|díky|
    tack|tack så mycket|tak|takk|kiitos|köszönöm|mulțumesc|teşekkürler|
    спасибо|большое спасибо|спасибо большое|дякую|ευχαριστώ
    """
)
# What may stand beside a thank-you without making it anything else: that it is solved, praise, what the thanks are for.
GLAD = _phrases(
    """
    solved|solved it|it is solved|it s solved|its solved|problem solved|that solved it|this solved it|fixed|it is fixed|
    it s fixed|its fixed|it works|works|it is working|it s working|its working|working|everything works|that works|
    that worked|this worked|it worked|that helped|this helped|it helped|all good|that was it|now|great|perfect|super|
    excellent|wonderful|awesome|nice|ok|okay|yes|so much|very much|a lot|again|for your help|for the help|
    for your support|for the quick help|for the quick reply|for the quick answer|have a nice day|bye|
    gelöst|problem gelöst|ist gelöst|es funktioniert|funktioniert|es funktioniert jetzt|funktioniert jetzt|
    es geht jetzt|geht jetzt|jetzt geht es|alles gut|prima|perfekt|hat geklappt|hat geholfen|für die hilfe|
    für ihre hilfe|für die schnelle hilfe|résolu|c est résolu|ça marche|ça marche maintenant|parfait|pour votre aide|
    resuelto|ya funciona|perfecto|por la ayuda|por su ayuda|risolto|ora funziona|perfetto|per l aiuto
    """
)
MOST_WORDS = 12  # of a thank-you that says more than thanks
_ONLY_GLAD = re.compile(f"(?:(?:{'|'.join(sorted(THANKS | GLAD, key=len, reverse=True))}) )+")
_THANKS = re.compile(rf"\b(?:{'|'.join(THANKS)})\b")


def _bare(text: str) -> str:
    """Lower case, without signs and emoji: "Hello!! 👋" becomes "hello"."""
    return " ".join(re.sub(r"[^\w\s]", " ", normalize("NFC", text).lower()).split())


def asks(text: str) -> bool:
    """Whether it has a question mark, in whatever script."""
    return any(sign in text for sign in "?？؟")


def is_greeting(text: str) -> bool:
    return _bare(text) in GREETINGS


def is_thanks(text: str) -> bool:
    """Thanks, alone or with the news that all is well: "thank you, solved". Every word has to be known.

    So what says "but", "not" or "still", names a number or a service, or asks, is for a person to read.
    """
    bare = _bare(text)
    if asks(text) or len(bare.split()) > MOST_WORDS:
        return False
    return bool(_THANKS.search(bare) and _ONLY_GLAD.fullmatch(bare + " "))
