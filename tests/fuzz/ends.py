"""How each spoilt input ended: looked up in the desk's database, and failed where it ended in no way.

`nobody_is_meant` says from the raw update alone what is none of the desk's business, without the desk's own code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from chatdesk.adapters.slack.gate import shape_of
from chatdesk.adapters.slack.inbound import is_ours, message_key, reaction_key, root_of
from chatdesk.adapters.slack.shapes import check, part
from chatdesk.adapters.telegram import groups
from chatdesk.adapters.telegram.inbound import UPDATES, to_incoming, update_key
from chatdesk.adapters.texts import all_cleaned, digest
from chatdesk.core.messages import Deed, Incoming
from chatdesk.desk.parking import bounded
from chatdesk.emulators.playground import TELEGRAM_BOT
from tests.fuzz.slack import Request
from tests.fuzz.slack_payloads import CHANNEL, TEAM
from tests.stage import BOT, Stage


def _calls_the_bot(message: dict[str, Any]) -> bool:
    """Whether words in a group begin with the bot's name."""
    name, author = {"type": "mention", "offset": 0, "length": len(BOT) + 1}, message.get("from")
    named = message.get("entities") == [name] and str(message.get("text")).startswith(f"@{BOT}")
    return named and isinstance(author, dict) and not author.get("is_bot") and not message.get("is_automatic_forward")


def nobody_is_meant(update: dict[str, Any]) -> bool:
    """Whether an update is none of the desk's business: of a kind that it has not asked for, from a channel, from a
    group without calling the bot, by a bot or by nobody, or without anything in it that a person sent."""
    kinds = [kind for kind in UPDATES if isinstance(update.get(kind), dict)]
    return not any(_means_the_desk(kind, update[kind]) for kind in kinds)


def _means_the_desk(kind: str, thing: dict[str, Any]) -> bool:
    if kind == "callback_query":
        under: Any = thing.get("message")
        where: Any = under.get("chat") if isinstance(under, dict) else None
        return isinstance(where, dict) and where.get("type") in ("private", "group", "supergroup")
    chat: Any = thing.get("chat")
    if isinstance(chat, dict) and chat.get("type") in ("group", "supergroup"):
        return kind == "message" and _calls_the_bot(thing)
    if not isinstance(chat, dict) or chat.get("type") != "private":
        return False
    if kind == "message_reaction":
        return bool(thing.get("user"))
    if kind == "my_chat_member":
        return True
    author: Any = thing.get("from")
    return isinstance(author, dict) and not author.get("is_bot") and any(thing.get(name) for name in CONTENT)


CONTENT = (
    "text",
    "caption",
    "photo",
    "video",
    "animation",
    "document",
    "audio",
    "voice",
    "video_note",
    "sticker",
    "story",
    "paid_media",
    "game",
    "invoice",
    "giveaway",
    "checklist",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
)


async def ends_of(stage: Stage, updates: Iterable[dict[str, Any]]) -> Counter[str]:
    """How each update ended; one that ended in no way is a failure."""
    heard = {row["key"] for row in await stage.rows("SELECT key FROM inputs")}
    parked = {row["key"] for row in await stage.rows("SELECT key FROM parked")}
    tickets = {row["key"]: row["ticket"] for row in await stage.rows("SELECT key, ticket FROM messages")}
    spoken = {row["room"] for row in await stage.rows("SELECT DISTINCT room FROM outbox WHERE channel = 'telegram'")}
    ends, seen = Counter[str](), set[str]()
    for update in map(all_cleaned, updates):
        if update_key(update, "main") in parked:
            ends["parked"] += 1
            continue
        said = to_incoming(_heard(update), "main")
        ends[_end(update, said, heard, tickets, spoken, seen)] += 1
        seen |= {said.key} if said else set()
    return ends


def _heard(update: dict[str, Any]) -> dict[str, Any]:
    """With what the channel notes beside an update of a group."""
    bot = {"id": int(TELEGRAM_BOT["token"].split(":")[0]), "username": BOT, "people": 1}
    return update | ({groups.HEARD_BY: bot} if groups.chat_in(update) is not None else {})


def _end(
    update: dict[str, Any],
    said: Incoming | None,
    heard: set[str],
    tickets: dict[str, Any],
    spoken: set[str],
    seen: set[str],
) -> str:
    if said is None:
        assert nobody_is_meant(update), update
        return "ignored"
    if said.key in seen:
        return "again"
    if said.key not in heard:
        assert said.needs_another, f"lost: {update}"
        return "unknown"
    if said.deed is not Deed.SAID:
        return "noted"
    if tickets.get(said.message):
        return "ticket"
    assert said.at.room in spoken, f"no answer: {update}"
    return "answered"


# -- Slack --------------------------------------------------------------------------------------------------------


LATE = ("timeout", "500")  # what was missed is read first, or Slack was asked too often: it delivers an event again


async def ends_of_requests(stage: Stage, answered: Iterable[tuple[Request, str]]) -> Counter[str]:
    """Events by what became of them; what a person waits for by how it was answered."""
    heard = {row["key"] for row in await stage.rows("SELECT key FROM inputs")}
    parked = {row["key"] for row in await stage.rows("SELECT key FROM parked")}
    linked = {row["native"] for row in await stage.rows("SELECT native FROM links WHERE channel = 'slack'")}
    ends = Counter[str]()
    for request, answer in answered:
        assert request.kind == "event" or answer not in LATE, f"no answer: {request}"
        if request.kind == "event" and answer in ("200", "acknowledged", *LATE):
            answer = _end_of_event(all_cleaned(request.payload), heard, parked, linked)
        ends[f"{request.kind}: {answer}"] += 1
    return ends


def _end_of_event(payload: dict[str, Any], heard: set[str], parked: set[str], linked: set[str]) -> str:
    if f"slack:{TEAM}:malformed:{digest(payload)}" in parked:
        return "parked"
    if payload.get("type") != "event_callback":
        return "no event any more"
    check(shape_of(payload), payload, "payload")  # what is not as it should be has been parked
    event = part(payload, "event")
    if event.get("type") == "message" and event.get("channel") == CHANNEL and is_ours(event):
        key, about = message_key(event, TEAM), root_of(event)
    elif event.get("type") in ("reaction_added", "reaction_removed") and _is_reaction_here(event):
        key, about = reaction_key(event, TEAM), str(part(event, "item").get("ts"))
    else:
        return "ignored"
    if bounded(key) in parked:
        return "parked"
    if key in heard:
        return "taken"
    assert about not in linked or event.get("subtype") in ("message_changed", "message_deleted"), f"lost: {event}"
    return "unknown"


def _is_reaction_here(event: Mapping[str, Any]) -> bool:
    item = part(event, "item")
    return item.get("channel") == CHANNEL and item.get("type") == "message"
