"""A ticket goes to another group: who may send it, what ends with it, and all that was said before. Pure.

The ticket keeps its number, its user and their chat. In the new group it is nobody's, under a card of its own; the old
card says where it has gone, and what is still written below it is not sent. A ticket may go to a group of another area:
that is how a first line and providers exchange them, and from then on it is of that area.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from chatdesk.areas.area import Group, Groups, Level
from chatdesk.conversations import events as ev
from chatdesk.conversations import holding
from chatdesk.conversations.apply import CALL, apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.parts import Exchange, HeldMessages, Known, Rosters
from chatdesk.conversations.replying import REPLY_NEEDS
from chatdesk.conversations.ticket import card_key
from chatdesk.core.errors import Invalid
from chatdesk.core.events import Event
from chatdesk.core.forms import Choice
from chatdesk.core.markup import Markup, Style, bold, styled
from chatdesk.core.messages import Card, Moment, Way
from chatdesk.people.people import Agent, Roster

NEEDS = (Groups, Rosters, Exchange, HeldMessages, *REPLY_NEEDS)
BY_MISTAKE = "It came to us by mistake"
MOST = 8000  # characters of the exchange as the new thread shows it; Slack cuts at 40,000
MOST_OF_FIRST = 2000  # characters of the message that opened the ticket, where not all of it fits
MOST_FILES = 10  # messages whose files are brought along
NOT_SHOWN = (Delivery.HELD, Delivery.UNDONE, Delivery.MUTED, Delivery.GATHERED)
NOT_THERE = (Delivery.FAILED, Delivery.BLOCKED)


def choices(groups: Sequence[Group], without: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(g.id, g.name) for g in groups if g.id != without)


def meant(case: Case, typed: str) -> Group:
    """Where it shall go. Refuses with a sentence that names the groups there are."""
    known = case.part(Groups)
    to = known.find(typed)
    if to is None:
        names = ", ".join(f"{g.name} ({g.id})" for g in known.groups if g.id != case.group.id)
        raise Invalid({"to": f"There is no group {typed[:40]}. There are: {names}."})
    if to.id == case.group.id:
        raise Invalid({"to": f"It is with {to.name} already."})
    return to


def move(case: Case, by: Agent, to: Group, why: str, returned: bool = False) -> Sequence[Event]:
    """Replies that wait for their time leave first; what waits for an answer of its author's is not sent.

    A first line that gives a ticket to another area goes on seeing it: it follows it to the end (EOSC-hub's basic
    rules). Whoever gives one back does not.
    """
    part = case.part(Rosters)
    before = [*holding.release_all(case, by, f"gave ticket #{case.subject.number} to {to.name}")]
    now = reduce(apply, before, case)
    released = tuple(e.key for e in before if isinstance(e, ev.HoldEnded))
    before += holding.undone(now, f"The ticket goes to {to.name}", but=released)
    moved = ev.Moved(
        by.person,
        case.group.id,
        to.id,
        why=" ".join(why.split()),
        name=by.name,
        left=case.thread,
        left_name=case.group.name,
        released=released,
        trouble=part.troubles.get(to.id, ""),
        group=to,
        area=case.part(Groups).area_of(to),
        roster=part.by_group.get(to.id, Roster()),
        returned=returned,
        followed=case.group.level is Level.FIRST and to.area != case.group.area and not returned,
    )
    talk = case.conversation
    unspoken = {talk.language, talk.writes or talk.language} - set(to.languages)
    return [*before, moved, *([ev.LanguagesTold()] if unspoken else [])]


# -- the thread that it has left ---------------------------------------------------------------------------------


def gone_to(case: Case) -> str:
    """Why nothing is taken where it was said: the ticket goes on elsewhere, or never was there."""
    if case.former and case.former.thread and case.former.thread.endswith(CALL):
        return f"This line only leads to ticket #{case.subject.number}, which has a thread of its own"
    return f"Ticket #{case.subject.number} has moved to {case.group.name}"


def way(case: Case) -> Markup:
    """Words that lead to the card where it goes on."""
    return styled(f"#{case.subject.number}", Style.MESSAGE, case.subject.card)


def is_from_before(case: Case, known: Known) -> bool:
    """Whether it was said before the ticket came to the group that has it now, and so stands in another thread."""
    return known.seq < case.subject.moved_seq


def former_cards(number: int, moves: Sequence[int]) -> Sequence[str]:
    """Keys of the cards that the ticket has left; `moves`: the numbers of the events by which it went on."""
    return [card_key(number, seq) for seq in (0, *moves)[:-1]]


def former_card(case: Case, by: str = "", trouble: str = "") -> Card:
    """What is left of a card: where the ticket has gone, and nothing of what becomes of it there."""
    number, name = case.subject.number, case.group.name
    who = (("By", by), ("On", Moment(case.now))) if by else ()
    foot = f"What is written in this thread is not sent any more: the ticket goes on in the channel of {name}."
    if trouble:
        foot += f" Nothing can be said there now ({trouble}): its card comes as soon as that has changed."
    facts = (("Moved to", Way(name, case.subject.card)), *who)
    return Card(f"#{number} · {case.subject.title}", facts, foot)


# -- all that was said -------------------------------------------------------------------------------------------


def exchange_key(number: int, seq: int) -> str:
    """Key of the message that shows all that was said before the move with this number."""
    return f"t{number}:{seq}:exchange"


def files_key(message: str, seq: int) -> str:
    """Key of what brings along the files of a message."""
    return f"{message}:exchange:{seq}"


def with_files(messages: Sequence[Known], seq: int) -> Sequence[Known]:
    """Those whose files are brought along, the newest of them."""
    return [m for m in messages if m.seq < seq and m.state not in NOT_SHOWN and m.body.passable][-MOST_FILES:]


def exchange(number: int, messages: Sequence[Known], seq: int) -> Markup:
    """All that was said before the move with this number, as one text: the first message and as many of the last as
    fit."""
    said = [_said(m) for m in messages if m.seq < seq and m.state not in NOT_SHOWN]
    if not said:
        return Markup("Nothing had been said before.")
    if sum(len(one.text) + 2 for one in said) <= MOST:
        return _joined(said)
    first, rest = _cut(said[0], MOST_OF_FIRST), said[1:]
    room, kept = MOST - len(first.text), list[Markup]()
    while rest and len(rest[-1].text) + 2 <= room:
        kept.insert(0, rest.pop())
        room -= len(kept[0].text) + 2
    if rest and not kept:
        kept = [_cut(rest.pop(), room)]
    left_out = f"… {len(rest)} of {len(said)} messages are left out here: /desk show {number} tells them."
    return _joined([first, styled(left_out, Style.ITALIC), *kept] if rest else [first, *kept])


def _joined(texts: Sequence[Markup]) -> Markup:
    return reduce(lambda done, more: done + "\n\n" + more, texts)


def _cut(text: Markup, most: int) -> Markup:
    return text if len(text.text) <= most else text.cut(0, most - 1) + "…"


def _said(known: Known) -> Markup:
    """Who said it, when, to whom; then the words as they were written."""
    notes = [f"{known.at:%Y-%m-%d %H:%M} UTC"]
    if known.audience == "internal":
        notes.append("internal note")
    if known.side == "agent" and known.state in NOT_THERE:
        notes.append("not delivered")
    head = bold(known.author) + f" · {' · '.join(notes)}"
    lines = [f"Forwarded: {known.body.origin}"] if known.body.origin else []
    if known.body.quote:
        lines.append(f"> {' '.join(known.body.quote.split())}")
    text = _joined_lines(head, [Markup(line) for line in lines], known.body.text)
    files = ", ".join(f.name or f.kind.replace("_", " ") for f in known.body.files)
    return text + f"\n[{files}]" if files else text


def _joined_lines(head: Markup, lines: Sequence[Markup], words: Markup) -> Markup:
    return reduce(lambda done, more: done + "\n" + more, [*lines, *([words] if words else [])], head)
