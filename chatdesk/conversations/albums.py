"""A message that comes in parts: each picture of an album is a message of its own in Telegram. Pure.

Its parts are gathered until none has come for a while, or something else is said; then it is one message, with all its
files and captions. A part that comes later than that is a message of its own: nothing waits for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce

from chatdesk.conversations import events as ev
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Body, Deed, File, Incoming

TIMER = "album"
GATHER = timedelta(seconds=1.2)  # after the last part; they come within moments of each other

Decision = Callable[[Case, Incoming], Sequence[Event]]


def comes_first(case: Case, said: Incoming) -> bool:
    """Whether an album waits that is complete with this: it is decided on before, by itself, as what came first."""
    album = case.conversation.album
    if album is None or said.deed is not Deed.SAID:
        return False
    return album.part_of != said.part_of and album.within == case.within


def gathered(case: Case, said: Incoming, decide: Decision) -> Sequence[Event]:
    """What was said, with what came before it in parts."""
    album = case.conversation.album
    if said.part_of:
        said = replace(said, body=replace(said.body, files=_files(said)))
    if album is not None and album.part_of == said.part_of:
        return [ev.AlbumGrew(said.part_of, album=_with(album, said))]
    if album is not None and album.within != case.within:  # it waits for its time, and this is said elsewhere
        return decide(case, replace(said, part_of=""))
    before = ended(case, decide)
    for event in before:
        case = apply(case, event)
    if said.part_of:
        return [*before, ev.AlbumGrew(said.part_of, album=replace(said, within=case.within))]
    return [*before, *decide(case, said)]


def ended(case: Case, decide: Decision) -> Sequence[Event]:
    """The album that was being gathered is complete."""
    album = case.conversation.album
    if album is None:
        return []
    done = ev.AlbumEnded(album.part_of)
    there = replace(case, within=album.within)
    return [done, *decide(apply(there, done), replace(album, key=album.part_of, part_of=""))]


def changed(body: Body, said: Incoming) -> Body:
    """The whole after one of its parts was changed: the captions and files of the others stay."""
    at = next((n for n, file in enumerate(body.files) if file.part == said.about), None)
    if at is None:
        return replace(body, text=said.body.text)
    old = body.files[at]
    file = next((file for file in said.body.files if not file.is_same(old)), old)
    mine = replace(file, part=old.part, words=said.body.text)
    files = (*body.files[:at], mine, *body.files[at + 1 :])
    return replace(body, text=_text([file.words for file in files]), files=files)


def _files(said: Incoming) -> tuple[File, ...]:
    return tuple(replace(file, part=said.native or "", words=said.body.text) for file in said.body.files)


def _with(album: Incoming, said: Incoming) -> Incoming:
    text = _text([album.body.text, said.body.text])
    return replace(album, body=replace(album.body, text=text, files=(*album.body.files, *said.body.files)))


def _text(captions: Sequence[Markup]) -> Markup:
    """Captions of several parts stand one below the other."""
    said = [words for words in captions if words]
    return reduce(lambda above, words: above + "\n" + words, said) if said else Markup("")
