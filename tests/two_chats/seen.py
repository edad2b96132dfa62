"""What both chats and the books show, and where that differs from what they ought to. Pure but for `look`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.stage import CHANNEL, PIOTR, Stage, said, words_of
from tests.two_chats.by_users import GREETING, THANKS
from tests.two_chats.deeds import SIGNS
from tests.two_chats.world import AGENTS, USERS, Fate, Said, Ticket, World

TOKEN = re.compile(rf"\b[ua]\d+[wxy]\d?(?:\.txt)?\b|^{GREETING}$|^{THANKS}$", re.MULTILINE)
MARKS = {
    Fate.HELD: "hourglass_flowing_sand",
    Fate.CROSSED: "grey_question",
    Fate.WHOM: "grey_question",
    Fate.SENT: "incoming_envelope",
    Fate.NOTE: "memo",
    Fate.UNDONE: "leftwards_arrow_with_hook",
    Fate.KEPT: "warning",
    Fate.REFUSED: "warning",
}
STATES = {
    Fate.ASKED: "held",
    Fate.SHOWN: "sent",
    Fate.HELD: "held",
    Fate.CROSSED: "held",
    Fate.WHOM: "held",
    Fate.SENT: "sent",
    Fate.KEPT: "blocked",
    Fate.NOTE: "sent",
    Fate.UNDONE: "undone",
    Fate.REMOVED: "undone",
    Fate.REFUSED: "failed",
}


@dataclass(frozen=True)
class Seen:
    chats: dict[int, list[dict[str, Any]]]  # what is not deleted
    cards: dict[int, dict[str, Any]]  # by number
    rows: list[dict[str, Any]]  # of messages
    calls: list[dict[str, Any]]  # every call of Telegram's API that there ever was
    parked: int


async def look(stage: Stage) -> Seen:
    channel = await stage.control.get("slack/channel", channel=CHANNEL, user=PIOTR)
    cards = [m for m in channel["messages"] if m["bot"] and not m["deleted"] and "*State*" in words_of(m)]
    return Seen(
        {id: await stage.customer(id).messages() for id in USERS},
        {int(found[1]): c for c in cards if (found := re.search(r"#(\d+) ·", words_of(c)))},
        await stage.rows("SELECT key, state, audience, body FROM messages"),
        await stage.control.get("telegram/journal"),
        (await stage.rows("SELECT count(*) AS n FROM parked"))[0]["n"],
    )


def tokens(text: str) -> list[str]:
    return TOKEN.findall(text)


def numbers(world: World, seen: Seen) -> dict[str, int]:
    """Which card is which ticket: its title is what was said first."""
    titles = {n: words_of(card).split("·")[1].strip() for n, card in seen.cards.items()}
    return {t.name: n for t in world.tickets.values() for n, title in titles.items() if t.title in tokens(title)}


def mismatches(world: World, seen: Seen) -> list[str]:
    called = numbers(world, seen)
    if len(called) < len(world.tickets) or len(seen.cards) != len(world.tickets):
        return [f"cards {sorted(seen.cards)} for the tickets {world.tickets.keys()}, of which were found {called}"]
    return [
        *(fault for id in USERS for fault in _chat(world, id, seen, called)),
        *(fault for t in world.tickets.values() for fault in _thread(world, t, seen.cards[called[t.name]])),
        *(fault for t in world.tickets.values() for fault in _card(world, t, seen.cards[called[t.name]], called)),
        *(fault for m in world.said.values() for fault in _row(m, seen)),
        *_calls(world, seen, called),
        *([f"{seen.parked} inputs are parked"] if seen.parked else []),
    ]


def _differs(what: str, wanted: Any, found: Any) -> Iterator[str]:
    if wanted != found:
        yield f"{what}: {found}, not {wanted}"


# -- a user's chat --------------------------------------------------------------------------------------------------


def _chat(world: World, id: int, seen: Seen, called: dict[str, int]) -> Iterator[str]:
    user = world.users[id]
    bot = [m for m in seen.chats[id] if m["from"] == "bot"]
    heard = [token for m in bot for token in _of_agents(m)]
    wanted = [part for label in user.heard for part in _read(world.said[label])]
    yield from _differs(f"{USERS[id]} reads of agents", wanted, heard)
    buttons = [label for m in bot for row in m["buttons"] for label in [b["label"] for b in row]]
    questions = len({ticket for _, ticket in user.asked})
    yield from _differs(f"questions after an end for {USERS[id]}", questions, buttons.count("Just thanks"))
    asked = {int(n) for m in bot if m["buttons"] for n in re.findall(r"Does this solve ticket #(\d+)\?", said(m))}
    meant = {called[t.name] for t in world.tickets.values() if t.user == id and (t.asked or t.served)}
    yield from _differs(f"{USERS[id]} is asked whether it is solved", meant, asked)
    yield from _reactions(world, id, seen)


def _of_agents(message: dict[str, Any]) -> list[str]:
    name = (message["media"] or {}).get("name") or ""
    return [t for t in [*tokens(said(message)), *tokens(name)] if t.startswith("a")]


def _read(message: Said) -> list[str]:
    return [part for part in (message.reads or message.text, *message.files) if part]


def _parts(message: Said) -> list[str]:
    return [part for part in (message.text, *message.files) if part]


def _reactions(world: World, id: int, seen: Seen) -> Iterator[str]:
    """Those of agents on the user's messages."""
    for message in world.by(id):
        if message.mark and not message.gone:
            found = [m for m in seen.chats[id] if m["from"] == "user" and set(_parts(message)) & set(_all_tokens(m))]
            signs = {r["emoji"] for m in found for r in m["reactions"] if r["from"] == "bot"}
            yield from _differs(f"on {message.label}", {message.mark}, signs)
    for label in world.users[id].heard:
        message = world.said[label]
        if message.signed:
            found = [m for m in seen.chats[id] if m["from"] == "bot" and set(_read(message)) & set(_all_tokens(m))]
            signs = {r["emoji"] for m in found for r in m["reactions"] if r["from"] == "bot"}
            yield from _differs(f"on {message.label}", {message.signed}, signs)


def _all_tokens(message: dict[str, Any]) -> list[str]:
    return tokens(f"{said(message)}\n{(message['media'] or {}).get('name') or ''}")


# -- a ticket in Slack ----------------------------------------------------------------------------------------------


def _thread(world: World, ticket: Ticket, card: dict[str, Any]) -> Iterator[str]:
    name = USERS[ticket.user]
    replies = [m for m in card["replies"] if not m["deleted"]]
    copies = [m for m in replies if m["bot"] and _is_copy(m, f"{name} (Telegram")]
    shown = [token for m in copies for token in _shown(m)]
    wanted = [part for label in ticket.thread for part in _parts(world.said[label])]
    yield from _differs(f"in the thread of {ticket.name}", wanted, shown)
    for message in world.said.values():
        if message.ticket == ticket.name and message.by in AGENTS and not message.gone:
            found = [m for m in replies if speaks(m, message) and holds(m, message)]
            if len(found) != 1:
                yield f"{message.label} stands {len(found)} times in the thread of {ticket.name}"
            else:
                yield from _marks(message, found[0])


def _shown(copy: dict[str, Any]) -> list[str]:
    """Its words and its files, without those that it answers."""
    words = words_of(copy) if copy["files"] else copy["text"]
    return list(dict.fromkeys([*tokens(words), *(f["name"] for f in copy["files"])]))


def _is_copy(message: dict[str, Any], author: str) -> bool:
    """An app shares files under its own name, and says whose they are."""
    return (message["username"] or "").startswith(author) or bool(message["files"] and author in words_of(message))


def speaks(shown: dict[str, Any], message: Said) -> bool:
    """Its author does, or the desk for them where it was written in a form."""
    if message.form:
        return bool(shown["bot"]) and str(shown["text"]).startswith(f"{AGENTS[str(message.by)]} ")
    return bool(shown["user"] == message.by)


def holds(shown: dict[str, Any], message: Said) -> bool:
    wanted = message.typed or message.text or message.files[0]
    return wanted in {*tokens(words_of(shown)), *(f["name"] for f in shown["files"])}


def _marks(message: Said, found: dict[str, Any]) -> Iterator[str]:
    own = {r["name"] for r in found["reactions"]}
    wanted = {MARKS[message.fate]} if message.fate in MARKS else set()
    if message.taken_back and message.fate is Fate.NOTE:
        wanted.add(MARKS[Fate.UNDONE])
    if message.mark:
        wanted.add(SIGNS[message.mark])
    if message.signed:
        wanted.add(SIGNS[message.signed])
    yield from _differs(f"marks on {message.label}, which is {message.fate}", wanted, own)


def _card(world: World, ticket: Ticket, card: dict[str, Any], called: dict[str, int]) -> Iterator[str]:
    facts = dict(re.findall(r"\*([A-Z][\w ]+)\* (.+?)(?= · \*|$| Replies| Finished)", words_of(card)))
    qualifier = f" ({ticket.qualifier})" if ticket.qualifier else ""
    what = f"on the card of {ticket.name}"
    yield from _differs(f"State {what}", f"{ticket.state}{qualifier}", facts.get("State"))
    yield from _differs(f"Turn {what}", _turn(ticket), facts.get("Turn", "").split(" since ")[0])
    assignee = f"<@{ticket.assignee}>" if ticket.assignee else "nobody yet"
    yield from _differs(f"Assignee {what}", assignee, facts.get("Assignee", "").strip())
    yield from _differs(f"From {what}", f"{USERS[ticket.user]} in Telegram", facts.get("From"))
    follows = f"#{called[ticket.follows]}" if ticket.follows else None
    yield from _differs(f"Follows {what}", follows, facts.get("Follows"))
    yield from _differs(f"Reach {what}", ticket.left, "Cannot be reached since" in facts)


def _turn(ticket: Ticket) -> str:
    if not ticket.is_open:
        return "nobody's"
    return "theirs" if ticket.turn == "user" else "ours"


# -- the books ------------------------------------------------------------------------------------------------------


def _row(message: Said, seen: Seen) -> Iterator[str]:
    if message.fate not in STATES or message.text in (GREETING, THANKS):
        return
    found = [r for r in seen.rows if (message.text or message.files[0]) in _kept(r)]
    states = [(r["state"], r["audience"]) for r in found]
    audience = {Fate.NOTE: "internal", Fate.REMOVED: "internal", Fate.WHOM: "undecided"}.get(message.fate)
    wanted = [(STATES[message.fate], audience or (states[0][1] if states else "public"))]
    yield from _differs(f"the row of {message.label}, which is {message.fate}", wanted, states)


def _kept(row: dict[str, Any]) -> list[str]:
    body = json.loads(row["body"])
    return [*tokens(body["text"]["text"]), *(f["name"] for f in body["files"])]


def _calls(world: World, seen: Seen, called: dict[str, int]) -> Iterator[str]:
    """Whatever was ever sent to somebody was for them, and was to be sent."""
    for call in seen.calls:
        id = int(call["arguments"].get("chat_id", 0) or 0)
        if id not in USERS:
            continue
        told = json.dumps(call["arguments"], ensure_ascii=False)
        own = {t.title for t in world.tickets.values() if t.user == id}
        wrong = set(tokens(told)) - own - world.users[id].may_hold
        if wrong:
            yield f"{call['method']} told {USERS[id]} {wrong}: {told}"
        theirs = {called[t.name] for t in world.tickets.values() if t.user == id}
        if strange := {int(n) for n in re.findall(r"#(\d+)", told)} - theirs:
            yield f"{call['method']} told {USERS[id]} of the tickets {strange}: {told}"
