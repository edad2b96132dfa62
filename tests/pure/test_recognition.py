"""Which language a text is in: short and long ones, mixed ones, and what is in none."""

from __future__ import annotations

import pytest

from chatdesk.conversations.recognition import CANDIDATES, NO_LANGUAGE, language_of, load
from chatdesk.core.markup import Markup, Span, Style

ENGLISH = [
    *("I cannot log in", "My job does not start", "Where is my quota shown?", "The notebook service is down"),
    *(
        "Which browser is it?",
        "Can you please reset my password?",
        "I get 403 when I open my notebook since this morning",
    ),
    *(
        "Hello, I need help with my account",
        "Thanks a lot, it works now",
        "1. I press start\n2. nothing happens at all",
    ),
    "At least it works on the other machine. From time to time it stops, though.",
    "CAN SOMEBODY PLEASE HELP ME WITH MY ACCOUNT",
    "I get the message „Zugriff verweigert“ when I open my files",
    "We moved our project to the new cluster last week. Since then the nightly jobs of two colleagues fail, and the "
    "log says that their home folder is not mounted. Could you have a look, and tell us what we have to change?",
]
GERMAN = [
    *("Ich kann mich nicht anmelden", "Mein Job startet nicht", "Wo sehe ich meine Quota?", "Danke, geht nicht"),
    *("Funktioniert nicht", "Der Server antwortet nicht mehr", "wie bekomme ich mehr Speicherplatz?"),
    *(
        "Guten Tag, ich brauche Hilfe mit meinem Konto",
        "Kann ich mein Ticket updaten?",
        "*Wichtig*: das (neue) Passwort?",
    ),
    "Der Build im GitLab failed mit exit code 1, können Sie bitte schauen?",
    "Ich habe ein Problem mit dem Jupyter Notebook",
    "Ich bekomme diesen Fehler:\nPermission denied (publickey).\nConnection closed by remote host",
    'Seit heute früh kommt "Connection timed out while connecting to login node", was soll ich tun?',
    "Seit heute früh kommt das hier: Connection timed out while connecting to the login node. Was soll ich tun?",
    "Der Knoten ist einfach weg.\nThe node you are trying to reach does not respond.\nPlease try again later.",
]
FRENCH = [
    *("Je n'arrive pas à me connecter", "Mon compte est bloqué", "Ça ne marche pas", "Où puis-je voir mon quota ?"),
    *("Bonjour, j'ai besoin d'aide", "mot de passe oublié", "Toujours pas", "je ne peux pas ouvrir le notebook"),
    *("Le service ne répond plus", "Merci beaucoup pour votre aide", "Pourriez-vous réinitialiser mon mot de passe ?"),
    'J\'ai ce message : "You do not have permission to access this resource". Que faire ?',
    "Depuis hier mes calculs s'arrêtent au bout de deux heures avec ce message.\n"
    "slurmstepd: error: *** JOB 4711 CANCELLED DUE TO TIME LIMIT ***\nPourtant j'ai demandé une journée.",
]
OTHERS = [
    *(
        ("es", "No puedo iniciar sesión"),
        ("it", "Non riesco ad accedere al mio account"),
        ("pl", "Nie mogę się zalogować"),
    ),
    *(
        ("nl", "Mijn wachtwoord werkt niet meer"),
        ("cs", "Nemohu se přihlásit do systému"),
        ("hu", "Nem tudok bejelentkezni"),
    ),
    *(
        ("sv", "Jag kan inte logga in på tjänsten"),
        ("pt", "Não consigo entrar na minha conta"),
        ("zh", "我无法登录系统"),
    ),
    *(("uk", "Я не можу увійти до системи"), ("el", "Δεν μπορώ να συνδεθώ"), ("ja", "ログインできません")),
    *(
        ("ar", "لا أستطيع تسجيل الدخول"),
        ("tr", "Giriş yapamıyorum, yardım eder misiniz?"),
        ("ko", "로그인할 수 없습니다"),
    ),
    *(("fi", "En pysty kirjautumaan sisään"), ("ro", "Nu mă pot conecta la serviciu")),
]
UNSURE = [
    *(
        "",
        " ",
        "ok",
        "hallo",
        "hi",
        "ja",
        "yes",
        "no",
        "👍",
        "👋😀🎉😀👋🎉",
        "404",
        "???",
        "Firefox",
        "Jupyter",
        "#42",
        "CUDA 12.4",
    ),
    *("slurm", "Anna Keller", "login fails", "Hilfe bitte", "ssh login.example.org", "anna.keller@example.org"),
    *("https://example.org/de/hilfe/anmeldung", "sudo apt-get install python3", "for i in range(10): print(i)"),
    *("def f(x):\n    return x + 1", "SELECT * FROM users WHERE id = 1;", "\x00\ud83d", "a" * 4096, "/" * 4096),
    "2026-03-02 10:15:01 ERROR [main] com.example.App - Connection refused by the remote server",
    "[2026-03-02] the connection was closed by the server\n[2026-03-02] the connection was closed again",
    'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nImportError: No module named numpy',
    "Error: ENOENT: no such file or directory, open '/etc/app.conf'",
    "$ please do not read what is typed into a shell",
]
TABLE = [
    *(("en", text) for text in ENGLISH),
    *(("de", text) for text in GERMAN),
    *(("fr", text) for text in FRENCH),
    *OTHERS,
    *((None, text) for text in UNSURE),
]


@pytest.mark.parametrize(("language", "text"), TABLE, ids=[f"{n}-{language}" for n, (language, _) in enumerate(TABLE)])
def test_the_language_of_a_text(language: str | None, text: str) -> None:
    assert language_of(Markup(text)) == language


@pytest.mark.parametrize(("language", "text"), TABLE, ids=[f"{n}-{language}" for n, (language, _) in enumerate(TABLE)])
@pytest.mark.parametrize("hint", ["en", "de", "fr", "xx", "", None])
def test_a_hint_turns_no_sure_text_round(language: str | None, text: str, hint: str | None) -> None:
    assert language_of(Markup(text), hint) in ((language,) if language else (None, hint))


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Beim Login kommt ein Timeout", None, None),
        ("Beim Login kommt ein Timeout", "de-AT", "de"),
        ("Beim Login kommt ein Timeout", "fr", None),
        ("Я не могу войти в систему", None, None),
        ("Я не могу войти в систему", "ru", "ru"),
        ("Jeg kan ikke logge ind", "nb", None),
        ("Jeg kan ikke logge ind", "da", "da"),
    ],
)
def test_a_hint_breaks_the_tie(text: str, hint: str | None, language: str | None) -> None:
    assert language_of(Markup(text), hint) == language


@pytest.mark.parametrize("style", [Style.CODE, Style.PRE, Style.LINK])
def test_what_is_marked_as_code_is_no_prose(style: Style) -> None:
    text = "The connection was closed by the server again and again. Was soll ich tun?"
    code = Span(style, 0, text.index("Was"))
    assert language_of(Markup(text, (code,))) == "de"


def test_the_candidates_are_known_to_the_model() -> None:
    load()
    assert len(set(CANDIDATES)) == len(CANDIDATES)
    assert NO_LANGUAGE in CANDIDATES
    assert len(TABLE) >= 60
