"""What the bot says to the customer of its own. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.after_end import CHOICES
from chatdesk.conversations.announce.ways import mark
from chatdesk.conversations.case import Case
from chatdesk.conversations.locales import listed
from chatdesk.core.messages import Act, Button, Mark, Outgoing, asked_key, plain


def answered(event: ev.CustomerAnswered, case: Case) -> list[Outgoing]:
    text = case.say(event.phrase, **dict(event.params))
    buttons = tuple(Button(_label(label, case), act) for label, act in event.buttons)
    key = f"{event.phrase}:{case.subject.number}:{case.subject.seq}" if event.once else ""
    at = case.here
    return [Outgoing(to=at, key=key, body=plain(text), buttons=buttons, standing=event.once, urgent=True)]


def _label(label: str, case: Case) -> str:
    """A phrase, or the own name of a ticket or a language."""
    return case.say(label) if label.startswith("button.") else label


def languages_told(event: ev.LanguagesTold, case: Case) -> list[Outgoing]:
    known = case.group.languages
    named = listed(known, case.language)
    text = case.say("answers_in", count=len(known), group=case.group.name_in(case.language), languages=named)
    return [Outgoing(to=case.here, key="", body=plain(text))]


def after_end_asked(event: ev.AfterEndAsked, case: Case) -> list[Outgoing]:
    """One question for all that is written after the end of a ticket until it is answered."""
    if [key for key, number in case.conversation.pending if number == event.number][:1] != [event.key]:
        return [mark(event.key, Mark.RECEIVED, case.conversation.at)]
    ended = case.subject
    which = {"ticket": str(ended.number)}
    buttons = tuple(
        Button(case.say(f"button.after_{how}", number=ended.number), Act(f"after_{how}", which)) for how in CHOICES
    )
    text = case.say("after_end?", number=ended.number, title=case.title(ended))
    question = Outgoing(to=case.here, key=asked_key(event.key), body=plain(text), buttons=buttons, urgent=True)
    return [question]


def after_end_answered(event: ev.AfterEndAnswered, case: Case) -> list[Outgoing]:
    text = plain(case.say(f"after_end.{event.how}", number=event.number))
    return [Outgoing(to=case.here, key=event.asked, body=text, edits=True, urgent=True)]
