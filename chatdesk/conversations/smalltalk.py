"""What needs no ticket: a bare greeting, a bare thank-you."""

from __future__ import annotations

import re
from unicodedata import normalize


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in listed.replace("\n", "").split("|"))


GREETINGS_IN = {
    language: _phrases(listed)
    for language, listed in {
        "en": """
            hi|hello|hey|hello there|hi there|hey there|hi all|hello everyone|good morning|good afternoon|good evening|
            good day|greetings|morning
            """,
        "de": """
            hallo|hallo zusammen|guten tag|guten morgen|guten abend|guten tag zusammen|guten morgen zusammen|
            schönen guten tag|moin|moin moin|servus|grüß gott|grüezi
            """,
        "fr": """
            bonjour|bonjour à tous|bonjour à toutes et à tous|bonsoir|bonsoir à tous|salut|coucou
            """,
        "es": "hola|buenos días|buenas tardes|buenas",
        "it": "ciao|buongiorno|buonasera|salve",
        "pt": "olá|bom dia|boa tarde",
        "nl": "hallo|goedemorgen|goedemiddag|goedenavond|goedendag",
        "pl": "cześć|dzień dobry|witam",
        "cs": "ahoj|dobrý den",
        "sk": "ahoj",
        "sv": "hej|hejsan",
        "da": "hej|goddag",
        "no": "hei|goddag",
        "fi": "hei|moi|terve",
        "hu": "szia",
        "ro": "bună|bună ziua",
        "tr": "merhaba",
        "ru": "привет|здравствуйте|добрый день|добрый вечер|доброе утро",
        "uk": "вітаю|добрий день",
        "el": "γεια|γεια σας|καλημέρα",
    }.items()
}
THANKS_IN = {
    language: _phrases(listed)
    for language, listed in {
        "en": """
            thanks|thank you|thank you very much|many thanks|thanks a lot|thx|ty|cheers|great thanks|ok thanks|
            ok thank you|perfect thanks|much appreciated
            """,
        "de": """
            danke|danke schön|dankeschön|vielen dank|danke sehr|ok danke|besten dank|herzlichen dank|lieben dank|
            vielen lieben dank|tausend dank|danke vielmals|danke dir|danke ihnen
            """,
        "fr": """
            merci|merci beaucoup|merci bien|merci infiniment|mille mercis|un grand merci|grand merci|ok merci|
            merci à vous|je vous remercie
            """,
        "es": "gracias|muchas gracias",
        "it": "grazie|grazie mille",
        "pt": "obrigado|obrigada",
        "nl": "bedankt|dank je wel|dank u wel|hartelijk dank",
        "pl": "dziękuję|dzięki|dziękuję bardzo",
        "cs": "děkuji|díky",
        "sv": "tack|tack så mycket",
        "da": "tak",
        "no": "takk",
        "fi": "kiitos",
        "hu": "köszönöm",
        "ro": "mulțumesc",
        "tr": "teşekkürler",
        "ru": "спасибо|большое спасибо|спасибо большое",
        "uk": "дякую",
        "el": "ευχαριστώ",
    }.items()
}
GREETINGS = frozenset[str]().union(*GREETINGS_IN.values())
THANKS = frozenset[str]().union(*THANKS_IN.values())
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
    für ihre hilfe|für die schnelle hilfe|für die schnelle antwort|für die unterstützung|für ihre unterstützung|
    jetzt funktioniert es|jetzt funktioniert alles|es klappt|es klappt jetzt|jetzt klappt es|alles klar|wunderbar|
    das hat geholfen|das hat funktioniert|hat funktioniert|läuft|läuft wieder|sehr gut|toll|ja|schönen tag noch|
    résolu|c est résolu|problème résolu|ça marche|ça marche maintenant|ça fonctionne|ça fonctionne maintenant|
    tout fonctionne|tout marche|c est bon|c est parfait|parfait|génial|impeccable|d accord|oui|pour votre aide|
    pour l aide|pour votre réponse|pour votre réponse rapide|bonne journée|
    resuelto|ya funciona|perfecto|por la ayuda|por su ayuda|risolto|ora funziona|perfetto|per l aiuto
    """
)
MOST_WORDS = 12  # of a thank-you that says more than thanks
_ONLY_GLAD = re.compile(f"(?:(?:{'|'.join(sorted(THANKS | GLAD, key=len, reverse=True))}) )+")
_THANKS = re.compile(rf"\b(?:{'|'.join(THANKS)})\b")


def _bare(text: str) -> str:
    """Lower case, without signs and emoji: "Hello!! 👋" becomes "hello"."""
    return " ".join(re.sub(r"[^\w\s]", " ", normalize("NFC", text).lower()).split())


def language_of(text: str) -> str | None:
    """The language of a bare greeting or thank-you that no other has; English ones are said by speakers of all."""
    bare = _bare(text)
    found = {language for lists in (GREETINGS_IN, THANKS_IN) for language, words in lists.items() if bare in words}
    return found.pop() if len(found) == 1 and found != {"en"} else None


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
