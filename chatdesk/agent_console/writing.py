"""The form in which an agent writes to the user: what they said last, canned replies, a preview, who else is writing.

What is drawn into it stands in no row: the form comes back with the answers so far whenever something in it is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chatdesk.agent_console.command import Asking
from chatdesk.areas.canned import Canned
from chatdesk.conversations import events as ev
from chatdesk.conversations.case import Case
from chatdesk.conversations.locales import name_of
from chatdesk.conversations.parts import LastHeard
from chatdesk.conversations.replying import REPLY_NEEDS
from chatdesk.conversations.speech import heading, in_parts
from chatdesk.core.forms import LONGEST, Choice, Field, Form, Kind, Shown
from chatdesk.core.language import best
from chatdesk.core.messages import plain
from chatdesk.people.people import Agent

NEEDS = (Canned, LastHeard, *REPLY_NEEDS)
MOST_OF_THEIR_WORDS = 1500  # characters of the user's message above the text
PREVIEW = "preview"
STOP = "stop_writing"  # the command that is called when the form is closed
CHOOSE = "canned"
LEAVES = "has answered; that reply is about to leave."
UNDECIDED = "has written a reply that has not been sent: it waits for its author's decision."


def draw(form: Form, case: Case, by: Agent, answers: Mapping[str, str], pressed: str) -> Form:
    """The form with what belongs to it now; `pressed`: what was chosen or pressed in it."""
    given = {f.name: answers.get(f.name) or f.default for f in form.fields}
    if pressed == CHOOSE and given[CHOOSE]:
        given["text"] = _with_canned(case, by, given["text"], given[CHOOSE])
        given["drawn"] = str(int(given["drawn"] or 0) + 1)
    seen = given["seen"] or case.part(LastHeard).key
    fields = {f.name: f for f in form.prefilled({**given, "seen": seen}).fields}
    fields["text"] = replace(fields["text"], drawn=given["drawn"])
    fields[CHOOSE] = _choice_of_canned(case, fields[CHOOSE])
    order = sorted(fields.values(), key=lambda f: f.name != CHOOSE)
    return replace(
        form,
        fields=tuple(order),
        above=(*_others(case, by), *_last_said(case)),
        below=_preview(case, by, given["text"]) if pressed == PREVIEW else (),
        presses=(Choice(PREVIEW, "Preview"),),
        on_close=STOP,
    )


def _with_canned(case: Case, by: Agent, typed: str, name: str) -> str:
    """Behind what was typed, which is never lost; cut to what the field holds."""
    text = filled(case, by, name)
    return (f"{typed.rstrip()}\n\n{text}" if typed.strip() else text)[:LONGEST]


def filled(case: Case, by: Agent, name: str) -> str:
    """A canned reply in the user's language, with the words of this ticket."""
    reply = case.part(Canned).named(name, case.group)
    if reply is None:
        return ""
    language = _language(case)
    words = {
        "user": case.customer.name,
        "agent": by.name,
        "number": case.subject.number,
        "title": case.subject.title,
        "group": case.group.name,
        "answer_within": best(case.group.answer_within, language),
    }
    return reply.filled(language, words)


def _language(case: Case) -> str:
    """The one that the user writes, which the bot need not speak."""
    talk = case.conversation
    return talk.language if talk.chosen else talk.writes or talk.language


def _choice_of_canned(case: Case, field: Field) -> Field:
    """Found as one types; nothing to choose from: no field."""
    language = _language(case)
    found = case.part(Canned).of(case.group, language)
    if not found:
        return field
    theirs, others = f"In {name_of(language)}", "In other languages"
    choices = tuple(Choice(r.name, r.name, theirs if r.speaks(language) else others) for r in found)
    return replace(field, kind=Kind.CHOICE, choices=choices, live=True)


def _last_said(case: Case) -> tuple[Shown, ...]:
    heard = case.part(LastHeard)
    if not heard.key:
        return ()
    words = heard.body.text
    if len(words.text) > MOST_OF_THEIR_WORDS:
        words = words.cut(0, MOST_OF_THEIR_WORDS) + "…"
    files = ", ".join(f.kind.replace("_", " ") for f in heard.body.files)
    line = f"{case.customer.name} wrote" + (f" and sent: {files}" if files else "")
    return (Shown(line, heard.at, words if words else None),)


def _others(case: Case, by: Agent) -> tuple[Shown, ...]:
    """Who is about to answer as well: with an open form, or with a reply that waits."""
    writing = [Shown(f"{_name(case, w.by)} is writing a reply since", w.since) for w in case.subject.writing]
    mine = [w.by == by.person for w in case.subject.writing]
    held = {(h.by, h.asks) for h in case.subject.held if h.by != by.person}
    waiting = [Shown(f"{_name(case, person)} {UNDECIDED if asks else LEAVES}") for person, asks in sorted(held)]
    return (*(shown for shown, own in zip(writing, mine, strict=True) if not own), *waiting)


def _name(case: Case, person: int) -> str:
    agent = case.roster.by_person(person)
    return agent.name if agent else "A former agent"


def _preview(case: Case, by: Agent, text: str) -> tuple[Shown, ...]:
    """As the user will read it, under the heading in their language."""
    if not text.strip():
        return (Shown("There is nothing to preview yet."),)
    said = ev.AgentSaid(case.next_key, by.person, typed=False, body=plain(text), author=by.identity)
    parts = in_parts(heading(said, case), plain(text))
    count = f" in {len(parts)} messages" if len(parts) > 1 else ""
    where = case.subject.origin.channel.capitalize()
    first = Shown(f"{case.customer.name} will read{count} in {where}:", None, parts[0].text)
    return (first, *(Shown("and then:", None, part.text) for part in parts[1:]))


def ask_when_crossed(form: Form, case: Case, by: Agent, answers: Mapping[str, str]) -> None:
    """The user wrote after the form was opened: what was written in it may not fit any more. Raises Asking."""
    seen, heard = answers.get("seen", ""), case.part(LastHeard)
    if not seen or seen == heard.key:
        return
    again = draw(form, case, by, {**answers, "seen": heard.key}, "")
    news = Shown(f"{case.customer.name} has written since you opened this. Nothing has been sent yet.")
    sentence = f"{case.customer.name} has written meanwhile. Send it all the same?"
    raise Asking(sentence, replace(again, above=(news, *again.above), submit="Send all the same"))
