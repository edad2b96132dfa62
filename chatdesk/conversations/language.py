"""In which language a conversation is held: that of what the user writes, unless the user chose one. Pure.

Before anything was written it is the language of the channel's hint (Telegram's `language_code`), or of a greeting. The
first text that surely is in a language sets it. After that it changes when two such texts in a row are in the same
other language; texts that are too short to tell are passed over. So a foreign word or a pasted error message changes
nothing, and who goes on in another language is followed. Who writes a language that we do not speak reads the one of
the hint, or English. Who writes one that the group does not answer is told once which ones it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce

from chatdesk.conversations import events as ev
from chatdesk.conversations import smalltalk
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case, Conversation
from chatdesk.conversations.locales import meant_by, name_of, own_name
from chatdesk.conversations.phrases import known_language, languages, say
from chatdesk.conversations.recognition import language_of
from chatdesk.core.events import Event
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Incoming

Decision = Callable[[Case, Incoming], Sequence[Event]]
AUTOMATIC = "automatic"
MOST_REPEATED = 40  # characters of a language that nobody knows


def in_their_language(decide: Decision, case: Case, said: Incoming) -> Sequence[Event]:
    """The decision on what a customer said, and what follows from the language it was said in."""
    heard = _heard(case.conversation, said)
    case = reduce(apply, heard, case)
    return [*heard, *decide(case, said), *_answered(case)]


def _heard(talk: Conversation, said: Incoming) -> Sequence[Event]:
    hint = said.author.language
    written = (
        None if said.body.origin else language_of(said.body.text, talk.writes or hint)
    )  # another's words tell nothing
    if written in (None, talk.writes):
        now = replace(talk, leaning=None if written else talk.leaning)
    elif talk.writes is None or written == talk.leaning:
        now = replace(talk, writes=written, leaning=None)
    else:
        now = replace(talk, leaning=written)
    if now.writes != talk.writes:
        now = replace(now, language=spoken(now, hint))
    elif talk.writes is None and (greeted := smalltalk.language_of(said.body.text.text)) in languages():
        now = replace(now, language=greeted)
    if talk.chosen:
        now = replace(now, language=talk.language)
    return [_set(now)] if now != talk else []


def spoken(talk: Conversation, hint: str | None) -> str:
    """In which language we write to who writes like this."""
    return talk.writes if talk.writes in languages() else known_language(hint)


def _answered(case: Case) -> Sequence[Event]:
    talk = case.conversation
    if talk.languages_told or talk.writes is None or talk.writes in case.group.languages:
        return []
    return [ev.LanguagesTold()]


def _set(talk: Conversation) -> ev.LanguageSet:
    return ev.LanguageSet(talk.language, talk.writes, talk.leaning, talk.chosen)


def choose(case: Case, said: Incoming) -> Sequence[Event]:
    """`/language`, with a language behind it or on its button; alone it asks which."""
    assert said.act is not None
    wanted = said.act.args.get("to") or said.body.text.text.strip()
    talk = case.conversation
    if not wanted:
        return [_which("language?", ("language", name_of(case.language, case.language)))]
    if wanted.casefold() in _words_for_automatic():
        by_text = replace(talk, language=spoken(talk, said.author.language), chosen=False)
        return [_set(by_text), ev.CustomerAnswered("language.automatic")]
    if (code := meant_by(wanted)) is None:
        return [_which("language.unknown", ("words", shorten(wanted, MOST_REPEATED)))]
    return [_set(replace(talk, language=code, chosen=True)), ev.CustomerAnswered("language.chosen")]


def _words_for_automatic() -> set[str]:
    return {AUTOMATIC, *(say(language, "button.automatic").casefold() for language in languages())}


def _which(phrase: str, *params: tuple[str, str]) -> ev.CustomerAnswered:
    named = [(own_name(code), code) for code in languages()]
    buttons = ((label, Act("language", {"to": to})) for label, to in [*named, ("button.automatic", AUTOMATIC)])
    return ev.CustomerAnswered(phrase, buttons=tuple(buttons), params=params)
