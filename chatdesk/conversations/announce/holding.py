"""A message of an agent's that waits: for a while, or for what its author says of it. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import mark, name, to_one, unmark, written
from chatdesk.conversations.case import Case
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act, Button, Mark, Outgoing

MOST_OF_WHAT_CROSSED = 120  # characters


def audience_asked(event: ev.AudienceAsked, case: Case) -> list[Outgoing]:
    question = f"Your message mentions a colleague and has not been sent. Is it for {case.customer.name}?"
    ask = to_one(case, event.author, question, buttons=_buttons(case, event.key, undo=False))
    return [ask, mark(event.key, Mark.ASKING, case.group.home)]


def audience_chosen(event: ev.AudienceChosen, case: Case) -> list[Outgoing]:
    gone = unmark(event.key, Mark.ASKING, case.group.home)
    return [gone, mark(event.key, Mark.UNDONE, case.group.home)] if event.audience == "undone" else [gone]


def reply_held(event: ev.ReplyHeld, case: Case) -> list[Outgoing]:
    shown = [] if event.typed else [written(event, case, "replies")]
    told = to_one(case, event.author, _why_held(event, case), buttons=_buttons(case, event.key, undo=True))
    return [*shown, mark(event.key, Mark.ASKING if event.asks else Mark.HELD, case.group.home), told]


def _why_held(event: ev.ReplyHeld, case: Case) -> str:
    customer = case.customer.name
    if not event.asks:
        return f"Your reply leaves for {customer} in {case.group.hold:g} seconds. Editing or deleting it works, too."
    others = (h for h in case.subject.held if h.by != event.by and not h.asks)
    first = next((name(case, h.by) for h in others), "A colleague")
    return f"{first} has just answered {customer}, and that answer is about to leave. Yours has not been sent. Send it?"


def crossed(event: ev.HoldCrossed, case: Case) -> list[Outgoing]:
    asking = [unmark(event.key, Mark.HELD, case.group.home), mark(event.key, Mark.ASKING, case.group.home)]
    author = case.roster.by_person(event.by)
    if author is None:
        return asking
    words = shorten(event.said.text.text, MOST_OF_WHAT_CROSSED) or "a file"
    did = f"ended ticket #{case.subject.number}" if event.ended else "wrote"
    what = "" if event.ended else f": «{words}»"
    question = f"{case.who} {did} before your reply left{what}. It has not been sent. Send it all the same?"
    return [*asking, to_one(case, author.identity, question, buttons=_buttons(case, event.key, undo=True))]


def ended(event: ev.HoldEnded, case: Case) -> list[Outgoing]:
    gone = unmark(event.key, Mark.ASKING if event.asked else Mark.HELD, case.group.home)
    return [gone, mark(event.key, Mark.UNDONE, case.group.home)] if event.how == "undone" else [gone]


def _buttons(case: Case, key: str, undo: bool) -> tuple[Button, ...]:
    held = {"ticket": str(case.subject.number), "message": key}
    send = Button(f"Send to {case.customer.name}", Act("send", held), primary=not undo)
    keep = Button("Keep as internal note", Act("keep", held))
    return (Button("Undo", Act("undo", held), primary=True), send, keep) if undo else (send, keep)
