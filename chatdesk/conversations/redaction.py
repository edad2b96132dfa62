"""What a message said is removed: from ticket, thread and chat, so far as a service lets a bot do that. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

    def find(self, which: str) -> Known | None:
        """By key, or by number."""
        typed = which.strip().removeprefix("#")
        if typed.isdecimal() and 0 < int(typed) <= len(self.messages):
            return self.messages[int(typed) - 1]
        return next((m for m in self.messages if m.key == which), None)


def redact(case: Case, by: Agent, known: Known, why: str) -> Sequence[Event]:
    """Nothing of it is kept. What waits to be sent is not sent any more."""
    undone: list[Event] = []
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
            title=case.subject.title != blot(case.subject.title, known.body.text.text),
            body=plain(f"Removed by {by.name}: {WHY[why]}."),
            was=known.body,
        ),
    ]


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
    return [pe.SecretSeen(event.key, what, by_customer)] if what else []


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
    end = last.rstrip(SIGNS)
    after = last[len(end) :] if not words[run - 1].endswith(last[-1:]) else ""
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
    """Whether words that somebody picked out of a message are of this one."""
    picked = " ".join(text.split()).rstrip(CUT)
    return bool(picked) and picked in " ".join(said.split())


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
