"""What looks like a password or a key, and what only speaks of one."""

from __future__ import annotations

import pytest

from chatdesk.conversations.leaks import secret_in

# Made up of pieces, so that nobody who searches this file for secrets finds one.
A36 = "aB3" * 12
LEAKS = {
    "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE": "a private key",
    "here it is\n-----BEGIN " + "OPENSSH PRIVATE KEY-----": "a private key",
    "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----": "a private key",
    "-----BEGIN " + "PRIVATE KEY-----": "a private key",
    "PuTTY-User-Key-" + "File-3: ssh-ed25519": "a private key",
    "AGE-SECRET-" + "KEY-1" + "Q" * 58: "a private key",
    "use AKIA" + "IOSFODNN7EXAMPLE please": "an AWS access key",
    "ghp_" + A36: "a GitHub token",
    "github_pat_" + A36: "a GitHub token",
    "glpat-" + "x" * 20: "a GitLab token",
    "xox" + "b-1234567890-abcdefghij": "a Slack token",
    "xapp" + "-1-A0123456789": "a Slack token",
    "123456789:" + "A" * 35: "a Telegram bot's token",
    "AIza" + "x" * 35: "a Google API key",
    "sk-" + "proj-" + "a" * 40: "an API key",
    "sk_" + "live_" + "a" * 24: "a Stripe key",
    "npm_" + A36: "an npm token",
    "hf_" + A36: "a Hugging Face token",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "s" * 43: "a JSON web token",
    "postgres://desk:" + "tr0ub4dor@db.example.org/desk": "a password in an address",
    "password: hunter2": "a password",
    "Password = hunter2": "a password",
    "PASSWORD:hunter2": "a password",
    "my password is Tr0ub4dor&3": "a password",
    "the password was correctHorse": "a password",
    "user: anna\npasswort: geheim99": "a password",
    "Mein Passwort lautet Sommer2026!": "a password",
    "Kennwort: Zebra7": "a password",
    "das Paßwort ist 4711": "a password",
    "mot de passe : soleil42": "a password",
    "mon mot de passe est Soleil42!": "a password",
    "mdp: soleil": "a password",
    "api_key=abcdef123456": "a password",
    "API key: abcdef123456": "a password",
    'client_secret: "abcdef123456"': "a password",
    "pwd: `hunter2`": "a password",
}
HARMLESS = (
    "",
    "I forgot my password",
    "my password is wrong",
    "my password is not accepted",
    "password: ********",
    "password: <your password>",
    "password: ${DESK_PASSWORD}",
    "Password: forgotten",
    "password: I do not know it",
    "password reset: how does it work?",
    "How do I change my password? It is urgent",
    "Is the password case-sensitive?",
    "password: https://example.org/reset",
    "the password field is empty",
    "the password is expired",
    "Das Passwort ist falsch",
    "Passwort vergessen",
    "Passwort: vergessen",
    "Mein Passwort ist abgelaufen",
    "mot de passe oublié",
    "mot de passe: oublié",
    "le mot de passe est incorrect",
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx anna@laptop",
    "ghp_short",
    "AKIA is what they begin with",
    "ticket 123456789: it fails",
    "https://example.org/path:8080/x@y",
    "ssh://git@example.org:2222/desk.git",
    "https://anna@example.org/",
    "postgres://desk:****@db.example.org/desk",
    "the keyboard: QWERTZ",
    "task-sk-list",
    "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
    "550e8400-e29b-41d4-a716-446655440000",
    "passport: C01X00T47",
    "compass: north",
)


@pytest.mark.parametrize(("text", "what"), LEAKS.items())
def test_a_secret_is_seen(text: str, what: str) -> None:
    assert secret_in(text) == what
    assert secret_in(f"Hello,\n{text}\nthanks") == what


@pytest.mark.parametrize("text", HARMLESS)
def test_talk_about_secrets_is_none(text: str) -> None:
    assert secret_in(text) is None


def test_a_long_text_is_read_quickly() -> None:
    """No shape looks back and forth: twice the text takes about twice the time, and this must end at all."""
    assert secret_in("password " * 20_000 + "a" * 100_000 + " eyJ" * 10_000 + "://" * 10_000) is None
