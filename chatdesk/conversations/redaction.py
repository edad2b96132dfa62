"""What a message said is removed: from ticket, thread and chat, so far as a service lets a bot do that. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from chatdesk.conversations import events as ev
from chatdesk.conversations import holding
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.case import Case
from chatdesk.conversations.changes import DELETABLE
from chatdesk.conversations.fate import Delivery
from chatdesk.conversations.leaks import secret_in
from chatdesk.conversations.parts import Known
from chatdesk.conversations.ticket import REMOVED
from chatdesk.core.events import Event
from chatdesk.core.messages import Body, plain
from chatdesk.people.people import Agent

WHY: Mapping[str, str] = {
    "secret": "a password or a key",
    "personal": "personal data",
    "mistake": "sent by mistake",
    "other": "another reason",
}
LEAST_ALIKE = 4  # words of its beginning by which a message is known again in an excerpt
CUT = "…"
EDITED, GONE, LEFT = "edited", "removed", "left"
NOT_THERE = ""


@dataclass(frozen=True, slots=True)
class Redactable:
    """The ticket's messages in order, which also numbers them from 1."""

    messages: tuple[Known, ...] = ()
    asked: frozenset[str] = frozenset()  # those that carried a solution: their last part stands under `<key>:asked`
    moves: tuple[int, ...] = ()  # numbers of the events by which the ticket went to another group
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by key: what the agents see in one message
    below: frozenset[str] = frozenset()  # of these, what stands below it once more, since it was changed
    earlier: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by key: what it said before it was changed
    quoting: tuple[Known, ...] = ()  # messages of the same conversations that quote something

    def find(self, which: str) -> Known | None:
        """By key, or by number."""
        typed = which.strip().removeprefix("#")
        if typed.isdecimal() and 0 < int(typed) <= len(self.messages):
            return self.messages[int(typed) - 1]
        return next((m for m in self.messages if m.key == which), None)

    def words(self, known: Known) -> tuple[str, ...]:
        """All that it says and has said."""
        return known.body.text.text, *self.earlier.get(known.key, ())

    def quoted_by(self, known: Known) -> Sequence[Known]:
        """The messages that repeat words of it."""
        words = self.words(known)
        return [m for m in self.quoting if m.key != known.key and any(quotes(m.body.quote, said) for said in words)]

    def post_with(self, key: str, body: Body) -> tuple[tuple[str, ...], Body] | None:
        """(keys, words) of the one message in which the agents see this and others, when this reads otherwise."""
        if key not in self.posts:
            return None
        texts = {m.key: m.body.text for m in self.messages} | {key: body.text}
        return self.posts[key], Body(reduce(lambda done, more: done + "\n" + more, [texts[k] for k in self.posts[key]]))


def redact(case: Case, by: Agent, known: Known, why: str) -> Sequence[Event]:
    """Nothing of it is kept. What waits to be sent is not sent any more."""
    undone: list[Event] = []
    title, said = case.subject.title, case.part(Redactable).words(known)
    if known.waits and known.side == "agent":
        waits = any(h.key == known.key for h in case.subject.held)
        undone = [holding.over(case, known.key, "undone") if waits else ev.AudienceChosen(known.key, "undone")]
    return [
        *undone,
        pe.Redacted(
            known.key,
            by.person,
            why,
            _here(known),
            _there(case, known),
            title=any(blot(title, words) != title for words in said),
            body=plain(f"Removed by {by.name}: {WHY[why]}."),
            was=known.body,
        ),
    ]


def leaves_something(case: Case, known: Known) -> bool:
    """Whether people have to delete something themselves."""
    elsewhere = bool(known.body.origin) or bool(case.part(Redactable).quoted_by(known))
    return elsewhere or LEFT in (_here(known), _there(case, known))


def _here(known: Known) -> str:
    """Among the agents: the desk changes what it has posted itself, and nothing that a person has.

    A file stays in a message that is changed: such a one goes.
    """
    if known.side == "customer" and known.body.passable:
        return GONE
    return EDITED if known.side == "customer" or written_by_desk(known.key) else LEFT


def written_by_desk(key: str) -> bool:
    """Whether the desk posted it for an agent, who wrote it in a form: its key is no channel's."""
    return bool(re.match(r"t\d+:\d+$", key))


def _there(case: Case, known: Known) -> str:
    """At the customer's: deleted while that is allowed, else changed where it is the bot's own."""
    young = case.now - known.at < DELETABLE
    if known.side == "customer":
        return GONE if young else LEFT
    if known.audience != "public" or known.waits or known.state in (Delivery.BLOCKED, Delivery.UNDONE):
        return NOT_THERE
    if known.key in case.part(Redactable).asked:
        return EDITED  # its buttons stay
    return GONE if young else EDITED


# -- the question that the desk raises itself ----------------------------------------------------------------

Told = (
    ev.CustomerSaid
    | ev.CustomerThanked
    | ev.CustomerEdited
    | ev.AgentSaid
    | ev.ReplyHeld
    | ev.NoteAdded
    | ev.AudienceAsked
)
Changed = ev.ReplyEdited | ev.NoteEdited | ev.Resolved


def suspect(event: Event, case: Case) -> Sequence[Event]:
    """Somebody wrote what looks like a secret. A reply that was held has been looked at when it was written."""
    if not isinstance(event, Told | Changed) or case.ticket is None:
        return []
    if isinstance(event, ev.AgentSaid) and event.written is None and event.typed:
        return []
    what = secret_in(event.body.text.text)
    by_customer = isinstance(event, ev.CustomerSaid | ev.CustomerThanked | ev.CustomerEdited)
    return [pe.SecretSeen(event.key, what, by_customer, passed_on=bool(event.body.origin))] if what else []


# -- its words where they were repeated ----------------------------------------------------------------------


def blot(text: str, said: str) -> str:
    """`text` without what it repeats of the beginning of `said`: a title, an excerpt, a quote."""
    words = said.split()
    if not words:
        return text
    if " ".join(text.split()) in " ".join(words) and len(text.strip()) > 2:
        return REMOVED if text.strip() != REMOVED else text
    tokens = list(re.finditer(r"\S+", text))
    done, kept = 0, []
    for n, token in enumerate(tokens):
        if token.start() < done:
            continue
        if run := _run([t.group() for t in tokens[n : n + len(words)]], words):
            kept += [text[done : token.start()], _around(tokens[n].group(), tokens[n + run - 1].group(), words, run)]
            done = tokens[n + run - 1].end()
    return "".join([*kept, text[done:]])


SIGNS = "«»\"'“”‘’(),.;:!?"


def _around(first: str, last: str, words: Sequence[str], run: int) -> str:
    """The signs that stood around it stay."""
    before = first[: len(first) - len(first.lstrip(SIGNS))] if not words[0].startswith(first[:1]) else ""
    end, word = last.rstrip(SIGNS), words[run - 1]
    after = last.partition(word)[2].removeprefix(CUT) if word in last else last[len(end) :]
    return f"{before}{REMOVED}{after}"


def _run(tokens: Sequence[str], words: Sequence[str]) -> int:
    """How many tokens repeat the beginning of the words; 0 when they are too few to tell."""
    for n, (token, word) in enumerate(zip(tokens, words, strict=False)):
        bare = token.strip(SIGNS)
        if bare.endswith(CUT) and word.startswith(bare[:-1]):
            return n + 1 if bare != CUT or n >= LEAST_ALIKE else 0
        if token != word and bare != word.strip(SIGNS):
            return n if n >= min(len(words), LEAST_ALIKE) else 0
    alike = min(len(tokens), len(words))
    return alike if alike >= min(len(words), LEAST_ALIKE) else 0


def quotes(text: str, said: str) -> bool:
    """Whether words that somebody picked out of a message are of this one; its author's name may stand before them."""
    picked, words = " ".join(text.split()).rstrip(CUT), " ".join(said.split())
    return any(part and part in words for part in (picked, picked.partition(": ")[2]))


def blotted(thing: Any, said: str) -> Any:
    """The same for all texts in a JSON value; a text that changes loses its formatting, whose places were in it."""
    if isinstance(thing, str):
        return blot(thing, said)
    if isinstance(thing, list):
        return [blotted(one, said) for one in thing]
    if not isinstance(thing, dict):
        return thing
    changed = {name: blotted(value, said) for name, value in thing.items()}
    if "spans" in thing and changed.get("text") != thing.get("text"):
        changed["spans"] = []
    return changed


def body_without(body: Body) -> Body:
    """What stands in a stored message of which nothing may be kept: not even the names of its files."""
    return plain(REMOVED) if body.text or body.files or body.quote or body.origin else body
